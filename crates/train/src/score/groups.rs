//! Figures of groups of documents, by the value of a key of their `meta`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::figures::{COLUMNS, Counts};
use super::table::Table;

/// The group of documents that say nothing under the key.
const NONE: &str = "(none)";

/// Counts for each value of a key.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    key: String,
    counts: BTreeMap<String, Counts>,
}

impl Groups {
    pub fn new(key: String) -> Self {
        Groups { key, counts: BTreeMap::new() }
    }

    /// Counts a document in the group that its `meta` puts it in.
    pub fn add(&mut self, meta: &Value, counts: Counts) {
        let group = match meta.get(&self.key) {
            None | Some(Value::Null) => NONE.to_owned(),
            Some(Value::String(value)) if value.trim().is_empty() => NONE.to_owned(),
            Some(Value::String(value)) => value.clone(),
            Some(other) => other.to_string(),
        };
        self.counts.entry(group).or_default().add(counts);
    }

    /// The groups under the key.
    pub fn json(&self) -> Value {
        let groups: Map<String, Value> =
            self.counts.iter().map(|(group, counts)| (group.clone(), counts.json())).collect();
        json!({ &self.key: groups })
    }

    /// A row a group, below one with the key.
    pub fn rows(&self, table: &mut Table) {
        table.gap();
        table.row([self.key.as_str()].into_iter().chain(COLUMNS));
        self.counts.iter().for_each(|(group, counts)| table.row(counts.row(group)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_go_where_their_meta_says() {
        for (meta, group) in [
            (json!({"region": "Africa"}), "Africa"),
            (json!({"region": "North America", "year": 1}), "North America"),
            (json!({"region": 7}), "7"),
            (json!({"region": true}), "true"),
            (json!({"region": ["a", "b"]}), r#"["a","b"]"#),
            (json!({"region": " "}), NONE),
            (json!({"region": null}), NONE),
            (json!({"year": 1}), NONE),
            (json!("region"), NONE),
            (Value::Null, NONE),
        ] {
            let mut groups = Groups::new("region".into());
            groups.add(&meta, Counts { right: 1, ..Counts::default() });
            assert_eq!(groups.counts.keys().collect::<Vec<_>>(), [group], "{meta}");
        }
    }

    #[test]
    fn groups_add_up() {
        let mut groups = Groups::new("region".into());
        for (meta, right, spurious, missed) in
            [(json!({"region": "Asia"}), 1, 1, 0), (json!({"region": "Asia"}), 2, 0, 1), (json!({}), 0, 0, 2)]
        {
            groups.add(&meta, Counts { right, spurious, missed });
        }
        let expected = json!({"region": {
            "Asia": {"p": 75.0, "r": 75.0, "f1": 75.0, "gold": 4, "predicted": 4},
            "(none)": {"p": 0.0, "r": 0.0, "f1": 0.0, "gold": 2, "predicted": 0},
        }});
        assert_eq!(groups.json(), expected);
        let mut table = Table::default();
        groups.rows(&mut table);
        let expected = [
            "",
            "region      P      R     F1  gold  found",
            "(none)   0.00   0.00   0.00     2      0",
            "Asia    75.00  75.00  75.00     4      4\n",
        ];
        assert_eq!(table.render(), expected.join("\n"));
    }
}
