//! The metadata of a page's article: from JSON-LD, then the `meta` elements of Open Graph and others, then the page
//! itself (`h1`, `time`, byline).

use std::collections::HashMap;

use copydesk_core::{Date, Metadata};

use super::blocks::{Page, Place};
use super::dom::{Element, NodeId, ROOT, Step};
use super::jsonld::{Facts, JsonLd};
use super::names::Hints;
use super::{authors, mend_line};
use crate::dates::read_date;

/// Keys of `meta` elements, in small letters. The first key that a page has counts.
const TITLES: [&str; 5] = ["og:title", "twitter:title", "parsely-title", "dc.title", "headline"];
const AUTHORS: [&str; 10] = [
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "article:author_name",
    "sailthru.author",
    "citation_author",
    "byl",
    "og:author",
    "creator",
];
const PUBLISHED: [&str; 14] = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "parsely-pub-date",
    "datepublished",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "date.available",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "date",
];
const MODIFIED: [&str; 8] = [
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "date.modified",
    "lastmod",
];
const OUTLETS: [&str; 4] = ["og:site_name", "application-name", "publisher", "dc.publisher"];
const SECTIONS: [&str; 4] = ["article:section", "parsely-section", "section", "og:article:section"];
const LANGUAGES: [&str; 4] = ["content-language", "og:locale", "dc.language", "language"];
const SUMMARIES: [&str; 3] = ["og:description", "description", "twitter:description"];

/// Longer values of `meta` elements are left out.
const MAX_VALUE: usize = 10_000;

/// A byline has no more characters.
const MAX_BYLINE: usize = 120;

/// What a page says about its article outside of the text.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The metadata.
    pub(super) metadata: Metadata,
    /// The summary that search engines show.
    pub(super) summary: Option<String>,
}

#[derive(Default)]
struct Collected {
    meta: HashMap<String, Vec<String>>,
    linked_data: JsonLd,
    title: Option<String>,
    heading: Option<String>,
    canonical: Option<String>,
    language: Option<String>,
    times: Vec<(bool, Date)>,
    authors: Vec<String>,
}

/// Returns the metadata of a page.
pub(super) fn metadata(page: &Page<'_>) -> Found {
    let mut all = Collected::default();
    for step in page.dom.walk(ROOT) {
        let Step::Enter(id) = step else { continue };
        let Some(element) = page.dom.element(id) else { continue };
        all.add(page, id, element);
    }
    all.heading = heading(page);
    let facts = all.linked_data.facts();
    all.combined(facts)
}

/// Returns the text of the first `h1` that has one.
fn heading(page: &Page<'_>) -> Option<String> {
    let block = page
        .blocks
        .iter()
        .find(|block| block.place == Place::Heading(1) && block.chars >= 10 && !block.within.hints.any(Hints::HIDDEN));
    block.map(|block| mend_line(page.text_of(block))).filter(|title| !title.is_empty())
}

impl Collected {
    fn add(&mut self, page: &Page<'_>, id: NodeId, element: &Element) {
        match &*element.name.local {
            "html" => self.language = element.attribute("lang").map(str::to_owned),
            "meta" => self.add_meta(element),
            "script" if is_linked_data(element) => self.linked_data.add(&page.dom.text_of(id)),
            "title" if self.title.is_none() => {
                self.title = Some(mend_line(&page.dom.text_of(id))).filter(|title| !title.is_empty());
            }
            "link" if element.attribute("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.canonical = self.canonical.take().or_else(|| element.attribute("href").map(str::to_owned));
            }
            name => {
                let dated = element.attribute("datetime").or_else(|| element.attribute("content"));
                let is_date = name == "time" || page.hints_of(id).any(Hints::DATE) && dated.is_some();
                if is_date && self.times.len() < MAX_TIMES {
                    let text = dated.map_or_else(|| short_text(page, id), str::to_owned);
                    let is_published = element.attribute("itemprop") == Some("datePublished")
                        || element.attribute("pubdate").is_some();
                    self.times.extend(labelled_date(&text).map(|date| (is_published, date)));
                }
                let is_byline = element.attribute("rel") == Some("author")
                    || element.attribute("itemprop") == Some("author")
                    || page.hints_of(id).any(Hints::BYLINE);
                if is_byline && self.authors.is_empty() && page.rows(id).len() <= 3 {
                    let line = short_text(page, id);
                    if line.chars().count() <= MAX_BYLINE {
                        authors::add(&mut self.authors, &line);
                    }
                }
            }
        }
    }

    fn add_meta(&mut self, element: &Element) {
        let Some(value) = element.attribute("content").filter(|value| value.len() <= MAX_VALUE) else { return };
        let value = mend_line(value);
        if value.is_empty() {
            return;
        }
        for key in ["property", "name", "itemprop", "http-equiv"] {
            if let Some(key) = element.attribute(key) {
                self.meta.entry(key.to_ascii_lowercase()).or_default().push(value.clone());
            }
        }
    }

    fn first(&self, keys: &[&str]) -> Option<&str> {
        let values = keys.iter().find_map(|key| self.meta.get(*key))?;
        values.first().map(String::as_str)
    }

    fn first_date(&self, keys: &[&str]) -> Option<Date> {
        keys.iter().filter_map(|key| self.meta.get(*key)?.first()).find_map(|text| labelled_date(text))
    }

