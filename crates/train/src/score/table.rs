//! Tables of figures in plain text.

/// Right-aligned columns after a left-aligned first one.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// A row without cells is an empty line.
    pub fn gap(&mut self) {
        self.rows.push(Vec::new());
    }

    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut out = String::new();
        for row in &self.rows {
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let padding = " ".repeat(width - cell.chars().count());
                if column == 0 {
                    out.push_str(cell);
                    out.push_str(&padding);
                } else {
                    out.push_str("  ");
                    out.push_str(&padding);
                    out.push_str(cell);
                }
            }
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
        }
        out
    }
}

/// A percentage with two decimals.
pub(super) fn percent(value: f64) -> String {
    format!("{value:.2}")
}
