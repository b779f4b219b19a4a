//! Entries as CSV: a row for each alias, with the columns `id`, `name`, `type`, `alias` and `count`, and perhaps
//! `description` and `country`. Rows with one id are one entry.

use std::collections::HashMap;

use copydesk_plugin_linker::build::GivenEntry;

use super::kind;
use crate::Error;
use crate::lines::Lines;

const COLUMNS: [&str; 7] = ["id", "name", "type", "alias", "count", "description", "country"];
/// The columns that a file must have.
const NEEDED: usize = 2;

pub(super) fn read(lines: &mut Lines) -> Result<Vec<GivenEntry>, Error> {
    let Some(head) = lines.next()? else { return Ok(Vec::new()) };
    let head = fields(head).and_then(|names| places(&names)).map_err(|message| lines.error(message))?;
    let mut entries: Vec<GivenEntry> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut aliases: HashMap<(usize, String), u64> = HashMap::new();
    while let Some(line) = lines.next()? {
        if line.trim().is_empty() {
            continue;
        }
        let row = fields(line).and_then(|fields| row(&fields, &head)).map_err(|message| lines.error(message))?;
        let at = *places.entry(row.id.clone()).or_insert(entries.len());
        if let Some((alias, _)) = row.aliases.first()
            && let Some(earlier) = aliases.insert((at, alias.clone()), lines.number())
        {
            return Err(lines.error(format!("the alias {alias:?} of {:?} is that of line {earlier} too", row.id)));
        }
        match entries.get_mut(at) {
            None => entries.push(row),
            Some(entry) => {
                if (&entry.name, entry.kind) != (&row.name, row.kind) {
                    let message = format!("the entry {:?} has another name or type in an earlier line", row.id);
                    return Err(lines.error(message));
                }
                entry.aliases.extend(row.aliases);
            }
        }
    }
    Ok(entries)
}

/// The place of each column in a row, in the order of [`COLUMNS`].
type Places = [Option<usize>; COLUMNS.len()];

fn places(names: &[String]) -> Result<Places, String> {
    let places = COLUMNS.map(|column| names.iter().position(|name| name.trim().eq_ignore_ascii_case(column)));
    match COLUMNS.iter().zip(places).take(NEEDED).find(|(_, place)| place.is_none()) {
        Some((column, _)) => {
            Err(format!("the first line has no column {column:?}; it must name columns such as {}", COLUMNS.join(",")))
        }
        None => Ok(places),
    }
}

fn row(fields: &[String], places: &Places) -> Result<GivenEntry, String> {
    let [id, name, of_kind, alias, count, description, country] =
        places.map(|place| place.and_then(|place| fields.get(place)).map_or("", |field| field.trim()));
    let count = match count {
        "" => 0,
        count => count.parse().map_err(|_| format!("the count {count:?} is no whole number below 4294967296"))?,
    };
    let entry = GivenEntry {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: kind(of_kind)?,
        aliases: [alias].into_iter().filter(|alias| !alias.is_empty()).map(|alias| (alias.to_owned(), count)).collect(),
        description: description.to_owned(),
        country: country.to_owned(),
        count: if alias.is_empty() { count } else { 0 },
    };
    entry.check()?;
    Ok(entry)
}

/// Returns the fields of a line, as RFC 4180 has them. A field ends on its line: names have no line ends.
fn fields(line: &str) -> Result<Vec<String>, String> {
    let (mut fields, mut rest) = (Vec::new(), line);
    loop {
        let field = match rest.strip_prefix('"') {
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let (field, after) = rest.split_at(end);
                rest = after;
                field.to_owned()
            }
            Some(quoted) => {
                let mut field = String::new();
                rest = quoted;
                loop {
                    let Some((before, after)) = rest.split_once('"') else {
                        return Err("a field that begins with a quotation mark has no end on its line".into());
                    };
                    field.push_str(before);
                    rest = after;
                    match rest.strip_prefix('"') {
                        Some(after) => rest = after,
                        None => break,
                    }
                    field.push('"');
                }
                field
            }
        };
        fields.push(field);
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Ok(fields),
            None => return Err("text follows the end of a field in quotation marks; put a comma there".into()),
        }
    }
}
