//! Files that are no plugin for this program. Each is refused with a message of its own, before any of its code runs.
//! The files are real ones, made from a sound library by changing some bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use copydesk_abi::{ABI_MAJOR, ABI_MINOR, MAGIC};
use copydesk_loader::{Registry, SearchPath, built_in, open};

/// Offset of a field in the frozen prefix, and the bytes that make it wrong.
struct Patch {
    name: &'static str,
    at: usize,
    bytes: &'static [u8],
    message: &'static str,
}

const PATCHES: [Patch; 10] = [
    Patch { name: "magic", at: 0, bytes: b"C0PYDESK", message: "its entry begins with \"C0PYDESK\", not \"COPYDESK\"" },
    Patch {
        name: "newer major",
        at: 8,
        bytes: &[2, 0],
        message: "was built for plugin ABI 2.1; this program runs 1.0 to 1.1: update copydesk",
    },
    Patch {
        name: "older major",
        at: 8,
        bytes: &[0, 0],
        message: "was built for plugin ABI 0.1; this program runs 1.0 to 1.1: build the plugin again",
    },
    Patch {
        name: "newer minor",
        at: 10,
        bytes: &[7, 0],
        message: "was built for plugin ABI 1.7; this program runs 1.0 to 1.1: update copydesk",
    },
    Patch {
        name: "pointer width",
        at: 12,
        bytes: &[32],
        message: "was built for 32-bit pointers; this program has 64-bit ones",
    },
    Patch { name: "endianness", at: 13, bytes: &[2], message: "is big-endian; this machine is little-endian" },
    Patch {
        name: "panic=abort",
        at: 14,
        bytes: &[2],
        message: "was built with panic = \"abort\", so a panic would end this program",
    },
    Patch { name: "unknown panic strategy", at: 14, bytes: &[9], message: "names panic strategy 9" },
    Patch { name: "layout", at: 16, bytes: &[1, 2, 3, 4, 5, 6, 7, 8], message: "lays out the tables differently" },
    Patch {
        name: "no descriptors",
        at: 24,
        bytes: &[0, 0, 0, 0],
        message: "has no plugins in it: its entry counts 0 descriptors",
    },
];

fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack.windows(needle.len()).position(|window| window == needle).expect("the bytes are in the library")
}

/// Returns the bytes of a sound plugin library, and the beginning of its prefix.
fn sound() -> (Vec<u8>, usize) {
    let bytes = fs::read(copydesk_tests::library("copydesk-plugin-faulty")).expect("the library is readable");
    let mut start = MAGIC.to_vec();
    start.extend(ABI_MAJOR.to_le_bytes());
    start.extend(ABI_MINOR.to_le_bytes());
    start.push(usize::BITS as u8);
    let at = find(&bytes, &start);
    (bytes, at)
}

/// The loader's message about a file that is no plugin; the program says the same and ends with status 3.
fn refusal(path: &Path) -> String {
    static COPYDESK: LazyLock<PathBuf> = LazyLock::new(copydesk_tests::copydesk);
    let error = open(path).expect_err("it is refused").to_string();
    let expected = path.display().to_string();
    assert!(error.starts_with(&expected), "the message names the file: {error}");
    assert!(!error.contains('\n'), "one line: {error}");

    let pipeline = path.with_extension("toml");
    fs::write(&pipeline, format!("name = \"p\"\n[[stage]]\nplugin = {{ path = {:?} }}\n", expected))
        .expect("a temporary file");
    let output =
        Command::new(&*COPYDESK).args(["pipeline", "check"]).arg(&pipeline).output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    let what = error.strip_prefix(&expected).unwrap_or(&error);
    assert!(said.contains(what), "{said}\nlacks {what}");
    error
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a temporary file");
    path
}

#[test]
fn a_sound_library_is_accepted() {
    let plugins = open(&copydesk_tests::library("copydesk-plugin-faulty")).expect("a sound library");
    assert!(plugins.iter().any(|plugin| plugin.id() == "panics"));
}

