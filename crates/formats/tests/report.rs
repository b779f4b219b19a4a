//! The article report: what is in the file, and that no text gets out of its place.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use copydesk_core::{Article, Document};
use copydesk_formats::result::ResultLine;
use copydesk_formats::{
    ArticleReport, DocumentError, DocumentWriter, REPORT_SCRIPT, REPORT_STYLE, WriterOptions, page,
};
use sha2::{Digest, Sha256};

// Other tests use the rest.
#[allow(dead_code)]
mod article;

/// Writes a report of these articles.
fn report(articles: &[&Article]) -> String {
    let (mut writer, mut file) = (ArticleReport::new(&WriterOptions::default()), Vec::new());
    writer.begin(&mut file).expect("the beginning");
    for article in articles {
        writer.document(article, &mut file).expect("an article");
    }
    writer.finish(&mut file).expect("the end");
    String::from_utf8(file).expect("UTF-8")
}

/// The contents of the elements that `open` begins.
fn elements<'a>(file: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    file.split(open).skip(1).map(|rest| rest.split(close).next().unwrap_or_default()).collect()
}

fn text(id: &str, text: &str) -> Article {
    Article::new(Document::new(id, text).expect("a document")).expect("an article")
}

#[test]
fn the_policy_allows_the_own_style_and_scripts_alone() {
    let file = report(&[&text("1", "It rains.")]);
    let style = elements(&file, "<style>", "</style>");
    let scripts = elements(&file, "<script>", "</script>");
    assert_eq!(style, [format!("{}{REPORT_STYLE}", page::STYLE)]);
    assert_eq!((scripts.len(), &scripts[..2]), (3, [page::SCRIPT, REPORT_SCRIPT].as_slice()));
    let policy = elements(&file, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let hash = |code: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(code)));
    let expected = format!(
        "default-src 'none'; style-src {}; script-src {} {} {}; base-uri 'none'; form-action 'none'",
        hash(style[0]),
        hash(scripts[0]),
        hash(scripts[1]),
        hash(scripts[2])
    );
    assert_eq!(policy, [expected]);
}

#[test]
fn a_page_of_a_server_may_send_requests_to_it_and_has_an_icon() {
    let policy = page::Page::new("Weather", "", &[]).connecting().icon("<svg/>").policy();
    let rules: Vec<&str> = policy.split("; ").filter(|rule| !rule.contains("sha256")).collect();
    let expected =
        ["default-src 'none'", "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'"];
    assert_eq!(rules, expected);

    let page = page::Page::new("Weather", "", &[]).connecting().icon("<svg/>");
    let mut file = Vec::new();
    page.begin(&mut file).expect("the beginning");
    let file = String::from_utf8(file).expect("UTF-8");
    assert_eq!(elements(&file, "http-equiv=\"Content-Security-Policy\" content=\"", "\""), [policy]);
    let icon = STANDARD.encode("<svg/>");
    assert_eq!(elements(&file, "<link rel=\"icon\" href=\"", "\""), [format!("data:image/svg+xml;base64,{icon}")]);
}

#[test]
fn a_text_never_becomes_markup() {
    let hostile = [
        "</script><script>alert(1)</script>",
        "<!-- <script> -->",
        "<img src=x onerror=alert(1)>",
        "]]>\u{2028}\u{2029}\0\"'&lt;",
    ];
    let articles: Vec<Article> = hostile.iter().map(|words| text(words, words)).collect();
    let file = report(&articles.iter().collect::<Vec<_>>());
    let results = elements(&file, "<script type=\"application/json\" class=\"result\">", "</script>");
    assert_eq!(results.len(), hostile.len());
    for (json, words) in results.iter().zip(hostile) {
        assert!(!json.contains('<'), "{json}");
        match serde_json::from_str(json).expect("JSON") {
            ResultLine::Analysis(found) => assert_eq!(found.text.as_deref(), Some(words)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(file.matches("<script").count(), hostile.len() + 3);
}

#[test]
fn offsets_count_as_the_script_does() {
    let file = report(&[&article::article(&article::full())]);
    let results = elements(&file, "<script type=\"application/json\" class=\"result\">", "</script>");
    let ResultLine::Analysis(found) = serde_json::from_str(results[0]).expect("JSON") else { panic!("a result") };
    let units: Vec<u16> = found.text.as_deref().unwrap_or_default().encode_utf16().collect();
    let entities = found.entities.expect("entities");
    assert!(!entities.is_empty());
    for entity in entities {
        let words = String::from_utf16(&units[entity.start as usize..entity.end as usize]).expect("whole characters");
        assert_eq!(Some(words), entity.text);
    }
    assert!(found.tokens.is_none() && found.sentences.is_none());
}

#[test]
fn a_document_without_a_result_has_its_message() {
    let (mut writer, mut file) = (ArticleReport::new(&WriterOptions::default()), Vec::new());
    let error = DocumentError { id: "7".into(), message: "<b>no</b>".into(), ..DocumentError::default() };
    writer.error(&error, &mut file).expect("the error");
    assert!(String::from_utf8_lossy(&file).contains(r#""message":"\u003cb>no\u003c/b>""#));
}
