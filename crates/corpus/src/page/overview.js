// The first view: who is quoted, when, where, toward whom, with which verbs, together with whom, and how it was made:
// `copydeskOverview(corpus, lists)`.
"use strict";
const copydeskOverview = (corpus, lists) => {
  const { el, plural, save } = copydeskDom;
  const { SURE, NOBODY, date } = copydeskData;
  const { table, bar, choice, csv, csvButton, number, share } = copydeskTables;
  const pictures = copydeskPictures;
  const { data, time } = corpus;
  const { actors, outlets, totals, pairs, by_outlet: byOutlet } = data;
  const everyActor = Array.from({ length: corpus.count }, (_, row) => row);
  const speakers = everyActor.filter((row) => actors.quotes[row] > 0);
  const ratio = (part, whole) => (whole ? part / whole : 0);
  const round = (value, digits = 1) => Math.round(value * 10 ** digits) / 10 ** digits;

  /** A section: its head and what it found at the left, the picture at the right. */
  function section(id, title, finding, notes, ...body) {
    return el("section", { id, class: "part", "aria-labelledby": `${id}-head` }, el("div", { class: "lead" }, el("h2", { id: `${id}-head`, tabindex: -1 }, title),
      finding ? el("p", { class: "finding" }, ...[finding].flat()) : null, ...notes.filter(Boolean).map((note) => el("p", { class: "note" }, ...[note].flat()))), el("div", { class: "body" }, ...body.filter(Boolean)));
  }

  /** Draws again whenever the width changes. */
  function fitted(draw, least = 300) {
    const holder = el("div", { class: "fitted" });
    let width = 0;
    new ResizeObserver(() => {
      const now = Math.max(least, Math.floor(holder.clientWidth));
      if (now === width || !holder.clientWidth) return;
      width = now;
      holder.replaceChildren(draw(width));
    }).observe(holder);
    return holder;
  }

  /** A table that opens below its picture; its CSV stands beside, open or not. */
  const asTable = (words, node) => el("div", { class: "as-table" }, node.querySelector(".csv"), el("details", {}, el("summary", {}, words), node));

  // ----- who is quoted
  function who() {
    const doubts = corpus.doubts(), best = speakers[0];
    const unknown = totals.quotes - totals.named - (data.left_out?.quotes ?? 0);
    const most = Math.max(unknown, ...speakers.slice(0, 1).map((row) => actors.quotes[row]), 1);
    // A row of -1 is the unknown speaker.
    const of = (column) => (row) => (row < 0 ? null : actors[column][row]);
    const quotesOf = (row) => (row < 0 ? unknown : actors.quotes[row]);
    const columns = [
      { name: "Speaker", value: (row) => corpus.speaker(row), up: true, kind: "who-cell", show: (row) => (row < 0 ? [el("a", { href: lists.quotesHash({ speaker: NOBODY }) }, "?"), el("small", {}, "speaker unknown")] : [lists.actorLink(row), corpus.context(row) ? el("small", { dir: "auto" }, corpus.context(row)) : null].filter(Boolean)) },
      { name: "Quotes", value: quotesOf, num: true, kind: "bar-cell", show: (row) => [el("span", { class: "n" }, number(quotesOf(row))), bar(quotesOf(row), most, row < 0 ? unknown : doubts[row])] },
      { name: "Share", value: (row) => round(100 * ratio(quotesOf(row), totals.quotes), 2), num: true, show: (row) => share(quotesOf(row), totals.quotes) },
      { name: "Words", value: of("words"), num: true, wide: true },
      { name: "Articles", value: of("quoted_documents"), num: true },
      { name: "Outlets", value: of("quoted_outlets"), num: true, wide: true },
      { name: "First heard", value: (row) => (row < 0 || actors.place[row] < 0 ? null : actors.place[row]), num: true, up: true, wide: true, show: (row) => (row < 0 || actors.place[row] < 0 ? "" : `${actors.place[row]} %`) },
    ];
    const top = speakers.slice(0, 10).reduce((sum, row) => sum + actors.quotes[row], 0);
    return section("who", "Who is quoted", best === undefined ? "Nobody is quoted." : [...(actors.quotes[best] === actors.quotes[speakers[1]] ? [`Nobody stands out: the most quoted have ${plural(actors.quotes[best], "quote", "quotes")} each.`] : [lists.actorLink(best), ` is quoted most: ${plural(actors.quotes[best], "time", "times")}, ${share(actors.quotes[best], totals.quotes)} of all quotes.`]),
      speakers.length > 20 ? ` The ten most quoted have ${share(top, totals.quotes)} of them.` : ""],
    [[el("span", { class: "key doubt", "aria-hidden": "true" }), ` Hatched: quotes whose speaker is unknown or less than ${SURE} % sure${data.sample && data.sample.quotes < data.sample.of_quotes ? ", estimated from the sample" : ""}. In all: ${number(unknown)} unknown, ${number(totals.unsure)} unsure.`],
      "“First heard” is how far into an article a speaker's first quote stands, on average: 0 % is its beginning.",
      data.left_out ? `${plural(data.left_out.actors, "actor", "actors")} with ${plural(data.left_out.quotes, "quote", "quotes")} in all are counted and not listed.` : null],
    table({ name: "who-is-quoted", caption: "Who is quoted", columns, rows: speakers, head: unknown > 0 ? [-1] : [], sort: 1, find: (row) => corpus.names()[row], placeholder: "Find a speaker" }));
  }

  // ----- over time
  const UNIT = { day: "day", week: "week", month: "month" };
  function when() {
    const without = totals.without_date ? `${plural(totals.without_date, "article", "articles")} of ${number(totals.documents)} have no date and are missing here.` : null;
    if (!time) return section("when", "Over time", "No article has a date.", []);
    const documents = corpus.everyDay("documents"), quotes = corpus.everyDay("quotes"), named = corpus.everyDay("named");
    const values = { quotes, documents, share: quotes.map((count, at) => (count ? (100 * named[at]) / count : 0)) };
    const words = { quotes: `quotes a ${UNIT[time.unit]}`, documents: `articles a ${UNIT[time.unit]}`, share: `quotes with a known speaker, per cent` };
    const says = (bucket) => `${time.label(bucket)}: ${plural(quotes[bucket], "quote", "quotes")} in ${plural(documents[bucket], "article", "articles")}`;
    const pick = (bucket) => { location.hash = lists.quotesHash({ from: time.first(bucket), to: time.last(bucket) }); };
    let measure = "quotes";
    const draw = (width) => pictures.columns({ time, series: values[measure], documents, width, unit: words[measure], words: says, pick });
    const holder = el("div", {}, fitted(draw));
    const empty = documents.filter((count) => !count).length;
    const busiest = quotes.indexOf(Math.max(...quotes));
    const every = Array.from({ length: time.count }, (_, row) => row);
    const days = table({ name: "over-time", caption: `Quotes and articles by ${UNIT[time.unit]}`, sort: 0, size: 31, rows: every, columns: [
      { name: time.unit === "day" ? "Day" : time.unit === "week" ? "Week from" : "Month from", value: (row) => time.first(row), up: true, show: (row) => (documents[row] ? el("a", { href: lists.quotesHash({ from: time.first(row), to: time.last(row) }) }, time.label(row)) : time.label(row)) },
      { name: "Articles", value: (row) => documents[row], num: true, show: (row) => (documents[row] ? number(documents[row]) : "no articles") },
      { name: "Quotes", value: (row) => (documents[row] ? quotes[row] : null), num: true }, { name: "Named", value: (row) => (documents[row] ? named[row] : null), num: true }] });
    const ranked = speakers.slice(0, 12).map((row) => [row, corpus.ofActor(row, "quotes")]);
    const most = Math.max(1, ...ranked.flatMap(([, series]) => series));
    const rows = el("table", { class: "rows sparks" }, el("caption", { class: "hear" }, "The most quoted over time"), el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Speaker"), el("th", { scope: "col" }, `Quotes a ${UNIT[time.unit]}, one scale`), el("th", { scope: "col", class: "num" }, "Most"), el("th", { scope: "col", class: "num wide" }, "When"))),
      el("tbody", {}, ...ranked.map(([row, series]) => {
        const peak = series.indexOf(Math.max(...series));
        return el("tr", {}, el("th", { scope: "row", class: "who-cell" }, lists.actorLink(row)), el("td", { class: "spark" }, pictures.small({ time, series, documents, most })), el("td", { class: "num" }, number(series[peak] ?? 0)), el("td", { class: "num wide" }, series[peak] ? time.label(peak).replace(/ \d{4}$/, "") : "no date"));
      })));
    return section("when", "Over time", `${data.days.length === 1 ? `All on ${date(data.days[0])}.` : `From ${date(data.days[0])} to ${date(data.days[data.days.length - 1])}. The busiest ${UNIT[time.unit]}: ${time.label(busiest)}, with ${plural(quotes[busiest], "quote", "quotes")}.`}`,
      [empty ? [el("span", { class: "key gap", "aria-hidden": "true" }), ` Hatched: ${plural(empty, `${UNIT[time.unit]} has`, `${UNIT[time.unit]}s have`)} no articles in this corpus. That nobody was quoted there says nothing.`] : null, without],
      el("div", { class: "controls" }, choice("Show", Object.entries({ quotes: "quotes", documents: "articles", share: "share with a known speaker" }), measure, (value) => { measure = value; holder.replaceChildren(fitted(draw)); })),
      holder, asTable("These numbers as a table", days), rows,
      el("div", { class: "foot-row" }, el("span"), csvButton("speakers-over-time", ["speaker", "id", `first day of the ${UNIT[time.unit]}`, "articles in the corpus", "quotes"],
        () => ranked.flatMap(([row, series]) => series.map((value, at) => [corpus.speaker(row), corpus.id(row), time.first(at), documents[at], documents[at] ? value : ""])))));
  }

  // ----- by outlet
  function where() {
    const without = totals.without_outlet ? `${plural(totals.without_outlet, "article", "articles")} of ${number(totals.documents)} name no outlet and are missing here.` : null;
    if (!outlets.length) return section("outlets", "By outlet", "No article names its outlet.", []);
    const rows = outlets.map((_, row) => row), most = Math.max(1, ...byOutlet.quotes);
    const shares = rows.map((row) => ratio(byOutlet.named[row], byOutlet.quotes[row]));
    const summary = table({ name: "outlets", caption: "Outlets", rows, sort: 1, size: 15, find: (row) => copydeskData.fold(outlets[row]), placeholder: "Find an outlet", columns: [
      { name: "Outlet", value: (row) => outlets[row], up: true, kind: "who-cell", show: (row) => el("a", { href: lists.quotesHash({ outlet: outlets[row] }), dir: "auto" }, outlets[row]) },
      { name: "Articles", value: (row) => byOutlet.documents[row], num: true },
      { name: "Quotes", value: (row) => byOutlet.quotes[row], num: true, kind: "bar-cell", show: (row) => [el("span", { class: "n" }, number(byOutlet.quotes[row])), bar(byOutlet.quotes[row], most, byOutlet.quotes[row] - byOutlet.named[row])] },
      { name: "Quotes an article", value: (row) => round(ratio(byOutlet.quotes[row], byOutlet.documents[row])), num: true, wide: true, show: (row) => ratio(byOutlet.quotes[row], byOutlet.documents[row]).toFixed(1) },
      { name: "Known speaker", value: (row) => round(100 * shares[row]), num: true, show: (row) => share(byOutlet.named[row], byOutlet.quotes[row]) },
      { name: "Speakers", value: (row) => byOutlet.speakers[row], num: true, wide: true }] });
    const ranked = rows.filter((row) => byOutlet.named[row] >= 20).sort((a, b) => shares[a] - shares[b]);
    const lowest = ranked[0], highest = ranked[ranked.length - 1];
    const chosen = new Set(rows.slice(0, innerWidth < 640 ? 2 : 4));
    const side = el("div");
    const boxes = el("fieldset", { class: "picks" }, el("legend", {}, "Outlets side by side, six at most"), ...rows.slice(0, 30).map((row) => el("label", {}, el("input", { type: "checkbox", checked: chosen.has(row), onchange: (event) => {
      if (event.target.checked) chosen.add(row); else chosen.delete(row);
      compare();
    } }), " ", outlets[row])));
    function compare() {
      const kept = [...chosen].sort((a, b) => a - b);
      for (const box of boxes.querySelectorAll("input")) box.disabled = !box.checked && kept.length >= 6;
      const table_ = data.actor_outlet, counts = new Map(), place = new Map(kept.map((row, at) => [row, at]));
      for (let row = 0; row < table_.actor.length; row += 1) {
        const at = place.get(table_.outlet[row]);
        if (at === undefined || !table_.quotes[row]) continue;
        const actor = table_.actor[row];
        if (!counts.has(actor)) counts.set(actor, new Array(kept.length).fill(0));
        counts.get(actor)[at] = table_.quotes[row];
      }
      const part = (actor, at) => 100 * ratio(counts.get(actor)[at], byOutlet.named[kept[at]]);
      const parts = (actor) => kept.map((_, at) => part(actor, at));
      const spread = (actor) => Math.max(...parts(actor)) - Math.min(...parts(actor));
      const sum = (actor) => parts(actor).reduce((all, value) => all + value, 0);
      const ordered = [...counts.keys()].sort((a, b) => sum(b) - sum(a) || a - b);
      const greatest = ordered.reduce((best, actor) => Math.max(best, ...parts(actor)), 0);
      side.replaceChildren(kept.length ? table({ name: "speakers-by-outlet", caption: "Share of each outlet's quotes with a known speaker", rows: ordered, size: 15, find: (row) => corpus.names()[row], placeholder: "Find a speaker", columns: [
        { name: "Speaker", value: (row) => corpus.speaker(row), up: true, kind: "who-cell", show: (row) => lists.actorLink(row) },
        ...kept.map((outlet, at) => ({ name: outlets[outlet], value: (row) => round(part(row, at), 2), num: true, kind: "bar-cell side", show: (row) => (counts.get(row)[at] ? [el("a", { class: "n", href: lists.quotesHash({ speaker: corpus.id(row), outlet: outlets[outlet] }), title: plural(counts.get(row)[at], "quote", "quotes") }, `${part(row, at).toFixed(1)} %`), bar(part(row, at), greatest)] : [el("span", { class: "n none" }, "–")]) })),
        ...(kept.length > 1 ? [{ name: "Difference", value: (row) => round(spread(row), 2), num: true, wide: true, show: (row) => spread(row).toFixed(1) }] : [])] }) : el("p", { class: "empty" }, "Choose an outlet."));
    }
    compare();
    return section("outlets", "By outlet", lowest !== undefined && lowest !== highest && shares[highest] - shares[lowest] > 0.02 ? `${outlets[highest]} names the speaker of ${share(byOutlet.named[highest], byOutlet.quotes[highest])} of its quotes, ${outlets[lowest]} of ${share(byOutlet.named[lowest], byOutlet.quotes[lowest])}.` : `${plural(outlets.length, "outlet", "outlets")}.`,
      [[el("span", { class: "key doubt", "aria-hidden": "true" }), " Hatched: quotes whose speaker is unknown."], without, "Below: of the quotes with a known speaker, how many per cent each speaker has in each outlet. Sort by Difference to see where outlets part."],
      summary, boxes, side);
  }

  // ----- who speaks about whom
  const heat = (plus, minus, most) => (plus === minus ? null : `color-mix(in srgb, var(--${plus > minus ? "for" : "against"}) ${Math.round(8 + 30 * Math.min(1, Math.abs(plus - minus) / most))}%, transparent)`);
  function toward() {
    const every = pairs.holder.map((_, row) => row);
    if (!every.length) return section("toward", "Who speaks about whom, and how", "No stances were found.", []);
    const told = (row) => pairs.for[row] + pairs.against[row], all = (row) => told(row) + pairs.neutral[row];
    const rank = (sum) => [...sum.keys()].sort((a, b) => (b < 0) - (a < 0) || sum.get(b)[0] + sum.get(b)[1] - sum.get(a)[0] - sum.get(a)[1] || sum.get(b)[2] - sum.get(a)[2] || a - b);
    const sums = (column, keep = () => true) => { const sum = new Map(); for (const row of every.filter(keep)) { const id = pairs[column][row], now = sum.get(id) ?? [0, 0, 0]; now[0] += pairs.for[row]; now[1] += pairs.against[row]; now[2] += pairs.neutral[row]; sum.set(id, now); } return sum; };
    const holders = sums("holder"), targets = sums("target");
    const columns = rank(targets).slice(0, 12), near = sums("holder", (row) => columns.includes(pairs.target[row])), rows = rank(near).slice(0, 13);
    const found = new Map();
    for (const row of every) found.set(`${pairs.holder[row]} ${pairs.target[row]}`, row);
    const shown = rows.flatMap((holder) => columns.map((target) => found.get(`${holder} ${target}`)).filter((row) => row !== undefined));
    const most = Math.max(1, ...shown.map((row) => Math.abs(pairs.for[row] - pairs.against[row])));
    const says = (row) => `${plural(pairs.for[row], "passage", "passages")} for, ${number(pairs.against[row])} against, ${number(pairs.neutral[row])} neutral`;
    let order = "most";
    const place = el("div");
    function matrix() {
      const by = (sum) => ({ most: () => 0, for: (a, b) => sum.get(b)[0] - sum.get(a)[0], against: (a, b) => sum.get(b)[1] - sum.get(a)[1], balance: (a, b) => sum.get(a)[0] - sum.get(a)[1] - sum.get(b)[0] + sum.get(b)[1], name: (a, b) => corpus.holder(a).localeCompare(corpus.holder(b), "en") })[order];
      const down = [...rows].sort((a, b) => (a >= 0) - (b >= 0) || by(holders)(a, b)), across = [...columns].sort(by(targets));
      place.replaceChildren(el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Matrix of stances" }, el("table", { class: "matrix" }, el("caption", { class: "hear" }, "Stances by holder and target"),
        el("thead", {}, el("tr", {}, el("td", { class: "corner" }, "speaks ↓  about →"), ...across.map((id) => el("th", { scope: "col" }, el("span", {}, lists.actorLink(id)))))),
        el("tbody", {}, ...down.map((holder) => el("tr", { class: holder < 0 ? "voice" : null }, el("th", { scope: "row" }, holder < 0 ? corpus.holder(holder) : lists.actorLink(holder)), ...across.map((target) => {
          const row = found.get(`${holder} ${target}`);
          if (row === undefined) return el("td", holder === target ? { class: "self" } : {});
          const words = [[pairs.for[row], "for", "+"], [pairs.against[row], "against", "−"]].filter(([count]) => count).map(([count, kind, sign]) => el("span", { class: kind }, `${sign}${number(count)}`));
          return el("td", { "--heat": heat(pairs.for[row], pairs.against[row], most) }, el("a", { href: lists.stanceHash(holder, target), title: `${corpus.holder(holder)} on ${corpus.speaker(target)}: ${says(row)}` }, el("span", { class: "hear" }, `${corpus.holder(holder)} on ${corpus.speaker(target)}: `), ...(words.length ? words : [el("span", { class: "neutral" }, `0 ×${number(pairs.neutral[row])}`)])));
        })))))));
    }
    matrix();
    const list = pairTable({ name: "stances", caption: "Every pair of holder and target", rows: every.sort((a, b) => told(b) - told(a) || all(b) - all(a) || a - b) });
    const worst = every.filter((row) => pairs.holder[row] >= 0).reduce((best, row) => (best === null || pairs.against[row] > pairs.against[best] ? row : best), null);
    return section("toward", "Who speaks about whom, and how", worst !== null && pairs.against[worst] ? ["Sharpest: ", lists.actorLink(pairs.holder[worst]), " on ", lists.actorLink(pairs.target[worst]), `, ${plural(pairs.against[worst], "passage", "passages")} against.`] : `${plural(every.length, "pair", "pairs")} of a holder and a target.`,
      [[el("b", { class: "for" }, "+ for"), ", ", el("b", { class: "against" }, "− against"), ", 0 neither. The deeper the colour, the more passages on one side. Choose a cell to read every passage."], "The first row is what the articles say in their own voice, outside quotes.", lists.sampled("passages")],
      el("div", { class: "controls" }, choice("Order", [["most", "most stances"], ["for", "most for"], ["against", "most against"], ["balance", "against, less for"], ["name", "name"]], order, (value) => { order = value; matrix(); })), place, el("h3", {}, "Every pair"), list);
  }

  const beside = (count, sign, most, colour) => {
    const nodes = count ? [el("i", { class: "side-bar", colour, "--p": count / most, "aria-hidden": "true" }), el("span", { class: "n" }, `${sign}${number(count)}`)] : [];
    return sign === "+" ? nodes : nodes.reverse();
  };
  /** Pairs of holder and target with their counts as bars from a middle line. */
  function pairTable({ name, caption, rows, holder = true, target = true, size = 15 }) {
    const most = Math.max(1, ...rows.map((row) => Math.max(pairs.for[row], pairs.against[row])));
    return table({ name, caption, rows, size, find: (row) => `${pairs.holder[row] < 0 ? "articles" : corpus.names()[pairs.holder[row]]}\n${corpus.names()[pairs.target[row]]}`, placeholder: "Find a name", columns: [
      ...(holder ? [{ name: "Who", value: (row) => corpus.holder(pairs.holder[row]), up: true, kind: "who-cell", show: (row) => lists.actorLink(pairs.holder[row], corpus.holder(pairs.holder[row])) }] : []),
      ...(target ? [{ name: "About whom", value: (row) => corpus.speaker(pairs.target[row]), up: true, kind: "who-cell", show: (row) => lists.actorLink(pairs.target[row]) }] : []),
      { name: "Against", value: (row) => pairs.against[row], num: true, kind: "minus", show: (row) => beside(pairs.against[row], "−", most, "var(--against)") },
      { name: "For", value: (row) => pairs.for[row], num: true, kind: "plus", show: (row) => beside(pairs.for[row], "+", most, "var(--for)") },
      { name: "Neutral", value: (row) => pairs.neutral[row], num: true, wide: true },
      { name: "Passages", value: (row) => pairs.for[row] + pairs.against[row] + pairs.neutral[row], num: true, show: (row) => el("a", { href: lists.stanceHash(pairs.holder[row], pairs.target[row]) }, el("span", { class: "hear" }, `Read ${corpus.holder(pairs.holder[row])} on ${corpus.speaker(pairs.target[row])}: `), number(pairs.for[row] + pairs.against[row] + pairs.neutral[row])) }] });
  }

  // ----- verbs of saying
  function verbs() {
    const counts = new Array(data.verbs.length).fill(0), of = new Map(), { actor, verb, quotes } = data.actor_verb;
    for (let row = 0; row < actor.length; row += 1) {
      if (actor[row] < 0) counts[verb[row]] += quotes[row];
      else of.set(`${actor[row]} ${verb[row]}`, quotes[row]);
    }
    const sum = counts.reduce((all, count) => all + count, 0);
    if (!sum) return section("verbs", "Verbs of saying", "No verb of saying was found.", []);
    const rows = data.verbs.map((_, row) => row).filter((row) => counts[row]), most = Math.max(...counts);
    const list = table({ name: "verbs", caption: "Verbs of saying", rows, sort: 1, size: 15, find: (row) => data.verbs[row], placeholder: "Find a verb", columns: [
      { name: "Verb", value: (row) => data.verbs[row], up: true, show: (row) => el("a", { href: lists.quotesHash({ verb: data.verbs[row] }) }, data.verbs[row]) },
      { name: "Quotes", value: (row) => counts[row], num: true, kind: "bar-cell", show: (row) => [el("span", { class: "n" }, number(counts[row])), bar(counts[row], most)] },
      { name: "Share", value: (row) => round((100 * counts[row]) / sum, 2), num: true, show: (row) => share(counts[row], sum) }] });
    const state = [rows[0], rows.find((row) => data.verbs[row] === "claim" && counts[row] >= 10) ?? rows[1] ?? rows[0]];
    const side = el("div");
    function compare() {
      const [a, b] = state, get = (row, which) => of.get(`${row} ${which}`) ?? 0;
      const both = (row) => get(row, a) + get(row, b), part = (row) => (100 * get(row, b)) / both(row);
      const kept = speakers.filter((row) => both(row) >= 3).sort((x, y) => part(y) - part(x) || both(y) - both(x) || x - y);
      const usual = (100 * counts[b]) / (counts[a] + counts[b] || 1);
      side.replaceChildren(el("div", { class: "controls" }, choice("Of whom it stands", rows.map((row) => [row, data.verbs[row]]), a, (value) => { state[0] = Number(value); compare(); }), choice("and", rows.map((row) => [row, data.verbs[row]]), b, (value) => { state[1] = Number(value); compare(); })),
        table({ name: "verbs-compared", caption: `Of the quotes with ${data.verbs[a]} or ${data.verbs[b]}, the share of ${data.verbs[b]}`, rows: kept, size: 12, find: (row) => corpus.names()[row], placeholder: "Find a speaker", note: `The line marks the share of all speakers, ${usual.toFixed(0)} %. Speakers with fewer than three such quotes are left out.`, columns: [
          { name: "Speaker", value: (row) => corpus.speaker(row), up: true, kind: "who-cell", show: (row) => lists.actorLink(row) },
          { name: data.verbs[a], value: (row) => get(row, a), num: true },
          { name: data.verbs[b], value: (row) => get(row, b), num: true, show: (row) => (get(row, b) ? el("a", { href: lists.quotesHash({ speaker: corpus.id(row), verb: data.verbs[b] }) }, number(get(row, b))) : "0") },
          { name: `Share of “${data.verbs[b]}”`, value: (row) => round(part(row)), num: true, kind: "dot-cell", show: (row) => [el("span", { class: "dots", "aria-hidden": "true", "--x": `${part(row)}%`, "--mean": `${usual}%` }, el("i")), el("span", { class: "n" }, `${part(row).toFixed(0)} %`)] }] }));
    }
    compare();
    return section("verbs", "Verbs of saying", `“${data.verbs[rows[0]]}” introduces ${share(counts[rows[0]], sum)} of the quotes with a verb.`, [`${number(sum)} of ${number(totals.quotes)} quotes have a verb of saying. A verb that doubts or praises is the writer's choice: compare who “${data.verbs[state[0]]}” and who “${data.verbs[state[1]]}” stands for.`], list, el("h3", {}, "Two verbs compared"), side);
  }

  // ----- named together
  function together() {
    const { a, b, documents } = data.together;
    if (!a.length) return section("together", "Named together", "No two of the most linked actors stand in one article.", []);
    const ids = [...new Set([...a, ...b])].sort((x, y) => actors.mentions[y] - actors.mentions[x] || x - y), place = new Map(ids.map((id, at) => [id, at]));
    const nodes = ids.map((id) => ({ name: corpus.speaker(id), size: actors.documents[id], href: lists.actorHash(id), title: `${corpus.speaker(id)}: in ${plural(actors.documents[id], "article", "articles")}` }));
    const rows = a.map((_, row) => row).sort((x, y) => documents[y] - documents[x] || x - y), top = rows[0];
    const edges = rows.map((row) => [place.get(a[row]), place.get(b[row]), documents[row]]), drawn = Math.min(edges.length, 3 * ids.length);
    // Each name has its two closest lines; the closest others fill up.
    const near = ids.flatMap((_, at) => edges.filter((edge) => edge[0] === at || edge[1] === at).slice(0, 2));
    const order = [...new Set([...near, ...edges])].slice(0, drawn).sort((x, y) => y[2] - x[2]);
    const list = table({ name: "named-together", caption: "Pairs in one article", rows, size: 20, find: (row) => `${corpus.names()[a[row]]}\n${corpus.names()[b[row]]}`, placeholder: "Find a name", columns: [
      { name: "Actor", value: (row) => corpus.speaker(a[row]), up: true, show: (row) => lists.actorLink(a[row]) }, { name: "With", value: (row) => corpus.speaker(b[row]), up: true, show: (row) => lists.actorLink(b[row]) },
      { name: "Articles", value: (row) => documents[row], num: true }] });
    return section("together", "Named together", documents[top] === documents[rows[1]] ? `No two stand together in more than ${plural(documents[top], "article", "articles")}.` : [lists.actorLink(a[top]), " and ", lists.actorLink(b[top]), ` stand together in ${plural(documents[top], "article", "articles")}, more than any other two.`],
      [`The ${ids.length} most linked, and the ${drawn < edges.length ? `${drawn} closest of ${edges.length}` : edges.length} pairs. A line's width is the number of articles that name both, the size of a name the number of articles that name it. Where a name stands has no meaning of its own.`],
      fitted((width) => pictures.network({ nodes, edges: order, width, height: Math.min(60 + 42 * nodes.length, Math.round(width < 560 ? width * 1.8 : width * 0.66)), label: "Network of the most linked actors" })), asTable("These pairs as a table", list));
  }

  // ----- women and men
  function gender() {
    const { gender: given } = data;
    if (!given) return null;
    const kinds = ["women", "men", "unknown"], words = { women: "women", men: "men", unknown: "unknown" };
    const of = (name, counts) => ({ name, counts, sum: kinds.reduce((all, kind) => all + counts[kind], 0) });
    const rows = [of("All speakers", given), of("All quotes", given.quotes), ...outlets.slice(0, 12).map((outlet, at) => of(`Quotes in ${outlet}`, Object.fromEntries(kinds.map((kind) => [kind, given.by_outlet[kind][at]]))))].filter((row) => row.sum);
    const known = given.quotes.women + given.quotes.men;
    return section("gender", "Women and men", `Of the quotes whose speaker's gender is known, ${share(given.quotes.women, known)} are women's. It is unknown for ${share(given.quotes.unknown, known + given.quotes.unknown)}.`, [`How it is known: ${given.error}`],
      el("table", { class: "rows gender" }, el("caption", { class: "hear" }, "Women, men and unknown"), el("thead", {}, el("tr", {}, el("td"), el("td"), ...kinds.map((kind) => el("th", { scope: "col", class: `num ${kind}` }, el("i", { class: `key ${kind}`, "aria-hidden": "true" }), ` ${words[kind]}`)))),
        el("tbody", {}, ...rows.map(({ name, counts, sum }) => el("tr", {}, el("th", { scope: "row", class: "who-cell" }, name), el("td", { class: "split" }, el("span", { class: "bar", "aria-hidden": "true" }, ...kinds.map((kind) => el("i", { class: kind, "--w": `${(100 * counts[kind]) / sum}%` })))), ...kinds.map((kind) => el("td", { class: "num" }, share(counts[kind], sum) || "0 %")))))),
      el("div", { class: "foot-row" }, el("span"), csvButton("women-and-men", ["of", ...kinds], () => rows.map(({ name, counts }) => [name, ...kinds.map((kind) => counts[kind])]))));
  }

  // ----- how it was made
  function method() {
    const { made, review, left_out: left } = data;
    const rows = [["articles read", totals.documents], ["articles that failed", totals.failed], ["repeated articles, counted once", totals.repeated], ["articles without a date", totals.without_date], ["articles without an outlet", totals.without_outlet],
      ["words", totals.words], ["quotes", totals.quotes], ["quotes with a known speaker", totals.named], [`quotes whose speaker is less than ${SURE} % sure`, totals.unsure], ["actors", totals.actors], ["speakers", totals.speakers], ["stances", totals.stances],
      ...(left ? [["actors counted and not listed", left.actors]] : [])];
    const percentOf = (value) => `${(100 * value).toFixed(0)} %`;
    const narrow = (node) => { node.classList.add("narrow"); return node; };
    const aliases = () => actors.id.flatMap((id, row) => actors.aliases[row].map(([alias]) => [actors.name[row], alias, id]));
    return section("method", "How this was made", null, [],
      el("p", {}, "Copydesk read each article by itself: it found names, quotes, the speaker of each quote, and passages in which somebody takes a stance. Then it joined the actors of different articles that are the same person or organisation, by names, role, affiliation and the words around. All of it is done by programs, which err. Read the passages before you print a number."),
      el("p", {}, `A quote is unsure if its speaker is unknown or less than ${SURE} % sure. Stances count as for or against beyond a third of the scale from −1 to 1. Counts are of the articles in this corpus alone: they say nothing about articles that are not in it.`),
      review ? el("h3", {}, "Checked by people") : null,
      review ? table({ name: "review", caption: "Precision in a sample that people judged", rows: review.rows.map((_, row) => row), columns: [{ name: "What", value: (row) => review.rows[row].kind, fixed: true }, { name: "Right", value: (row) => review.rows[row].right, num: true, fixed: true }, { name: "Judged", value: (row) => review.rows[row].judged, num: true, fixed: true },
        { name: "Precision", value: (row) => round(100 * review.rows[row].precision), num: true, fixed: true, kind: "dot-cell", show: (row) => [el("span", { class: "dots range", "aria-hidden": "true", "--x": `${100 * review.rows[row].precision}%`, "--from": `${100 * review.rows[row].low}%`, "--to": `${100 * review.rows[row].high}%` }, el("b"), el("i")), el("span", { class: "n" }, percentOf(review.rows[row].precision))] },
        { name: "Interval of 95 %", value: (row) => `${percentOf(review.rows[row].low)} to ${percentOf(review.rows[row].high)}`, num: true, fixed: true }], note: `${plural(review.sampled, "row was", "rows were")} drawn at random (seed ${review.seed}). Precision is the share of what was found that is right.` }) : el("p", { class: "note" }, "Nobody has checked a sample of this corpus. See “copydesk review”."),
      el("h3", {}, "What was counted"), narrow(table({ name: "totals", caption: "What was counted", rows: rows.map((_, row) => row), columns: [{ name: "What", value: (row) => rows[row][0], fixed: true }, { name: "Number", value: (row) => rows[row][1], num: true, fixed: true }] })),
      el("h3", {}, "Who is who"), el("p", {}, "This file lists each actor's names. Edit it and give it again with --aliases to join two actors or to keep them apart. ", el("button", { type: "button", class: "csv", "data-csv": "aliases", onclick: () => save("aliases.csv", "text/csv;charset=utf-8", csv(["name", "alias", "id"], aliases())) }, "Aliases as CSV")),
      el("h3", {}, "Programs and models"), ...made.pipelines.map(({ documents, provenance }) => el("div", { class: "made" }, el("p", {}, el("b", {}, `Pipeline ${provenance.pipeline}`), `, Copydesk ${provenance.copydesk}, ${plural(documents, "article", "articles")}`, provenance.lock ? el("span", {}, ", lock ", el("code", {}, provenance.lock)) : ""),
        el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Stages of ${provenance.pipeline}` }, el("table", { class: "rows stages" }, el("thead", {}, el("tr", {}, ...["Stage", "Version", "Model"].map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, ...provenance.stages.map((stage) => el("tr", {}, el("th", { scope: "row" }, stage.id), el("td", {}, stage.version ?? ""), el("td", {}, typeof stage.model === "string" ? el("code", {}, stage.model) : stage.model ? el("code", {}, Object.values(stage.model).join(" ")) : "")))))))),
      made.pipelines.length ? null : el("p", { class: "note" }, "The results do not say which pipeline made them."), el("p", { class: "note" }, `Report by Copydesk ${made.copydesk}.`));
  }

  function view() {
    const known = totals.named, span = data.days.length ? (data.days.length === 1 ? date(data.days[0]) : `${date(data.days[0])} to ${date(data.days[data.days.length - 1])}`) : "without dates";
    const figure = (value, words) => el("div", {}, el("dd", {}, value), el("dt", {}, words));
    return el("div", { class: "overview" }, el("header", { class: "mast" }, el("p", { class: "kicker" }, "Corpus report"), el("h1", { tabindex: -1, dir: "auto" }, data.title ?? "Who is quoted, and how"),
      el("p", { class: "deck" }, `${plural(totals.documents, "article", "articles")}${outlets.length ? ` of ${plural(outlets.length, "outlet", "outlets")}` : ""}, ${span}.`),
      el("dl", { class: "strip" }, figure(number(totals.quotes), "quotes"), figure(number(totals.speakers), "speakers"), figure(share(known, totals.quotes) || "–", "of quotes with a known speaker"), figure(number(totals.stances), "stances"), figure(totals.documents ? (totals.quotes / totals.documents).toFixed(1) : "–", "quotes an article"))),
    who(), when(), where(), toward(), verbs(), together(), gender(), method());
  }
  return { view, pairTable, fitted, section, asTable };
};
