//! CSV of spreadsheets: RFC 4180, with any of their delimiters.

/// Characters by which a spreadsheet takes a cell for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Adds a cell. A cell that a spreadsheet could take for a formula gets an apostrophe before it.
pub(super) fn push(line: &mut String, cell: &str) {
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

/// A row, and the line on which it begins, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub line: u64,
    pub cells: Vec<String>,
}

/// Returns the rows of a table. Empty lines are left out.
///
/// # Errors
/// If a quotation mark never closes: the line on which it opens.
pub(super) fn rows(text: &str, delimiter: char) -> Result<Vec<Row>, u64> {
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
