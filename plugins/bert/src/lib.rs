//! Stages by any Hugging Face checkpoint, through rust-bert and libtorch.
