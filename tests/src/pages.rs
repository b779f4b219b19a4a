//! The blocks of a Markdown page, and the comments before them that tell how to run them.

use std::path::Path;

/// A fenced block.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The line of its fence, from 1.
    pub line: usize,
    /// The language of the fence: `sh`, `text`, `toml`.
    pub language: String,
    /// Its lines, without the indentation of the fence.
    pub body: String,
    /// `<!-- not run: WHY -->`
    pub not_run: Option<String>,
    /// `<!-- exits with N -->`: the status of its last command, 0 by default.
    pub status: i32,
    /// `<!-- at a terminal -->`: shown as `analyze` writes there.
    pub terminal: bool,
    /// `<!-- file: NAME -->`, `<!-- append: NAME -->`, `<!-- change: NAME -->`: the reader's edit.
    pub edit: Option<(Edit, String)>,
}

/// A reader's edit of a file with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Makes it of the block.
    Write,
    /// Puts the block at its end.
    Append,
    /// Puts the block's lines with `+` in the place of those with `-`; those with a blank are around them.
    Change,
}

impl Edit {
    /// The file's text after the edit.
    ///
    /// # Errors
    /// If the lines to change are not in it, or more than once.
    pub fn apply(self, text: &str, block: &str) -> Result<String, String> {
        let side = |sign: char| -> String {
            let lines = block.lines().filter_map(|line| line.strip_prefix([' ', sign]));
            lines.flat_map(|line| [line, "\n"]).collect()
        };
        match self {
            Edit::Write => Ok(block.to_owned()),
            Edit::Append => Ok(text.to_owned() + block),
            Edit::Change => match text.matches(&side('-')).count() {
                1 => Ok(text.replace(&side('-'), &side('+'))),
                times => Err(format!("these lines are there {times} times:\n{}", side('-'))),
            },
        }
    }
}

impl Block {
    /// Returns the commands of a block of output, `$ COMMAND`, each with the lines that it shows. Returns none if the
    /// block shows no commands.
    #[must_use]
    pub fn shown(&self) -> Vec<(String, Vec<&str>)> {
        let mut shown: Vec<(String, Vec<&str>)> = Vec::new();
        if self.language != "text" || !self.body.starts_with("$ ") {
            return shown;
        }
        for line in self.body.lines() {
            match (line.strip_prefix("$ "), shown.last_mut()) {
                (Some(command), _) => shown.push((command.to_owned(), Vec::new())),
                (None, Some((_, lines))) => lines.push(line),
                (None, None) => {}
            }
        }
        shown
    }
}

/// All blocks of a page in order.
///
/// # Errors
/// If a comment before a block is unknown, a reason is missing, or a fence is not closed.
pub fn blocks(text: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    let mut comments: Vec<(usize, &str)> = Vec::new();
    while let Some((at, line)) = lines.next() {
        let inner = line.trim_start();
        if let Some(comment) = inner.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")) {
            comments.push((at + 1, comment.trim()));
            continue;
        }
        let Some(language) = inner.strip_prefix("```") else {
            comments.clear();
            continue;
        };
        let indent = line.len() - inner.len();
        let mut block = Block { line: at + 1, language: language.to_owned(), ..Block::default() };
        for (line, comment) in comments.drain(..) {
            say(&mut block, comment).map_err(|what| format!("line {line}: {what}"))?;
        }
        loop {
            let Some((_, line)) = lines.next() else {
                return Err(format!("line {}: the block has no end", block.line));
            };
            if line.trim() == "```" {
                break;
            }
            block.body.push_str(line.get(indent..).unwrap_or_default());
            block.body.push('\n');
        }
        blocks.push(block);
    }
    Ok(blocks)
}

fn say(block: &mut Block, comment: &str) -> Result<(), String> {
    if let Some(why) = comment.strip_prefix("not run:").map(str::trim).filter(|why| !why.is_empty()) {
        block.not_run = Some(why.to_owned());
    } else if let Some(status) = comment.strip_prefix("exits with ") {
        block.status = status.parse().map_err(|_| format!("{status:?} is no status"))?;
    } else if comment == "at a terminal" {
        block.terminal = true;
    } else if let Some((edit, file)) = comment.split_once(": ").and_then(|(how, file)| Some((edit(how)?, file))) {
        block.edit = Some((edit, file.to_owned()));
    } else {
        return Err(format!(
            "a comment before a block is `not run: WHY`, `exits with N`, `at a terminal`, or `file`, `append` or \
             `change` with `: NAME`, not {comment:?}"
        ));
    }
    Ok(())
}

fn edit(how: &str) -> Option<Edit> {
    match how {
        "file" => Some(Edit::Write),
        "append" => Some(Edit::Append),
        "change" => Some(Edit::Change),
        _ => None,
    }
}

