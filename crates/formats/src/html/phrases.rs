//! Phrases of English pages that stand among an article's paragraphs and are not the article's.

use super::blocks::Block;
use copydesk_text::lang::ENGLISH;

/// Longer blocks are no boilerplate, whatever they begin with.
const MAX_CHARS: u32 = 200;

/// Beginnings of short blocks that are not the article's.
const BEGINNINGS: [&str; 60] = [
    "advertisement",
    "advert",
    "article continues",
    "story continues",
    "continue reading",
    "continues below",
    "read more",
    "read also",
    "also read",
    "read next",
    "read:",
    "related:",
    "related articles",
    "related stories",
    "related topics",
    "related news",
    "see also",
    "more:",
    "more from",
    "more on this",
    "more stories",
    "most read",
    "sign up",
    "subscribe",
    "follow us",
    "follow @",
    "click here",
    "watch:",
    "share this",
    "share on",
    "share via",
    "copy link",
    "copyright",
    "©",
    "all rights reserved",
    "photo:",
    "photograph:",
    "image:",
    "image source",
    "picture:",
    "scroll down",
    "download the",
    "download our",
    "get the latest",
    "get our",
    "recommended",
    "trending",
    "most popular",
    "you may also like",
    "you might also like",
    "don't miss",
    "join the conversation",
    "leave a comment",
    "print this",
    "email this",
    "listen to this",
    "register for",
    "thank you for",
    "loading",
    "this site uses cookies",
];

/// Longer blocks are no boilerplate, whatever they hold.
const MAX_NOTICE: u32 = 400;

/// Parts of notices to readers: of sales, of letters, of rights.
const NOTICES: [&str; 16] = [
    "we may earn",
    "earn a commission",
    "earn an affiliate commission",
    "contains affiliate links",
    "unsubscribe at any time",
    "you can unsubscribe",
    "all rights reserved",
    "may not be published, broadcast, rewritten",
    "sign up for our",
    "sign up to our",
    "subscribe to our",
    "follow us on",
    "like us on facebook",
    "download our app",
    "special offers, promotions",
    "enable javascript",
];

/// Returns true if a text ends like a sentence.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', '…', '"', '”', '’', '\'', ':', ')', '。'])
}

/// Returns true if a block is no part of an article, by what it says.
pub(super) fn is_boilerplate(text: &str, block: &Block) -> bool {
    if block.chars > MAX_NOTICE {
        return false;
    }
    let lower = text.to_lowercase();
    if NOTICES.iter().any(|notice| lower.contains(notice)) {
        return true;
    }
    if block.chars > MAX_CHARS {
        return false;
    }
    let start: String = text.chars().take(40).flat_map(char::to_lowercase).collect();
    BEGINNINGS.iter().any(|beginning| start.starts_with(beginning))
}

/// Headings of what is no part of an article.
const HEADINGS: [&str; 28] = [
    "related",
    "read more",
    "read next",
    "read also",
    "also read",
    "see also",
    "more from",
    "more on",
    "more stories",
    "more news",
    "more like this",
    "most read",
    "most popular",
    "recommended",
    "trending",
    "you may also like",
    "you might also like",
    "latest from",
    "latest news",
    "latest stories",
    "top stories",
    "comments",
    "leave a reply",
    "leave a comment",
    "about the author",
    "share this",
    "follow us",
    "tags",
];

/// Returns true if a short block opens a list of other articles, the comments or the like.
pub(super) fn is_heading_of_boilerplate(text: &str, block: &Block) -> bool {
    if block.chars > 50 {
        return false;
    }
    let start: String = text.chars().take(40).flat_map(char::to_lowercase).collect();
    HEADINGS.iter().any(|beginning| start.starts_with(beginning)) && !text.ends_with(['.', '?', '!', '”', '"'])
}

/// Beginnings of lines with the date of an article.
const DATES: [&str; 6] = ["published", "updated", "last updated", "posted", "last modified", "first published"];

/// Returns true if a line says when the article came out, or how long it takes to read it.
pub(super) fn is_date_line(text: &str) -> bool {
    let line = text.to_lowercase();
    if !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let words = || line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    // By the first three letters, whatever follows.
    let months = ENGLISH.calendar.months;
    let has_month =
        words().any(|word| word.get(..3).is_some_and(|start| months.iter().any(|month| month.starts_with(start))));
    let has_year = words().any(|word| word.len() == 4 && (word.starts_with("19") || word.starts_with("20")));
    DATES.iter().any(|beginning| line.starts_with(beginning))
        || [" min read", " minute read", " mins read", " ago"].iter().any(|end| line.ends_with(end))
        || has_month && has_year && words().count() <= 8 && !ends_sentence(text)
}

/// Words of lines that name only who took a picture.
const CREDITS: [&str; 14] = [
    "getty",
    "reuters",
    "afp",
    "ap photo",
    "associated press",
    "photo by",
    "photograph by",
    "credit:",
    "courtesy",
    "shutterstock",
    "istock",
    "alamy",
    "pa media",
    "epa",
];

/// Returns true if a line under a picture names only its source.
pub(super) fn is_credit(text: &str) -> bool {
    let line = text.to_lowercase();
    let words = || line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_named = CREDITS.iter().any(|credit| match credit.contains(' ') || credit.ends_with(':') {
        true => line.contains(credit),
        false => words().any(|word| word == *credit),
    });
    is_named && words().count() <= 6 && !ends_sentence(text)
}
