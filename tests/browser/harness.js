// Writes the corpus report as `crates/corpus/src/page.rs` and `crates/formats/src/page.rs` do, without building them:
// `node harness.js OUTPUT.html [ARTICLES] [ACTORS] [OUTLETS] [DAYS]` makes one of a corpus that nobody wrote.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { synthetic } from "./synthetic.js";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The corpus report of a summary. */
export function corpusPage(summary, title = "Corpus report") {
  const frame = "crates/formats/src/page/", own = "crates/corpus/src/page/";
  const names = [...read("crates/corpus/src/page.rs").matchAll(/include_str!\("page\/(\w+\.js)"\)/g)].map(([, name]) => name);
  const scripts = [read(`${frame}dom.js`), ...names.map((name) => read(own + name))];
  const style = read(`${frame}base.css`) + read(`${own}corpus.css`);
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${scripts.map(hash).join(" ")}; base-uri 'none'; form-action 'none'`;
  const packed = gzipSync(JSON.stringify(summary)).toString("base64");
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policy}">\n`
    + `<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${title}</title>\n<style>${style}</style>\n</head>\n<body>\n<a class="skip" href="#article">To the content</a>\n`
    + `<div id="report"><noscript>This page needs JavaScript, which runs in this file alone.</noscript></div>\n<script type="application/json" class="packed">"${packed}"</script>\n`
    + `${scripts.map((script) => `<script>${script}</script>\n`).join("")}</body>\n</html>\n`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [output, articles, actors, outlets, days] = process.argv.slice(2);
  const options = Object.fromEntries(Object.entries({ articles, actors, outlets, days }).filter(([, value]) => value).map(([key, value]) => [key, Number(value)]));
  writeFileSync(output, corpusPage(synthetic(options)));
}
