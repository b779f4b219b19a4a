//! Converts a Hugging Face folder to an encoder's model file:
//! `cargo run --release -p copydesk-model --features convert --example encoder -- FOLDER OUT [float32]`.

use std::error::Error;
use std::path::Path;

use copydesk_model::encoder::{Precision, convert};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, out, precision) = match arguments.as_slice() {
        [folder, out] => (folder, out, Precision::Int8),
        [folder, out, float32] if float32 == "float32" => (folder, out, Precision::Float32),
        _ => return Err("usage: encoder FOLDER OUT [float32]".into()),
    };
    let config = std::fs::read_to_string(Path::new(folder).join("config.json"))?;
    let tensors = std::fs::read(Path::new(folder).join("model.safetensors"))?;
    std::fs::write(out, convert(&config, &tensors, precision, "{}")?.finish())?;
    Ok(())
}