#[test]
fn each_wrong_prefix_has_its_own_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bytes, prefix) = sound();
    for patch in PATCHES {
        let mut broken = bytes.clone();
        broken[prefix + patch.at..prefix + patch.at + patch.bytes.len()].copy_from_slice(patch.bytes);
        let error = refusal(&write(folder.path(), "libbroken.so", &broken));
        assert!(error.contains(patch.message), "{}: {error}", patch.name);
    }
}

#[test]
fn files_that_are_no_library() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = refusal(&write(folder.path(), "libtext.so", b"not a library at all"));
    assert!(error.contains("is not a library"), "{error}");
    let error = refusal(&write(folder.path(), "libempty.so", b""));
    assert!(error.contains("is not a library"), "{error}");
    let error = refusal(&folder.path().join("libmissing.so"));
    assert!(error.contains("cannot be read"), "{error}");
    let error = refusal(folder.path());
    assert!(error.contains("cannot be read"), "{error}");
}

#[test]
fn a_truncated_library_is_refused_wherever_it_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bytes, _) = sound();
    for part in 1..50 {
        let error = refusal(&write(folder.path(), "libshort.so", &bytes[..bytes.len() * part / 50]));
        assert!(error.contains("is truncated"), "{part}/50: {error}");
    }
}

#[test]
fn a_segment_behind_the_end_of_the_file_is_refused() {
    // Without section headers, only the program headers tell the length of an ELF file. The dynamic linker believes
    // them, and the process dies of SIGBUS.
    let folder = tempfile::tempdir().expect("a folder");
    let (mut bytes, prefix) = sound();
    bytes[0x28..0x30].fill(0); // e_shoff
    bytes[0x3a..0x40].fill(0); // e_shentsize, e_shnum, e_shstrndx
    let error = refusal(&write(folder.path(), "libshort.so", &bytes[..prefix]));
    assert!(error.contains("is truncated: it has"), "{error}");
}

/// Compiles C with the machine's compiler into a shared library.
fn compile(folder: &Path, name: &str, source: &str) -> PathBuf {
    let path = write(folder, &format!("{name}.c"), source.as_bytes());
    let library = folder.join(format!("lib{name}.so"));
    let include = copydesk_tests::root().join("crates/abi/include");
    let output = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I"])
        .arg(include)
        .arg("-o")
        .arg(&library)
        .arg(path)
        .output()
        .expect("a C compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    library
}

#[test]
fn libraries_that_are_no_plugin() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = refusal(&compile(folder.path(), "other", "int answer(void) { return 42; }"));
    assert!(error.contains("is a library but no plugin"), "{error}");
    let error = refusal(&compile(folder.path(), "null", "const char copydesk_plugin[4] = {1};"));
    assert!(error.contains("its entry begins with") || error.contains("truncated"), "{error}");
}

/// A C plugin with descriptors `$IDS` and the manifest `$MANIFEST`.
const C_PLUGIN: &str = r#"
#include <copydesk.h>
#define TEXT(s) { (const uint8_t *)(s), sizeof(s) - 1 }
static uint32_t create(struct CopydeskStr c, const struct CopydeskHost *h, void **i) {
    (void)c; (void)h; *i = (void *)&create; return COPYDESK_STATUS_OK;
}
static uint32_t annotate(const void *i, const struct CopydeskDoc *d, const struct CopydeskHost *h) {
    (void)i; (void)d; (void)h; return COPYDESK_STATUS_OK;
}
static void destroy(void *i) { (void)i; }
static const void *get_extension(struct CopydeskStr id) { (void)id; return 0; }
static const struct CopydeskDescriptor one = {
    sizeof one, 0, TEXT($ONE), TEXT("1.0"), TEXT($MANIFEST), create, annotate, destroy, get_extension };