    fn combined(self, facts: Facts) -> Found {
        let outlet = self.first(&OUTLETS).map(str::to_owned);
        let outlet = facts.outlet.clone().or(outlet);
        let summary = self.first(&SUMMARIES).map(str::to_owned).or_else(|| facts.summary.clone());
        let published = facts.published.as_deref().and_then(labelled_date).or_else(|| self.first_date(&PUBLISHED));
        let times = || self.times.iter();
        let published = published.or_else(|| {
            let first = times().find(|(is_published, _)| *is_published).or_else(|| times().next());
            first.map(|(_, date)| date.clone())
        });
        let modified = facts.modified.as_deref().and_then(labelled_date).or_else(|| self.first_date(&MODIFIED));
        let language = self.language.clone().or_else(|| facts.language.clone());
        let language = language.or_else(|| self.first(&LANGUAGES).map(str::to_owned));
        let section = facts.section.clone().or_else(|| self.first(&SECTIONS).map(str::to_owned));
        let url = self.canonical.clone().or_else(|| self.first(&["og:url"]).map(str::to_owned));
        let metadata = Metadata {
            title: self.best_title(facts.title.as_deref(), outlet.as_deref()),
            authors: self.best_authors(&facts.authors, outlet.as_deref()),
            published,
            modified,
            outlet,
            section,
            language: language.and_then(|tag| language_tag(&tag)),
            url: url.filter(|url| url.starts_with("http")),
        };
        Found { metadata, summary }
    }

    /// The headline, from up to four places that often differ. What two of them agree on is taken.
    fn best_title(&self, linked: Option<&str>, outlet: Option<&str>) -> Option<String> {
        let graph = self.first(&TITLES).map(|title| without_outlet(title, outlet));
        let heading = self.heading.as_deref();
        let page = self.title.as_deref().map(|title| without_outlet(title, outlet));
        let agree = |one: Option<&str>, other: Option<&str>| match (one, other) {
            (Some(one), Some(other)) => plain(one) == plain(other),
            _ => false,
        };
        let best = match () {
            () if linked.is_none() => graph.or(heading).or(page),
            () if is_shorter(graph, heading) => graph,
            () if agree(linked, heading) || agree(linked, graph) => linked,
            () if agree(graph, heading) => heading,
            () => graph.or(linked),
        };
        best.map(str::to_owned)
    }

    fn best_authors(&self, linked: &[String], outlet: Option<&str>) -> Vec<String> {
        let is_outlet = |names: &[String]| match (names, outlet) {
            ([name], Some(outlet)) => plain(name) == plain(outlet),
            _ => false,
        };
        let mut named = Vec::new();
        for key in AUTHORS {
            for line in self.meta.get(key).map(Vec::as_slice).unwrap_or_default() {
                authors::add(&mut named, line);
            }
            if !named.is_empty() && !is_outlet(&named) {
                break;
            }
        }
        // The outlet as author says less than a byline.
        let all = [linked, &named, &self.authors];
        let best = all.iter().find(|names| !names.is_empty() && !is_outlet(names));
        best.or_else(|| all.iter().find(|names| !names.is_empty())).map(|names| names.to_vec()).unwrap_or_default()
    }
}

/// More times of a page are not looked at.
const MAX_TIMES: usize = 50;

fn short_text(page: &Page<'_>, id: NodeId) -> String {
    let mut text = String::new();
    for step in page.dom.walk(id) {
        if let Step::Enter(id) = step
            && let Some(characters) = page.dom.text(id)
        {
            text.push_str(characters);
            text.push(' ');
        }
        if text.len() > 4 * MAX_BYLINE {
            break;
        }
    }
    mend_line(&text)
}

fn is_linked_data(element: &Element) -> bool {
    element.attribute("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"))
}

/// Returns true if a title is the headline without its last words. A title that was cut to a length does not count.
fn is_shorter(title: Option<&str>, headline: Option<&str>) -> bool {
    let (Some(title), Some(headline)) = (title, headline) else { return false };
    let more = headline.strip_prefix(title).unwrap_or("");
    title.chars().count() >= 40 && more.starts_with(' ') && !title.ends_with(['…', '.'])
}

/// Letters and digits in small letters: titles that differ in quotation marks or blanks alone are the same.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Cuts the name of the outlet off a title: `Mining blasts shatter homes - The Daily` to the first part.
fn without_outlet<'a>(title: &'a str, outlet: Option<&str>) -> &'a str {
    for separator in [" | ", " - ", " – ", " — ", " * ", " :: ", " » "] {
        if let Some(at) = title.rfind(separator)
            && let (Some(before), Some(after)) = (title.get(..at), title.get(at + separator.len()..))
        {
            let is_outlet = outlet.is_some_and(|outlet| {
                let (after, outlet) = (plain(after), plain(outlet));
                !after.is_empty() && (outlet.contains(&after) || after.contains(&outlet))
            });
            if is_outlet && before.chars().count() >= 10 {
                return before.trim();
            }
        }
    }
    title
}

/// A BCP 47 tag, from a tag, a locale such as `en_GB`, or a list of tags.
fn language_tag(text: &str) -> Option<String> {
    let first = text.split([',', ';', ' ']).next().unwrap_or("").trim().replace('_', "-");
    let mut parts = first.split('-');
    let language = parts.next().filter(|part| (2..=3).contains(&part.len()))?;
    let is_tag = first.len() <= 35 && first.split('-').all(|part| (1..=8).contains(&part.len()));
    let is_tag = is_tag && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_tag && language.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(first)
}

/// Words before a date that say what it is: "Last updated on".
const LABEL: usize = 3;

/// Reads a date, which may have some words before it.
fn labelled_date(text: &str) -> Option<Date> {
    let mut rest = text.trim();
    for _ in 0..LABEL {
        if let Some(date) = read_date(rest) {
            return Some(date);
        }
        rest = rest.split_once(char::is_whitespace)?.1.trim_start();
    }
    read_date(rest)
}
