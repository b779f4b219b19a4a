//! Numbers, strings and keys of JSON, appended to a buffer.

use serde::Serialize;

/// `,"name":`
pub(crate) fn key(out: &mut Vec<u8>, name: &str) {
    out.push(b',');
    first_key(out, name);
}

/// `"name":`
pub(crate) fn first_key(out: &mut Vec<u8>, name: &str) {
    // Keys are identifiers: nothing to escape.
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// A quoted string.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    json(out, text);
}

/// Any value that always has a JSON form.
pub(crate) fn json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let start = out.len();
    // Writing into a vector cannot fail, and neither strings nor JSON values can.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// `[start,end]`
pub(crate) fn pair(out: &mut Vec<u8>, [start, end]: [u32; 2]) {
    out.push(b'[');
    number(out, start);
    out.push(b',');
    number(out, end);
    out.push(b']');
}

/// A number.
pub(crate) fn number(out: &mut Vec<u8>, value: u32) {
    integer(out, value.into());
}

/// A number.
pub(crate) fn integer(out: &mut Vec<u8>, mut value: u64) {
    // 20 digits hold the greatest u64.
    let mut digits = [b'0'; 20];
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
        length += 1;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(digits.len() - length..).unwrap_or_default());
}

/// Writes a number with at most four decimals, half away from zero, or null if it is not finite.
pub fn float(out: &mut Vec<u8>, value: f32) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
        return;
    }
    let scaled = (f64::from(value) * 10_000.0).round();
    if scaled.abs() >= 9.0e15 {
        // Past what f64 counts exactly there are no decimals to round.
        json(out, &value);
        return;
    }
    let scaled = scaled as i64;
    if scaled < 0 {
        out.push(b'-');
    }
    let scaled = scaled.unsigned_abs();
    integer(out, scaled / 10_000);
    let mut rest = scaled % 10_000;
    if rest > 0 {
        out.push(b'.');
        let mut place = 1_000;
        while rest > 0 {
            out.push(b'0' + (rest / place) as u8);
            rest %= place;
            place /= 10;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (-0.00001, "0"),
            (1.0, "1"),
            (0.98, "0.98"),
            (0.12345, "0.1235"),
            (-0.7, "-0.7"),
            (0.0001, "0.0001"),
            (12.0304, "12.0304"),
            (f32::NAN, "null"),
            (f32::INFINITY, "null"),
        ];
        for (value, expected) in cases {
            let mut out = Vec::new();
            float(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
        let mut out = Vec::new();
        float(&mut out, f32::MAX);
        assert!(serde_json::from_slice::<f32>(&out).is_ok());
    }

    #[test]
    fn integers() {
        for value in [0, 7, 10, 4_294_967_295, u64::MAX] {
            let mut out = Vec::new();
            integer(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }
}
