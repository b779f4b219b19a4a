//! The files of one pipeline, end to end: a place is one number, whichever file it is in.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::lines::LineIndex;

/// The name of the values of `--set`. They are a file like the others, a line for each.
pub(crate) const COMMAND_LINE: &str = "command line";

/// A file that was read.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Its name as messages show it.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The folder that relative paths in it start from; without one they start from the working directory.
    pub dir: Option<PathBuf>,
    /// The number of its first byte.
    start: usize,
    /// The beginnings of its lines, in its own bytes.
    lines: Vec<usize>,
}

/// A pipeline file, and then the files that it extends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    files: Vec<File>,
}

impl Files {
    /// Adds a file and returns the number of its first byte.
    pub fn add(&mut self, name: &str, text: &str, dir: Option<&Path>) -> usize {
        // The end of a file is a place in it, so the next begins one further on.
        let start = self.files.last().map_or(0, |last| last.start + last.text.len() + 1);
        let (name, text, dir) = (name.to_owned(), text.to_owned(), dir.map(Path::to_path_buf));
        let lines = LineIndex::starts(&text);
        self.files.push(File { name, text, dir, start, lines });
        start
    }

    /// The paths of those files that are on the disk.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.files.iter().filter(|file| file.dir.is_some()).map(|file| PathBuf::from(&file.name))
    }

    /// Returns the file that contains `place`.
    pub fn of(&self, place: usize) -> Option<&File> {
        let next = self.files.partition_point(|file| file.start <= place);
        self.files.get(next.saturating_sub(1))
    }

    /// The line of `place` in its file, from 1.
    pub fn line(&self, place: usize) -> usize {
        self.of(place).map_or(1, |file| file.index().number(place - file.start.min(place)))
    }

    /// Returns `line 7`, or `line 7 of NAME` if that is not the first file.
    pub fn words(&self, place: usize) -> String {
        let line = self.line(place);
        match self.of(place) {
            Some(file) if file.name == COMMAND_LINE => format!("the {COMMAND_LINE}"),
            Some(file) if file.start > 0 => format!("line {line} of {}", file.name),
            _ => format!("line {line}"),
        }
    }

    /// `NAME:7`.
    pub fn reference(&self, place: usize) -> String {
        match self.of(place) {
            Some(file) if file.name == COMMAND_LINE => COMMAND_LINE.to_owned(),
            Some(file) => format!("{}:{}", file.name, self.line(place)),
            None => String::new(),
        }
    }

    /// A path that is written at `place`, made absolute.
    pub fn resolve(&self, path: &str, place: usize) -> PathBuf {
        let dir = self.of(place).and_then(|file| file.dir.as_ref());
        let path = dir.map_or_else(|| PathBuf::from(path), |dir| dir.join(path));
        // Fails only for an empty path or without a working directory: opening it then says why.
        std::path::absolute(&path).unwrap_or(path)
    }
}

impl File {
    /// Its lines.
    pub fn index(&self) -> LineIndex<'_> {
        LineIndex::with(&self.text, &self.lines)
    }

    /// A span in bytes of the file.
    pub fn own(&self, span: &Range<usize>) -> Range<usize> {
        let own = |place: usize| place.saturating_sub(self.start).min(self.text.len());
        own(span.start)..own(span.end)
    }
}
