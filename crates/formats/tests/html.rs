//! Web pages: kinds of blocks, what is left out, paths, metadata and where they come from, and hostile markup.

use copydesk_core::Document;
use copydesk_formats::{PATH, html_document, read_html};
use proptest::prelude::*;

fn read(page: &str) -> Document {
    read_html(page, "page").expect("a page has blocks")
}

/// The blocks of a page, `kind: text` each.
fn blocks(page: &str) -> Vec<String> {
    let document = read(page);
    let layer = document.layer("blocks").expect("a page has blocks");
    let kinds = layer.column("kind").and_then(|kinds| kinds.as_strings()).expect("a page has blocks");
    let texts = layer.spans().iter().map(|span| span.get(document.text()).expect("a page has blocks"));
    kinds.iter().zip(texts).map(|(kind, text)| format!("{kind}: {text}")).collect()
}

fn paths(page: &str) -> Vec<String> {
    let document = read(page);
    let paths = document.layer("blocks").and_then(|layer| layer.column(PATH)).and_then(|paths| paths.as_strings());
    paths.expect("a page has blocks").iter().map(str::to_owned).collect()
}

/// Three paragraphs that are long enough to be an article.
const STORY: &str =
    "<p>The council of Easthaven will vote on Monday on the plan for the old harbour, said Ana Ruiz.</p>
    <p>The plan was put off twice, since the owners of two warehouses on the quay had gone to court over it.</p>
    <p>“We waited long enough,” the mayor told reporters on Friday after a meeting that took three hours.</p>";

fn story() -> Vec<String> {
    let paragraphs = blocks(STORY);
    assert!(paragraphs.len() == 3 && paragraphs.iter().all(|block| block.starts_with("paragraph: ")));
    paragraphs
}

/// A whole page around `inside`, which stands in its `article` before, between and behind the story's paragraphs.
fn page(before: &str, between: &str, behind: &str) -> String {
    let cut = STORY.find("</p>").expect("a page has blocks") + 4;
    let (first, rest) = STORY.split_at(cut);
    format!(
        "<!doctype html><html><head><title>x</title></head><body><div id=top><article>{before}<div>{first}{between}\
         {rest}</div>{behind}</article></div></body></html>"
    )
}

#[test]
fn blocks_have_kinds() {
    let cases: [(&str, &str, &str, &str); 8] = [
        ("<h1>Vote on the harbour</h1>", "", "", "headline: Vote on the harbour"),
        ("", "<h2>What is at stake</h2>", "", "paragraph: What is at stake"),
        ("", "<ul><li>Forty jobs on the quay.</li></ul>", "", "list_item: Forty jobs on the quay."),
        (
            "",
            "<blockquote>It was a long way, said Ben Okri.</blockquote>",
            "",
            "paragraph: It was a long way, said Ben Okri.",
        ),
        (
            "",
            "<blockquote class=pull-quote>We waited long enough</blockquote>",
            "",
            "pull_quote: We waited long enough",
        ),
        ("", "<figure><img src=a><figcaption>The harbour.</figcaption></figure>", "", "caption: The harbour."),
        ("", "<div class=image><img src=a><span class=photoCaption>The quay.</span></div>", "", "caption: The quay."),
        ("", "<div><img src=a><div>The old quay in April</div></div>", "", "caption: The old quay in April"),
    ];
    for (before, between, behind, expected) in cases {
        let found = blocks(&page(before, between, behind));
        assert!(found.contains(&expected.to_owned()), "{expected}: {found:#?}");
        assert_eq!(found.len(), 4, "{found:#?}");
    }
}

#[test]
fn bylines_and_summaries_stand_above_the_text() {
    let head = "<h1>Vote on the harbour</h1><p class=standfirst>The plan returns after two years.</p>
        <div class=byline>By <a rel=author href=/a>Ana Ruiz</a></div><time datetime=2024-05-01>May 1</time>";
    let found = blocks(&page(head, "", ""));
    assert_eq!(
        found.get(..3).unwrap(),
        ["headline: Vote on the harbour", "paragraph: The plan returns after two years.", "byline: By Ana Ruiz"]
    );
    assert_eq!(found.get(3..).unwrap(), story());
}

