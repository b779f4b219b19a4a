//! The texts. All are our own, so that they can be in the repository, and they are the same in every run.

use copydesk_bench::built_in_texts;

/// A text and the name that benches of it end with.
#[derive(Clone, Debug)]
pub struct Text {
    /// `short`, `article`, `long`, `hostile` or `other-scripts`.
    pub name: &'static str,
    /// The text.
    pub text: String,
}

/// A sentence, an article, eight articles in one, and an article between all that news never is. All but the first are
/// those of `copydesk bench`.
///
/// # Panics
/// Never: `copydesk bench` has these texts.
#[must_use]
pub fn texts() -> Vec<Text> {
    let built_in = built_in_texts().unwrap_or_else(|error| panic!("{error}"));
    let text = |name, id: &str| {
        let document = built_in.iter().find(|document| document.id() == id);
        Text { name, text: document.unwrap_or_else(|| panic!("no text {id:?}")).text().to_owned() }
    };
    vec![
        Text { name: "short", text: "“We will vote on Monday,” said Ana Ruiz, the minister.".to_owned() },
        text("article", "article-1"),
        text("long", "long"),
        text("hostile", "hostile"),
    ]
}

/// The long text with two bytes in each small letter and four in each capital, which are two UTF-16 units. So offsets
/// in bytes, code points and UTF-16 units all differ.
///
/// # Panics
/// As [`texts`].
#[must_use]
pub fn other_scripts() -> Text {
    let long = texts().into_iter().find(|text| text.name == "long").map(|text| text.text).unwrap_or_default();
    let other = |c: char| match c {
        'a'..='z' => char::from_u32(u32::from('а') + (u32::from(c) - u32::from('a'))).unwrap_or(c),
        'A'..='Z' => char::from_u32(u32::from('𝐀') + (u32::from(c) - u32::from('A'))).unwrap_or(c),
        _ => c,
    };
    Text { name: "other-scripts", text: long.chars().map(other).collect() }
}
