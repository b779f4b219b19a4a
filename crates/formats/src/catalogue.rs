//! The formats of output that need no big dependency. A new format is a file and a row here.

use crate::writer::OutputFormat;
use crate::{brat, conllu, gkg, json, report, tei, view, web_annotation};

/// All formats of this crate. The library `copydesk` finds them by name and by the ending of a file's name.
pub const FORMATS: [OutputFormat; 8] = [
    json::FORMAT,
    view::FORMAT,
    report::FORMAT,
    conllu::FORMAT,
    web_annotation::FORMAT,
    brat::FORMAT,
    gkg::FORMAT,
    tei::FORMAT,
];
