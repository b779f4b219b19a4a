//! Faults of a pipeline file: place, message, help, and their display.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use crate::files::Files;

/// The kind of thing that is at fault. It decides the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultClass {
    /// The file itself is wrong.
    Pipeline,
    /// The file is right, but a plugin or a model that it names could not be loaded.
    Load,
}

/// Tells an error from a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The pipeline cannot run.
    Error,
    /// It can run, but part of the file has no effect.
    Warning,
}

/// The subject of a fault, for programs that sort faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The file cannot be read, is not UTF-8 or is too large.
    File,
    /// It is no TOML.
    Syntax,
    /// A key is unknown or missing, or a value of another type.
    Key,
    /// The extended file is missing, or lacks something that this file changes.
    Base,
    /// A variable.
    Variable,
    /// The id of a stage.
    StageId,
    /// A plugin is unknown or cannot be loaded.
    Plugin,
    /// An option of a plugin.
    Option,
    /// A layer or a column.
    Layer,
    /// A test.
    Test,
    /// A stage cannot be made, for example because its model is missing.
    Stage,
    /// Part of the file has no effect.
    Effect,
}

/// One thing wrong with a pipeline file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Tells if the pipeline can still run.
    pub severity: Severity,
    /// The subject.
    pub kind: FaultKind,
    /// The error, without a full stop.
    pub message: String,
    /// The right thing, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The file's name as the caller gave it.
    pub file: String,
    /// Line of the first culprit character, from 1.
    pub line: usize,
    /// Column of the first culprit character in code points, from 1.
    pub column: usize,
    /// The line on which the culprit ends.
    pub end_line: usize,
    /// Column after the culprit's last character.
    pub end_column: usize,
    /// The culprit in bytes of the file.
    pub span: Range<usize>,
    /// Tells if the file itself is at fault, or something that it names.
    pub class: FaultClass,
    /// The line as it is shown. A very long line is cut.
    #[serde(skip)]
    excerpt: String,
    /// The blanks and tabs before the caret, as wide as the text above them.
    #[serde(skip)]
    indent: String,
    /// How many carets.
    #[serde(skip)]
    carets: usize,
}

impl Fault {
    /// A file that could not be read so far that there is a text to show.
    pub(crate) fn of_file(file: &str, line: usize, message: &str) -> Self {
        Fault {
            severity: Severity::Error,
            kind: FaultKind::File,
            message: message.to_owned(),
            help: None,
            file: file.to_owned(),
            line,
            column: 1,
            end_line: line,
            end_column: 1,
            span: 0..0,
            class: FaultClass::Pipeline,
            excerpt: String::new(),
            indent: String::new(),
            carets: 1,
        }
    }
}

impl fmt::Display for Fault {
    /// The message, the place, the line with carets under the culprit, and the help. No newline at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { severity, message, file, line, column, excerpt, indent, .. } = self;
        let severity = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let number = line.to_string();
        let gutter = " ".repeat(number.len() + 1);
        writeln!(f, "{severity}: {message}")?;
        writeln!(f, "{gutter}--> {file}:{line}:{column}")?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, " {number} | {excerpt}")?;
        write!(f, "{gutter} | {indent}{}", "^".repeat(self.carets))?;
        if let Some(help) = &self.help {
            write!(f, " {help}")?;
        }
        Ok(())
    }
}

/// All faults of a pipeline file, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Faults {
    faults: Vec<Fault>,
    /// How many more there are than are listed.
    omitted: usize,
}

impl Faults {
    /// The faults, in the order of the file.
    #[must_use]
    pub fn as_slice(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns true if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// How many faults there are beyond those listed: a broken file can have millions.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Returns [`FaultClass::Load`] if all faults are about things that could not be loaded.
    #[must_use]
    pub fn class(&self) -> FaultClass {
        if self.faults.iter().all(|fault| fault.class == FaultClass::Load) {
            FaultClass::Load
        } else {
            FaultClass::Pipeline
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            let gap = if i == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{fault}")?;
        }
        if self.omitted > 0 {
            write!(f, "\n\nand {} more", self.omitted)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// The most faults that are listed. More help nobody, and each costs a look at its line.
const LISTED: usize = 100;

/// Something wrong at a place, before the place has line and column.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub span: Range<usize>,
    pub message: String,
    pub help: Option<String>,
    pub class: FaultClass,
    pub severity: Severity,
    /// The subject. [`as_kind`] sets it for all findings of a part of the check.
    pub kind: Option<FaultKind>,
}

impl Finding {
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        let (message, class, severity) = (message.into(), FaultClass::Pipeline, Severity::Error);
        Finding { span, message, help: None, class, severity, kind: None }
    }

    /// Something without effect.
    pub fn warning(span: Range<usize>, message: impl Into<String>) -> Self {
        let (severity, kind) = (Severity::Warning, Some(FaultKind::Effect));
        Finding { severity, kind, ..Finding::new(span, message) }
    }

    pub fn kind(mut self, kind: FaultKind) -> Self {
        self.kind = Some(kind);
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    pub fn load(mut self) -> Self {
        self.class = FaultClass::Load;
        self
    }
}

/// Runs a part of the check. Its findings are about `kind`, unless they have a kind of their own.
pub(crate) fn as_kind<T>(kind: FaultKind, findings: &mut Vec<Finding>, part: impl FnOnce(&mut Vec<Finding>) -> T) -> T {
    let first = findings.len();
    let out = part(findings);
    for finding in findings.iter_mut().skip(first) {
        finding.kind.get_or_insert(kind);
    }
    out
}

/// Gives each finding its file, line and column.
pub(crate) fn locate(files: &Files, mut findings: Vec<Finding>) -> Faults {
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    findings.dedup_by(|one, other| one.span == other.span && one.message == other.message);
    let omitted = findings.len().saturating_sub(LISTED);
    findings.truncate(LISTED);
    let faults = findings
        .into_iter()
        .filter_map(|finding| {
            let file = files.of(finding.span.start)?;
            let span = file.own(&finding.span);
            let lines = file.index();
            let start = lines.position(span.start);
            let end = lines.position(span.end.max(span.start));
            let view = lines.excerpt(span.clone());
            Some(Fault {
                severity: finding.severity,
                kind: finding.kind.unwrap_or(FaultKind::Key),
                message: finding.message,
                help: finding.help,
                file: file.name.clone(),
                line: start.line,
                column: start.column,
                end_line: end.line,
                end_column: end.column,
                span,
                class: finding.class,
                excerpt: view.text,
                indent: view.indent,
                carets: view.carets,
            })
        })
        .collect();
    Faults { faults, omitted }
}
