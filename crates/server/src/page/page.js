// The page of `copydesk serve`: an article goes to the server, and `copydeskArticle` shows its result. What an article or the
// server says becomes text nodes alone, never markup. Nothing is kept but the token.
"use strict";
(() => {
  const { el, plural } = copydeskDom;
  const { token, Problem, call } = copydeskServer;
  /** Characters from which a result is asked for without the parts that the page does not show. */
  const LONG = 400000;
  const SHOWN = ["text", "title", "authors", "published", "outlet", "language", "url", "source", "blocks", "entities", "actors", "quotes", "stances", "provenance"];
  /** The run that goes on, the last result with its request, the name of the file, and whether a person said what the text is. */
  const state = { running: null, last: null, file: null, told: false };

  const seconds = (value) => `${value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 0)} s`;
  const button = (label, onclick, attributes = {}) => el("button", { type: "button", onclick, ...attributes }, label);

  // The article to read.

  const area = el("textarea", { id: "words", rows: 12, spellcheck: "false", autocomplete: "off", "aria-describedby": "where",
    placeholder: "Paste an article here, or the HTML of a web page.\nOr drop a .txt or .html file.", oninput: () => changed(), onpaste: () => {
      if (area.selectionEnd - area.selectionStart === area.value.length) state.told = false;
    } });
  const asHtml = el("input", { type: "checkbox", onchange: () => { state.told = true; changed(); } });
  const chooser = el("input", { type: "file", accept: ".txt,.text,.md,.html,.htm,.xhtml,text/plain,text/html", hidden: true, onchange: () => { if (chooser.files[0]) take(chooser.files[0]); chooser.value = ""; } });
  const pipes = el("fieldset", { class: "pipes", hidden: true });
  const send = el("button", { type: "submit", class: "main", title: "Ctrl or ⌘ and Enter" }, "Read it");
  const cancel = button("Cancel", () => stop(), { hidden: true });
  const status = el("p", { role: "status", class: "status" });
  const clock = el("span", { class: "clock", "aria-hidden": "true" });
  const edit = button("Edit text", () => fold(!form.classList.contains("folded"), true), { hidden: true, "aria-controls": "words", "aria-expanded": "false" });
  const fresh = button("New text", () => { stop(); area.value = ""; changed(); begin(); area.focus(); }, { hidden: true });
  const tools = [["JSON", copydeskCode.json], ["curl", copydeskCode.curl]].map(([label, fill]) => {
    const node = button(label, () => toggle(node, fill), { hidden: true, "aria-expanded": "false", class: "tool" });
    return node;
  });
  const panel = el("div", { class: "panel" });
  const form = el("form", { class: "compose", "aria-label": "Article to read", onsubmit: (event) => { event.preventDefault(); run(); } },
    el("div", { class: "sheet" },
      el("label", { class: "name", for: "words" }, "Article"), area,
      el("div", { class: "row" }, el("label", { class: "check" }, asHtml, "It is the HTML of a web page"), el("span", { class: "gap" }),
        button("Open a file", () => chooser.click()), button("Show an example", () => put(copydeskText.EXAMPLE, "example", false)), chooser)),
    el("div", { class: "row controls" }, edit, fresh, pipes, send, el("div", { class: "told" }, status, clock, cancel), ...tools),
    el("div", { class: "progress", "aria-hidden": "true" }));

  /** Takes note of another text: times and name belonged to the old one. */
  function changed() {
    if (!area.value) state.told = false;
    if (!state.told) asHtml.checked = copydeskText.isHtml(area.value);
    state.file = null;
    for (const time of pipes.querySelectorAll(".time")) time.textContent = "";
  }

  /** Puts a text in the place of that which is there, and reads it. */
  function put(text, name, html) {
    area.value = text;
    state.told = true;
    asHtml.checked = html;
    changed();
    state.file = name;
    run();
  }

  async function take(file) {
    try {
      const text = await copydeskText.read(file);
      put(text, file.name, /\.x?html?$/i.test(file.name) || copydeskText.isHtml(text));
    } catch (error) {
      stop();
      fail(error);
    }
  }

  /** Shows that a file may fall here, and keeps the browser from opening it. */
  function drag(event, over) {
    if (!event.dataTransfer?.types.includes("Files")) return false;
    event.preventDefault();
    if (over) fold(false);
    form.classList.toggle("over", over);
    return true;
  }

  document.addEventListener("dragover", (event) => drag(event, true));
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
  document.addEventListener("drop", (event) => { if (drag(event, false) && event.dataTransfer.files[0]) take(event.dataTransfer.files[0]); });

  // A run.

  const chosen = () => pipes.querySelector("input:checked")?.value;
  const say = (words) => { status.textContent = words; };

  /** Fills the switch with the server's pipelines. */
  async function pipelines() {
    const { value } = await call("/v1/pipelines");
    const before = value.pipelines.some(({ name }) => name === chosen()) ? chosen() : value.default;
    pipes.hidden = false;
    pipes.replaceChildren(el("legend", {}, "Pipeline"), ...value.pipelines.map(({ name, description, languages }) =>
      el("label", { title: [description, languages?.length ? `Languages: ${languages.join(", ")}` : null].filter(Boolean).join("\n") },
        el("input", { type: "radio", name: "pipeline", value: name, checked: name === before, onchange: () => { if (state.last) run(false); } }),
        el("span", {}, name), el("span", { class: "time" }))));
  }

  /** Shows that a run goes on, and for how long. */
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
    if (focused) (form.classList.contains("folded") ? edit : send).focus();
  }

  /** Sends the text and shows its result. A run that goes on is cancelled. */
  async function run(refocus = true) {
    state.running?.abort();
    state.running = null;
    // Half a surrogate pair is no text for a server; offsets stay the same.
    const words = area.value.toWellFormed?.() ?? area.value;
    if (!words.trim()) {
      busy(false);
      fold(false);
      say("There is no text yet. Paste an article first.");
      area.focus();
      return;
    }
    const mine = new AbortController(), began = performance.now(), pipeline = chosen(), html = asHtml.checked;
    state.running = mine;
    busy(true);
    say(pipeline ? `Reading with ${pipeline} …` : "Reading …");
    const request = { id: state.file ?? (html ? "Pasted page" : "Pasted text"), [html ? "html" : "text"]: words, ...(pipeline ? { pipeline } : {}), offsets: "utf16", ...(words.length > LONG ? { layers: SHOWN } : {}) };
    try {
      const { value, words: line } = await call("/v1/analyze", { body: JSON.stringify(request), signal: mine.signal });
      if (state.running !== mine) return;
      const taken = seconds((performance.now() - began) / 1000);
      const time = pipes.querySelector("input:checked ~ .time");
      if (time) time.textContent = taken;
      state.last = { request, result: value, line };
      show(value, taken, refocus);
    } catch (error) {
      // Another run came, or a person has had enough.
      if (state.running !== mine) return;
      fail(error);
      if (error.field === "pipeline") pipelines().catch(() => {});
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

  // What is shown.

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

  /** Takes away what stands before a result: the introduction, or what went wrong. */
  function clear() {
    for (const node of [intro, form.parentNode.querySelector(".problem")]) node?.remove();
    place.replaceChildren();
  }

  /** The page before a result: what it is for, and an open sheet. */
  function begin() {
    state.last = null;
    clear();
    form.before(intro);
    form.after(legend);
    fold(false);
    shut();
    document.title = "Copydesk";
    say("");
  }

  /** Folds the sheet away once there is a result, or opens it. */
  function fold(on, refocus = false) {
    form.classList.toggle("folded", on);
    edit.hidden = fresh.hidden = state.last === null;
    edit.textContent = on ? "Edit text" : "Hide text";
    edit.setAttribute("aria-expanded", String(!on));
    if (on || !refocus) return;
    area.setSelectionRange(0, 0);
    area.focus();
    area.scrollTop = 0;
  }

  /** Closes JSON and curl. */
  function shut() {
    for (const node of tools) {
      node.hidden = state.last === null;
      node.setAttribute("aria-expanded", "false");
    }
    panel.replaceChildren();
  }

  function toggle(node, fill) {
    const on = node.getAttribute("aria-expanded") !== "true";
    shut();
    node.setAttribute("aria-expanded", String(on));
    if (on) panel.append(fill(state.last));
  }

  function show(result, taken, refocus) {
    const open = tools.find((node) => node.getAttribute("aria-expanded") === "true");
    clear();
    legend.remove();
    fold(true);
    shut();
    const own = el("div");
    place.append(own);
    copydeskArticle(result, own);
    document.title = `${result.title ?? result.id} – Copydesk`;
    if (refocus) aim(own);
    else open?.click();
    const quotes = result.quotes ?? [], speakers = new Set(quotes.map((quote) => quote.speaker ?? null));
    speakers.delete(null);
    say(`Done: ${plural(quotes.length, "quote", "quotes")} of ${plural(speakers.size, "speaker", "speakers")} in ${taken}.`);
  }

  /** Takes the focus to the heading of what is shown. */
  function aim(node) {
    const heading = node.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: "instant" });
  }

  /** Says what went wrong and what to do, and offers to do it. */
  function fail(error) {
    const problem = error instanceof Problem ? error : new Problem({ title: "This page has a fault", detail: String(error), remedy: "Please report it, with the text that led to it." });
    if (problem.status === 401 && token.get()) problem.detail = "The token is wrong, or it has changed.";
    state.last = null;
    clear();
    form.after(legend);
    fold(false);
    shut();
    const words = (value, attributes) => (value ? el("p", attributes, String(value)) : null);
    const sentence = (value) => (value ? words(String(value).replace(/^\p{Ll}/u, (first) => first.toUpperCase()).replace(/[^.!?]$/, "$&.")) : null);
    const place = [["Field", problem.field], ["Stage", problem.stage]].filter(([, name]) => name).map(([kind, name]) => `${kind}: ${name}`).join(" · ");
    const ready = problem.wait ? el("p", { role: "status" }, `The server asks you to wait ${plural(problem.wait, "second", "seconds")}.`) : null;
    if (ready) setTimeout(() => { ready.textContent = "You can try again now."; }, 1000 * problem.wait);
    const box = el("main", { id: "article", class: "problem" }, ...[
      // How long to wait is said in other words to a program.
      el("h1", {}, problem.title), sentence(problem.detail), words(place, { class: "soft" }), ready ?? sentence(problem.remedy), problem.status === 401 ? tokenForm() : null,
      problem.again ? el("div", { class: "row" }, button("Try again", () => (pipes.hidden || !area.value.trim() ? start() : run()), { class: "main" })) : null,
      words(problem.request_id ? `Request ${problem.request_id}` : null, { class: "soft" })].filter(Boolean));
    form.before(box);
    // The focus goes to the heading, which is read out then.
    say("");
    aim(box);
  }

  function tokenForm() {
    const input = el("input", { type: "password", id: "token", autocomplete: "off", required: true, pattern: "[\\x21-\\x7E]+", title: "Letters, digits and signs, without spaces" });
    return el("form", { class: "row", onsubmit: (event) => {
      event.preventDefault();
      token.set(input.value);
      start();
    } }, el("label", { for: "token" }, "Token"), input, el("button", { type: "submit", class: "main" }, "Use it"), el("small", {}, "It is kept until you close this tab."));
  }

  /** Asks for the pipelines, and reads the text if one waits for that. */
  async function start() {
    try {
      await pipelines();
      if (area.value.trim()) await run();
      else if (!intro.isConnected) { begin(); area.focus(); }
    } catch (error) {
      fail(error);
    }
  }

  document.getElementById("report").replaceChildren(
    el("nav", { class: "top", "aria-label": "Copydesk" }, el("span", { class: "brand" }, "Copydesk"), el("a", { href: "/openapi.json" }, "API (OpenAPI)"), el("a", { href: "/problems" }, "Errors")),
    el("div", { class: "desk" }, form), panel, place);
  begin();
  start();
})();
