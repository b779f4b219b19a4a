//! A value of an Arrow column, as JSON.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType,
    Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, StructArray};
use arrow_schema::{DataType, TimeUnit};
use copydesk_formats::{day_since_1970, since_1970};
use serde_json::{Map, Number, Value};

/// What a value takes of the limit beside its strings.
const SIZE: usize = 16;

/// Returns the value in a row. A type without a form in JSON gives null. `left` is how many bytes the row may still have;
/// `None` means that it has more.
pub(crate) fn of(array: &dyn Array, row: usize, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(SIZE)?;
    if row >= array.len() || array.is_null(row) {
        return Some(Value::Null);
    }
    Some(match array.data_type() {
        DataType::Utf8View => text(array.as_string_view_opt()?.value(row), left)?,
        DataType::Utf8 => text(array.as_string_opt::<i32>()?.value(row), left)?,
        DataType::LargeUtf8 => text(array.as_string_opt::<i64>()?.value(row), left)?,
        // Some programs write strings as bytes. Other bytes, such as pictures, have no form in JSON.
        DataType::BinaryView => match std::str::from_utf8(array.as_binary_view_opt()?.value(row)) {
            Ok(string) => text(string, left)?,
            Err(_) => Value::Null,
        },
        DataType::Boolean => Value::Bool(array.as_boolean_opt()?.value(row)),
        DataType::Int8 => integer::<Int8Type>(array, row)?,
        DataType::Int16 => integer::<Int16Type>(array, row)?,
        DataType::Int32 => integer::<Int32Type>(array, row)?,
        DataType::Int64 => integer::<Int64Type>(array, row)?,
        DataType::UInt8 => integer::<UInt8Type>(array, row)?,
        DataType::UInt16 => integer::<UInt16Type>(array, row)?,
        DataType::UInt32 => integer::<UInt32Type>(array, row)?,
        DataType::UInt64 => integer::<UInt64Type>(array, row)?,
        DataType::Float16 => float(array.as_primitive_opt::<Float16Type>()?.value(row).into()),
        DataType::Float32 => float(array.as_primitive_opt::<Float32Type>()?.value(row).into()),
        DataType::Float64 => float(array.as_primitive_opt::<Float64Type>()?.value(row)),
        DataType::Decimal32(..) => decimal::<Decimal32Type>(array, row)?,
        DataType::Decimal64(..) => decimal::<Decimal64Type>(array, row)?,
        DataType::Decimal128(..) => decimal::<Decimal128Type>(array, row)?,
        DataType::Decimal256(..) => decimal::<Decimal256Type>(array, row)?,
        DataType::Date32 => string(day_since_1970(array.as_primitive_opt::<Date32Type>()?.value(row).into())),
        DataType::Timestamp(unit, zone) => string(moment(array, row, *unit, zone.is_some())?),
        DataType::Time32(TimeUnit::Second) => time::<Time32SecondType>(array, row, 0)?,
        DataType::Time32(_) => time::<Time32MillisecondType>(array, row, 3)?,
        DataType::Time64(TimeUnit::Microsecond) => time::<Time64MicrosecondType>(array, row, 6)?,
        DataType::Time64(_) => time::<Time64NanosecondType>(array, row, 9)?,
        DataType::List(_) => list(array.as_list_opt::<i32>()?.value(row).as_ref(), left)?,
        DataType::LargeList(_) => list(array.as_list_opt::<i64>()?.value(row).as_ref(), left)?,
        DataType::Map(..) => map(&array.as_map_opt()?.value(row), left)?,
        DataType::Struct(_) => object(array.as_struct_opt()?, row, left)?,
        _ => Value::Null,
    })
}

fn text(text: &str, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(text.len())?;
    Some(Value::String(text.to_owned()))
}

fn string(text: Option<String>) -> Value {
    text.map_or(Value::Null, Value::String)
}

fn integer<T: ArrowPrimitiveType<Native: Into<Number>>>(array: &dyn Array, row: usize) -> Option<Value> {
    Some(Value::Number(array.as_primitive_opt::<T>()?.value(row).into()))
}

fn float(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// A decimal as a number, if a number has its digits, or else as a string.
fn decimal<T: DecimalType>(array: &dyn Array, row: usize) -> Option<Value> {
    let text = array.as_primitive_opt::<T>()?.value_as_string(row);
    /// Digits that a 64-bit float always has.
    const EXACT: usize = 15;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    Some(match text.parse() {
        Ok(number) if digits <= EXACT => float(number),
        _ => Value::String(text),
    })
}

/// A point in time, in ISO 8601. With a time zone it counts from 1970 in UTC.
fn moment(array: &dyn Array, row: usize, unit: TimeUnit, has_zone: bool) -> Option<Option<String>> {
    let (value, digits) = match unit {
        TimeUnit::Second => (array.as_primitive_opt::<TimestampSecondType>()?.value(row), 0),
        TimeUnit::Millisecond => (array.as_primitive_opt::<TimestampMillisecondType>()?.value(row), 3),
        TimeUnit::Microsecond => (array.as_primitive_opt::<TimestampMicrosecondType>()?.value(row), 6),
        TimeUnit::Nanosecond => (array.as_primitive_opt::<TimestampNanosecondType>()?.value(row), 9),
    };
    let units = 10_i64.pow(digits);
    let Some(mut text) = since_1970(value.div_euclid(units)) else { return Some(None) };
    // It ends in a Z.
    text.pop();
    text += &fraction(value.rem_euclid(units), digits as usize);
    if has_zone {
        text.push('Z');
    }
    Some(Some(text))
}

/// `.25` of 250 thousandths; nothing of zero.
fn fraction(value: i64, digits: usize) -> String {
    if value == 0 {
        return String::new();
    }
    format!(".{value:0digits$}").trim_end_matches('0').to_owned()
}

fn time<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array, row: usize, digits: u32) -> Option<Value> {
    let value: i64 = array.as_primitive_opt::<T>()?.value(row).into();
    let units = 10_i64.pow(digits);
    let (second, rest) = (value.div_euclid(units), value.rem_euclid(units));
    let rest = fraction(rest, digits as usize);
    let in_a_day = (0..86_400).contains(&second);
    let text = format!("{:02}:{:02}:{:02}{rest}", second / 3_600, second / 60 % 60, second % 60);
    Some(string(in_a_day.then_some(text)))
}

fn list(items: &dyn Array, left: &mut usize) -> Option<Value> {
    let items = (0..items.len()).map(|row| of(items, row, left)).collect::<Option<Vec<Value>>>()?;
    Some(Value::Array(items))
}

fn object(array: &StructArray, row: usize, left: &mut usize) -> Option<Value> {
    let mut object = Map::new();
    for (name, column) in array.column_names().into_iter().zip(array.columns()) {
        *left = left.checked_sub(name.len())?;
        object.insert(name.to_owned(), of(column, row, left)?);
    }
    Some(Value::Object(object))
}

/// A map as an object. A key that is no string is written as JSON writes it.
fn map(entries: &StructArray, left: &mut usize) -> Option<Value> {
    let [keys, values] = entries.columns() else { return Some(Value::Null) };
    let mut object = Map::new();
    for row in 0..entries.len() {
        let key = match of(keys, row, left)? {
            Value::String(key) => key,
            key => key.to_string(),
        };
        object.insert(key, of(values, row, left)?);
    }
    Some(Value::Object(object))
}
