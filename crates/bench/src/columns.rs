//! Tables of plain text: aligned columns that fit a terminal.

use std::fmt::{self, Write};

/// The most columns of a line, as long as the first column leaves room for it.
pub(crate) const WIDEST: usize = 100;

/// The blanks between two columns.
const GAP: usize = 2;

/// Rows of cells. The first column is aligned to the left, all others to the right.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Returns a table with its head.
    pub fn new<'h>(head: impl IntoIterator<Item = &'h str>) -> Self {
        Table { rows: vec![head.into_iter().map(str::to_owned).collect()] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Writes the rows. A table that is wider than [`WIDEST`] becomes several: each begins with the first `fixed`
    /// columns, and an empty line is between two.
    pub fn write(&self, fixed: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns).map(|column| self.width(column)).collect();
        let first: usize = widths.iter().take(fixed).map(|width| width + GAP).sum();
        let mut from = fixed.min(columns);
        loop {
            let mut to = from;
            let mut line = first;
            for width in widths.iter().skip(from) {
                line += width + GAP;
                if line - GAP > WIDEST && to > from {
                    break;
                }
                to += 1;
            }
            self.lines((0..fixed.min(columns)).chain(from..to), &widths, f)?;
            from = to;
            if from >= columns {
                return Ok(());
            }
            writeln!(f)?;
        }
    }

    fn lines(
        &self,
        columns: impl Iterator<Item = usize> + Clone,
        widths: &[usize],
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        for row in &self.rows {
            let mut line = String::new();
            for column in columns.clone() {
                let cell = row.get(column).map_or("", String::as_str);
                let width = widths.get(column).copied().unwrap_or(0);
                if column == 0 {
                    write!(line, "{cell:width$}")?;
                } else {
                    write!(line, "{:GAP$}{cell:>width$}", "")?;
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }

    /// Shortens the cells of the first column if a line would be wider than [`WIDEST`]. A cell keeps its end, which
    /// tells files apart, behind `…`. If two different cells would then be equal, all stay whole.
    pub fn shorten(&mut self) {
        let others = 1..self.rows.first().map_or(0, Vec::len);
        let room = WIDEST.saturating_sub(others.map(|column| GAP + self.width(column)).sum());
        let short = |cell: &str| {
            let surplus = cell.chars().count().saturating_sub(room.max(SHORTEST));
            match cell.char_indices().nth(surplus + 1).filter(|_| surplus > 0) {
                Some((at, _)) => format!("…{}", cell.get(at..).unwrap_or_default()),
                None => cell.to_owned(),
            }
        };
        let cells: Vec<&str> = self.rows.iter().skip(1).filter_map(|row| row.first()).map(String::as_str).collect();
        let shortened: Vec<String> = cells.iter().map(|cell| short(cell)).collect();
        let pairs = || cells.iter().zip(&shortened);
        if pairs().any(|(cell, short)| pairs().any(|(other, same)| short == same && cell != other)) {
            return;
        }
        for (row, short) in self.rows.iter_mut().skip(1).zip(shortened) {
            if let Some(cell) = row.first_mut() {
                *cell = short;
            }
        }
    }
}

/// The fewest characters of a shortened cell.
const SHORTEST: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    struct Shown<'t>(&'t Table, usize);

    impl fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.write(self.1, f)
        }
    }

    fn table(head: &[&str], rows: &[&[&str]]) -> Table {
        let mut table = Table::new(head.iter().copied());
        for row in rows {
            table.row(row.iter().map(|&cell| cell.to_owned()).collect());
        }
        table
    }

    #[test]
    fn columns_are_aligned() {
        let shown = Shown(&table(&["A", "B"], &[&["long", "1"], &["é", "100"], &["x"]]), 1).to_string();
        assert_eq!(shown, "A       B\nlong    1\né     100\nx\n");
        assert_eq!(Shown(&table(&[], &[]), 1).to_string(), "\n");
    }

    #[test]
    fn a_wide_table_becomes_several() {
        let wide = "w".repeat(48);
        let shown = Shown(&table(&["A", &wide, &wide, "B"], &[&["x", "1", "2", "3"]]), 1).to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines.len(), 5, "{shown}");
        assert!(lines.iter().all(|line| line.chars().count() <= WIDEST), "{shown}");
        assert!(lines[3].starts_with('A') && lines[3].ends_with('B') && lines[4].ends_with('3'), "{shown}");
        // A column that is too wide by itself is written all the same.
        let all = "w".repeat(200);
        assert_eq!(Shown(&table(&["A", &all, &all], &[]), 1).to_string().lines().count(), 3);
    }

    #[test]
    fn names_lose_their_beginning_unless_that_tells_them_apart() {
        let wide = "w".repeat(80);
        let path = "a/very/long/way/to/a/folder/desk.toml";
        let cases: [(&[&str], &[&str]); 4] = [
            (&["fast", path], &["fast", "…/folder/desk.toml"]),
            (&[path, path], &["…/folder/desk.toml", "…/folder/desk.toml"]),
            (&["z/very/long/way/to/a/folder/desk.toml", path], &["z/very/long/way/to/a/folder/desk.toml", path]),
            (&["ééééééééééééééééééé"], &["…ééééééééééééééééé"]),
        ];
        for (names, expected) in cases {
            let rows: Vec<&[&str]> = names.iter().map(std::slice::from_ref).collect();
            let mut table = table(&["A", &wide], &rows);
            table.shorten();
            let cells: Vec<&str> = table.rows.iter().skip(1).map(|row| row[0].as_str()).collect();
            assert_eq!(cells, expected);
        }
    }
}
