// Tables with bars, sorted by their heads, in pages, and as CSV: `copydeskTables`.
"use strict";
const copydeskTables = (() => {
  const { el, save } = copydeskDom;
  const { fold } = copydeskData;
  const number = (value) => (value === null ? "" : value.toLocaleString("en"));
  /** A share in per cent, with a decimal below ten. */
  const share = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(part && part / whole < 0.0995 ? 1 : 0)} %` : "–");
  const classes = (...names) => names.filter(Boolean).join(" ") || null;

  /** A cell of CSV. A spreadsheet would take `=`, `+`, `-` and `@` for a formula, so that words which begin so get a `'`. */
  function cell(value) {
    if (typeof value === "number") return String(value);
    const text = String(value ?? "").replace(/^[=+\-@\t\r\n]/, "'$&");
    return /["',;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
  /** A button that saves rows: `rows()` gives arrays of numbers and texts. */
  const csvButton = (name, head, rows, words = "CSV of these rows") => el("button", { type: "button", class: "csv", "data-csv": name,
    onclick: () => save(`${name}.csv`, "text/csv;charset=utf-8", [head, ...rows()].map((row) => `${row.map(cell).join(",")}\r\n`).join("")) }, words);

  /** A bar: `value` of `most`, its `doubtful` part hatched. */
  const part = (size, kind) => (size > 0 ? el("i", { class: kind, "--w": `${100 * size}%` }) : null);
  const bar = (value, most, doubtful = 0) => el("span", { class: "bar", "aria-hidden": "true" }, part((value - doubtful) / (most || 1)), part(doubtful / (most || 1), "doubt"));

  // Columns: `value(row)` sorts and goes into the CSV, `show(row)` gives the cell. `more`: `wide` is left out on a phone, `kind` is a
  // class, `fixed` cannot be sorted, `up` sorts from small to large first.
  const word = (name, value, show, more) => ({ name, value, show, up: true, ...more });
  const count = (name, value, show, more) => ({ name, value, show, num: true, ...more });
  const barred = (name, value, most, doubt = () => 0) => count(name, value, (row) => [el("span", { class: "n" }, number(value(row))), bar(value(row), most, doubt(row))], { kind: "bar-cell" });

  /** The pages of a list; `go` is called with the page, from 0. */
  function pager(length, size, page, go) {
    if (length <= size) return el("span");
    const step = (words, to, off) => el("button", { type: "button", disabled: off, onclick: () => go(to) }, words);
    return el("div", { class: "pager" }, step("← Previous", page - 1, page === 0),
      el("span", { role: "status" }, `${number(page * size + 1)}–${number(Math.min(length, (page + 1) * size))} of ${number(length)}`), step("Next →", page + 1, (page + 1) * size >= length));
  }

  /**
   * A table of rows, sorted by the column `sort` or left as they are. `find(row)` gives folded words to search. Rows of `head` stay
   * first. `csv` is a button for what else is to be saved, or `false`.
   */
  function table(name, caption, rows, columns, { sort = null, size = 25, find, head = [], note, csv } = {}) {
    const state = { sort, down: sort !== null && !columns[sort].up, page: 0, words: "" };
    const body = el("tbody"), pages = el("span");
    let kept = [];
    function order() {
      const wanted = fold(state.words.trim());
      kept = wanted ? rows.filter((row) => find(row).includes(wanted)) : [...rows];
      if (state.sort === null) return;
      const { value } = columns[state.sort], way = state.down ? -1 : 1, keys = new Map(kept.map((row) => [row, value(row)]));
      const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, "en") : a - b);
      // Rows without a value stand last either way.
      kept.sort((a, b) => ((keys.get(a) === null) - (keys.get(b) === null)) || way * compare(keys.get(a) ?? 0, keys.get(b) ?? 0));
    }
    const kindOf = ({ num, wide, kind }) => classes(num && "num", wide && "wide", kind);
    const heads = columns.map((column, at) => el("th", { scope: "col", class: kindOf(column) }, column.fixed ? column.name : el("button", { type: "button", onclick: () => {
      state.down = state.sort === at ? !state.down : !column.up;
      state.sort = at; state.page = 0; draw();
    } }, column.name)));
    function draw() {
      order();
      heads.forEach((node, at) => { if (!columns[at].fixed) node.setAttribute("aria-sort", state.sort === at ? (state.down ? "descending" : "ascending") : "none"); });
      const shown = [...(state.page || state.words ? [] : head), ...kept.slice(state.page * size, (state.page + 1) * size)];
      body.replaceChildren(...shown.map((row) => el("tr", {}, ...columns.map((column, at) => {
        const words = column.show ? column.show(row) : column.num ? number(column.value(row)) : column.value(row);
        return el(at ? "td" : "th", { scope: at ? null : "row", class: kindOf(column) }, ...[words].flat());
      }))));
      if (!shown.length) body.append(el("tr", {}, el("td", { colspan: columns.length, class: "empty" }, "Nothing here.")));
      pages.replaceChildren(pager(kept.length, size, state.page, (page) => { state.page = page; draw(); }));
    }
    draw();
    const input = find && rows.length > size ? el("div", { class: "controls" }, el("input", { type: "search", placeholder: "Find", "aria-label": `Find: ${caption}`, oninput: (event) => { state.words = event.target.value; state.page = 0; draw(); } })) : null;
    const saves = csv ?? csvButton(name, columns.map((column) => column.name), () => [...head, ...kept].map((row) => columns.map((column) => column.value(row))));
    return el("div", { class: "table" }, input, el("div", { class: "scroll" }, el("table", { class: `rows ${name}` }, el("caption", { class: "hear" }, caption), el("thead", {}, el("tr", {}, ...heads)), body)),
      note ? el("p", { class: "note" }, note) : null, el("div", { class: "foot-row" }, pages, saves));
  }

  /** A select with a label. `values` are words, or pairs of value and words. */
  const choice = (label, values, value, change) => el("label", {}, label, " ", el("select", { onchange: (event) => change(event.target.value) },
    ...values.map((one) => { const [key, words] = [one].flat(); return el("option", { value: key, selected: String(key) === String(value) }, words ?? key); })));

  /** A table that opens below its picture; its CSV stands beside, open or not. */
  const asTable = (node) => el("div", { class: "as-table" }, node.querySelector(".csv"), el("details", {}, el("summary", {}, "These numbers as a table"), node));

  return { table, asTable, word, count, barred, bar, part, pager, choice, csvButton, number, share, classes };
})();