#[test]
fn boilerplate_is_left_out() {
    let cases = [
        "<nav><a href=/>Home</a> <a href=/n>News</a></nav>",
        "<aside><p>An aside that is long enough to be taken for a paragraph of the article.</p></aside>",
        "<div class=related-articles><h3>Related</h3><a href=/b>The harbour in pictures</a></div>",
        "<div class='newsletterSignup'><p>Get the best stories of the week in your letter box.</p></div>",
        "<p>Read more: <a href=/b>The harbour in pictures</a></p>",
        "<p>ADVERTISEMENT</p>",
        "<p><a href=/b>The harbour in pictures: how it became what it is</a></p>",
        "<ul><li><a href=/b>The harbour in pictures</a></li><li><a href=/c>The mayor's plan</a></li></ul>",
        "<div class=social-share><span>Share</span> <span>Copy link</span></div>",
        "<form><label>Your address</label><p>We send you one letter a week and no more.</p></form>",
        "<section id=comments><p>I think that this is a good plan, and so does my neighbour.</p></section>",
        "<div style='display: none'><p>A text that nobody sees, as long as a paragraph may be.</p></div>",
        "<p hidden>A text that nobody sees, as long as a paragraph may be.</p>",
        "<script>var text = 'A text that nobody sees.';</script><style>p { color: red }</style>",
        "<noscript><p>Please switch scripts on to read this page in full length.</p></noscript>",
        "<h3>Most read</h3><p><a href=/b>The harbour in pictures</a></p>",
        "<p>Published May 1, 2024</p>",
        "<footer><p>© 2024 The Harbour Post. All rights reserved in all countries.</p></footer>",
        "<template><p>A text that a script may show some day, or may not.</p></template>",
        "<svg><text>Logo of the newspaper, with its name below</text></svg>",
    ];
    for case in cases {
        assert_eq!(blocks(&page("", case, "")), story(), "between: {case}");
        assert_eq!(blocks(&page("", "", case)), story(), "behind: {case}");
        assert_eq!(blocks(&page(case, "", "")), story(), "before: {case}");
    }
}

#[test]
fn names_that_mean_nothing_keep_their_text() {
    for name in ["with-sidebar", "has-comments no-ads", "share", "paywall", "premium-content"] {
        let page = format!("<html><body><div class='{name}'>{STORY}</div></body></html>");
        assert_eq!(blocks(&page), story(), "{name}");
    }
}

#[test]
fn breaks_make_paragraphs() {
    let page = "<html><body><div>The council will vote on Monday, said Ana Ruiz, the mayor.<br><br>The vote was put
        off<br>twice.<p>A paragraph in the middle of it all, which is closed.</p>And text behind it.</div></body></html>";
    let expected = [
        "paragraph: The council will vote on Monday, said Ana Ruiz, the mayor.",
        "paragraph: The vote was put off\ntwice.",
        "paragraph: A paragraph in the middle of it all, which is closed.",
        "paragraph: And text behind it.",
    ];
    assert_eq!(blocks(page), expected);
}

#[test]
fn parts_of_pages_are_read_whole() {
    assert_eq!(blocks("<p>No.</p><p>Yes, <b>she</b> said.</p>"), ["paragraph: No.", "paragraph: Yes, she said."]);
    assert_eq!(blocks("No markup at all."), ["paragraph: No markup at all."]);
    assert_eq!(blocks(""), [""; 0]);
    let long = format!("<p>First.</p><div>{STORY}</div><p>Last.</p>");
    let found = blocks(&long);
    assert_eq!((found.len(), found.first().unwrap().as_str()), (5, "paragraph: First."), "{found:#?}");
}

#[test]
fn paths_select_blocks() {
    let page = "<html><body><div></div><div><article><h1>Vote on the harbour</h1><P>One paragraph of the story.<p>And
        one more, with a list:<ul><li>forty <em>jobs</em></ul><x-note><p>A note of some length.</p></x-note></article>
        </div></body></html>";
    let expected = [
        "html > body > div:nth-of-type(2) > article > h1",
        "html > body > div:nth-of-type(2) > article > p:nth-of-type(1)",
        "html > body > div:nth-of-type(2) > article > p:nth-of-type(2)",
        "html > body > div:nth-of-type(2) > article > ul > li",
        "html > body > div:nth-of-type(2) > article > x-note > p",
    ];
    assert_eq!(paths(page), expected);
    assert_eq!(paths("<p>One."), ["html > body > p"]);
    // As in a browser, a table needs a body.
    assert_eq!(
        paths("<table><tr><td>A cell with a sentence in it.</table>"),
        ["html > body > table > tbody > tr > td"]
    );
}

