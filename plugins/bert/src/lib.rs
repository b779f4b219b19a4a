//! Stages by any Hugging Face checkpoint, through rust-bert and libtorch: names (`bert_ner`), the tone of sentences
//! (`bert_sentiment`), and stances (`bert_stance`).
//!
//! A checkpoint is a folder as Hugging Face saves it. Documents go through the network together, in windows of like
//! length, on a plain processor or on a graphics processor. The same documents in the same groups give the same
//! rows, whatever the number of threads.

mod architecture;
mod checkpoint;
mod fused;
mod ner;
mod network;
mod pieces;
mod polarity;
mod reading;
mod sentiment;
mod stage;
mod stance;
#[cfg(test)]
mod tests;
mod texts;

pub use ner::BertNer;
pub use sentiment::BertSentiment;
pub use stance::BertStance;

copydesk_sdk::export_plugin!(BertNer, BertSentiment, BertStance);