static const struct CopydeskDescriptor two = {
    sizeof two, 0, TEXT($TWO), TEXT("1.0"), TEXT("{}"), create, $ANNOTATE, destroy, get_extension };
static const struct CopydeskDescriptor *const all[] = { &one, &two };
const struct CopydeskEntry copydesk_plugin = {
    COPYDESK_PREFIX(COPYDESK_PANIC_NONE, 2), all };
"#;

#[test]
fn descriptors_that_cannot_be_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let plugin = |name: &str, one: &str, two: &str, manifest: &str, annotate: &str| {
        let source = C_PLUGIN
            .replace("$ONE", one)
            .replace("$TWO", two)
            .replace("$MANIFEST", manifest)
            .replace("$ANNOTATE", annotate);
        compile(folder.path(), name, &source)
    };
    let sound = plugin("sound", "\"a\"", "\"b\"", "\"{}\"", "annotate");
    let ids: Vec<String> =
        open(&sound).expect("a sound C plugin").iter().map(|plugin| plugin.id().to_owned()).collect();
    assert_eq!(ids, ["a", "b"]);

    let cases = [
        ("twice", "\"a\"", "\"a\"", "\"{}\"", "annotate", "has two plugins with the id \"a\"; ids must differ"),
        ("badid", "\"A b\"", "\"b\"", "\"{}\"", "annotate", "descriptor 0 has no usable id"),
        ("notjson", "\"a\"", "\"b\"", "\"reads tokens\"", "annotate", "plugin \"a\": the manifest is not valid"),
        ("badkey", "\"a\"", "\"b\"", "\"{\\\"raeds\\\": []}\"", "annotate", "unknown field `raeds`"),
        ("nofn", "\"a\"", "\"b\"", "\"{}\"", "0", "descriptor 1 has no function `annotate`"),
    ];
    for (name, one, two, manifest, annotate, message) in cases {
        let error = refusal(&plugin(name, one, two, manifest, annotate));
        assert!(error.contains(message), "{name}: {error}");
    }
}

#[test]
fn ids_are_unique_in_a_registry_and_a_folder() {
    let entries: [fn() -> _; 2] = [copydesk_plugin_faulty::copydesk_entry, copydesk_plugin_faulty::copydesk_entry];
    let error = Registry::new(&entries, SearchPath::default()).expect_err("the same plugins twice").to_string();
    assert!(error.contains("two plugins have the id"), "{error}");
    assert!(built_in(copydesk_plugin_faulty::copydesk_entry()).is_ok());

    let folder = tempfile::tempdir().expect("a folder");
    let library = copydesk_tests::library("copydesk-plugin-faulty");
    for name in ["libpanics.so", "libcopydesk_plugin_panics.so"] {
        fs::copy(&library, folder.path().join(name)).expect("a copy");
    }
    let search = SearchPath::only(vec![folder.path().to_path_buf()]);
    let error = search.find("panics").expect_err("two files for one plugin").to_string();
    assert!(error.contains("is a second library for plugin \"panics\""), "{error}");
}

#[test]
fn the_search_path_is_followed_in_order() {
    let first = tempfile::tempdir().expect("a folder");
    let second = tempfile::tempdir().expect("a folder");
    let library = copydesk_tests::library("copydesk-plugin-faulty");
    for folder in [&first, &second] {
        fs::copy(&library, folder.path().join("libpanics.so")).expect("a copy");
    }
    let search = SearchPath::only(vec![first.path().to_path_buf(), second.path().to_path_buf()]);
    let registry = Registry::new(&[], search).expect("a registry");
    let plugin = registry.find("panics").expect("sound").expect("found");
    assert_eq!(plugin.origin().to_string(), first.path().join("libpanics.so").display().to_string());
    assert!(registry.find("nowhere").expect("no fault").is_none());
    assert_eq!(registry.ids(), ["panics"]);
}
