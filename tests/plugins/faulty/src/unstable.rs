//! A plugin that harms the process it runs in, in the way that the first word of the text names: only isolation
//! helps.

use std::io::Write;
use std::path::Path;
use std::process;
use std::time::Duration;

use copydesk_sdk::{Annotator, Document, Error, Output, Span};

use crate::{Config, MANIFEST};

/// More file descriptors than a plugin's process has.
const DESCRIPTORS: i32 = 64;

/// Harms its process.
pub struct Unstable {
    spoiled: String,
}

impl Annotator for Unstable {
    const ID: &'static str = "unstable";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = MANIFEST;
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        if config.refuse || Path::new(&config.spoiled).exists() {
            process::abort()
        }
        Ok(Unstable { spoiled: config.spoiled })
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        match document.text().split(' ').next().unwrap_or("") {
            "segfault" => wild_read(),
            "abort" => process::abort(),
            "spoil" => {
                let _ = std::fs::write(&self.spoiled, "");
                process::abort()
            }
            "exit" => process::exit(0),
            "hang" => loop {
                std::thread::sleep(Duration::from_millis(1));
            },
            "hog" => hog(),
            "print" => {
                let _ = std::io::stdout().write_all(b"no line of the results\n");
            }
            "garbage" => write_everywhere(),
            "close" => close_everything(),
            "fail" => return Err("this text is trouble".into()),
            "outside" => return crate::write(output, &[Span::new(0, document.text().len() as u32 + 1)], 0, 1.0),
            _ => {}
        }
        crate::write(output, &[Span::new(0, document.text().len() as u32)], 0, 1.0)
    }
}

/// Takes memory until there is none.
fn hog() {
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        taken.push(vec![taken.len() as u8 | 1; 1 << 20]);
    }
}

fn wild_read() {
    let nowhere = std::ptr::without_provenance::<u64>(4096);
    // SAFETY: none; the wild pointer is what is tested.
    std::hint::black_box(unsafe { nowhere.read_volatile() });
}

unsafe extern "C" {
    fn close(descriptor: i32) -> i32;
    fn write(descriptor: i32, bytes: *const u8, count: usize) -> isize;
}

/// Writes to whatever is open: the plugin's own socket is among it.
fn write_everywhere() {
    let garbage = b"garbage that a plugin writes to whatever it finds open\n";
    for descriptor in 3..DESCRIPTORS {
        // SAFETY: the bytes are there; that the descriptor is somebody else's is what is tested.
        unsafe { write(descriptor, garbage.as_ptr(), garbage.len()) };
    }
}

/// Closes whatever is open.
fn close_everything() {
    for descriptor in 0..DESCRIPTORS {
        // SAFETY: that the descriptor is somebody else's is what is tested.
        unsafe { close(descriptor) };
    }
}
