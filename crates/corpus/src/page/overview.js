// The first view: who is quoted, when, where, toward whom, with which verbs, together with whom, and how it was made:
// `copydeskOverview(corpus, lists)`.
"use strict";
const copydeskOverview = (corpus, lists) => {
  const { el, plural } = copydeskDom;
  const { SURE, NOBODY, date, fold } = copydeskData;
  const { table, asTable, word, count, barred, bar, part, choice, csvButton, number, share } = copydeskTables;
  const { link, actorLink, actorColumn, quotesOf } = lists;
  const { data, time, names, speaker, holder } = corpus;
  const { actors, outlets, totals, pairs, by_outlet: byOutlet, verbs } = data;
  const speakers = actors.quotes.flatMap((quotes, row) => (quotes ? [row] : []));
  const range = (length) => Array.from({ length }, (_, row) => row);
  const round = (value, digits = 1) => Math.round(value * 10 ** digits) / 10 ** digits;
  const percent = (of, whole) => (whole ? (100 * of) / whole : 0);
  const sum = (list) => list.reduce((all, value) => all + value, 0);
  const WIDE = { wide: true };
  const key = (kind) => el("i", { class: `key ${kind}`, "aria-hidden": "true" });

  /** A section: its head, what was found and notes at the left, pictures at the right. */
  const section = (id, title, finding, notes, ...body) => el("section", { id, class: "part", "aria-labelledby": `${id}-head` },
    el("div", { class: "lead" }, el("h2", { id: `${id}-head`, tabindex: -1 }, title), finding ? el("p", { class: "finding" }, ...[finding].flat()) : null, ...notes.filter(Boolean).map((note) => el("p", { class: "note" }, ...[note].flat()))),
    el("div", { class: "body" }, ...body));

  /** Draws again whenever the width changes. */
  function fitted(draw) {
    const place = el("div", { class: "fitted" });
    let width = 0;
    new ResizeObserver(() => {
      const now = Math.floor(place.clientWidth);
      if (now && now !== width) place.replaceChildren(draw(width = now));
    }).observe(place);
    return place;
  }

  function who() {
    const [best, next] = speakers, unknown = totals.quotes - totals.named;
    // A row of -1 is the unknown speaker.
    const of = (column) => (row) => (row < 0 || column[row] < 0 ? null : column[row]);
    const quotes = (row) => (row < 0 ? unknown : actors.quotes[row]);
    const small = (words) => (words ? [el("small", { dir: "auto" }, words)] : []);
    const top = sum(speakers.slice(0, 10).map(quotes));
    const finding = best === undefined ? "Nobody is quoted." : [...(quotes(best) === quotes(next) ? [`Nobody stands out: the most quoted have ${plural(quotes(best), "quote", "quotes")} each.`]
      : [actorLink(best), ` is quoted most: ${plural(quotes(best), "time", "times")}, ${share(quotes(best), totals.quotes)} of all quotes.`]), speakers.length > 20 ? ` The ten most quoted have ${share(top, totals.quotes)} of them.` : ""];
    return section("who", "Who is quoted", finding, [
      [key("doubt"), ` Hatched: quotes whose speaker is unknown or less than ${SURE} % sure${lists.sampled("quotes") ? ", estimated from the sample" : ""}. In all: ${number(unknown)} unknown, ${number(totals.unsure)} unsure.`],
      "“First heard” is how far into an article a speaker's first quote stands, on average: 0 % is its beginning.",
      data.left_out ? `${plural(data.left_out.actors, "actor", "actors")} with ${plural(data.left_out.quotes, "quote", "quotes")} in all are counted and not listed.` : null],
    table("who-is-quoted", "Who is quoted", speakers, [
      word("Speaker", speaker, (row) => (row < 0 ? [link("?", quotesOf({ speaker: NOBODY })), ...small("speaker unknown")] : [actorLink(row), ...small(corpus.context(row))]), { kind: "who-cell" }),
      barred("Quotes", quotes, Math.max(unknown, quotes(best ?? -1)), (row) => (row < 0 ? unknown : corpus.doubts(row))),
      count("Share", (row) => round(percent(quotes(row), totals.quotes), 2), (row) => share(quotes(row), totals.quotes)),
      count("Words", of(actors.words), null, WIDE), count("Articles", of(actors.quoted_documents)), count("Outlets", of(actors.quoted_outlets), null, WIDE),
      count("First heard", of(actors.place), (row) => (of(actors.place)(row) === null ? "" : `${actors.place[row]} %`), { up: true, ...WIDE }),
    ], { sort: 1, head: unknown > 0 ? [-1] : [], find: names }));
  }

  function when() {
    const missing = totals.without_date ? `${plural(totals.without_date, "article", "articles")} of ${number(totals.documents)} have no date and are missing here.` : null;
    if (!time) return section("when", "Over time", "No article has a date.", []);
    const [documents, quotes, named] = ["documents", "quotes", "named"].map(corpus.everyDay), { unit } = time, { days } = data;
    const measures = { quotes: [quotes, "quotes", `quotes a ${unit}`], articles: [documents, "articles", `articles a ${unit}`], named: [quotes.map((all, at) => percent(named[at], all)), "share with a known speaker", "quotes with a known speaker, per cent"] };
    let measure = "quotes";
    const bucket = (at) => quotesOf({ from: time.first(at), to: time.last(at) });
    const draw = (width) => copydeskPictures.columns({ time, series: measures[measure][0], documents, width, unit: measures[measure][2], words: (at) => `${time.label(at)}: ${plural(quotes[at], "quote", "quotes")} in ${plural(documents[at], "article", "articles")}`, pick: (at) => { location.hash = lists.hash(bucket(at)); } });
    const place = el("div", {}, fitted(draw));
    const gaps = documents.filter((all) => !all).length, busiest = quotes.indexOf(Math.max(...quotes)), known = (list) => (at) => (documents[at] ? list[at] : null);
    const ranked = speakers.slice(0, 12), series = new Map(ranked.map((row) => [row, corpus.ofActor(row, "quotes")])), most = (row) => Math.max(...series.get(row)), top = Math.max(1, ...ranked.map(most));
    return section("when", "Over time", days.length === 1 ? `All on ${date(days[0])}.` : `From ${date(days[0])} to ${date(days[days.length - 1])}. The busiest ${unit}: ${time.label(busiest)}, with ${plural(quotes[busiest], "quote", "quotes")}.`,
      [gaps ? [key("gap"), ` Hatched: ${plural(gaps, `${unit} has`, `${unit}s have`)} no articles in this corpus. That nobody was quoted there says nothing.`] : null, missing],
      el("div", { class: "controls" }, choice("Show", Object.entries(measures).map(([name, [, words]]) => [name, words]), measure, (value) => { measure = value; place.replaceChildren(fitted(draw)); })), place,
      asTable(table("over-time", `Quotes and articles by ${unit}`, range(time.count), [word(`First day of the ${unit}`, time.first, (at) => (documents[at] ? link(time.label(at), bucket(at)) : time.label(at))),
        count("Articles", (at) => documents[at], (at) => (documents[at] ? number(documents[at]) : "no articles")), count("Quotes", known(quotes)), count("Named", known(named))], { sort: 0, size: 31 })),
      table("sparks", "The most quoted over time", ranked, [{ ...actorColumn("Speaker"), fixed: true }, { name: `Quotes a ${unit}, one scale`, fixed: true, kind: "spark", show: (row) => copydeskPictures.small({ time, series: series.get(row), documents, most: top }) },
        count("Most", most, null, { fixed: true }), count("When", null, (row) => (most(row) ? time.label(series.get(row).indexOf(most(row))).replace(/ \d{4}$/, "") : "no date"), { fixed: true, ...WIDE })],
      { csv: csvButton("speakers-over-time", ["speaker", "id", `first day of the ${unit}`, "articles in the corpus", "quotes"], () => ranked.flatMap((row) => series.get(row).map((value, at) => [speaker(row), corpus.id(row), time.first(at), documents[at], documents[at] ? value : ""]))) }));
  }

  function where() {
    if (!outlets.length) return section("outlets", "By outlet", "No article names its outlet.", []);
    const { documents, quotes, named } = byOutlet, rows = range(outlets.length), rate = (row) => percent(named[row], quotes[row]);
    const ranked = rows.filter((row) => named[row] >= 20).sort((a, b) => rate(b) - rate(a)), [high] = ranked, low = ranked[ranked.length - 1];
    const chosen = new Set(rows.slice(0, innerWidth < 640 ? 2 : 4)), side = el("div");
    const boxes = el("fieldset", { class: "picks" }, el("legend", {}, "Outlets side by side, six at most"), ...rows.slice(0, 30).map((row) => el("label", {}, el("input", { type: "checkbox", checked: chosen.has(row), onchange: (event) => { chosen[event.target.checked ? "add" : "delete"](row); compare(); } }), " ", outlets[row])));
    function compare() {
      const kept = [...chosen].sort((a, b) => a - b), counts = new Map(), cells = data.actor_outlet;
      for (const box of boxes.querySelectorAll("input")) box.disabled = !box.checked && kept.length >= 6;
      cells.actor.forEach((actor, row) => {
        const at = kept.indexOf(cells.outlet[row]);
        if (at < 0 || !cells.quotes[row]) return;
        if (!counts.has(actor)) counts.set(actor, new Array(kept.length).fill(0));
        counts.get(actor)[at] = cells.quotes[row];
      });
      const parts = new Map([...counts].map(([actor, list]) => [actor, list.map((own, at) => percent(own, named[kept[at]]))]));
      const spread = (actor) => Math.max(...parts.get(actor)) - Math.min(...parts.get(actor)), most = Math.max(0, ...[...parts.values()].flat());
      side.replaceChildren(!kept.length ? el("p", { class: "empty" }, "Choose an outlet.") : table("speakers-by-outlet", "Share of each outlet's quotes with a known speaker", [...parts.keys()].sort((a, b) => sum(parts.get(b)) - sum(parts.get(a)) || a - b), [actorColumn("Speaker"),
        ...kept.map((outlet, at) => count(outlets[outlet], (row) => round(parts.get(row)[at], 2), (row) => (parts.get(row)[at] ? [link(`${parts.get(row)[at].toFixed(1)} %`, quotesOf({ speaker: corpus.id(row), outlet: outlets[outlet] }), { class: "n", title: plural(counts.get(row)[at], "quote", "quotes") }), bar(parts.get(row)[at], most)] : el("span", { class: "n none" }, "–")), { kind: "bar-cell side" })),
        ...(kept.length > 1 ? [count("Difference", (row) => round(spread(row), 2), (row) => spread(row).toFixed(1), WIDE)] : [])], { size: 15, find: names }));
    }
    compare();
    return section("outlets", "By outlet", high !== undefined && rate(high) - rate(low) > 2 ? `${outlets[high]} names the speaker of ${share(named[high], quotes[high])} of its quotes, ${outlets[low]} of ${share(named[low], quotes[low])}.` : `${plural(outlets.length, "outlet", "outlets")}.`,
      [[key("doubt"), " Hatched: quotes whose speaker is unknown."], totals.without_outlet ? `${plural(totals.without_outlet, "article", "articles")} of ${number(totals.documents)} name no outlet and are missing here.` : null,
        "Side by side: of the quotes with a known speaker, how many per cent each speaker has in each outlet. Sort by Difference to see where outlets part."],
      table("outlets", "Outlets", rows, [word("Outlet", (row) => outlets[row], (row) => link(outlets[row], quotesOf({ outlet: outlets[row] })), { kind: "who-cell" }), count("Articles", (row) => documents[row]),
        barred("Quotes", (row) => quotes[row], Math.max(...quotes), (row) => quotes[row] - named[row]), count("Quotes an article", (row) => round(quotes[row] / (documents[row] || 1)), null, WIDE),
        count("Known speaker", (row) => round(rate(row)), (row) => share(named[row], quotes[row])), count("Speakers", (row) => byOutlet.speakers[row], null, WIDE)], { sort: 1, size: 15, find: (row) => fold(outlets[row]) }),
      boxes, side);
  }

  const told = (row) => pairs.for[row] + pairs.against[row], all = (row) => told(row) + pairs.neutral[row];
  const byStances = (a, b) => told(b) - told(a) || all(b) - all(a) || a - b;

  /** Pairs of holder and target with their counts as bars from a middle line; without the side that is the same in all. */
  function pairTable(name, caption, rows, same, size = 10) {
    const most = Math.max(1, ...rows.map((row) => Math.max(pairs.for[row], pairs.against[row])));
    const beside = (title, counts, sign, kind, order) => count(title, (row) => counts[row], (row) => (counts[row] ? order([el("i", { class: "side-bar", colour: `var(--${title.toLowerCase()})`, "--p": counts[row] / most, "aria-hidden": "true" }), el("span", { class: "n" }, `${sign}${number(counts[row])}`)]) : ""), { kind });
    return table(name, caption, rows, [...(same === "holder" ? [] : [actorColumn("Who", (row) => pairs.holder[row], holder)]), ...(same === "target" ? [] : [actorColumn("About whom", (row) => pairs.target[row])]),
      beside("Against", pairs.against, "−", "minus", (nodes) => nodes.reverse()), beside("For", pairs.for, "+", "plus", (nodes) => nodes), count("Neutral", (row) => pairs.neutral[row], null, WIDE),
      count("Passages", all, (row) => el("a", { href: lists.hash(lists.stance(pairs.holder[row], pairs.target[row])) }, el("span", { class: "hear" }, `Read ${holder(pairs.holder[row])} on ${speaker(pairs.target[row])}: `), number(all(row))))],
    { size, find: (row) => `${pairs.holder[row] < 0 ? "articles" : names(pairs.holder[row])}\n${names(pairs.target[row])}` });
  }

  function toward() {
    const title = "Who speaks about whom, and how", every = range(pairs.holder.length).sort(byStances);
    if (!every.length) return section("toward", title, "No stances were found.", []);
    /** Sums of for, against and neutral by holder or target, those with most stances first and the articles' voice before all. */
    function sums(side, keep) {
      const by = new Map();
      for (const row of every.filter(keep)) by.set(side[row], [pairs.for, pairs.against, pairs.neutral].map((column, at) => column[row] + (by.get(side[row])?.[at] ?? 0)));
      return new Map([...by].sort(([a, x], [b, y]) => (b < 0) - (a < 0) || y[0] + y[1] - x[0] - x[1] || y[2] - x[2] || a - b));
    }
    const targets = sums(pairs.target, () => true), across = [...targets.keys()].slice(0, 12), holders = sums(pairs.holder, (row) => across.includes(pairs.target[row])), down = [...holders.keys()].slice(0, 13);
    const found = new Map(every.map((row) => [`${pairs.holder[row]} ${pairs.target[row]}`, row]));
    const lean = (row) => pairs.for[row] - pairs.against[row];
    const most = Math.max(1, ...down.flatMap((from) => across.map((to) => Math.abs(lean(found.get(`${from} ${to}`)) || 0))));
    function cell(from, to) {
      const row = found.get(`${from} ${to}`);
      if (row === undefined) return el("td", from === to ? { class: "self" } : {});
      const pair = `${holder(from)} on ${speaker(to)}: `, says = [[pairs.for[row], "+"], [pairs.against[row], "−"]].filter(([size]) => size).map(([size, sign]) => el("span", {}, `${sign}${number(size)}`));
      return el("td", { "--heat": lean(row) ? `color-mix(in srgb, var(--${lean(row) > 0 ? "for" : "against"}) ${Math.round(8 + (30 * Math.abs(lean(row))) / most)}%, transparent)` : null },
        el("a", { href: lists.hash(lists.stance(from, to)), title: `${pair}${plural(pairs.for[row], "passage", "passages")} for, ${number(pairs.against[row])} against, ${number(pairs.neutral[row])} neutral` }, el("span", { class: "hear" }, pair), ...(says.length ? says : [el("span", { class: "neutral" }, `0 ×${number(pairs.neutral[row])}`)])));
    }
    const ORDERS = { "most stances": () => 0, "most for": (x, y) => y[0] - x[0], "most against": (x, y) => y[1] - x[1], "against, less for": (x, y) => x[0] - x[1] - y[0] + y[1], name: (x, y, a, b) => holder(a).localeCompare(holder(b), "en") };
    const place = el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Matrix of stances" });
    function matrix(order) {
      const sorted = (ids, by) => [...ids].sort((a, b) => (a >= 0) - (b >= 0) || ORDERS[order](by.get(a), by.get(b), a, b)), columns = sorted(across, targets);
      place.replaceChildren(el("table", { class: "matrix" }, el("caption", { class: "hear" }, "Stances by holder and target"), el("thead", {}, el("tr", {}, el("td", { class: "corner" }, "speaks ↓  about →"), ...columns.map((to) => el("th", { scope: "col" }, el("span", {}, actorLink(to)))))),
        el("tbody", {}, ...sorted(down, holders).map((from) => el("tr", { class: from < 0 ? "voice" : null }, el("th", { scope: "row" }, actorLink(from, holder(from))), ...columns.map((to) => cell(from, to)))))));
    }
    matrix("most stances");
    const worst = every.reduce((best, row) => (pairs.holder[row] >= 0 && pairs.against[row] > (pairs.against[best] ?? 0) ? row : best), -1);
    return section("toward", title, worst < 0 ? `${plural(every.length, "pair", "pairs")} of a holder and a target.` : ["Sharpest: ", actorLink(pairs.holder[worst]), " on ", actorLink(pairs.target[worst]), `, ${plural(pairs.against[worst], "passage", "passages")} against.`],
      [[el("b", { class: "for" }, "+ for"), ", ", el("b", { class: "against" }, "− against"), ", 0 neither. The deeper the colour, the more passages on one side. Choose a cell to read every passage."], "The first row is what the articles say in their own voice, outside quotes.", lists.sampled("passages")],
      el("div", { class: "controls" }, choice("Order", Object.keys(ORDERS), "most stances", matrix)), place, el("h3", {}, "Every pair"), pairTable("stances", "Every pair of holder and target", every, null, 15));
  }

  function verbsOfSaying() {
    const counts = verbs.map(() => 0), of = new Map(), { actor, verb, quotes } = data.actor_verb;
    actor.forEach((id, row) => { if (id < 0) counts[verb[row]] += quotes[row]; else of.set(`${id} ${verb[row]}`, quotes[row]); });
    const whole = sum(counts), rows = range(verbs.length).filter((row) => counts[row]);
    if (!whole) return section("verbs", "Verbs of saying", "No verb of saying was found.", []);
    const chosen = [rows[0], rows.find((row) => verbs[row] === "claim" && counts[row] >= 10) ?? rows[1] ?? rows[0]], side = el("div");
    function compare() {
      const [a, b] = chosen, get = (row, which) => of.get(`${row} ${which}`) ?? 0, both = (row) => get(row, a) + get(row, b), rate = (row) => percent(get(row, b), both(row)), usual = percent(counts[b], counts[a] + counts[b]);
      const kept = speakers.filter((row) => both(row) >= 3).sort((x, y) => rate(y) - rate(x) || both(y) - both(x) || x - y), end = Math.ceil(Math.max(usual, ...kept.map(rate), 10) / 10) * 10;
      const pick = (label, at) => choice(label, rows.map((row) => [row, verbs[row]]), chosen[at], (value) => { chosen[at] = Number(value); compare(); });
      side.replaceChildren(el("div", { class: "controls" }, pick("Of whom it is", 0), pick("and of whom", 1)),
        table("verbs-compared", `Of the quotes with ${verbs[a]} or ${verbs[b]}, the share of ${verbs[b]}`, kept, [actorColumn("Speaker"), count(verbs[a], (row) => get(row, a)), count(verbs[b], (row) => get(row, b), (row) => (get(row, b) ? link(number(get(row, b)), quotesOf({ speaker: corpus.id(row), verb: verbs[b] })) : "0")),
          count(`Share of “${verbs[b]}”`, (row) => round(rate(row)), (row) => [el("span", { class: "dots", "aria-hidden": "true", "--x": `${percent(rate(row), end)}%`, "--mean": `${percent(usual, end)}%` }, el("i")), el("span", { class: "n" }, `${rate(row).toFixed(0)} %`)], { kind: "dot-cell" })],
        { size: 12, find: names, note: `The line marks the share of all speakers, ${usual.toFixed(0)} %; the scale ends at ${end} %. Speakers with fewer than three such quotes are left out.` }));
    }
    compare();
    return section("verbs", "Verbs of saying", `“${verbs[rows[0]]}” introduces ${share(counts[rows[0]], whole)} of the quotes with a verb.`, [`${number(whole)} of ${number(totals.quotes)} quotes have a verb of saying. A verb that doubts or praises is the writer's choice: compare of whom “${verbs[chosen[0]]}” is written and of whom “${verbs[chosen[1]]}”.`],
      table("verbs", "Verbs of saying", rows, [word("Verb", (row) => verbs[row], (row) => link(verbs[row], quotesOf({ verb: verbs[row] }))), barred("Quotes", (row) => counts[row], Math.max(...counts)), count("Share", (row) => round(percent(counts[row], whole), 2), (row) => share(counts[row], whole))], { sort: 1, size: 15, find: (row) => verbs[row] }),
      el("h3", {}, "Two verbs compared"), side);
  }

  function together() {
    const { a, b, documents } = data.together, rows = range(a.length).sort((x, y) => documents[y] - documents[x] || x - y), [top] = rows;
    if (!a.length) return section("together", "Named together", "No two of the most linked actors stand in one article.", []);
    const ids = [...new Set([...a, ...b])].sort((x, y) => actors.mentions[y] - actors.mentions[x] || x - y);
    const edges = rows.map((row) => [ids.indexOf(a[row]), ids.indexOf(b[row]), documents[row]]);
    // Each name has its two closest lines; the closest others fill up.
    const near = ids.flatMap((_, at) => edges.filter((edge) => edge[0] === at || edge[1] === at).slice(0, 2)), drawn = [...new Set([...near, ...edges])].slice(0, 3 * ids.length).sort((x, y) => y[2] - x[2]);
    const nodes = ids.map((id) => ({ name: speaker(id), size: actors.documents[id], href: lists.hash({ actor: corpus.id(id) }), title: `${speaker(id)}: in ${plural(actors.documents[id], "article", "articles")}` }));
    return section("together", "Named together", documents[top] === documents[rows[1]] ? `No two stand together in more than ${plural(documents[top], "article", "articles")}.` : [actorLink(a[top]), " and ", actorLink(b[top]), ` stand together in ${plural(documents[top], "article", "articles")}, more than any other two.`],
      [`The ${ids.length} most linked, and ${drawn.length < edges.length ? `the ${drawn.length} closest of ${edges.length}` : `all ${edges.length}`} pairs. A line's width is the number of articles that name both, the size of a name the number of articles that name it. Where a name stands has no meaning of its own.`],
      fitted((width) => copydeskPictures.network({ nodes, edges: drawn, width, height: Math.min(60 + 42 * nodes.length, Math.round(width < 560 ? width * 1.8 : width * 0.66)), label: "Network of the most linked actors" })),
      asTable(table("named-together", "Pairs in one article", rows, [actorColumn("Actor", (row) => a[row]), actorColumn("With", (row) => b[row]), count("Articles", (row) => documents[row])], { size: 20, find: (row) => `${names(a[row])}\n${names(b[row])}` })));
  }

  function gender() {
    const { gender: given } = data, kinds = ["women", "men", "unknown"], known = given.quotes.women + given.quotes.men;
    const rows = [["All speakers", given], ["All quotes", given.quotes], ...outlets.slice(0, 12).map((outlet, at) => [`Quotes in ${outlet}`, Object.fromEntries(kinds.map((kind) => [kind, given.by_outlet[kind][at]]))])], whole = ([, counts]) => sum(kinds.map((kind) => counts[kind]));
    return section("gender", "Women and men", `Of the quotes whose speaker's gender is known, ${share(given.quotes.women, known)} are women's. It is unknown for ${share(given.quotes.unknown, known + given.quotes.unknown)}.`, [kinds.flatMap((kind) => [key(kind), ` ${kind} `]), `How it is known: ${given.error}`],
      table("women-and-men", "Women, men and unknown", rows.filter(whole), [word("Of", ([name]) => name, null, { fixed: true, kind: "who-cell" }), { name: "Share", value: () => "", fixed: true, kind: "split", show: (row) => el("span", { class: "bar", "aria-hidden": "true" }, ...kinds.map((kind) => part(row[1][kind] / whole(row), kind))) },
        ...kinds.map((kind) => count(kind, ([, counts]) => counts[kind], (row) => share(row[1][kind], whole(row)), { fixed: true }))]));
  }

  function method() {
    const { made, review, left_out: left } = data, head = (words) => el("h3", {}, words), FIXED = { fixed: true }, plain = (name, at) => word(name, (row) => row[at], null, FIXED);
    const counted = [["articles read", totals.documents], ["articles that failed", totals.failed], ["repeated articles, counted once", totals.repeated], ["articles without a date", totals.without_date], ["articles without an outlet", totals.without_outlet], ["words", totals.words], ["quotes", totals.quotes],
      ["quotes with a known speaker", totals.named], [`quotes whose speaker is less than ${SURE} % sure`, totals.unsure], ["actors", totals.actors], ["speakers", totals.speakers], ["stances", totals.stances], ...(left ? [["actors counted and not listed", left.actors]] : [])];
    const of100 = (value) => `${(100 * value).toFixed(0)} %`, model = (stage) => (stage.model && typeof stage.model === "object" ? Object.values(stage.model).join(" ") : stage.model ?? "");
    return section("method", "How this was made", null, [],
      el("p", {}, "Copydesk read each article by itself: it found names, quotes, the speaker of each quote, and passages in which somebody takes a stance. Then it joined the actors of different articles that are the same person or organisation, by names, role, affiliation and the words around. All of it is done by programs, which err. Read the passages before you print a number."),
      el("p", {}, `A quote is unsure if its speaker is unknown or less than ${SURE} % sure. Stances count as for or against beyond a third of the scale from −1 to 1. Counts are of the articles in this corpus alone: they say nothing about articles that are not in it.`),
      head("Checked by people"), review ? table("review", "Precision in a sample that people judged", review.rows, [word("What", (row) => row.kind, null, FIXED), count("Right", (row) => row.right, null, FIXED), count("Judged", (row) => row.judged, null, FIXED),
        count("Precision", (row) => round(100 * row.precision), (row) => [el("span", { class: "dots range", "aria-hidden": "true", "--x": of100(row.precision).replace(" ", ""), "--from": `${100 * row.low}%`, "--to": `${100 * row.high}%` }, el("b"), el("i")), el("span", { class: "n" }, of100(row.precision))], { fixed: true, kind: "dot-cell" }),
        count("Interval of 95 %", (row) => `${of100(row.low)} to ${of100(row.high)}`, (row) => `${of100(row.low)} to ${of100(row.high)}`, FIXED)], { note: `${plural(review.sampled, "row was", "rows were")} drawn at random (seed ${review.seed}). Precision is the share of what was found that is right.` }) : el("p", { class: "note" }, "Nobody has checked a sample of this corpus. See “copydesk review”."),
      head("What was counted"), table("totals", "What was counted", counted, [plain("What", 0), count("Number", (row) => row[1], null, FIXED)]),
      head("Who is who"), el("p", {}, "This file lists each actor's names. Edit it and give it again with --aliases to join two actors or to keep them apart. ", csvButton("aliases", ["name", "alias", "id"], () => actors.id.flatMap((id, row) => actors.aliases[row].map(([alias]) => [actors.name[row], alias, id])), "Aliases as CSV")),
      // Results say this themselves, so that anything may stand here.
      head("Programs and models"), ...made.pipelines.flatMap(({ documents, provenance }) => {
        const { pipeline, copydesk, lock, stages } = provenance ?? {}, rows = Array.isArray(stages) ? stages.map((stage) => [stage?.id, stage?.version, model(stage ?? {})].map((words) => String(words ?? ""))) : [];
        return [el("p", {}, el("b", {}, pipeline ? `Pipeline ${pipeline}` : "A pipeline that its results do not name"), copydesk ? `, Copydesk ${copydesk}` : "", `, ${plural(documents, "article", "articles")}`, lock ? `, lock ${lock}` : ""),
          rows.length ? table("stages", `Stages of ${pipeline}`, rows, [plain("Stage", 0), plain("Version", 1), plain("Model", 2)]) : ""];
      }),
      el("p", { class: "note" }, `Report by Copydesk ${made.copydesk}.`));
  }

  /** A line of numbers with what they count. */
  const strip = (...figures) => el("dl", { class: "strip" }, ...figures.filter(Boolean).map(([value, words]) => el("div", {}, el("dd", {}, value), el("dt", {}, words))));

  function view() {
    const { days } = data, span = [...new Set([days[0], days[days.length - 1]])].filter(Boolean).map((day) => date(day)).join(" to ");
    return el("div", { class: "overview" }, el("header", { class: "mast" }, el("p", { class: "kicker" }, "Corpus report"), el("h1", { tabindex: -1, dir: "auto" }, data.title ?? "Who is quoted, and how"),
      el("p", { class: "deck" }, `${plural(totals.documents, "article", "articles")}${outlets.length ? ` of ${plural(outlets.length, "outlet", "outlets")}` : ""}, ${span || "without dates"}.`),
      strip([number(totals.quotes), "quotes"], [number(totals.speakers), "speakers"], [share(totals.named, totals.quotes), "of quotes with a known speaker"], [number(totals.stances), "stances"], [round(totals.quotes / (totals.documents || 1)).toFixed(1), "quotes an article"])),
    who(), when(), where(), toward(), verbsOfSaying(), together(), data.gender ? gender() : null, method());
  }
  return { view, pairTable, fitted, strip, byStances };
};
