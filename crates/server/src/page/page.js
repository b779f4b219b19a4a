// The page of `copydesk serve`: an article goes to the server, and `copydeskArticle` shows its result. What an article or the
// server says becomes text nodes alone, never markup. Nothing is kept, but for the token until the tab is closed.
"use strict";
(() => {
  const { el, plural, save } = copydeskDom;
  /** Bytes of the largest file that the browser reads. What the server takes at most, it says itself. */
  const FILE_LIMIT = 64e6;
  /** Characters from which a result is asked for without what the page does not show: sentences and tokens. */
  const LONG = 400000;
  const SHOWN = ["blocks", "entities", "actors", "quotes", "stances"];
  /** Characters of JSON that are shown; the file has all. */
  const JSON_SHOWN = 200000;
  /** Characters of a request that still fit a command line. */
  const INLINE = 1500;
  const EXAMPLE = `Port Arden splits over its sea wall

“We have waited nine years, and the water has not waited with us,” said Mirela Danko, the mayor of Port Arden, at Monday's hearing. She said that the wall was “the best thing this town can do for its children”.

Tomas Quill, head of the Arden Boatmen's Union, told the council that the plan was a disgrace. “Mirela Danko has lied to us, and Danko should resign,” he said.

The engineer Ife Adebola warned that the old wall would not survive another winter. “I admire Mirela Danko for her courage,” Adebola added. “Tomas Quill is wrong, and his claims are nonsense.”

According to the Harbour Trust, “no mooring will be lost”. Danko promised that the work would begin in May.

“I trust Ife Adebola completely,” said Lena Osei, who runs a café on the quay. “Adebola is the best engineer this coast has.”
`;

  const token = {
    get() { try { return sessionStorage.getItem("token"); } catch { return token.here; } },
    set(value) { try { sessionStorage.setItem("token", value); } catch { token.here = value; } },
    here: null,
  };
  /** The run that goes on, the last result, the name of a file, and whether a person said what the text is. */
  const state = { running: null, last: null, file: null, told: false };

  const seconds = (value) => `${value < 10 ? value.toFixed(value < 0.1 ? 3 : 2) : value.toFixed(0)} s`;
  const megabytes = (bytes) => `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
  const button = (label, onclick, attributes = {}) => el("button", { type: "button", onclick, ...attributes }, label);

  // ---------------------------------------------------------------- the server

  /** What went wrong, in the words of a problem document (RFC 9457). */
  class Problem extends Error {
    constructor(problem) {
      super(problem.title);
      Object.assign(this, { ...problem, message: problem.title });
    }
  }

  /** Sends a request. It throws a `Problem`, or an `AbortError` once `signal` says so. */
  async function call(path, { body, signal } = {}) {
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (token.get()) headers.Authorization = `Bearer ${token.get()}`;
    let answer, words;
    try {
      answer = await fetch(path, { method: body ? "POST" : "GET", headers, body, signal, cache: "no-store" });
      words = await answer.text();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem({ title: "The server does not answer", detail: `The connection to ${location.host} failed.`,
        remedy: "Start the server again if it has stopped. A server also breaks a connection when a text is far too large.", again: true });
    }
    let value;
    try { value = JSON.parse(words); } catch { value = null; }
    if (answer.ok && value) return { value, words };
    const problem = { title: `The server answered ${answer.status}`, detail: value ? null : "Its answer is no JSON. A proxy between here and the server may have answered.", ...value };
    const wait = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
    throw new Problem({ ...problem, status: answer.status, wait: Number.isNaN(wait) ? null : wait, again: [408, 429].includes(answer.status) || answer.status >= 500 || value === null });
  }

  // ---------------------------------------------------------------- the article to read

  const area = el("textarea", { id: "words", rows: 12, spellcheck: "false", autocomplete: "off", dir: "auto", "aria-describedby": "where",
    placeholder: "Paste an article here, or the HTML of a web page.\nOr drop a .txt or .html file.", oninput: () => changed(), onpaste: () => { if (!area.value) state.told = false; } });
  const asHtml = el("input", { type: "checkbox", onchange: () => { state.told = true; changed(); } });
  const chooser = el("input", { type: "file", accept: ".txt,.text,.md,.html,.htm,.xhtml,text/plain,text/html", hidden: true, onchange: () => { if (chooser.files[0]) take(chooser.files[0]); chooser.value = ""; } });
  const pipes = el("fieldset", { class: "pipes", hidden: true });
  const send = el("button", { type: "submit", class: "main" }, "Read it");
  const cancel = button("Cancel", () => stop(), { hidden: true });
  const status = el("p", { role: "status", class: "status" });
  const clock = el("span", { class: "clock", "aria-hidden": "true" });
  const edit = button("Edit text", () => fold(!form.classList.contains("folded"), true), { hidden: true, "aria-controls": "words", "aria-expanded": "false" });
  const fresh = button("New text", () => { stop(); area.value = ""; state.told = false; changed(); begin(); area.focus(); }, { hidden: true });
  const jsonButton = button("JSON", () => toggle(jsonButton, jsonPanel), { hidden: true, "aria-expanded": "false" });
  const curlButton = button("curl", () => toggle(curlButton, curlPanel), { hidden: true, "aria-expanded": "false" });
  const panel = el("div", { class: "panel" });
  const form = el("form", { class: "compose", "aria-label": "Article to read", onsubmit: (event) => { event.preventDefault(); run(); } },
    el("div", { class: "sheet" },
      el("label", { class: "name", for: "words" }, "Article"), area,
      el("div", { class: "row" }, el("label", { class: "check" }, asHtml, "It is the HTML of a web page"), el("span", { class: "gap" }),
        button("Open a file", () => chooser.click()), button("Show an example", () => put(EXAMPLE, "example", false)), chooser)),
    el("div", { class: "row controls" }, edit, fresh, pipes, send, el("div", { class: "told" }, status, clock, cancel), jsonButton, curlButton),
    el("div", { class: "progress", "aria-hidden": "true" }));

  /** Whether a text is the source of a web page, or of a part of one. */
  const isHtml = (text) => /^\s*(<\?xml[^>]*>|<!--[^]*?-->|\s)*<(!doctype html|[a-z][^>]*>)/i.test(text.slice(0, 4000)) && /<\/(html|head|body|main|article|section|div|p|h\d)\s*>/i.test(text);

  /** Takes note of another text: times and name belonged to the old one. */
  function changed() {
    if (!area.value) state.told = false;
    if (!state.told) asHtml.checked = isHtml(area.value);
    state.file = null;
    for (const time of pipes.querySelectorAll(".time")) time.textContent = "";
  }

  /** Puts a text in the place of that which is there, and reads it. */
  function put(text, name, html) {
    area.value = text;
    state.told = html;
    asHtml.checked = html;
    changed();
    state.file = name;
    run();
  }

  /** Reads a file as text. A page says its encoding itself. */
  async function take(file) {
    const failed = (detail, remedy) => fail(new Problem({ title: "This file cannot be read here", detail, remedy }));
    if (file.size > FILE_LIMIT) return failed(`“${file.name}” has ${megabytes(file.size)}. A browser reads ${megabytes(FILE_LIMIT)} at most.`, "Send it with copydesk analyze, or as a batch.");
    let bytes;
    try { bytes = new Uint8Array(await file.arrayBuffer()); } catch { return failed(`“${file.name}” cannot be opened.`, "Drop a single file, no folder."); }
    const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
    if (!wide && bytes.subarray(0, 65536).includes(0)) return failed(`“${file.name}” is no text.`, "Drop a .txt or .html file. From a PDF or a Word file, copy the text.");
    const ascii = new TextDecoder("windows-1252").decode(bytes.subarray(0, 4096));
    let text;
    for (const label of [wide, "utf-8", /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(ascii)?.[1], "windows-1252"]) {
      try { if (label && text === undefined) text = new TextDecoder(label, { fatal: true }).decode(bytes); } catch { /* The next one may fit. */ }
    }
    if (!text?.trim()) return failed(`“${file.name}” is empty.`, "Drop a .txt or .html file that has a text.");
    put(text, file.name, /\.x?html?$/i.test(file.name) || isHtml(text));
  }

  document.addEventListener("dragover", (event) => drag(event, true));
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
  document.addEventListener("drop", (event) => { if (drag(event, false) && event.dataTransfer.files[0]) take(event.dataTransfer.files[0]); });

  /** Shows that a file may fall here, and keeps the browser from opening it. */
  function drag(event, over) {
    if (!event.dataTransfer?.types.includes("Files")) return false;
    event.preventDefault();
    if (over) fold(false);
    form.classList.toggle("over", over);
    return true;
  }

  // ---------------------------------------------------------------- a run

  const chosen = () => pipes.querySelector("input:checked")?.value;

  /** Fills the switch with the server's pipelines. */
  async function pipelines() {
    const { value } = await call("/v1/pipelines");
    const before = chosen() ?? value.default;
    pipes.hidden = false;
    pipes.replaceChildren(el("legend", {}, "Pipeline"), ...value.pipelines.map(({ name, description, languages }) => el("label", { title: [description, languages?.length ? `Languages: ${languages.join(", ")}` : null].filter(Boolean).join("\n") },
      el("input", { type: "radio", name: "pipeline", value: name, checked: name === before, onchange: () => { if (state.last) run(false); } }), el("span", { class: "which" }, name), el("span", { class: "time" }))));
  }

  const say = (words) => { status.textContent = words; };

  function busy(on) {
    form.classList.toggle("busy", on);
    cancel.hidden = !on;
    clearInterval(busy.ticks);
    clock.textContent = "";
    if (!on) return;
    const began = performance.now();
    busy.ticks = setInterval(() => { clock.textContent = `${((performance.now() - began) / 1000).toFixed(1)} s`; }, 100);
  }

  function stop() {
    if (!state.running) return;
    const focused = document.activeElement === cancel;
    state.running.abort();
    state.running = null;
    busy(false);
    say("Cancelled.");
    if (focused) (send.offsetParent ? send : edit).focus();
  }

  /** Sends the text and shows its result. A run that goes on is cancelled. */
  async function run(refocus = true) {
    state.running?.abort();
    state.running = null;
    const words = area.value.toWellFormed?.() ?? area.value;
    if (!words.trim()) {
      busy(false);
      fold(false);
      say("There is no text yet. Paste an article first.");
      area.focus();
      return;
    }
    const mine = new AbortController();
    state.running = mine;
    busy(true);
    const pipeline = chosen(), html = asHtml.checked;
    say(pipeline ? `Reading with ${pipeline} …` : "Reading …");
    const request = { id: state.file ?? (html ? "Pasted page" : "Pasted text"), [html ? "html" : "text"]: words, ...(pipeline ? { pipeline } : {}), offsets: "utf16", ...(words.length > LONG ? { layers: SHOWN } : {}) };
    const began = performance.now();
    try {
      const { value, words: line } = await call("/v1/analyze", { body: JSON.stringify(request), signal: mine.signal });
      if (state.running !== mine) return;
      const taken = (performance.now() - began) / 1000;
      const time = pipes.querySelector("input:checked ~ .time");
      if (time) time.textContent = seconds(taken);
      state.last = { request, result: value, line };
      show(value, taken, refocus);
    } catch (error) {
      // Another run came, or a person has had enough.
      if (error.name === "AbortError" || state.running !== mine) return;
      fail(error);
    } finally {
      if (state.running === mine) {
        state.running = null;
        busy(false);
      }
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
    if (event.key === "Escape" && state.running) { event.stopPropagation(); stop(); }
  }, true);

  // ---------------------------------------------------------------- what is shown

  const place = el("div", { id: "result" });
  const quoted = (kind, rank, words, who, note) => el("li", {}, el("span", { class: `q ${kind}`, colour: `var(--c${rank})` }, words), el("span", { class: "chip", colour: `var(--c${rank})`, "aria-hidden": "true" }, who), el("small", {}, note));
  const intro = el("main", { id: "article", class: "intro" }, el("h1", {}, "Who says what?"),
    el("p", {}, "Copydesk marks each quote of an article, names its speaker, and shows who stands for and against whom."));
  const legend = el("aside", { class: "legend", "aria-labelledby": "legend" }, el("h2", { id: "legend" }, "How the result reads"), el("ul", {},
    quoted("direct", 0, "“We have waited nine years”", "Mirela Danko", "a solid line: word for word"),
    quoted("mixed", 1, "the plan was “a disgrace”", "Tomas Quill", "a dashed line: partly word for word"),
    quoted("indirect", 2, "that the old wall would not last", "Ife Adebola", "a dotted line: in the writer’s words"),
    el("li", {}, el("b", { class: "for" }, "+"), " for, ", el("b", { class: "against" }, "−"), " against", el("small", {}, "a table: who stands how toward whom"))),
    el("p", { id: "where" }, `The text goes to ${location.host} and nowhere else. The server keeps no text.`));

  /** The page before a result: what it is for, and an open sheet. */
  function begin() {
    state.last = null;
    clear();
    place.replaceChildren();
    form.before(intro);
    form.after(legend);
    fold(false);
    document.title = "Copydesk";
    say("");
    tools();
  }

  /** Folds the sheet away once there is a result, or opens it. */
  function fold(on, refocus = false) {
    form.classList.toggle("folded", on);
    edit.hidden = fresh.hidden = state.last === null;
    edit.textContent = on ? "Edit text" : "Hide text";
    edit.setAttribute("aria-expanded", String(!on));
    if (refocus && !on) area.focus();
  }

  /** Takes away what stands before a result: the introduction, or what went wrong. */
  function clear() {
    for (const node of [intro, form.parentNode.querySelector(".problem")]) node?.remove();
  }

  function tools() {
    for (const node of [jsonButton, curlButton]) { node.hidden = state.last === null; node.setAttribute("aria-expanded", "false"); }
    panel.replaceChildren();
  }

  function show(result, taken, refocus) {
    const open = [[jsonButton, jsonPanel], [curlButton, curlPanel]].find(([node]) => node.getAttribute("aria-expanded") === "true");
    clear();
    legend.remove();
    fold(true);
    tools();
    const own = el("div");
    place.replaceChildren(own);
    copydeskArticle(result, own);
    document.title = `${result.title ?? result.id} – Copydesk`;
    if (open && !refocus) toggle(...open);
    if (refocus) aim(own);
    const quotes = result.quotes ?? [], speakers = new Set(quotes.map((quote) => quote.speaker ?? null).filter((speaker) => speaker !== null));
    say(`Done: ${plural(quotes.length, "quote", "quotes")} of ${plural(speakers.size, "speaker", "speakers")} in ${seconds(taken)}.`);
  }

  /** Takes the focus to the heading of what is shown. */
  function aim(node) {
    const heading = node.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: "instant" });
  }

  /** Says what went wrong, what to do, and offers to do it. */
  function fail(problem) {
    if (!(problem instanceof Problem)) problem = new Problem({ title: "This page has a fault", detail: String(problem), remedy: "Please report it with the text that led to it." });
    state.last = null;
    clear();
    place.replaceChildren();
    form.after(legend);
    fold(false);
    tools();
    const words = (value, attributes) => (value ? el("p", attributes, String(value)) : null);
    const field = problem.field ? `Field: ${problem.field}` : null, stage = problem.stage ? `Stage: ${problem.stage}` : null;
    const box = el("main", { id: "article", class: "problem" }, el("h1", {}, problem.title), words(problem.detail), words([field, stage].filter(Boolean).join(" · "), { class: "soft" }), words(problem.remedy));
    const again = problem.again ? button("Try again", () => (area.value.trim() ? run() : start()), { class: "main" }) : null;
    if (problem.wait) {
      const ready = el("p", { role: "status" }, `There will be room in about ${plural(problem.wait, "second", "seconds")}.`);
      box.append(ready);
      setTimeout(() => { ready.textContent = "You can try again now."; }, 1000 * problem.wait);
    }
    if (problem.status === 401) box.append(tokenForm());
    if (again) box.append(el("div", { class: "row" }, again));
    if (problem.request_id) box.append(el("p", { class: "soft" }, `Request ${problem.request_id}`));
    form.before(box);
    // The focus goes to the heading, which is read out then.
    say("");
    aim(box);
  }

  function tokenForm() {
    const input = el("input", { type: "password", id: "token", autocomplete: "off", required: true });
    return el("form", { class: "row", onsubmit: (event) => {
      event.preventDefault();
      token.set(input.value.trim());
      start(area.value.trim() !== "");
    } }, el("label", { for: "token" }, "Token"), input, el("button", { type: "submit", class: "main" }, "Use it"), el("small", {}, "It is kept until you close this tab."));
  }

  // ---------------------------------------------------------------- JSON and curl

  function toggle(node, fill) {
    const on = node.getAttribute("aria-expanded") !== "true";
    tools();
    node.setAttribute("aria-expanded", String(on));
    if (on) panel.append(fill());
  }

  /** A box of code with buttons above it. */
  function code(label, words, ...buttons) {
    const pre = el("pre", { tabindex: 0, role: "region", "aria-label": label }, words);
    return el("section", { "aria-label": label }, el("div", { class: "row" }, ...buttons), pre);
  }

  async function copy(words, node) {
    let done = "Copied";
    // Without HTTPS, only a page of one's own machine has a clipboard.
    try { await navigator.clipboard.writeText(words); } catch { getSelection().selectAllChildren(panel.querySelector("pre")); done = "Selected: press Ctrl or ⌘ and C"; }
    const before = node.textContent;
    node.textContent = done;
    setTimeout(() => { node.textContent = before; }, 2500);
  }
  const copyButton = (words) => { const node = button("Copy", () => copy(words, node), { "aria-live": "polite" }); return node; };

  /** A result with a line for each key, and for each member of a list. */
  function lines(result) {
    const member = ([key, value]) => `  ${JSON.stringify(key)}: ${Array.isArray(value) && value.length ? `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]` : JSON.stringify(value)}`;
    return `{\n${Object.entries(result).map(member).join(",\n")}\n}`;
  }

  function jsonPanel() {
    const { result, line } = state.last, words = lines(result), cut = words.length > JSON_SHOWN;
    return code("JSON of the result", cut ? `${words.slice(0, JSON_SHOWN)}\n…` : words, copyButton(line), button("Download", () => save("result.json", "application/json", line)),
      el("small", {}, cut ? `The first ${JSON_SHOWN.toLocaleString("en")} characters. The file has all.` : "Offsets count UTF-16 units, as JavaScript does."));
  }

  function curlPanel() {
    const { request } = state.last, shell = (words) => `'${words.replaceAll("'", "'\\''")}'`;
    const key = token.get() ? " \\\n  -H \"Authorization: Bearer $COPYDESK_TOKEN\"" : "";
    const body = JSON.stringify(request), html = request.html !== undefined;
    if (body.length <= INLINE) return code("Request with curl", `curl ${location.origin}/v1/analyze${key} \\\n  -H 'Content-Type: application/json' \\\n  -d ${shell(body)}`, copyButton(`curl ${location.origin}/v1/analyze${key} -H 'Content-Type: application/json' -d ${shell(body)}`));
    const query = new URLSearchParams({ ...(request.pipeline ? { pipeline: request.pipeline } : {}), id: request.id, offsets: request.offsets, ...(request.layers ? { layers: request.layers.join(",") } : {}) });
    const file = html ? "article.html" : "article.txt", type = html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
    const words = `curl ${shell(`${location.origin}/v1/analyze?${query}`)}${key} \\\n  -H 'Content-Type: ${type}' \\\n  --data-binary @${file}`;
    return code("Request with curl", words, copyButton(words), button(`Save the text as ${file}`, () => save(file, type, request.html ?? request.text)));
  }

  // ---------------------------------------------------------------- the beginning

  /** Asks for the pipelines, and reads the text if it waits for that. */
  async function start(read = false) {
    try {
      await pipelines();
      if (read) await run();
      else if (form.parentNode.querySelector(".problem")) { begin(); area.focus(); }
    } catch (error) {
      if (error.status === 401 && token.get()) error.detail = "The token is wrong. It may have changed.";
      fail(error);
    }
  }

  document.getElementById("report").replaceChildren(
    el("nav", { class: "top", "aria-label": "Copydesk" }, el("span", { class: "brand" }, "Copydesk"), el("a", { href: "/openapi.json" }, "API (OpenAPI)"), el("a", { href: "/problems" }, "Errors")),
    el("div", { class: "desk" }, form), panel, place);
  begin();
  start();
})();
