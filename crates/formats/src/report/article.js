// Shows a result of Copydesk (schema copydesk/1, offsets in UTF-16 units) as an article: `copydeskArticle(result, place)`.
// What a text says becomes text nodes alone, never markup.
"use strict";
const copydeskArticle = (() => {
  const SURE = 0.6;
  const COLOURS = 8;
  const { el, percent, plural, save } = copydeskDom;
  /** Ends the keys of the article that is shown. */
  let listening = null;
  const kindOf = (polarity) => (polarity > 1 / 3 ? "for" : polarity < -1 / 3 ? "against" : "neutral");
  const LABELS = { PERSON: "person", ORG: "organisation", GPE: "place", LOC: "place", NORP: "group" };
  const SIGN = { for: "+", against: "−", neutral: "0" };

  /** A day in words: "1 May 2026". What is no day stays as it is. */
  const date = (day) => { const time = new Date(`${day}T00:00:00Z`); return Number.isNaN(time.getTime()) ? day : time.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }); };
  /** The words of a list of spans, with a blank where one is left out. */
  const words = (text, spans) => spans.map(([from, to]) => text.slice(from, to)).join(" … ").replace(/\s+/g, " ");

  function read(result) {
    const text = result.text ?? "";
    const actors = (result.actors ?? []).map((actor) => ({ ...actor, quotes: 0 }));
    const quotes = (result.quotes ?? []).map((quote, id) => ({ ...quote, id, speaker: quote.speaker ?? null }));
    for (const quote of quotes) if (quote.speaker !== null && actors[quote.speaker]) actors[quote.speaker].quotes += 1;
    const speakers = actors.filter((actor) => actor.quotes > 0).sort((a, b) => b.quotes - a.quotes || a.id - b.id);
    speakers.forEach((actor, rank) => { actor.colour = rank < COLOURS ? `var(--c${rank})` : "var(--none)"; });
    return { result, text, actors, quotes, speakers, stances: result.stances ?? [] };
  }

  const unsure = (quote) => quote.speaker === null || (quote.speaker_score ?? 1) < SURE || (quote.score ?? 1) < 0.5;

  function article(result, place) {
    const data = read(result);
    const { text, actors, quotes, speakers } = data;
    const state = { actor: null, quote: null, kind: "", act: "", least: 0, cell: null };
    const segments = quotes.map(() => []);
    const chips = [];
    const parts = quotes.map(() => []);
    const paragraphs = [];

    const name = (id) => (id === "author" ? "The article" : actors[id]?.name ?? "?");
    const colour = (quote) => actors[quote.speaker]?.colour ?? "var(--none)";
    const shown = (quote) => (!state.kind || quote.kind === state.kind) && (!state.act || quote.act === state.act)
      && (quote.speaker_score ?? quote.score ?? 1) >= state.least && (state.actor === null || quote.speaker === state.actor);

    // The text: cut where any span begins or ends, so that spans may overlap.
    function body() {
      const holder = el("div", { class: "text", lang: result.language ?? result.source?.language, dir: "auto" });
      const cuts = new Set([0, text.length]);
      const marks = [];
      const add = (from, to, mark) => { if (from < to) { cuts.add(from); cuts.add(to); marks.push({ from, to, ...mark }); } };
      for (const entity of result.entities ?? []) add(entity.start, entity.end, { entity });
      for (const quote of quotes) {
        for (const [from, to] of quote.content) add(from, to, { quote });
        for (const role of ["source", "cue"]) for (const [from, to] of quote[role] ?? []) add(from, to, { quote, role });
      }
      const blocks = result.blocks?.length ? result.blocks : lines(text);
      for (const block of blocks) { cuts.add(block.start); cuts.add(block.end); }
      const headline = heading ? null : blocks.find((block) => block.kind === "headline");
      const points = [...cuts].sort((a, b) => a - b);
      marks.sort((a, b) => a.from - b.from || b.to - a.to);
      const ends = new Map();
      for (const quote of quotes) {
        const last = Math.max(...quote.content.map(([, to]) => to));
        if (Number.isFinite(last)) ends.set(last, [...(ends.get(last) ?? []), quote]);
      }
      let next = 0, point = 0, open = [];
      for (const block of blocks) {
        const paragraph = el(block === headline ? "h1" : block.kind === "headline" ? "h2" : "p", { class: block.kind ?? "paragraph" });
        while (points[point] < block.start) point += 1;
        for (; points[point] < block.end; point += 1) {
          const from = points[point], to = points[point + 1];
          while (next < marks.length && marks[next].from <= from) open.push(marks[next++]);
          open = open.filter((mark) => mark.to > from);
          paragraph.append(piece(text.slice(from, to), open));
          for (const quote of ends.get(to) ?? []) paragraph.append(chip(quote));
        }
        if (!paragraph.textContent.trim()) continue;
        paragraphs.push({ start: block.start, end: block.end, node: paragraph });
        holder.append(paragraph);
      }
      if (!holder.firstChild) holder.append(el("p", { class: "empty" }, "The text is empty."));
      return holder;
    }

    function piece(string, open) {
      let node = document.createTextNode(string);
      const entity = open.find((mark) => mark.entity)?.entity;
      if (entity) node = el("span", { class: "n", title: entity.label }, node);
      for (const { quote, role } of open.filter((mark) => mark.role)) {
        node = el("span", { class: `part ${role}`, colour: colour(quote) }, node);
        parts[quote.id].push(node);
      }
      const inside = open.filter((mark) => mark.quote && !mark.role);
      const around = inside.length > 1 ? inside[inside.length - 2].quote : null;
      for (const { quote } of inside.slice(-1)) {
        const first = segments[quote.id].length === 0;
        node = el("span", {
          class: `q ${quote.kind}${unsure(quote) ? " unsure" : ""}`, colour: colour(quote), "data-q": quote.id, id: first ? `q${quote.id}` : null,
          tabindex: first ? 0 : null, role: first ? "button" : null,
          "aria-label": first ? `${quote.kind} quote. ${quote.speaker === null ? "Speaker unknown" : name(quote.speaker)}. ${words(text, quote.content)}` : null,
          onmouseenter: () => light(quote), onmouseleave: () => light(around), onfocus: () => light(quote), onblur: () => light(null), onclick: () => choose(quote),
        }, node);
        segments[quote.id].push(node);
      }
      // A quote around it keeps a line of its own below.
      for (const { quote } of inside.slice(0, -1).reverse()) {
        const first = segments[quote.id].length === 0;
        node = el("span", { class: `outer ${quote.kind}`, colour: colour(quote), "data-q": quote.id, id: first ? `q${quote.id}` : null, tabindex: first ? -1 : null }, node);
        segments[quote.id].push(node);
      }
      return node;
    }

    function chip(quote) {
      const known = quote.speaker !== null;
      const score = quote.speaker_score ?? null;
      const label = known ? name(quote.speaker) + (unsure(quote) ? " ?" : "") : "?";
      const node = el("span", { class: `chip${unsure(quote) ? " unsure" : ""}`, colour: colour(quote), "aria-hidden": "true",
        title: known ? `${name(quote.speaker)}${score === null ? "" : `, ${percent(score)} sure`}` : "The speaker is unknown" }, label);
      chips.push([quote, node]);
      return node;
    }

    function light(quote) {
      const target = quote ?? state.quote;
      holder.classList.toggle("dimmed", target !== null || state.actor !== null);
      for (const other of quotes) {
        const lit = target ? other === target || (target.speaker !== null && other.speaker === target.speaker) : state.actor !== null && other.speaker === state.actor;
        for (const node of segments[other.id]) { node.classList.toggle("lit", lit); node.classList.toggle("chosen", other === target); }
        for (const node of parts[other.id]) node.classList.toggle("lit", other === target);
      }
      for (const [other, node] of chips) node.classList.toggle("lit", target ? other === target || (target.speaker !== null && other.speaker === target.speaker) : other.speaker === state.actor);
      card(target);
    }

    function choose(quote) {
      state.quote = state.quote === quote ? null : quote;
      light(null);
    }

    const row = (term, ...value) => (value.some(Boolean) ? [el("dt", {}, term), el("dd", {}, ...value)] : []);
    const told = (stance) => kindOf(stance.polarity) !== "neutral";
    const within = (inner, outer) => inner !== outer && inner.content.length > 0 && inner.content.every(([from, to]) => outer.content.some(([start, end]) => start <= from && to <= end));
    const link = (words, go) => el("button", { type: "button", class: "go", onclick: go }, words);
    const quoteLink = (quote, said = true) => link(`${said ? `${quote.speaker === null ? "?" : name(quote.speaker)}: ` : ""}${words(text, quote.content)}`, () => { state.quote = quote; segments[quote.id][0]?.scrollIntoView({ block: "center" }); light(null); });

    /** Stances by the other side, each a button that shows where it stands. */
    function stanceRows(stances, other) {
      const list = el("ul", { class: "toward" });
      for (const id of new Set(stances.map((stance) => stance[other]))) {
        const rows = stances.filter((stance) => stance[other] === id);
        list.append(el("li", {}, `${name(id)} `, ...rows.map((stance) => { const kind = kindOf(stance.polarity), doubt = (stance.score ?? 1) < SURE;
          return el("button", { type: "button", class: `go ${kind}${doubt ? " unsure" : ""}`, "aria-label": `${SIGN[kind]}${doubt ? " ?" : ""} ${kind} ${name(id)}: ${words(text, stance.evidence ?? [])}`, title: `${kind}${doubt ? ", unsure" : ""}: ${words(text, stance.evidence ?? [])}`, onclick: () => show(stance.evidence?.[0] ?? stance.mention) }, `${SIGN[kind]}${doubt ? " ?" : ""}`); })));
      }
      return stances.length ? list : null;
    }

    /** Who an actor is: names, role, id, quotes, and how it stands toward others and they toward it. */
    function person(actor) {
      const own = quotes.filter((quote) => quote.speaker === actor.id);
      const names = [...new Set((actor.mentions ?? []).filter((mention) => mention.type === "name").map((mention) => text.slice(mention.start, mention.end).replace(/\s+/g, " ")))].filter((other) => other !== actor.name);
      const count = own.reduce((sum, quote) => sum + words(text, quote.content).split(" ").length, 0);
      detail.append(el("div", { class: "card person", colour: actor.colour ?? "var(--none)" }, el("p", {}, el("b", {}, actor.name), actor.role || actor.affiliation ? ` · ${[actor.role, actor.affiliation].filter(Boolean).join(", ")}` : ""),
        el("dl", {}, ...row("also", names.join(", ")), ...row("type", LABELS[actor.label]), ...row("id", actor.kb_id, actor.kb_id && actor.kb_score !== null && actor.kb_score !== undefined ? `, ${percent(actor.kb_score)} sure` : ""),
          ...row("says", `${plural(own.length, "quote", "quotes")}, ${plural(count, "word", "words")}`), ...row("toward others", stanceRows(data.stances.filter((stance) => stance.holder === actor.id && told(stance)), "target")),
          ...row("others toward them", stanceRows(data.stances.filter((stance) => stance.target === actor.id && told(stance)), "holder"))),
        own.length ? el("ol", { class: "own" }, ...own.map((quote) => el("li", { class: unsure(quote) ? "unsure" : null }, quoteLink(quote, false)))) : null));
    }

    function card(quote) {
      detail.replaceChildren();
      detailHead.textContent = !quote && actors[state.actor] ? "Who it is" : "Quote";
      if (!quote && actors[state.actor]) { person(actors[state.actor]); return; }
      if (!quote) {
        detail.append(el("p", { class: "empty hint" }, quotes.length ? "Point at a quote, or press n and p to go from quote to quote." : "No quotes were found."));
        return;
      }
      const actor = actors[quote.speaker];
      detail.append(el("div", { class: `card${state.quote === quote ? " pinned" : ""}`, colour: colour(quote) },
        el("p", {}, el("b", {}, actor ? actor.name : "Speaker unknown"), actor?.role || actor?.affiliation ? ` · ${[actor.role, actor.affiliation].filter(Boolean).join(", ")}` : ""),
        el("p", { class: "words" }, words(text, quote.content)),
        el("dl", {}, ...row("said as", [quote.kind, quote.act].filter(Boolean).join(", ")), ...row("source", words(text, quote.source ?? [])), ...row("cue", words(text, quote.cue ?? [])),
          ...row("speaker", quote.speaker_score === null || quote.speaker_score === undefined ? "" : `${percent(quote.speaker_score)} sure`),
          ...row("quote", quote.score === null || quote.score === undefined ? "" : `${percent(quote.score)} sure`), ...row("known as", actor?.kb_id),
          ...row("stance", stanceRows(data.stances.filter((stance) => stance.holder === quote.speaker && told(stance) && quote.content.some(([from, to]) => from <= stance.mention?.[0] && stance.mention?.[0] < to)), "target")),
          ...row("holds", ...quotes.filter((other) => within(other, quote)).map((other) => quoteLink(other))), ...row("stands in", ...quotes.filter((other) => within(quote, other)).map((other) => quoteLink(other))))));
    }

    function pick(actor) {
      state.actor = state.actor === actor.id ? null : actor.id;
      state.quote = null;
      apply();
      const first = quotes.find(shown);
      if (state.actor !== null && first) segments[first.id][0]?.scrollIntoView({ block: "center" });
    }

    function people() {
      const list = el("ul", { class: "people" });
      for (const actor of speakers) {
        const context = [actor.role, actor.affiliation].filter(Boolean).join(", ");
        list.append(el("li", {}, el("button", { type: "button", colour: actor.colour, "aria-pressed": "false", "data-actor": actor.id, onclick: () => pick(actor) }, el("b", {}, actor.name), el("span", { class: "count" }, plural(actor.quotes, "quote", "quotes")),
          context ? el("small", {}, context) : null)));
      }
      const others = actors.filter((actor) => !actor.quotes && actor.mentions?.some((mention) => mention.type === "name"));
      const section = el("section", { "aria-labelledby": "people" }, el("h2", { id: "people" }, "Who speaks"), list);
      if (!speakers.length) section.append(el("p", { class: "empty" }, "Nobody."));
      if (others.length) {
        others.sort((a, b) => b.mentions.length - a.mentions.length || a.id - b.id);
        section.append(el("details", { class: "others" }, el("summary", {}, `${plural(others.length, "other", "others")} named`),
          el("ul", {}, ...others.map((actor) => el("li", {}, el("button", { type: "button", class: "go", "aria-pressed": "false", "data-actor": actor.id, onclick: () => pick(actor) }, actor.name), ` ${actor.mentions.length}`)))));
      }
      return section;
    }

    function stances() {
      const section = el("section", { class: "below", "aria-labelledby": "stances" }, el("h2", { id: "stances" }, "Who stands how toward whom"));
      const place = el("div");
      section.append(place);
      const neutral = data.stances.length - data.stances.filter(told).length;
      const draw = (all) => place.replaceChildren(...matrix(all));
      if (neutral) section.querySelector("h2").after(el("label", { class: "neutral-too" }, el("input", { type: "checkbox", onchange: (event) => draw(event.target.checked) }), ` also the ${neutral} neutral`));
      draw(false);
      return section;
    }

    function matrix(all) {
      const chosen = all ? data.stances : data.stances.filter(told);
      if (!chosen.length) return [el("p", { class: "empty" }, data.stances.length ? `All ${data.stances.length} stances are neutral.` : "No stances were found.")];
      const order = (key) => { const seen = new Map(); for (const stance of chosen) seen.set(stance[key], (seen.get(stance[key]) ?? 0) + 1); return [...seen].sort((a, b) => b[1] - a[1]).map(([id]) => id); };
      const holders = order("holder"), targets = order("target");
      const list = el("ul", { class: "evidence" });
      const cells = [];
      const table = el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "holder ↓ target →"), ...targets.map((id) => el("th", { scope: "col" }, name(id))))),
        el("tbody", {}, ...holders.map((holderId) => el("tr", {}, el("th", { scope: "row" }, name(holderId)), ...targets.map((targetId) => {
          const rows = chosen.filter((stance) => stance.holder === holderId && stance.target === targetId);
          if (!rows.length) return el("td");
          const kinds = ["for", "against", "neutral"].map((kind) => [kind, rows.filter((row) => kindOf(row.polarity) === kind).length]).filter(([, count]) => count);
          const button = el("button", { type: "button", "aria-pressed": "false", "aria-label": `${name(holderId)} toward ${name(targetId)}: ${kinds.map(([kind, count]) => `${count} ${kind}`).join(", ")}`,
            onclick: () => evidence(list, button, cells, rows) }, ...kinds.filter(([kind]) => kind !== "neutral" || kinds.length === 1).map(([kind, count]) => el("span", { class: `${kind}${rows.every((row) => kindOf(row.polarity) !== kind || (row.score ?? 1) < SURE) ? " unsure" : ""}` }, SIGN[kind], count > 1 ? el("small", {}, ` ×${count}`) : "", " ")));
          cells.push(button);
          return el("td", {}, button);
        })))));
      return [el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Matrix of stances" }, table),
        el("p", { class: "empty hint" }, "+ is for, − is against, 0 is neutral. Dashed is unsure. Choose a cell to read its passages."), list];
    }

    function evidence(list, button, cells, rows) {
      const on = button.getAttribute("aria-pressed") === "true";
      for (const cell of cells) cell.setAttribute("aria-pressed", "false");
      list.replaceChildren();
      if (on) return;
      button.setAttribute("aria-pressed", "true");
      for (const stance of [...rows].sort((a, b) => Math.abs(b.polarity) - Math.abs(a.polarity))) {
        const kind = kindOf(stance.polarity);
        list.append(el("li", {}, el("button", { type: "button", class: kind, onclick: () => show(stance.evidence?.[0] ?? stance.mention) },
          el("span", {}, `${kind}${stance.score === undefined || stance.score === null ? "" : `, ${percent(stance.score)} sure`} `),
          el("span", { class: "passage" }, words(text, stance.evidence ?? [])))));
      }
    }

    /** Scrolls to a passage of the text and marks it for a moment. */
    function show(span) {
      if (!span) return;
      const block = paragraphs.find(({ start, end }) => start <= span[0] && span[0] < end)?.node;
      if (!block) return;
      block.scrollIntoView({ block: "center" });
      block.classList.add("seen");
      setTimeout(() => block.classList.remove("seen"), 2000);
    }

    function apply() {
      for (const quote of quotes) for (const node of segments[quote.id]) node.classList.toggle("off", !shown(quote));
      for (const [quote, node] of chips) node.hidden = !shown(quote);
      for (const button of place.querySelectorAll("[data-actor]")) button.setAttribute("aria-pressed", String(Number(button.dataset.actor) === state.actor));
      const count = quotes.filter(shown).length;
      status.textContent = `${count} of ${plural(quotes.length, "quote", "quotes")} shown`;
      light(null);
    }

    function filters() {
      const choice = (key, label, values) => {
        const select = el("select", { onchange: (event) => { state[key] = event.target.value; apply(); } }, el("option", { value: "" }, "all"), ...values.map((value) => el("option", { value }, value)));
        return values.length > 1 ? el("label", {}, label, select) : null;
      };
      const values = (key) => [...new Set(quotes.map((quote) => quote[key]).filter(Boolean))].sort();
      const output = el("output", {}, "0 %");
      return el("div", { class: "filters", role: "search", "aria-label": "Quotes" }, choice("kind", "kind", values("kind")), choice("act", "act", values("act")),
        el("label", {}, "at least", el("input", { type: "range", min: 0, max: 95, step: 5, value: 0, "aria-label": "least probability of the speaker, in per cent", oninput: (event) => {
          state.least = Number(event.target.value) / 100; output.textContent = `${event.target.value} %`; apply(); } }), output, "sure"), status);
    }

    function move(step) {
      const visible = quotes.filter(shown);
      if (!visible.length) return;
      const at = visible.indexOf(state.quote);
      state.quote = visible[(at + step + visible.length) % visible.length] ?? visible[0];
      segments[state.quote.id][0]?.focus();
      segments[state.quote.id][0]?.scrollIntoView({ block: "center" });
      light(null);
    }

    const detailHead = el("h2", { id: "detail" }, "Quote");
    const detail = el("div", { "aria-live": "polite" });
    const status = el("span", { role: "status" });
    // The title stands above the article, unless the article begins with one.
    const heading = (result.blocks ?? []).some((block) => block.kind === "headline") ? null : result.title ?? String(result.id).split("/").pop();
    const holder = body();
    const about = [result.outlet, result.published ? date(result.published.slice(0, 10)) : null, result.authors?.join(", ")].filter(Boolean).join(" · ");
    const url = /^https?:\/\//i.test(result.url ?? "") ? el("a", { href: result.url, rel: "noreferrer", target: "_blank" }, "Original") : null;
    const sum = `${plural(quotes.length, "quote", "quotes")} by ${plural(speakers.length, "speaker", "speakers")}, ${quotes.filter((quote) => quote.speaker === null).length} by nobody known`;
    const provenance = result.provenance;
    place.replaceChildren(el("div", { class: "report" },
      el("header", { class: "head" }, heading ? el("h1", {}, heading) : null, about || url ? el("p", {}, about, about && url ? " · " : "", url) : null, el("p", {}, sum)),
      filters(), el("main", { id: "article" }, holder),
      el("aside", { class: "side", "aria-label": "People and quotes" }, el("section", { "aria-labelledby": "detail" }, detailHead, detail), people()),
      stances(),
      el("footer", { class: "foot" }, provenance ? `Read by Copydesk ${provenance.copydesk}, pipeline ${provenance.pipeline}. ` : "", "Underlines: solid is direct, dashed is mixed, dotted is indirect. A dashed label with ? is unsure. ",
        el("button", { type: "button", onclick: () => save("result.json", "application/json", JSON.stringify(result)) }, "Data as JSON"))));
    const keys = (event) => {
      if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "n" || event.key === "j") move(1);
      else if (event.key === "p" || event.key === "k") move(-1);
      else if (event.key === "Escape") { state.quote = null; state.actor = null; apply(); }
      else if ((event.key === "Enter" || event.key === " ") && event.target.dataset?.q) choose(quotes[event.target.dataset.q]);
      else return;
      event.preventDefault();
    };
    // The keys are this article's for as long as it is shown: a page may show another in its place.
    listening?.abort();
    listening = new AbortController();
    const { signal } = listening;
    place.addEventListener("keydown", keys, { signal });
    document.body.addEventListener("keydown", (event) => { if (event.target === document.body) keys(event); }, { signal });
    apply();
  }

  /** Lines of a text as blocks, for results without blocks. */
  function lines(text) {
    const blocks = [];
    let start = 0;
    for (const line of text.split("\n")) {
      if (line.trim()) blocks.push({ start, end: start + line.length, kind: "paragraph" });
      start += line.length + 1;
    }
    return blocks;
  }
  return article;
})();
