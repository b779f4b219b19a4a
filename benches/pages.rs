//! Web pages around the texts, with what pages have beside an article: navigation, metadata, related articles, advertising
//! and a footer. They are our own, and the same in every run.

use std::fmt::Write as _;

/// Links of the navigation and of the footer, and articles beside the one that is read. Together with styles they make
/// up most of a page, as on the sites of newspapers.
const LINKS: usize = 150;
const RELATED: usize = 40;

/// Returns a page with an article of these paragraphs, which blank lines part.
#[must_use]
pub fn page(text: &str) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Vote on the harbour | The Harbour \
         Post</title><link rel=\"canonical\" href=\"https://example.org/harbour\"><meta property=\"og:title\" \
         content=\"Vote on the harbour\"><meta property=\"og:site_name\" content=\"The Harbour Post\"><script \
         type=\"application/ld+json\">{\"@graph\": [{\"@type\": \"NewsArticle\", \"headline\": \"Vote on the harbour\", \
         \"author\": [{\"@type\": \"Person\", \"name\": \"Ana Ruiz\"}], \"datePublished\": \
         \"2024-05-01T09:30:00+02:00\"}]}</script><style>",
    );
    for rule in 0..LINKS {
        let _ = writeln!(page, ".c{rule} > .inner {{ margin: {rule}px; color: #333; display: flex }}");
    }
    page.push_str("</style><script>window.dataLayer = window.dataLayer || [];</script></head><body class=\"single\">");
    links(&mut page, "nav");
    page.push_str(
        "<main><article class=\"story\"><header><h1>Vote on the harbour</h1><p class=\"byline\">By Ana Ruiz</p>",
    );
    page.push_str("</header><div class=\"story-body\">");
    for (number, paragraph) in text.split("\n\n").enumerate() {
        let escaped = paragraph.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(page, "<p class=\"paragraph c{number}\" data-n=\"{number}\">{escaped}</p>");
        if number % 5 == 2 {
            page.push_str("<div class=\"ad-slot\"><span>Advertisement</span></div>\n");
        }
    }
    page.push_str("</div></article><aside class=\"related\"><h2>More from the town</h2>");
    for number in 0..RELATED {
        let _ = writeln!(
            page,
            "<div class=\"card card--{number}\"><a href=\"/a/{number}\"><img src=\"/i/{number}.jpg\" alt=\"\"><h3>Article \
             number {number} of today</h3></a><p>What this other article is about, in one sentence.</p></div>"
        );
    }
    page.push_str("</aside></main>");
    links(&mut page, "footer");
    page.push_str("</body></html>\n");
    page
}

fn links(page: &mut String, element: &str) {
    let _ = write!(page, "<{element}><ul class=\"links\">");
    for number in 0..LINKS {
        let _ = writeln!(page, "<li class=\"item\"><a class=\"link\" href=\"/s/{number}\">Section {number}</a></li>");
    }
    let _ = write!(page, "</ul></{element}>");
}
