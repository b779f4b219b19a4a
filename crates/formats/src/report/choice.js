// The page of a file: one article, or a choice of several.
"use strict";
(() => {
  const results = [...document.querySelectorAll("script.result")].map((node) => JSON.parse(node.textContent));
  const place = document.getElementById("report");
  const failed = (result) => {
    const node = document.createElement("p");
    node.className = "error";
    node.textContent = `${result.id}: ${result.error?.message ?? `the same text as ${result.duplicate_of}`}`;
    place.replaceChildren(node);
  };
  const show = (at) => {
    const result = results[at];
    if (!result) return;
    if (result.text === undefined) failed(result);
    else copydeskArticle(result, place);
    document.title = `${result.title ?? result.id} – Copydesk`;
  };
  if (results.length > 1) {
    const select = document.createElement("select");
    results.forEach((result, at) => select.append(new Option(result.title ?? result.id, at)));
    select.addEventListener("change", () => show(Number(select.value)));
    const label = document.createElement("label");
    label.className = "pick";
    label.append(`${results.length.toLocaleString("en")} articles: `, select);
    place.before(label);
  }
  show(0);
})();
