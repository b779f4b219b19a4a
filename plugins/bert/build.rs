//! Records the place of libtorch in the library, so that it loads without `LD_LIBRARY_PATH`.

fn main() {
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    if let (Ok(folder), "linux" | "macos") =
        (std::env::var("LIBTORCH"), std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default().as_str())
    {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}/lib");
    }
}
