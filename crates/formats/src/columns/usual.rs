//! The names that columns usually have, in small letters and without blanks, hyphens and underscores. The first one that
//! a table has is taken.

use super::MetadataField;

/// Names of columns that hold the text.
pub(super) const TEXT: &[&str] = &[
    "text",
    "body",
    "content",
    "article",
    "articletext",
    "articlebody",
    "bodytext",
    "maintext",
    "fulltext",
    "plaintext",
    "rawtext",
    "story",
];

/// Names of columns that hold the id.
pub(super) const ID: &[&str] = &["id", "guid", "uid", "uuid", "articleid", "docid", "documentid", "key"];

/// Names of columns that hold a piece of metadata.
pub(super) fn of(field: MetadataField) -> &'static [&'static str] {
    match field {
        MetadataField::Title => &["title", "headline", "articletitle"],
        MetadataField::Authors => &["authors", "author", "byline"],
        MetadataField::Published => &[
            "published",
            "publishedat",
            "publisheddate",
            "publishdate",
            "pubdate",
            "pubdt",
            "datepublished",
            "datepublish",
            "publicationdate",
            "date",
        ],
        MetadataField::Modified => {
            &["modified", "modifiedat", "datemodified", "datemodify", "lastmodified", "updated", "updatedat"]
        }
        MetadataField::Outlet => &["outlet", "source", "publication", "publisher", "newspaper", "sitename"],
        MetadataField::Section => &["section"],
        MetadataField::Language => &["language", "lang"],
        MetadataField::Url => &["url", "link", "articleurl", "permalink"],
    }
}

/// Folds a name: case, blanks, hyphens and underscores make no difference.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '\u{FEFF}')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_folded_and_mean_one_thing() {
        let fields = MetadataField::ALL.into_iter().flat_map(of);
        let names: Vec<&str> = TEXT.iter().chain(ID).chain(fields).copied().collect();
        for name in &names {
            assert_eq!(folded(name), *name);
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
        }
    }
}