#[test]
fn texts_are_mended() {
    let page = "<p>â€œNoâ€\u{9d}, &amp;ldquo;she&amp;rdquo; said&nbsp;in a co&shy;operation.</p>";
    assert_eq!(read(page).text(), "“No”, “she” said in a cooperation.");
}

#[test]
fn metadata_have_several_sources() {
    type Of = fn(&Document) -> Option<String>;
    let title: Of = |document| document.metadata.title.clone();
    let authors: Of = |document| Some(document.metadata.authors.join("; "));
    let published: Of = |document| document.metadata.published.as_ref().map(ToString::to_string);
    let modified: Of = |document| document.metadata.modified.as_ref().map(ToString::to_string);
    let outlet: Of = |document| document.metadata.outlet.clone();
    let section: Of = |document| document.metadata.section.clone();
    let language: Of = |document| document.metadata.language.clone();
    let url: Of = |document| document.metadata.url.clone();
    let linked = |json: &str| format!("<script type='application/ld+json'>{json}</script>");
    let article = linked(
        r##"[{"@type": "BreadcrumbList"}, {"@graph": [{"@type": "WebPage", "name": "Page"}, {"@type": ["NewsArticle"],
        "headline": "Vote &amp; harbour", "author": [{"@id": "#ana"}, {"name": "Ben Okri"}], "inLanguage": "en-GB",
        "datePublished": "2024-05-01T09:30:00+02:00", "dateModified": "2024-05-02", "articleSection": ["Town", "News"],
        "publisher": {"@id": "#post"}}, {"@type": "Person", "@id": "#ana", "name": "Ana Ruiz"},
        {"@id": "#post", "name": "The Harbour Post"}]}]"##,
    );
    let cases: [(&str, Of, &str); 27] = [
        (&article, title, "Vote & harbour"),
        (&article, authors, "Ana Ruiz; Ben Okri"),
        (&article, published, "2024-05-01T09:30:00+02:00"),
        (&article, modified, "2024-05-02"),
        (&article, outlet, "The Harbour Post"),
        (&article, section, "Town"),
        (&article, language, "en-GB"),
        (
            &linked(
                r#"{"@type": "Article", "headline": "A line
            end", "author": "Ana Ruiz and Ben Okri",}"#,
            ),
            authors,
            "Ana Ruiz; Ben Okri",
        ),
        (&linked("{broken"), authors, ""),
        (
            "<meta property=og:title content='Vote on the harbour - The Post'><meta property=og:site_name content='The Post'>",
            title,
            "Vote on the harbour",
        ),
        (
            "<title>Vote on the harbour | The Post</title><meta property=og:site_name content='The Post'>",
            title,
            "Vote on the harbour",
        ),
        ("<body><h1>Vote on the harbour</h1>", title, "Vote on the harbour"),
        ("<meta name=author content='By Ana Ruiz'>", authors, "Ana Ruiz"),
        ("<meta property=article:author content='https://example.org/ana'>", authors, ""),
        ("<meta name=parsely-author content='Ana Ruiz'>", authors, "Ana Ruiz"),
        ("<body><p class=byline>By <a href=/ana>Ana Ruiz</a></p>", authors, "Ana Ruiz"),
        ("<body><a rel=author href=/ana>Ana Ruiz</a>", authors, "Ana Ruiz"),
        (
            "<meta property=article:published_time content='2024-05-01 09:30:00 +02:00'>",
            published,
            "2024-05-01T09:30:00+02:00",
        ),
        ("<meta name=parsely-pub-date content=2024-05-01>", published, "2024-05-01"),
        ("<body><time datetime=2024-05-01T09:30Z>yesterday</time>", published, "2024-05-01T09:30Z"),
        ("<body><time>May 1, 2024</time>", published, "2024-05-01"),
        ("<meta property=article:modified_time content=2024-05-02>", modified, "2024-05-02"),
        ("<meta property=og:site_name content='The Post'>", outlet, "The Post"),
        ("<meta property=article:section content=Town>", section, "Town"),
        ("<html lang=de-CH>", language, "de-CH"),
        ("<meta property=og:locale content=en_GB>", language, "en-GB"),
        (
            "<link rel=canonical href=https://example.org/a><meta property=og:url content=https://example.org/b>",
            url,
            "https://example.org/a",
        ),
    ];
    for (page, of, expected) in cases {
        assert_eq!(of(&read(page)).unwrap_or_default(), expected, "{page}");
    }
}

