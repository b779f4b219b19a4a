//! One figure out of all, by its name.

use serde_json::Value;

/// Returns the figure that a path names: keys joined by full stops, as in `all.f1` or `relation/all.f1`. Returns `None`
/// if there is no such figure.
#[must_use]
pub fn metric(scores: &Value, path: &str) -> Option<f64> {
    metrics(scores).into_iter().find(|(name, _)| name == path).map(|(_, value)| value)
}

/// All figures with their names.
#[must_use]
pub fn metrics(scores: &Value) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    collect(scores, String::new(), &mut found);
    found
}

fn collect(value: &Value, path: String, found: &mut Vec<(String, f64)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(value, path, found);
            }
        }
        value => found.extend(value.as_f64().map(|value| (path, value))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let scores =
            serde_json::json!({"all": {"f1": 2.5}, "rel.exact/all": {"p": 1, "f1": null}, "n": 3, "bins": [{"n": 1}]});
        for (path, expected) in [
            ("all.f1", Some(2.5)),
            ("rel.exact/all.p", Some(1.0)),
            ("n", Some(3.0)),
            ("all", None),
            ("rel.exact/all.f1", None),
            // A list has no names.
            ("bins", None),
            ("bins.n", None),
        ] {
            assert_eq!(metric(&scores, path), expected, "{path}");
        }
    }
}
