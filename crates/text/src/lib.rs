//! Knowledge of news and language that Copydesk's plugins share.
//!
//! - Values of the standard layers: [`BlockKind`], [`EntityLabel`], [`Act`], [`QuoteKind`], [`QuoteRole`],
//!   [`MentionType`], and the classes of a [`Polarity`].
//! - Quotation marks: [`Mark`], [`marks`].
//! - [`fold()`]: letters without case and diacritics.
//! - [`seen`]: characters that stand in a text in another form, such as `&ldquo;`.
//! - [`token_types`]: casing and quotation as the encoder reads them.
//! - [`holders`]: possible stances, with holder and target.
//!
//! The crate knows no models and no host, and depends on nothing.

mod blocks;
mod fold;
pub mod holders;
mod labels;
pub mod lang;
pub mod marks;
mod mentions;
mod polarity;
mod quotes;
pub mod seen;
pub mod token_types;

pub use blocks::BlockKind;
pub use fold::fold;
pub use labels::EntityLabel;
pub use marks::Mark;
pub use mentions::MentionType;
pub use polarity::{NEUTRAL, Polarity};
pub use quotes::{Act, QuoteKind, QuoteRole};
