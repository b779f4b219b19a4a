// Tables with bars, sorted by their heads, in pages, and as CSV: `copydeskTables`.
"use strict";
const copydeskTables = (() => {
  const { el, plural, save } = copydeskDom;
  const { fold } = copydeskData;
  const number = (value) => (value === null ? "" : value.toLocaleString("en"));
  const share = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(part && part / whole < 0.0995 ? 1 : 0)} %` : "");

  /** A cell of CSV. A spreadsheet would take `=`, `+`, `-` and `@` for a formula, so that words which begin so get a `'`. */
  function cell(value) {
    if (typeof value === "number") return String(value);
    const text = String(value ?? "");
    const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
    return /["',;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }
  const csv = (head, rows) => [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  /** A button that saves rows: `rows()` gives arrays of numbers and texts. */
  const csvButton = (name, head, rows, words = "CSV of these rows") => el("button", { type: "button", class: "csv", "data-csv": name,
    onclick: () => save(`${name}.csv`, "text/csv;charset=utf-8", csv(head, rows())) }, words);

  /** A bar of HTML: `value` of `most`, its `doubtful` part hatched. */
  const bar = (value, most, doubtful = 0, colour = null) => {
    const part = (size, kind) => (size > 0 ? el("i", { class: kind, "--w": `${(100 * size) / (most || 1)}%` }) : null);
    return el("span", { class: "bar", "aria-hidden": "true", colour }, part(value - doubtful, null), part(doubtful, "doubt"));
  };

  const kindOf = (column) => [column.num && "num", column.wide && "wide", column.kind].filter(Boolean).join(" ") || null;

  /** Links to the pages of a list; `go` is called with the page, from 0. */
  function pager(count, size, page, go) {
    if (count <= size) return null;
    const last = Math.ceil(count / size) - 1;
    const step = (words, to, off) => el("button", { type: "button", disabled: off, onclick: () => go(to) }, words);
    return el("div", { class: "pager" }, step("← Previous", page - 1, page === 0),
      el("span", { role: "status" }, `${number(page * size + 1)}–${number(Math.min(count, (page + 1) * size))} of ${number(count)}`), step("Next →", page + 1, page === last));
  }

  /**
   * A table. `columns` are `{ name, value(row), show?(row, rows), num?, up?, wide?, words?(row) }`: `value` sorts and goes into the
   * CSV, `show` gives the cell, `num` stands at the right, `up` sorts from small to large first, `wide` is left out on a phone,
   * `fixed` cannot be sorted. `find(row)` gives folded words to search. `head` rows stay first.
   */
  function table({ name, caption, columns, rows, head = [], sort = null, size = 25, find = null, placeholder = "Find", note = null, stripe = null }) {
    const state = { sort, down: sort !== null && !columns[sort].up, page: 0, words: "" };
    const body = el("tbody"), foot = el("div", { class: "foot-row" }), pages = el("span");
    const order = () => {
      const wanted = fold(state.words.trim());
      const kept = wanted && find ? rows.filter((row) => find(row).includes(wanted)) : [...rows];
      if (state.sort === null) return kept;
      const { value } = columns[state.sort], way = state.down ? -1 : 1;
      const keys = new Map(kept.map((row) => [row, value(row)]));
      const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, "en") : a - b);
      // Rows without a value stand last either way.
      return kept.sort((a, b) => ((keys.get(a) === null) - (keys.get(b) === null)) || way * compare(keys.get(a) ?? 0, keys.get(b) ?? 0));
    };
    const heads = columns.map((column, at) => {
      const button = column.fixed ? column.name : el("button", { type: "button", onclick: () => {
        state.down = state.sort === at ? !state.down : !column.up;
        state.sort = at; state.page = 0; draw();
      } }, column.name);
      return el("th", { scope: "col", class: kindOf(column) }, button);
    });
    let kept = [];
    function draw() {
      kept = order();
      heads.forEach((node, at) => (columns[at].fixed ? null : node.setAttribute("aria-sort", state.sort === at ? (state.down ? "descending" : "ascending") : "none")));
      const seen = kept.slice(state.page * size, (state.page + 1) * size);
      const first = state.words ? seen : [...(state.page ? [] : head), ...seen];
      body.replaceChildren(...first.map((row) => el("tr", { class: stripe?.(row) }, ...columns.map((column, at) => {
        const shown = column.show ? column.show(row) : column.num ? number(column.value(row)) : column.value(row);
        return el(at === 0 ? "th" : "td", { scope: at === 0 ? "row" : null, class: kindOf(column) },
          ...(Array.isArray(shown) ? shown : [shown]));
      }))));
      if (!first.length) body.append(el("tr", {}, el("td", { colspan: columns.length, class: "empty" }, "Nothing here.")));
      pages.replaceChildren(pager(kept.length, size, state.page, (page) => { state.page = page; draw(); }) ?? "");
    }
    draw();
    const input = find && rows.length > size ? el("input", { type: "search", placeholder, "aria-label": `${placeholder}: ${caption}`, oninput: (event) => { state.words = event.target.value; state.page = 0; draw(); } }) : null;
    foot.append(pages, csvButton(name, columns.map((column) => column.name), () => [...head, ...kept].map((row) => columns.map((column) => column.value(row)))));
    return el("div", { class: "table" }, input ? el("div", { class: "controls" }, input) : null,
      el("div", { class: "scroll" }, el("table", { class: "rows" }, el("caption", { class: "hear" }, caption), el("thead", {}, el("tr", {}, ...heads)), body)),
      note ? el("p", { class: "note" }, note) : null, foot);
  }

  /** A select with a label. `values` are pairs of value and words. */
  const choice = (label, values, value, change) => el("label", {}, label, " ", el("select", { onchange: (event) => change(event.target.value) },
    ...values.map(([key, words]) => el("option", { value: key, selected: String(key) === String(value) }, words))));

  return { table, pager, bar, choice, csv, csvButton, number, share, plural };
})();
