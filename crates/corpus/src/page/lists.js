// Lists of quotes and of passages, and the addresses within the page: `copydeskLists(corpus)`.
"use strict";
const copydeskLists = (corpus) => {
  const { el, percent, plural } = copydeskDom;
  const { NOBODY, SURE, date, fold } = copydeskData;
  const { choice, csvButton, number, pager } = copydeskTables;
  const { data } = corpus;
  const { quotes, passages, documents } = data;
  const SIZE = 50;

  /** An address of the page: `hash({ actor: "7", page: 2 })`. What is empty is left out. */
  const hash = (parts) => {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(parts)) if (value !== null && value !== undefined && (value !== "" || key === "quotes")) query.set(key, value);
    return `#${query}`;
  };
  const actorHash = (actor) => hash({ actor: corpus.id(actor) });
  const actorLink = (actor, words = corpus.speaker(actor)) => (actor < 0 ? words : el("a", { href: actorHash(actor), dir: "auto" }, words));
  const stanceHash = (holder, target) => hash({ holder: corpus.id(holder), target: corpus.id(target) });
  const quotesHash = (filter) => hash({ quotes: "", ...filter });

  /** Where an article is from: its title, which is a link if it has an address of the web, its outlet and day. */
  function source(document) {
    const title = documents.title[document] || documents.id[document];
    const url = documents.url[document];
    const day = corpus.day(document);
    const known = /^https?:\/\//i.test(url ?? "");
    return el("p", { class: "source" }, el("b", {}, day ? date(day) : "no date"), el("span", { dir: "auto" }, corpus.outlet(documents.outlet[document])),
      known ? el("a", { href: url, rel: "noreferrer", target: "_blank", dir: "auto" }, title) : el("cite", { dir: "auto" }, title));
  }
  const csvSource = (document) => [documents.id[document], documents.title[document], corpus.outlet(documents.outlet[document]), corpus.day(document) ?? "", documents.url[document] ?? ""];

  /** Words with the given names marked. `names` are folded; where letters change their length by that, nothing is marked. */
  function marked(text, names) {
    const folded = fold(text);
    if (folded.length !== text.length) return [text];
    const nodes = [];
    let from = 0;
    while (names.length) {
      let best = null;
      for (const name of names) {
        const at = folded.indexOf(name, from);
        if (at >= 0 && (!best || at < best[0] || (at === best[0] && name.length > best[1]))) best = [at, name.length];
      }
      if (!best) break;
      nodes.push(text.slice(from, best[0]), el("mark", {}, text.slice(best[0], best[0] + best[1])));
      from = best[0] + best[1];
    }
    return [...nodes, text.slice(from)];
  }
  const namesOf = (actor) => (actor < 0 ? [] : [...new Set(corpus.names()[actor].split("\n"))].filter((name) => name.length > 1));

  const sampled = (kind) => {
    const { sample } = data;
    const [kept, all] = sample ? [sample[kind], sample[`of_${kind}`]] : [0, 0];
    return kept < all ? `This file holds a random sample: ${number(kept)} of ${number(all)} ${kind}. Counts and pictures are of all.` : null;
  };

  /** One quote. Without `speaker` on the page of its speaker; `same` is in the article of the quote before. */
  function quoteItem(row, { speaker, mark, same }) {
    const doubtful = corpus.unsure(row), sure = quotes.sure[row], known = quotes.speaker[row] >= 0;
    return el("li", { class: [doubtful && "unsure", same && "same"].filter(Boolean).join(" ") || null }, source(quotes.document[row]), el("div", {},
      el("blockquote", { class: data.kinds[quotes.kind[row]], dir: "auto" }, ...marked(quotes.text[row], mark)),
      el("p", { class: "by" }, speaker ? el("span", { class: "who" }, actorLink(quotes.speaker[row]), known && corpus.context(quotes.speaker[row]) ? `, ${corpus.context(quotes.speaker[row])}` : "") : null,
        doubtful ? el("span", { class: "chip" }, known ? `? speaker ${sure} % sure` : "? speaker unknown") : null,
        quotes.score[row] >= 0 && quotes.score[row] < SURE ? el("span", { class: "chip" }, `? quote ${quotes.score[row]} % sure`) : null,
        el("span", { class: "kind" }, [data.kinds[quotes.kind[row]], data.acts[quotes.act[row]], quotes.verb[row] >= 0 ? `“${data.verbs[quotes.verb[row]]}”` : null].filter(Boolean).join(" · ")))));
  }

  const byDay = (documentOf) => (a, b) => (documents.day[documentOf[a]] < 0) - (documents.day[documentOf[b]] < 0) || documents.day[documentOf[a]] - documents.day[documentOf[b]] || a - b;

  /** The quotes of a filter, in order of day. `filter` has ids and names as they stand in the address. */
  function wanted(filter) {
    const speaker = filter.actor ?? filter.speaker;
    let rows = speaker === undefined ? quotes.speaker.map((_, row) => row) : Array.from(corpus.actor(speaker) === undefined ? [] : corpus.quotesOf(corpus.actor(speaker)));
    const keep = (value, of) => { if (value !== undefined && value !== "") rows = rows.filter((row) => of(row)); };
    const outlet = filter.outlet === NOBODY ? -1 : data.outlets.indexOf(filter.outlet);
    const verb = data.verbs.indexOf(filter.verb), kind = data.kinds.indexOf(filter.kind), act = data.acts.indexOf(filter.act);
    keep(filter.outlet, (row) => documents.outlet[quotes.document[row]] === outlet);
    keep(filter.verb, (row) => quotes.verb[row] === verb);
    keep(filter.kind, (row) => quotes.kind[row] === kind);
    keep(filter.act, (row) => quotes.act[row] === act);
    keep(filter.sure, (row) => corpus.unsure(row) === (filter.sure === "no"));
    keep(filter.from, (row) => (corpus.day(quotes.document[row]) ?? "") >= filter.from);
    keep(filter.to, (row) => (corpus.day(quotes.document[row]) ?? "9") <= filter.to);
    const sought = fold((filter.words ?? "").trim());
    keep(sought, (row) => corpus.words()[row].includes(sought));
    return rows.sort(byDay(quotes.document));
  }

  /** A list of quotes with its filters. `filter` is what the address says; a change of it changes the address. */
  function quoteList({ filter, title, fixed = {}, change }) {
    const rows = wanted(filter), page = Math.min(Number(filter.page) || 0, Math.max(0, Math.ceil(rows.length / SIZE) - 1));
    const go = (key) => (value) => change({ ...filter, page: undefined, [key]: value || undefined });
    const each = (names) => [["", "all"], ...names.map((name) => [name, name])];
    const picks = [
      data.outlets.length > 1 ? choice("outlet", [...each(data.outlets), [NOBODY, "no outlet"]], filter.outlet ?? "", go("outlet")) : null,
      choice("kind", each(data.kinds), filter.kind ?? "", go("kind")),
      data.acts.length > 1 ? choice("act", each(data.acts), filter.act ?? "", go("act")) : null,
      choice("verb", each(data.verbs), filter.verb ?? "", go("verb")),
      choice("speaker", [["", "all"], ["yes", `at least ${SURE} % sure`], ["no", "unsure or unknown"]], filter.sure ?? "", go("sure")),
      ...(data.days.length ? ["from", "to"].map((key) => el("label", {}, key, " ", el("input", { type: "date", value: filter[key] ?? null, min: data.days[0], max: data.days[data.days.length - 1], onchange: (event) => go(key)(event.target.value) }))) : []),
      el("label", {}, "words ", el("input", { type: "search", value: filter.words ?? null, onchange: (event) => go("words")(event.target.value) })),
    ];
    const mark = filter.words ? [fold(filter.words.trim())] : [];
    const narrowed = Object.keys(filter).some((key) => filter[key] && key !== "page" && !(key in fixed));
    const head = ["quote", "speaker", "speaker_id", "sure", "kind", "act", "verb", "words", "article", "title", "outlet", "day", "url"];
    return el("section", { class: "list", "aria-labelledby": "list" },
      el("h2", { id: "list", tabindex: -1 }, title),
      el("div", { class: "controls", role: "search", "aria-label": "Quotes" }, ...picks.filter(Boolean), narrowed ? el("a", { href: hash({ ...fixed }) }, "All") : null),
      el("p", { class: "note", role: "status" }, `${plural(rows.length, "quote", "quotes")}, in order of day. `, sampled("quotes")),
      el("ol", { class: "quotes" }, ...rows.slice(page * SIZE, (page + 1) * SIZE).map((row, at, shown) => quoteItem(row, { speaker: filter.actor === undefined, mark, same: at > 0 && quotes.document[shown[at - 1]] === quotes.document[row] }))),
      el("div", { class: "foot-row" }, pager(rows.length, SIZE, page, (to) => change({ ...filter, page: to || undefined }, true)) ?? el("span"),
        csvButton("quotes", head, () => rows.map((row) => [quotes.text[row], corpus.speaker(quotes.speaker[row]), quotes.speaker[row] < 0 ? "" : corpus.id(quotes.speaker[row]), quotes.sure[row] < 0 ? "" : quotes.sure[row],
          data.kinds[quotes.kind[row]], data.acts[quotes.act[row]] ?? "", data.verbs[quotes.verb[row]] ?? "", quotes.words[row], ...csvSource(quotes.document[row])]))));
  }

  const polarityOf = (value) => (value > 33 ? "for" : value < -33 ? "against" : "neutral");
  const SIGN = { for: "+", against: "−", neutral: "0" };

  function passageItem(row, names, pair = false) {
    const kind = polarityOf(passages.polarity[row]), sure = passages.sure[row];
    return el("li", { class: sure >= 0 && sure < SURE ? "unsure" : null }, source(passages.document[row]), el("div", {},
      el("blockquote", { dir: "auto" }, el("b", { class: `sign ${kind}` }, SIGN[kind], el("span", { class: "hear" }, ` ${kind}. `)), ...marked(passages.text[row], names)),
      el("p", { class: "by" }, pair ? el("a", { class: "who", href: stanceHash(passages.holder[row], passages.target[row]) }, `${corpus.holder(passages.holder[row])} on ${corpus.speaker(passages.target[row])}`) : null,
        sure >= 0 ? el("span", { class: sure < SURE ? "chip" : "kind" }, `${sure < SURE ? "? " : ""}${kind}, ${sure} % sure`) : null)));
  }

  /** Passages as a list in pages of its own. */
  function passageList({ rows, names, title, name, pair = false }) {
    const list = el("ol", { class: "quotes" }), pages = el("span");
    const draw = (page) => {
      list.replaceChildren(...rows.slice(page * SIZE, (page + 1) * SIZE).map((row) => passageItem(row, names, pair)));
      pages.replaceChildren(pager(rows.length, SIZE, page, draw) ?? "");
    };
    draw(0);
    const head = ["passage", "holder", "target", "polarity", "sure", "article", "title", "outlet", "day", "url"];
    return el("section", { class: "list" }, el("h2", {}, title), el("p", { class: "note" }, `${plural(rows.length, "passage", "passages")}. `, sampled("passages")), list,
      el("div", { class: "foot-row" }, pages, csvButton(name, head, () => rows.map((row) => [passages.text[row], corpus.holder(passages.holder[row]), corpus.speaker(passages.target[row]), passages.polarity[row] / 100,
        passages.sure[row] < 0 ? "" : passages.sure[row], ...csvSource(passages.document[row])]))));
  }

  return { hash, actorHash, actorLink, stanceHash, quotesHash, quoteList, passageList, namesOf, sampled, byDay, polarityOf, SIGN, percent };
};
