//! Web pages: the article's text in blocks, and its metadata.

mod blocks;
mod dom;
mod names;
mod parse;
mod phrases;
mod select;

use copydesk_core::Document;
use copydesk_text::BlockKind;

use crate::error::ReadError;

/// Draft
pub fn debug_blocks(page: &str) -> Result<Vec<(BlockKind, String)>, String> {
    let dom = parse::parse(page).map_err(|_| "endless".to_owned())?;
    let page = blocks::blocks(&dom);
    let selection = select::select(&page);
    let found = page.blocks.iter().zip(selection.kinds);
    Ok(found.filter_map(|(block, kind)| Some((kind?, page.text_of(block).to_owned()))).collect())
}
/// Draft
pub fn read_html(_page: &str, id: &str) -> Result<Document, ReadError> {
    Err(ReadError::new(id, None, "draft"))
}
/// Draft
pub fn debug_dump(page: &str) -> String {
    use std::fmt::Write;
    let Ok(dom) = parse::parse(page) else { return String::new() };
    let page = blocks::blocks(&dom);
    let select::Selection { kinds, root } = select::select(&page);
    let mut s = String::new();
    let path = |id| { let mut v: Vec<String> = dom.upwards(id).filter_map(|n| dom.element(n).map(|e| format!("{}.{}", &*e.name.local, e.attribute("class").or(e.attribute("id")).unwrap_or("").chars().take(60).collect::<String>()))).collect(); v.truncate(5); v.reverse(); v.join(" > ") };
    let _ = writeln!(s, "ROOT {}", path(root));
    for (b, c) in page.blocks.iter().zip(&kinds) {
        let _ = writeln!(s, "{} {:?} {}/{} [{}] {}", c.map_or("   ", |k| &k.as_str()[..3]), b.place, b.linked, b.chars, page.text_of(b).chars().take(90).collect::<String>().replace('\n', "|"), path(b.owner));
    }
    s
}
