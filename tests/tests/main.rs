//! One program, since linking takes longer than most of these tests. `isolation` is another, since it looks for a library in its
//! own memory that these tests open.

mod architecture;
mod batches;
mod c_header;
mod documentation;
mod examples;
mod export;
mod faulty_plugins;
mod frozen;
mod kinds;
mod language;
mod library;
mod libtorch_script;
mod news;
mod openapi;
mod parity;
mod plugin_check;
mod plugin_new;
mod reference;
mod refusals;
