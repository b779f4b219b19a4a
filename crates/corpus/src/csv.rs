//! CSV of spreadsheets: RFC 4180, with any of their delimiters.

/// Characters by which a spreadsheet takes a cell for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Adds a cell. A cell that a spreadsheet could take for a formula gets an apostrophe before it.
pub(crate) fn push(line: &mut String, cell: &str) {
    let is_formula = cell.trim_start_matches([' ', '\u{a0}']).starts_with(FORMULA);
    let quoted = cell.contains(['"', ',', ';', '\n', '\r', '\t']);
    if quoted {
        line.push('"');
    }
    if is_formula {
        line.push('\'');
    }
    for part in cell.split_inclusive('"') {
        line.push_str(part);
        if part.ends_with('"') {
            line.push('"');
        }
    }
    if quoted {
        line.push('"');
    }
}

/// The delimiters that spreadsheets write.
pub(crate) const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// Returns a cell without the apostrophe that [`push`] put before it.
pub(crate) fn unguarded(cell: &str) -> &str {
    let guarded = |rest: &&str| rest.trim_start_matches([' ', '\u{a0}']).starts_with(FORMULA);
    cell.strip_prefix('\'').filter(guarded).unwrap_or(cell)
}

/// Returns the table of a text, and the number of lines before it: Excel writes "sep=;" if it was there.
pub(crate) fn without_hint(text: &str) -> (&str, u64) {
    let said = text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')).map(|(_, rest)| rest);
    said.map_or((text, 0), |rest| (rest, 1))
}

/// Returns the delimiter with which the first row has the columns that `fits` wants.
pub(crate) fn delimiter(table: &str, fits: impl Fn(&[String]) -> bool) -> Option<char> {
    let head_line = table.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    DELIMITERS.into_iter().find(|delimiter| {
        let head = rows(head_line, *delimiter).ok().and_then(|rows| rows.into_iter().next());
        head.is_some_and(|head| fits(&head.cells))
    })
}

/// A row, and the line on which it begins, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

/// Returns the rows of a table. Empty lines are left out.
///
/// # Errors
/// If a quotation mark never closes: the line on which it opens.
pub(crate) fn rows(text: &str, delimiter: char) -> Result<Vec<Row>, u64> {
    let (mut rows, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begin, mut opened) = (1_u64, 1_u64, None);
    let mut characters = text.chars().peekable();
    let mut end_of_row = |cells: &mut Vec<String>, cell: &mut String, begin: u64| {
        cells.push(std::mem::take(cell));
        let cells = std::mem::take(cells);
        if cells.len() > 1 || cells.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(Row { line: begin, cells });
        }
    };
    while let Some(c) = characters.next() {
        if c == '\n' {
            line += 1;
        }
        match (opened, c) {
            (Some(_), '"') if characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            (Some(_), '"') => opened = None,
            (Some(_), c) => cell.push(c),
            (None, '"') if cell.is_empty() => opened = Some(line),
            (None, c) if c == delimiter => cells.push(std::mem::take(&mut cell)),
            (None, '\r') if characters.peek() == Some(&'\n') => {}
            (None, '\n' | '\r') => {
                end_of_row(&mut cells, &mut cell, begin);
                begin = line;
            }
            (None, c) => cell.push(c),
        }
    }
    if let Some(line) = opened {
        return Err(line);
    }
    end_of_row(&mut cells, &mut cell, begin);
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_were_except_formulas() {
        let cases = [
            ("plain", "plain"),
            ("a,b;c\td", "a,b;c\td"),
            ("she said \"no\"", "she said \"no\""),
            ("\"", "\""),
            ("=1+1", "'=1+1"),
            (" @x", "' @x"),
            ("-3,\"x\"", "'-3,\"x\""),
            ("", ""),
            ("line\nbreak", "line\nbreak"),
        ];
        for delimiter in [',', ';', '\t'] {
            let mut line = String::new();
            for (at, (cell, _)) in cases.iter().enumerate() {
                if at > 0 {
                    line.push(delimiter);
                }
                push(&mut line, cell);
            }
            let rows = rows(&line, delimiter).expect("a table");
            assert_eq!(rows.len(), 1);
            assert_eq!(rows[0].cells, cases.map(|(_, expected)| expected), "{delimiter:?}: {line}");
            let back = rows[0].cells.iter().map(|cell| unguarded(cell));
            assert!(back.eq(cases.map(|(cell, _)| cell)), "{delimiter:?}: {line}");
        }
    }

    #[test]
    fn rows_know_their_lines() {
        let found = rows("a,b\r\n\r\n\"x\ny\",2\r3,\n\n", ',').expect("a table");
        let lines: Vec<(u64, usize)> = found.iter().map(|row| (row.line, row.cells.len())).collect();
        assert_eq!(lines, [(1, 2), (3, 2), (4, 2)]);
        assert_eq!(rows("a\n\"b\nc", ','), Err(2));
        assert_eq!(rows("", ','), Ok(Vec::new()));
    }
}
