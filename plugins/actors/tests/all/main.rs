//! Participants, as the plugin finds them in marked text.
#![allow(clippy::unwrap_used)]

mod cases;
mod marked;
mod roles;
