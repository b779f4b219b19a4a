//! What a client asks for: options in the query and in the body, and the document.

use std::borrow::Cow;
use std::fmt;

use copydesk::formats::{Line, nearest};
use copydesk::{Document, InputReader, OffsetUnit};
use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::problem::{Problem, ProblemKind};

/// The options of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) pipeline: Option<String>,
    pub(crate) layers: Vec<String>,
    pub(crate) offsets: Option<OffsetUnit>,
    /// The id of a text or a page, which cannot say it.
    pub(crate) id: Option<String>,
}

/// The names of the options in a query.
const QUERY: [&str; 4] = ["pipeline", "layers", "offsets", "id"];

impl Choice {
    /// Reads a query. `has_id` is true if it may give the document's id: a text and a page cannot say it.
    ///
    /// # Errors
    /// If a parameter is unknown, repeated or wrong.
    pub(crate) fn of_query(query: Option<&str>, has_id: bool) -> Result<Self, Problem> {
        let mut choice = Choice::default();
        let mut seen: Vec<&'static str> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let Some(known) = QUERY.into_iter().find(|known| *known == name && (has_id || *known != "id")) else {
                let known: Vec<&str> = QUERY.into_iter().filter(|known| has_id || *known != "id").collect();
                let detail = format!("there is no query parameter {}; there are {}", shown(&name), known.join(", "));
                return Err(Problem::field(&shorter(&name), detail));
            };
            if seen.contains(&known) {
                return Err(Problem::field(known, format!("the query parameter {known:?} is given twice")));
            }
            seen.push(known);
            match known {
                "pipeline" => choice.pipeline = Some(value.into_owned()),
                "layers" => {
                    let layers = value.split(',').map(str::trim).filter(|layer| !layer.is_empty());
                    choice.layers = layers.map(str::to_owned).collect();
                }
                "offsets" => choice.offsets = Some(unit(&value)?),
                _ => choice.id = Some(value.into_owned()),
            }
        }
        Ok(choice)
    }
}

fn unit(name: &str) -> Result<OffsetUnit, Problem> {
    OffsetUnit::from_name(name).ok_or_else(|| {
        Problem::field("offsets", format!("there is no unit {}; there are char, byte and utf16", shown(name)))
    })
}

/// A string of a client in a message: quoted, and not too long.
pub(crate) fn shown(text: &str) -> String {
    format!("{:?}", shorter(text))
}

/// The most characters of a client's string in a message.
const SHOWN: usize = 60;

fn shorter(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

/// The form of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    Json,
    Text,
    /// A web page, with the charset of its label.
    Html(Option<String>),
    /// JSON lines.
    Lines,
}

impl Media {
    /// Reads the header Content-Type.
    ///
    /// # Errors
    /// If it is missing, repeated, or not one that is read.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let wrong = |detail: String| Problem::new(ProblemKind::UnsupportedMediaType, detail);
        let mut values = headers.get_all(CONTENT_TYPE).into_iter();
        let (value, more) = (values.next(), values.next());
        let Some(value) = value.filter(|_| more.is_none()).and_then(|value| value.to_str().ok()) else {
            return Err(wrong("the header Content-Type is missing, repeated, or not readable".to_owned()));
        };
        let (essence, parameters) = value.split_once(';').unwrap_or((value, ""));
        let charset = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
        let mut charset = charset.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        let charset = charset.next().map(|(_, value)| value.trim().trim_matches('"').to_ascii_lowercase());
        let utf8 = charset.as_deref().is_none_or(|charset| matches!(charset, "utf-8" | "utf8" | "us-ascii"));
        let media = match essence.trim().to_ascii_lowercase().as_str() {
            "text/html" | "application/xhtml+xml" => return Ok(Media::Html(charset)),
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/jsonlines"
            | "application/x-jsonlines" => Media::Lines,
            "text/plain" => Media::Text,
            essence if essence == "application/json" || is_json_suffix(essence) => Media::Json,
            other => return Err(wrong(format!("a body of type {} is not read here", shown(other)))),
        };
        if !utf8 {
            let charset = shown(charset.as_deref().unwrap_or_default());
            return Err(wrong(format!("the charset {charset} is not read here; send UTF-8")));
        }
        Ok(media)
    }
}

fn is_json_suffix(essence: &str) -> bool {
    essence.starts_with("application/") && essence.ends_with("+json")
}

/// The keys of a document, and those of the options.
const KEYS: [&str; 22] = [
    "text",
    "html",
    "id",
    "meta",
    "pipeline",
    "layers",
    "offsets",
    "title",
    "authors",
    "published",
    "modified",
    "outlet",
    "section",
    "language",
    "url",
    "blocks",
    "sentences",
    "tokens",
    "multiword_tokens",
    "entities",
    "quotes",
    "schema",
];