#[test]
fn what_is_known_stays() {
    let mut given =
        Document::new("row 7", "<html lang=de><h1>Another title</h1><p>The council will vote.</p>").unwrap();
    given.metadata.title = Some("Title of the row".into());
    given.meta.insert("wire".into(), true.into());
    given.origin.line = Some(7);
    let document = html_document(given).unwrap();
    assert_eq!((document.id(), document.origin.line), ("row 7", Some(7)));
    assert_eq!(document.metadata.title.as_deref(), Some("Title of the row"));
    assert_eq!(document.metadata.language.as_deref(), Some("de"));
    assert_eq!(document.meta.get("wire"), Some(&true.into()));
    assert_eq!(document.text(), "Another title\n\nThe council will vote.");
}

/// Markup that is easy to write and hard to read. Sizes are small, since a test is no measurement; twice the size must
/// not take four times as long.
#[test]
fn hostile_pages_are_read() {
    let many = |text: &str| text.repeat(60_000 / text.len().min(60_000) + 1);
    let distinct = |one: fn(usize) -> String| (0..5000).map(one).collect::<String>();
    let pages = [
        "<div>".repeat(60_000) + "text",
        many("<"),
        many("<a "),
        many("&ldquo;"),
        many("\0"),
        many("<p>"),
        many("<b><p>"),
        many("<table>a"),
        many("<svg><p>"),
        many("</p>"),
        many("<!--"),
        format!("<!--{}", many("-")),
        format!("<script>{}", many("<!--<script>")),
        format!("<title>{}", many("</titl")),
        format!("<p {}>text", distinct(|i| format!("a{i}=1 "))),
        distinct(|i| format!("<x-{i}>")),
        distinct(|i| format!("<x-{i}></x-{i}>")),
        format!("<script type=application/ld+json>{}</script><p>text", many("[")),
        format!(
            "<script type=application/ld+json>[{}0]</script><p>text",
            many("{\"@type\":\"Article\",\"author\":\"A\"},")
        ),
        format!("<div class='{}'>text", many("xAb-c ")),
        many("<meta name=author content='Ana Ruiz'>"),
    ];
    for page in pages {
        let document = read(&page);
        assert!(document.text().len() <= 2 * page.len());
    }
    let error = read_html(&"<p>a".repeat(500_001), "page").expect_err("a million nodes are too many");
    assert_eq!(error.to_string(), "the page has more than 1000000 elements and texts; split it");
    // The parser would open all of these again in each paragraph.
    let page = distinct(|i| format!("<p><b a={i} class=c{i}>x"));
    let error = read_html(&page, "page").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the markup opens elements again and again without end; save the page from a browser"
    );
}

proptest! {
    #[test]
    fn any_markup_is_read(page in "(<(/|!--)?(p|div|a|b|li|ul|table|td|h1|script|title|figure|x-y|svg|!doctype)?( class=['\"]?(ad|story|body|byline)['\"]?| href=x)?/?>?|[a-zé“ ]{0,12}[.]?|&(amp|ldquo|#8220|x);?|\u{0}|\n){0,60}") {
        if let Ok(document) = read_html(&page, "page") {
            let layer = document.layer("blocks").unwrap();
            let texts: Vec<&str> = layer.spans().iter().map(|span| span.get(document.text()).unwrap()).collect();
            prop_assert_eq!(texts.join("\n\n"), document.text());
            prop_assert!(texts.iter().all(|text| !text.is_empty() && text.trim() == *text));
        }
    }
}
