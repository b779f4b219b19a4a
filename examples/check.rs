//! Checks a pipeline file, draws its stages and runs its test cases: `cargo run --example check [FILE or NAME]`.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;

use copydesk::Pipeline;

fn main() -> Result<(), Box<dyn Error>> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "fast".to_owned());
    // What is wrong is shown with its line, and with what would be right.
    let checked = Pipeline::builder().pipeline(name).check()?;
    print!("{}", checked.pipeline().as_text());
    let pipeline = checked.load()?;
    for case in pipeline.checked().tests() {
        let differences = case.run(pipeline.runner())?;
        println!("{}: {}", case.name(), if differences.is_empty() { "holds" } else { "does not hold" });
        differences.iter().for_each(|difference| println!("{difference}"));
    }
    Ok(())
}
