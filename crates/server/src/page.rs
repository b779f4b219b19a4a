//! The page of the server: a person pastes an article and reads who says what in it.
//!
//! One HTML file, made once: the frame of all reports, the article report's own script and style, and the page's. It sends
//! requests to the server that it comes from alone.

use copydesk::formats::page::Page;
use copydesk::formats::{REPORT_SCRIPT, REPORT_STYLE};

const STYLE: &str = include_str!("page/page.css");
/// Its scripts: each needs those before it.
const SCRIPTS: [&str; 5] = [
    REPORT_SCRIPT,
    include_str!("page/server.js"),
    include_str!("page/text.js"),
    include_str!("page/code.js"),
    include_str!("page/page.js"),
];
/// Two quotation marks, in ink and in the colour of the first speaker.
const ICON: &str = include_str!("page/icon.svg");

/// Returns the page.
pub(crate) fn page() -> Vec<u8> {
    let mut file = Vec::new();
    let page = frame();
    // Nothing fails to be written into memory.
    let _ = page.begin(&mut file).and_then(|()| page.finish(&mut file));
    file
}

/// Returns the page's Content-Security-Policy as a header: that of the file itself, and no page may frame it.
pub(crate) fn policy() -> String {
    format!("{}; frame-ancestors 'none'", frame().policy())
}

fn frame() -> Page {
    Page::new("Copydesk", &format!("{REPORT_STYLE}{STYLE}"), &SCRIPTS).connecting().icon(ICON)
}

#[cfg(test)]
mod tests {
    use super::{page, policy};

    #[test]
    fn the_page_holds_its_scripts_and_no_address_of_another_server() {
        let file = String::from_utf8(page()).expect("UTF-8");
        assert!(file.contains("copydeskArticle(result, "), "the article is shown by the report's own script");
        assert!(file.ends_with("</html>\n"));
        let outside: Vec<&str> =
            file.split("http").skip(1).filter(|rest| rest.starts_with("://") || rest.starts_with("s://")).collect();
        assert!(outside.iter().all(|rest| rest.starts_with("://www.w3.org/2000/svg")), "{outside:?}");
        assert!(!file.contains("style=") && !file.contains("innerHTML"));
    }

    #[test]
    fn the_policy_is_that_of_the_file_and_forbids_frames() {
        let (file, policy) = (String::from_utf8(page()).expect("UTF-8"), policy());
        let own = policy.strip_suffix("; frame-ancestors 'none'").expect("a rule for frames");
        assert!(own.contains("connect-src 'self'") && !own.contains("unsafe"));
        assert!(file.contains(&format!("content=\"{own}\"")));
    }
}
