//! Numbers as a person reads them.

/// Three digits, all of those before the point, and a comma between thousands: `469,884`, `18.3`, `0.00412`.
pub(crate) fn number(value: f64) -> String {
    let digits = if value == 0.0 || !value.is_finite() {
        0
    } else {
        // Digits before the point; less than one where zeros follow it.
        let before = value.abs().log10().floor() as i32 + 1;
        usize::try_from((3 - before).clamp(0, 9)).unwrap_or(0)
    };
    grouped(&format!("{value:.digits$}"))
}

/// A count: `469,884`.
pub(crate) fn whole(value: f64) -> String {
    grouped(&format!("{value:.0}"))
}

/// A number in digits, with a comma between thousands.
fn grouped(plain: &str) -> String {
    let whole = plain.find('.').unwrap_or(plain.len());
    let mut out = String::new();
    for (at, digit) in plain.char_indices() {
        let is_thousand = at < whole && (whole - at).is_multiple_of(3) && digit.is_ascii_digit();
        if is_thousand && out.ends_with(|before: char| before.is_ascii_digit()) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let cases = [
            (0.0, "0"),
            (0.004_123, "0.00412"),
            (0.999, "0.999"),
            (1.0, "1.00"),
            (18.26, "18.3"),
            (99.97, "100.0"),
            (512.4, "512"),
            (999.9, "1,000"),
            (469_884.2, "469,884"),
            (1_000_000.0, "1,000,000"),
            (-1234.0, "-1,234"),
            (-123.0, "-123"),
            (1e-30, "0.000000000"),
            (f64::INFINITY, "inf"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }
}
