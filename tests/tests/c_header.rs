//! The C header is generated from `crates/abi`: the committed copy must be what the generator makes.
//! To write it anew: `COPYDESK_BLESS=1 cargo test -p copydesk-tests --test all c_header`.

use std::fs;
use std::process::Command;

use copydesk_abi::{ENDIAN_LITTLE, LAYOUT_HASH};

const CONFIG: &str = r#"
language = "C"
style = "tag"
cpp_compat = true
include_guard = "COPYDESK_H"
no_includes = true
usize_is_size_t = true
sys_includes = ["stdint.h", "stddef.h"]
documentation_style = "c"
line_length = 110
header = """/* The contract between Copydesk and its plugins, ABI 1.1.
 * Generated from crates/abi by a test: do not edit. See docs/plugins.md. */"""

[export]
prefix = "Copydesk"
include = ["Entry", "AnnotateBatch", "Needs"]
exclude = ["SYMBOL_PREFIX", "SYMBOL_C", "MAGIC", "EXTENSION_ANNOTATE_BATCH", "EXTENSION_NEEDS", "LAYOUT_HASH"]

[const]
allow_static_const = false
"#;

/// The parts that the generator cannot write: the layout's hash, and a macro that fills in a prefix.
fn trailer() -> String {
    assert_eq!(copydesk_abi::native_endianness(), ENDIAN_LITTLE, "the header is generated on a little-endian machine");
    assert_eq!(usize::BITS, 64, "the header is generated on a 64-bit machine");
    format!(
        r##"
/* Sizes and offsets of every struct above, on 64-bit machines. */
#define COPYDESK_LAYOUT_HASH UINT64_C({LAYOUT_HASH:#018x})

/* Name of the extension whose table is CopydeskAnnotateBatch. */
#define COPYDESK_EXTENSION_ANNOTATE_BATCH "{batch}"

/* Name of the extension whose table is CopydeskNeeds. */
#define COPYDESK_EXTENSION_NEEDS "{needs}"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define COPYDESK_ENDIANNESS CopydeskENDIAN_BIG
#else
#define COPYDESK_ENDIANNESS CopydeskENDIAN_LITTLE
#endif

/* The prefix of an entry with `count` descriptors: COPYDESK_PREFIX(COPYDESK_PANIC_NONE, 1). */
#define COPYDESK_PREFIX(panic_strategy, count) \
    {{ {{ 'C', 'O', 'P', 'Y', 'D', 'E', 'S', 'K' }}, CopydeskABI_MAJOR, CopydeskABI_MINOR, 8 * sizeof(void *), \
      COPYDESK_ENDIANNESS, (panic_strategy), 0, COPYDESK_LAYOUT_HASH, (count), 0 }}

/* Makes a symbol visible outside the library, whatever the compiler's flags. */
#if defined(_WIN32)
#define COPYDESK_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define COPYDESK_EXPORT __attribute__((visibility("default")))
#else
#define COPYDESK_EXPORT
#endif

/* What a plugin defines: its one exported symbol. Declared here since C++ would keep a constant to its file. */
#ifdef __cplusplus
extern "C" {{
#endif
extern COPYDESK_EXPORT const struct CopydeskEntry copydesk_plugin;
#ifdef __cplusplus
}}
#endif
"##,
        batch = copydesk_abi::EXTENSION_ANNOTATE_BATCH,
        needs = copydesk_abi::EXTENSION_NEEDS,
    )
}

fn generate() -> String {
    let config: cbindgen::Config = toml_config();
    let bindings = cbindgen::Builder::new()
        .with_crate(copydesk_tests::root().join("crates/abi"))
        .with_config(config)
        .with_trailer(trailer())
        .generate()
        .expect("the contract can be written in C");
    let mut header = Vec::new();
    bindings.write(&mut header);
    let header = String::from_utf8(header).expect("a header is text");
    // Constants in C are upper case throughout.
    let mut out = String::with_capacity(header.len());
    for (at, piece) in header.split("Copydesk").enumerate() {
        let constant = piece.len() > 1
            && piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').all(|c| !c.is_ascii_lowercase())
            && piece.starts_with(|c: char| c.is_ascii_uppercase());
        if at > 0 {
            out.push_str(if constant { "COPYDESK_" } else { "Copydesk" });
        }
        out.push_str(piece);
    }
    out
}

fn toml_config() -> cbindgen::Config {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cbindgen.toml");
    fs::write(&path, CONFIG).expect("a temporary file");
    cbindgen::Config::from_file(&path).expect("a sound configuration")
}

#[test]
fn the_committed_header_is_the_generated_one() {
    let path = copydesk_tests::root().join("crates/abi/include/copydesk.h");
    let header = generate();
    if std::env::var_os("COPYDESK_BLESS").is_some() {
        fs::write(&path, &header).expect("the header can be written");
    }
    let committed = fs::read_to_string(&path).expect("the header is committed");
    assert!(
        committed == header,
        "crates/abi/include/copydesk.h is out of date; run COPYDESK_BLESS=1 cargo test -p copydesk-tests --test all c_header"
    );
}

#[test]
fn the_header_compiles_without_a_warning_as_c11_and_cpp17() {
    let include = copydesk_tests::root().join("crates/abi/include");
    for (compiler, standard, language) in [("cc", "-std=c11", "c"), ("c++", "-std=c++17", "c++")] {
        let output = Command::new(compiler)
            .args([standard, "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-x", language])
            .arg(include.join("copydesk.h"))
            .output();
        // A machine may have a C compiler alone.
        let Ok(output) = output else {
            assert_eq!(compiler, "c++", "a C compiler is needed");
            continue;
        };
        let errors = String::from_utf8_lossy(&output.stderr).replace("#pragma once in main file", "");
        assert!(output.status.success(), "{standard}: {errors}");
    }
}