/// The keys of a JSON body, their values unparsed.
struct Object<'a> {
    keys: Vec<(&'static str, &'a RawValue)>,
    /// The first key that is unknown.
    unknown: Option<String>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, {\"text\": \"...\"}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut keys, mut unknown) = (Vec::new(), None);
                while let Some((key, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                    match KEYS.into_iter().find(|known| *known == key) {
                        Some(known) if keys.iter().any(|(seen, _)| *seen == known) => {
                            return Err(de::Error::custom(format!("the key {known:?} is given twice")));
                        }
                        Some(known) => keys.push((known, value)),
                        None => unknown = unknown.or(Some(key.into_owned())),
                    }
                }
                Ok(Object { keys, unknown })
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

impl<'a> Object<'a> {
    /// The value of a key. `null` is no value.
    fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.keys.iter().find(|(name, _)| *name == key).map(|(_, value)| *value).filter(|value| value.get() != "null")
    }

    /// The value of a key that holds a string or a list of strings.
    fn parsed<T: Deserialize<'a>>(&self, key: &str, what: &str) -> Result<Option<T>, Problem> {
        let value = self.get(key).map(|value| serde_json::from_str(value.get())).transpose();
        value.map_err(|_| Problem::field(key, format!("{key:?} must be {what}")))
    }
}

/// A body that was read and not yet parsed.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) media: Media,
    pub(crate) body: Vec<u8>,
    pub(crate) query: Choice,
}

/// The id of a document that has none.
const ID: &str = "1";

impl Posted {
    /// Returns the document, and the options of the query and the body.
    ///
    /// # Errors
    /// If the body is malformed, or a field of it is wrong.
    pub(crate) fn read(self) -> Result<(Document, Choice), Problem> {
        let Posted { media, body, query } = self;
        if media == Media::Json {
            return json(body, query);
        }
        let id = query.id.clone().unwrap_or_else(|| ID.to_owned());
        let reader = InputReader::default();
        let read = match media {
            Media::Html(charset) => reader.page(body, charset.as_deref(), &id),
            Media::Text => match std::str::from_utf8(&body) {
                Ok(_) => reader.text(body, &id),
                Err(error) => return Err(not_utf8(&error)),
            },
            Media::Json | Media::Lines => {
                let detail = "many documents go to /v1/analyze/batch; here goes one, as application/json";
                return Err(Problem::new(ProblemKind::UnsupportedMediaType, detail));
            }
        };
        let document = read.map_err(|error| Problem::new(ProblemKind::BadRequest, error.message()))?;
        Ok((document, query))
    }
}

fn not_utf8(error: &std::str::Utf8Error) -> Problem {
    Problem::new(ProblemKind::BadRequest, format!("byte {} of the body is not UTF-8", error.valid_up_to()))
}

fn json(body: Vec<u8>, query: Choice) -> Result<(Document, Choice), Problem> {
    let text = std::str::from_utf8(&body).map_err(|error| not_utf8(&error))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let object: Object<'_> = serde_json::from_str(text).map_err(|error| {
        let kind = if error.is_data() { ProblemKind::Invalid } else { ProblemKind::BadRequest };
        Problem::new(kind, format!("the body is not a JSON object as it should be: {error}"))
    })?;
    if let Some(unknown) = &object.unknown {
        let near = nearest(unknown, &KEYS).map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
        return Err(Problem::field(&shorter(unknown), format!("there is no key {}{near}", shown(unknown))));
    }
    match (object.get("text"), object.get("html")) {
        (Some(_), Some(_)) => return Err(Problem::field("html", "give \"text\" or \"html\", not both")),
        (None, None) => return Err(Problem::field("text", "\"text\" is missing, and \"html\" too; one must be given")),
        _ => {}
    }
    let offsets: Option<String> = object.parsed("offsets", "char, byte or utf16")?;
    let offsets = offsets.map(|name| unit(&name)).transpose()?.or(query.offsets);
    let choice = Choice {
        pipeline: object.parsed("pipeline", "a string, the name of a pipeline")?.or(query.pipeline),
        layers: object.parsed("layers", "a list of names of layers")?.unwrap_or(query.layers),
        offsets,
        id: None,
    };
    let start = body.len() - text.len();
    let mut bytes = body;
    if start > 0 {
        bytes.drain(..start);
    }
    let line = Line { number: 1, bytes };
    let document = InputReader::new(offsets.unwrap_or_default()).line(&line).map_err(|error| match error.field() {
        Some(field) => Problem::field(field, error.message()),
        None => Problem::new(ProblemKind::Invalid, error.message()),
    })?;
    Ok((document, choice))
}