/// Compares the output that a page shows with the real output. A line `…` stands for any lines, `…` in a line for any
/// characters. All else must be the same, line after line.
///
/// # Errors
/// The first line that is not as shown.
pub fn compare(shown: &[&str], output: &str) -> Result<(), String> {
    let found: Vec<&str> = output.lines().map(str::trim_end).collect();
    let mut at = 0;
    let groups: Vec<&[&str]> = shown.split(|line| line.trim() == "…").collect();
    for (i, group) in groups.iter().enumerate() {
        let (first, last) = (i == 0, i + 1 == groups.len());
        let fits = |from: usize| {
            from + group.len() <= found.len()
                && group.iter().zip(&found[from..]).all(|(shown, found)| line(shown, found))
        };
        let place = match (first, last) {
            (true, true) => (fits(0) && group.len() == found.len()).then_some(0),
            (true, false) => fits(0).then_some(0),
            (false, true) => found.len().checked_sub(group.len()).filter(|from| *from >= at && fits(*from)),
            (false, false) => (at..=found.len()).find(|from| fits(*from)),
        };
        at = place.ok_or_else(|| format!("this is shown, and comes not, or not there:\n{}", group.join("\n")))?
            + group.len();
    }
    Ok(())
}

/// Returns true if a line is as shown.
fn line(shown: &str, found: &str) -> bool {
    let mut parts = shown.trim_end().split('…');
    let Some(mut rest) = parts.next().and_then(|first| found.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    true
}

/// Files in a folder and those below it that `wanted` accepts, relative to `root`, in order.
///
/// # Panics
/// If a folder cannot be read.
#[must_use]
pub fn files(root: &Path, folder: &str, wanted: &dyn Fn(&Path) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for entry in root.join(folder).read_dir().expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("a kind").is_dir() {
            if entry.file_name() != "target" {
                found.extend(files(root, &name, wanted));
            }
        } else if wanted(Path::new(&name)) {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_what_is_said_of_them() {
        let page = "# A page\n\n<!-- not run: needs a network -->\n```sh\nls\n```\n\n1. A list\n\n   \
                    <!-- exits with 2 -->\n   <!-- at a terminal -->\n   ```text\n   $ copydesk x\n     two\n   ```\n\
                    <!-- elsewhere -->\n\n```toml\n```\n";
        let found = blocks(page).expect("sound");
        assert_eq!(found.len(), 3);
        assert_eq!((found[0].line, found[0].language.as_str(), found[0].body.as_str()), (4, "sh", "ls\n"));
        assert_eq!(found[0].not_run.as_deref(), Some("needs a network"));
        assert_eq!((found[1].status, found[1].terminal), (2, true));
        assert_eq!(found[1].shown(), [("copydesk x".to_owned(), vec!["  two"])]);
        assert_eq!(found[2], Block { line: 18, language: "toml".into(), ..Block::default() });
        for (page, wrong) in [
            ("<!-- not run -->\n```sh\n```\n", "line 1: a comment before a block is"),
            ("<!-- not run: -->\n```sh\n```\n", "line 1: a comment before a block is"),
            ("<!-- exits with it -->\n```sh\n```\n", "line 1: \"it\" is no status"),
            ("```sh\nls\n", "line 1: the block has no end"),
        ] {
            let error = blocks(page).expect_err(page);
            assert!(error.starts_with(wrong), "{error}");
        }
    }

    #[test]
    fn files_are_edited() {
        assert_eq!(Edit::Write.apply("old\n", "new\n"), Ok("new\n".into()));
        assert_eq!(Edit::Append.apply("old\n", "new\n"), Ok("old\nnew\n".into()));
        assert_eq!(Edit::Change.apply("a\nb\nc\n", " a\n-b\n+d\n+e\n c\n"), Ok("a\nd\ne\nc\n".into()));
        assert!(Edit::Change.apply("a\na\n", "-a\n+b\n").is_err());
    }

    #[test]
    fn what_is_shown_comes() {
        let output = "one\ntwo\nthree  \nfour and five\n";
        for (shown, right) in [
            (&["one", "two", "three", "four and five"][..], true),
            (&["one", "…", "four … five"], true),
            (&["…", "two", "three", "…"], true),
            (&["…", "four and five"], true),
            (&["…"], true),
            (&["one", "…", "…five"], true),
            (&["one", "two", "three"], false),
            (&["two", "…"], false),
            (&["…", "two", "…", "one", "…"], false),
            (&["…", "one", "three", "…"], false),
            (&["…", "four … six"], false),
            (&["…", "three", "four"], false),
        ] {
            assert_eq!(compare(shown, output).is_ok(), right, "{shown:?}");
        }
    }
}
