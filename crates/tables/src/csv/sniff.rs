//! Which byte stands between the cells of a table.

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::MOST_COLUMNS;

/// The bytes that may stand between cells. If the head does not tell, it is the first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Returns the delimiter that gives the most rows with as many cells as the first one, or else the most cells.
pub(super) fn delimiter(head: &[u8]) -> u8 {
    let mut best = (0, 0, b',');
    for delimiter in DELIMITERS {
        let (columns, even, rows) = shape(head, delimiter);
        if columns < 2 || rows == 0 {
            continue;
        }
        /// Shares are compared in thousandths.
        const WHOLE: usize = 1_000;
        let share = even * WHOLE / rows;
        if (share, columns) > (best.0, best.1) {
            best = (share, columns, delimiter);
        }
    }
    best.2
}

/// Returns the number of cells of the first row, how many rows have as many, and how many rows there are.
fn shape(head: &[u8], delimiter: u8) -> (usize, usize, usize) {
    let mut parser = ReaderBuilder::new().delimiter(delimiter).build();
    // The cells themselves are not looked at: the bytes of each are written over those of others.
    let (mut output, mut ends) = ([0; 1_024], [0; 256]);
    let (mut columns, mut even, mut rows, mut cells) = (0, 0, 0, 0);
    let mut input = head;
    while !input.is_empty() && cells <= MOST_COLUMNS {
        let (result, read, _, ended) = parser.read_record(input, &mut output, &mut ends);
        input = input.get(read..).unwrap_or_default();
        cells += ended;
        if result == ReadRecordResult::Record {
            if rows == 0 {
                columns = cells;
            }
            even += usize::from(cells == columns);
            rows += 1;
            cells = 0;
        }
    }
    if rows == 0 { (cells + 1, 1, 1) } else { (columns, even, rows) }
}
