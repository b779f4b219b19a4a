//! Stages whose plugins come from library files, here written in C.

use std::path::Path;
use std::process::Command;

use copydesk_core::Document;
use copydesk_loader::{Registry, SearchPath};
use copydesk_pipeline::{FaultClass, PipelineSource};

use crate::Folder;

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
    sizeof one, 0, TEXT("$ONE"), TEXT("1.0"), TEXT("{}"), create, annotate, destroy, get_extension };
static const struct CopydeskDescriptor two = {
    sizeof two, 0, TEXT("$TWO"), TEXT("1.0"), TEXT("{}"), create, annotate, destroy, get_extension };
static const struct CopydeskDescriptor *const all[] = { &one, &two };
const struct CopydeskEntry copydesk_plugin = { COPYDESK_PREFIX(COPYDESK_PANIC_NONE, $COUNT), all };
"#;

impl Folder {
    /// A library of these plugins.
    fn library(&self, name: &str, ids: &[&str]) {
        let source = self.0.join(format!("{name}.c"));
        let (one, two) = (ids[0], ids.get(1).unwrap_or(&"unused"));
        let text = C_PLUGIN.replace("$ONE", one).replace("$TWO", two).replace("$COUNT", &ids.len().to_string());
        std::fs::write(&source, text).unwrap();
        let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi/include");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-I"]).arg(include).arg("-o").arg(self.0.join(format!("lib{name}.so")));
        assert!(cc.arg(source).status().unwrap().success());
    }

    fn source(&self, text: &str) -> PipelineSource {
        PipelineSource::new("x.toml", text, Some(self.0.clone()))
    }

    /// Returns the message, with this folder as `DIR`.
    fn said(&self, text: &str, registry: &Registry) -> (FaultClass, String) {
        let faults = self.source(text).check(registry).expect_err("faults");
        (faults.class(), faults.to_string().replace(&self.0.display().to_string(), "DIR"))
    }
}

#[test]
fn plugins_by_path_and_by_search() {
    let folder = Folder::new("sound");
    folder.library("house_style", &["house_style"]);
    folder.library("pair", &["left", "right"]);
    let registry = Registry::new(&[], SearchPath::only(vec![folder.0.clone()])).unwrap();
    let text = r#"
        stage = [
            { plugin = "house_style" },
            { id = "again", plugin = { path = "libhouse_style.so" } },
            { plugin = { path = "libpair.so", id = "right" } },
        ]
    "#;
    let pipeline = folder.source(text).check(&registry).unwrap_or_else(|faults| panic!("{faults}"));
    let ids: Vec<_> = pipeline.stages().iter().map(|stage| (stage.id(), stage.plugin().id())).collect();
    assert_eq!(ids, [("house_style", "house_style"), ("again", "house_style"), ("right", "right")]);
    assert!(pipeline.load().unwrap().annotate(Document::new("1", "Text").unwrap()).is_ok());
}

#[test]
fn a_lock_holds_the_library() {
    let (folder, other) = (Folder::new("locked"), Folder::new("relocked"));
    folder.library("style", &["house_style"]);
    other.library("style", &["house_style", "more"]);
    let text = "[[stage]]\nplugin = { path = \"libstyle.so\", id = \"house_style\" }\n";
    let registry = Registry::new(&[], SearchPath::only(Vec::new())).unwrap();
    let lock = |folder: &Folder| {
        let pipeline = folder.source(text).check(&registry).unwrap_or_else(|faults| panic!("{faults}"));
        pipeline.lock(|_, _| None).unwrap()
    };
    let locked = lock(&folder);
    assert!(locked.allows(&lock(&folder)).is_ok());
    let error = locked.allows(&lock(&other)).unwrap_err();
    assert_eq!(error.class(), FaultClass::Load);
    assert!(error.to_string().starts_with("stage \"house_style\": the library is sha256:"), "{error}");
}

#[test]
fn what_is_said_of_libraries() {
    let folder = Folder::new("broken");
    folder.library("one", &["house_style"]);
    folder.library("other", &["house_style"]);
    folder.library("house_style", &["hous_style"]);
    folder.library("pair", &["left", "right"]);
    std::fs::write(folder.0.join("libtext.so"), "no library").unwrap();
    let registry = Registry::new(&[], SearchPath::only(vec![folder.0.clone()])).unwrap();

    let text = "stage = [\n{ plugin = { path = \"libone.so\" } },\n{ id = \"b\", plugin = { path = \"libother.so\" } },\n\
        { plugin = { path = \"libpair.so\" } },\n{ plugin = { path = \"libpair.so\", id = \"rihgt\" } },\n]\n";
    let (class, said) = folder.said(text, &registry);
    assert_eq!(class, FaultClass::Pipeline);
    insta::assert_snapshot!(said, @r#"
    error: plugin "house_style" comes from two libraries: DIR/libone.so (line 2) and DIR/libother.so
      --> x.toml:3:31
       |
     3 | { id = "b", plugin = { path = "libother.so" } },
       |                               ^^^^^^^^^^^^^ use one of the two

    error: this library holds 2 plugins: left, right
      --> x.toml:4:21
       |
     4 | { plugin = { path = "libpair.so" } },
       |                     ^^^^^^^^^^^^ say which: { path = ..., id = "left" }

    error: this library holds no plugin "rihgt"
      --> x.toml:5:40
       |
     5 | { plugin = { path = "libpair.so", id = "rihgt" } },
       |                                        ^^^^^^^ did you mean "right"?
    "#);

    let text = "stage = [\n{ plugin = \"house_style\" },\n{ plugin = { path = \"libtext.so\" } },\n{ plugin = { path = \"gone.so\" } },\n]\n";
    let (class, said) = folder.said(text, &registry);
    assert_eq!(class, FaultClass::Load);
    insta::assert_snapshot!(said, @r#"
    error: cannot load plugin "house_style": DIR/libhouse_style.so: holds "hous_style", not "house_style"
      --> x.toml:2:12
       |
     2 | { plugin = "house_style" },
       |            ^^^^^^^^^^^^^

    error: cannot load this plugin: DIR/libtext.so: is not a library (Could not read file magic); a plugin is a shared library for this machine
      --> x.toml:3:21
       |
     3 | { plugin = { path = "libtext.so" } },
       |                     ^^^^^^^^^^^^

    error: cannot load this plugin: DIR/gone.so: cannot be read: No such file or directory (os error 2)
      --> x.toml:4:21
       |
     4 | { plugin = { path = "gone.so" } },
       |                     ^^^^^^^^^
    "#);
    let (class, _) = folder.said(&format!("{text}x = 1\n"), &registry);
    assert_eq!(class, FaultClass::Pipeline, "with something else wrong as well");
}
