// A result as JSON, and the request that gives it: `copydeskCode`.
"use strict";
const copydeskCode = (() => {
  /** Characters of JSON that are shown; the file has all. */
  const SHOWN = 200000;
  /** Characters of a request that still fit a command line. */
  const INLINE = 1500;
  const { el, save } = copydeskDom;
  const button = (label, onclick) => el("button", { type: "button", onclick }, label);

  /** A box of code with buttons above it. */
  function box(label, words, ...above) {
    return el("section", { class: "code", "aria-label": label }, el("div", { class: "row" }, ...above), el("pre", { tabindex: 0, role: "group", "aria-label": label }, words));
  }

  function copyButton(words) {
    const node = button("Copy", async () => {
      let done = "Copied";
      // Without HTTPS, only a page of one's own machine may write to the clipboard.
      try { await navigator.clipboard.writeText(words); } catch {
        getSelection().selectAllChildren(node.closest(".code").querySelector("pre"));
        done = "Selected: press Ctrl or ⌘ and C";
      }
      node.textContent = done;
      setTimeout(() => { node.textContent = "Copy"; }, 2500);
    });
    node.setAttribute("aria-live", "polite");
    return node;
  }

  /** A result with a line for each key, and for each member of a list. */
  function lines(result) {
    const list = (items) => `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`;
    const rows = Object.entries(result).map(([key, value]) => `  ${JSON.stringify(key)}: ${Array.isArray(value) && value.length ? list(value) : JSON.stringify(value)}`);
    return `{\n${rows.join(",\n")}\n}`;
  }

  function json({ result, line }) {
    const words = lines(result), cut = words.length > SHOWN;
    return box("JSON of the result", cut ? `${words.slice(0, SHOWN)}\n…` : words, copyButton(line), button("Download", () => save("result.json", "application/json", line)),
      el("small", {}, cut ? `The first ${SHOWN.toLocaleString("en")} characters. The file has all.` : "Offsets count UTF-16 units, as JavaScript does."));
  }

  /** Quotes words for a shell. */
  const shell = (words) => `'${words.replaceAll("'", "'\\''")}'`;

  function curl({ request }) {
    const label = "Request with curl", { html, text, layers, ...query } = request, body = JSON.stringify(request);
    const command = (address, ...options) => [`curl ${shell(location.origin + address)}`, ...(copydeskServer.token.get() ? ["-H \"Authorization: Bearer $COPYDESK_TOKEN\""] : []), ...options].join(" \\\n  ");
    if (body.length <= INLINE) {
      const words = command("/v1/analyze", "-H 'Content-Type: application/json'", `-d ${shell(body)}`);
      return box(label, words, copyButton(words));
    }
    if (layers) query.layers = layers.join(",");
    const file = html === undefined ? "article.txt" : "article.html", type = `text/${html === undefined ? "plain" : "html"}; charset=utf-8`;
    const words = command(`/v1/analyze?${new URLSearchParams(query)}`, `-H 'Content-Type: ${type}'`, `--data-binary @${file}`);
    return box(label, words, copyButton(words), button(`Save the text as ${file}`, () => save(file, type, html ?? text)));
  }

  return { json, curl };
})();
