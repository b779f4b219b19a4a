// Lists of quotes and of passages, and the addresses within the page: `copydeskLists(corpus)`.
"use strict";
const copydeskLists = (corpus) => {
  const { el, plural } = copydeskDom;
  const { NOBODY, SURE, date, fold } = copydeskData;
  const { choice, classes, csvButton, number, pager, word } = copydeskTables;
  const { data, speaker, holder, id } = corpus;
  const { quotes, passages, documents, days, kinds, acts, verbs, outlets } = data;
  const SIZE = 50;

  /** An address of the page: `hash({ actor: "7", page: 2 })`. What is empty is left out. */
  const hash = (parts) => `#${new URLSearchParams(Object.entries(parts).filter(([key, value]) => value || key === "quotes"))}`;
  const link = (words, parts, more) => el("a", { href: hash(parts), dir: "auto", ...more }, words);
  const actorLink = (actor, words = speaker(actor)) => (actor < 0 ? words : link(words, { actor: id(actor) }));
  const stance = (from, to) => ({ holder: id(from), target: id(to) });
  const quotesOf = (filter) => ({ quotes: "", ...filter });
  /** A column of actors; `of(row)` is the actor of a row. */
  const actorColumn = (name, of = (row) => row, says = speaker) => word(name, (row) => says(of(row)), (row) => actorLink(of(row), says(of(row))), { kind: "who-cell" });

  /** Where an article is from: its title, which is a link if it has an address of the web, its outlet and day. */
  function source(document) {
    const title = documents.title[document] || documents.id[document], url = documents.url[document], day = corpus.day(document);
    return el("p", { class: "source" }, el("b", {}, day ? date(day) : "no date"), el("span", { dir: "auto" }, corpus.outlet(documents.outlet[document])),
      /^https?:\/\//i.test(url ?? "") ? el("a", { href: url, rel: "noreferrer", target: "_blank", dir: "auto" }, title) : el("cite", { dir: "auto" }, title));
  }
  const SOURCE = ["article", "title", "outlet", "day", "url"];
  const csvSource = (document) => [documents.id[document], documents.title[document], corpus.outlet(documents.outlet[document]), corpus.day(document), documents.url[document]];

  /** Words with folded names marked. Where folding changes the length, nothing is marked. */
  function marked(text, names) {
    const folded = fold(text), nodes = [];
    let from = 0;
    while (folded.length === text.length) {
      const found = names.map((name) => [folded.indexOf(name, from), name.length]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
      if (!found) break;
      nodes.push(text.slice(from, found[0]), el("mark", {}, text.slice(found[0], found[0] + found[1])));
      from = found[0] + found[1];
    }
    return [...nodes, text.slice(from)];
  }
  const namesOf = (actor) => [...new Set(corpus.names(actor).split("\n"))].filter((name) => name.length > 1);

  function sampled(kind) {
    const { [kind]: kept, [`of_${kind}`]: all } = data.sample ?? {};
    return kept < all ? `This file holds a random sample: ${number(kept)} of ${number(all)} ${kind}. Counts and pictures are of all.` : null;
  }

  /** An item of a list: where it stands, its words, and what is known of it. `same` is in the article of the item before. */
  const item = (document, doubtful, same, text, ...about) => el("li", { class: classes(doubtful && "unsure", same && "same") }, source(document),
    el("div", {}, el("blockquote", { dir: "auto" }, ...text), el("p", { class: "by" }, ...about.filter(Boolean))));
  const chip = (words) => el("span", { class: "chip" }, `? ${words}`);

  /** A quote, with its speaker unless `own`. */
  function quoteItem(row, own, mark, same) {
    const who = quotes.speaker[row], context = who < 0 ? "" : corpus.context(who);
    return item(quotes.document[row], corpus.unsure(row), same, marked(quotes.text[row], mark), own ? null : el("span", { class: "who" }, actorLink(who), context ? `, ${context}` : ""),
      corpus.unsure(row) ? chip(who < 0 ? "speaker unknown" : `speaker ${quotes.sure[row]} % sure`) : null, quotes.score[row] >= 0 && quotes.score[row] < SURE ? chip(`quote ${quotes.score[row]} % sure`) : null,
      el("span", {}, [kinds[quotes.kind[row]], acts[quotes.act[row]], quotes.verb[row] < 0 ? null : `“${verbs[quotes.verb[row]]}”`].filter(Boolean).join(" · ")));
  }

  const byDay = (table) => (a, b) => {
    const [x, y] = [a, b].map((row) => documents.day[table.document[row]]);
    return (x < 0) - (y < 0) || x - y || a - b;
  };

  /** The quotes of a filter, in order of day. `filter` has ids and names as they stand in the address. */
  function wanted(filter) {
    const who = corpus.actor(filter.actor ?? filter.speaker), sought = fold((filter.words ?? "").trim()), dayOf = (row) => corpus.day(quotes.document[row]);
    let rows = (filter.actor ?? filter.speaker) === undefined ? quotes.speaker.map((_, row) => row) : who === undefined ? [] : Array.from(corpus.quotesOf(who));
    const keep = (key, of) => { if (filter[key]) rows = rows.filter(of); };
    const named = (key, names, of) => { const at = filter[key] === NOBODY ? -1 : names.indexOf(filter[key]); keep(key, (row) => of(row) === at); };
    named("outlet", outlets, (row) => documents.outlet[quotes.document[row]]);
    named("verb", verbs, (row) => quotes.verb[row]);
    named("kind", kinds, (row) => quotes.kind[row]);
    named("act", acts, (row) => quotes.act[row]);
    keep("sure", (row) => corpus.unsure(row) === (filter.sure === "no"));
    keep("from", (row) => dayOf(row) && dayOf(row) >= filter.from);
    keep("to", (row) => dayOf(row) && dayOf(row) <= filter.to);
    keep("words", (row) => corpus.words(row).includes(sought));
    return rows.sort(byDay(quotes));
  }

  /** A list of quotes with its filters. `filter` is what the address says, `fixed` the part of it that stays; `change` changes it. */
  function quoteList(filter, fixed, change, title = "Quotes") {
    const rows = wanted(filter), who = filter.actor ?? filter.speaker, page = Math.min(Number(filter.page) || 0, Math.max(0, Math.ceil(rows.length / SIZE) - 1));
    const go = (key) => (value) => change({ ...filter, page: null, [key]: value });
    const pick = (key, values) => (values.length > 1 ? choice(key, [["", "all"], ...values], filter[key] ?? "", go(key)) : null);
    const write = (key, type, more) => el("label", {}, key, " ", el("input", { type, value: filter[key], ...more, onchange: (event) => go(key)(event.target.value) }));
    const day = { min: days[0], max: days[days.length - 1] };
    const narrowed = Object.keys(filter).some((key) => filter[key] && key !== "page" && !(key in fixed));
    return el("section", { class: "list", "aria-labelledby": "list" }, el("h2", { id: "list", tabindex: -1 }, title),
      el("div", { class: "controls", role: "search", "aria-label": "Quotes" }, pick("outlet", [...outlets, [NOBODY, "no outlet"]]), pick("kind", kinds), pick("act", acts), pick("verb", verbs),
        pick("sure", [["yes", `at least ${SURE} % sure`], ["no", "unsure or unknown"]]), ...(days.length ? [write("from", "date", day), write("to", "date", day)] : []), write("words", "search"), narrowed ? link("All", fixed) : null),
      el("p", { class: "note", role: "status" }, `${plural(rows.length, "quote", "quotes")}, in order of day. `, sampled("quotes"), data.left_out && who === undefined ? ` Those of ${plural(data.left_out.actors, "actor", "actors")} that are not listed are not here.` : null),
      el("ol", { class: "quotes" }, ...rows.slice(page * SIZE, (page + 1) * SIZE).map((row, at, shown) => quoteItem(row, "actor" in filter, filter.words ? [fold(filter.words.trim())] : [], at > 0 && quotes.document[shown[at - 1]] === quotes.document[row]))),
      el("div", { class: "foot-row" }, pager(rows.length, SIZE, page, (to) => change({ ...filter, page: to }, true)),
        csvButton("quotes", ["quote", "speaker", "speaker_id", "sure", "kind", "act", "verb", "words", ...SOURCE], () => rows.map((row) => [quotes.text[row], speaker(quotes.speaker[row]), id(quotes.speaker[row]), quotes.sure[row] < 0 ? "" : quotes.sure[row],
          kinds[quotes.kind[row]], acts[quotes.act[row]], verbs[quotes.verb[row]], quotes.words[row], ...csvSource(quotes.document[row])]))));
  }

  const polarityOf = (row) => (passages.polarity[row] > 33 ? "for" : passages.polarity[row] < -33 ? "against" : "neutral");
  const SIGN = { for: "+", against: "−", neutral: "0" };

  /** Passages in pages, with names marked; with who speaks about whom if they are of several pairs. */
  function passageList(rows, names, title, pairs = false) {
    const list = el("ol", { class: "quotes" }), pages = el("span");
    const passage = (row) => {
      const kind = polarityOf(row), sure = passages.sure[row], doubtful = sure >= 0 && sure < SURE, from = passages.holder[row], to = passages.target[row], says = `${kind}, ${sure} % sure`;
      return item(passages.document[row], doubtful, false, [el("b", { class: `sign ${kind}` }, SIGN[kind], el("span", { class: "hear" }, ` ${kind}. `)), ...marked(passages.text[row], names)],
        pairs ? link(`${holder(from)} on ${speaker(to)}`, stance(from, to), { class: "who" }) : null, sure < 0 ? null : doubtful ? chip(says) : el("span", {}, says));
    };
    const draw = (page) => {
      list.replaceChildren(...rows.slice(page * SIZE, (page + 1) * SIZE).map(passage));
      pages.replaceChildren(pager(rows.length, SIZE, page, draw));
    };
    draw(0);
    return el("section", { class: "list" }, el("h2", {}, title), el("p", { class: "note" }, `${plural(rows.length, "passage", "passages")}. `, sampled("passages")), list,
      el("div", { class: "foot-row" }, pages, csvButton("passages", ["passage", "holder", "target", "polarity", "sure", ...SOURCE], () => rows.map((row) => [passages.text[row], holder(passages.holder[row]), speaker(passages.target[row]), passages.polarity[row] / 100,
        passages.sure[row] < 0 ? "" : passages.sure[row], ...csvSource(passages.document[row])]))));
  }

  return { hash, link, actorLink, actorColumn, stance, quotesOf, quoteList, passageList, namesOf, sampled, byDay, polarityOf };
};
