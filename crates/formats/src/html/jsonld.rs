//! What a page says about its article in JSON-LD, in the vocabulary of schema.org. Objects may lie in lists, in
//! `@graph`, in each other, and refer to each other by `@id`. A script that is no JSON is passed over.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The objects of a page's scripts.
#[derive(Debug, Default)]
pub(super) struct JsonLd {
    scripts: Vec<Value>,
}

/// What the scripts say about the article.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// `headline`, or the `name` of an article.
    pub(super) title: Option<String>,
    /// The names of `author`.
    pub(super) authors: Vec<String>,
    /// `datePublished`.
    pub(super) published: Option<String>,
    /// `dateModified`.
    pub(super) modified: Option<String>,
    /// The name of `publisher`.
    pub(super) outlet: Option<String>,
    /// `articleSection`.
    pub(super) section: Option<String>,
    /// `inLanguage`.
    pub(super) language: Option<String>,
    /// `description`.
    pub(super) summary: Option<String>,
}

/// The rank of a type: articles first, then pages.
fn rank(kind: &str) -> Option<u8> {
    let kind = kind.rsplit(['/', '#', ':']).next().unwrap_or(kind);
    Some(match kind {
        "LiveBlogPosting" | "BlogPosting" | "SocialMediaPosting" | "Report" | "Review" => 1,
        _ if kind.ends_with("NewsArticle") => 0,
        _ if kind.ends_with("Article") => 1,
        "WebPage" | "ItemPage" => 3,
        _ => return None,
    })
}

impl JsonLd {
    /// Adds a script.
    pub(super) fn add(&mut self, script: &str) {
        if let Some(value) = parse(script) {
            self.scripts.push(value);
        }
    }

    /// Returns what the scripts say about the article, the first one of the most fitting type.
    pub(super) fn facts(&self) -> Facts {
        let mut objects = Vec::new();
        let mut ids: HashMap<&str, &Map<String, Value>> = HashMap::new();
        let mut open: Vec<&Value> = self.scripts.iter().rev().collect();
        while let Some(value) = open.pop() {
            match value {
                Value::Array(values) => open.extend(values.iter().rev()),
                Value::Object(object) => {
                    if let Some(id) = object.get("@id").and_then(Value::as_str)
                        && object.len() > 1
                    {
                        ids.entry(id).or_insert(object);
                    }
                    if let Some(rank) = types(object).filter_map(rank).min() {
                        objects.push((rank, object));
                    }
                    open.extend(object.values().rev());
                }
                _ => {}
            }
        }
        // The order of equals stays.
        objects.sort_by_key(|(rank, object)| (*rank, !object.contains_key("headline")));
        let mut facts = Facts::default();
        for (rank, object) in objects {
            facts.fill(rank, object, &ids);
        }
        facts
    }
}

fn types(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let (one, list) = match object.get("@type") {
        Some(Value::Array(list)) => (None, list.as_slice()),
        Some(value) => (value.as_str(), [].as_slice()),
        None => (None, [].as_slice()),
    };
    one.into_iter().chain(list.iter().filter_map(Value::as_str))
}

/// Reads a script. Line ends within strings, marks of comments around the whole, and commas behind the last value are
/// common faults.
fn parse(script: &str) -> Option<Value> {
    const DATA: &str = "<![CDATA[";
    let script = script.find(DATA).and_then(|at| script.get(at + DATA.len()..)).unwrap_or(script);
    let script = script.rfind("]]>").and_then(|at| script.get(..at)).unwrap_or(script);
    let bare = script.find(['{', '[']).and_then(|start| script.get(start..))?;
    let bare = bare.rfind(['}', ']']).and_then(|end| bare.get(..=end))?;
    serde_json::from_str(bare).or_else(|_| serde_json::from_str(&mended(bare))).ok()
}

fn mended(script: &str) -> String {
    let mut mended = String::with_capacity(script.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in script.chars() {
        let c = if c.is_control() { ' ' } else { c };
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if matches!(c, '}' | ']') {
            let kept = mended.trim_end();
            let kept = kept.strip_suffix(',').map(str::len);
            if let Some(length) = kept {
                mended.truncate(length);
            }
        } else {
            in_string = c == '"';
        }
        mended.push(c);
    }
    mended
}

type Ids<'a> = HashMap<&'a str, &'a Map<String, Value>>;

impl Facts {
    /// Takes from an object what no better one has.
    fn fill(&mut self, rank: u8, object: &Map<String, Value>, ids: &Ids<'_>) {
        let is_page = rank > 1;
        if self.title.is_none() && !is_page {
            self.title = text(object.get("headline")).or_else(|| text(object.get("name")));
        }
        if self.authors.is_empty() && !is_page {
            for key in ["author", "creator"] {
                if self.authors.is_empty()
                    && let Some(value) = object.get(key)
                {
                    names(value, ids, &mut self.authors, 0);
                }
            }
        }
        let fill = |place: &mut Option<String>, key: &str| {
            if place.is_none() {
                *place = text(object.get(key));
            }
        };
        fill(&mut self.published, "datePublished");
        fill(&mut self.modified, "dateModified");
        fill(&mut self.section, "articleSection");
        fill(&mut self.language, "inLanguage");
        fill(&mut self.summary, "description");
        if self.outlet.is_none() {
            let publisher = object.get("publisher").map(|value| resolved(value, ids));
            self.outlet = text(publisher);
        }
    }
}

/// The object that a reference means, or the value itself.
fn resolved<'a>(value: &'a Value, ids: &Ids<'a>) -> &'a Value {
    let id = value.get("@id").and_then(Value::as_str).filter(|_| value.get("name").is_none());
    id.and_then(|id| ids.get(id)).and_then(|object| object.get("name")).unwrap_or(value)
}

/// A text, the first text of a list, or the name of an object.
fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.as_str(),
        Value::Array(values) => values.iter().find_map(Value::as_str)?,
        Value::Object(object) => object.get("name").or_else(|| object.get("@value"))?.as_str()?,
        _ => return None,
    };
    let text = super::mend_line(text);
    (!text.is_empty()).then_some(text)
}

/// Persons and organisations nest no deeper.
const MAX_NESTING: u32 = 4;

/// Adds the names of persons or organisations: texts, objects, or lists of them.
fn names(value: &Value, ids: &Ids<'_>, found: &mut Vec<String>, depth: u32) {
    if depth > MAX_NESTING {
        return;
    }
    match value {
        Value::String(name) => super::authors::add(found, &super::mend_line(name)),
        Value::Array(values) => values.iter().for_each(|value| names(value, ids, found, depth + 1)),
        Value::Object(object) => match object.get("name").or_else(|| object.get("byline")) {
            Some(name) => names(name, ids, found, depth + 1),
            None => {
                let other = object.get("@id").and_then(Value::as_str).and_then(|id| ids.get(id));
                if let Some(name) = other.and_then(|other| other.get("name")) {
                    names(name, ids, found, depth + 1);
                }
            }
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_scripts() {
        let cases = [
            (r#"{"a": 1}"#, true),
            ("<!-- {\"a\": 1} -->", true),
            ("//<![CDATA[\n{\"a\": \"line\nend\"}\n//]]>", true),
            (r#"{"a": [1, 2,], "b": ",]",}"#, true),
            (r#"[{"a": 1}];"#, true),
            ("", false),
            ("{", false),
            ("}{", false),
            ("var a = 1", false),
        ];
        for (script, expected) in cases {
            assert_eq!(parse(script).is_some(), expected, "{script}");
        }
        assert!(parse(&"[".repeat(100_000)).is_none(), "deep");
    }
}
