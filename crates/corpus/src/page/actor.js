// The page of an actor, the passages of a pair, and what a search finds: `copydeskViews(corpus, lists, overview)`.
"use strict";
const copydeskViews = (corpus, lists, overview) => {
  const { el, plural } = copydeskDom;
  const { NOBODY, fold } = copydeskData;
  const { table, bar, csvButton, number, share } = copydeskTables;
  const { data, time } = corpus;
  const { actors, pairs } = data;
  const LABELS = { PERSON: "person", ORG: "organisation", GPE: "place", LOC: "place", NORP: "group" };
  const told = (row) => pairs.for[row] + pairs.against[row];

  const head = (kicker, title, ...more) => el("header", { class: "mast" }, el("p", { class: "kicker" }, el("a", { href: "#" }, "Corpus report"), ` · ${kicker}`), el("h1", { tabindex: -1, dir: "auto" }, title), ...more);
  const missing = (words) => el("div", {}, head("not found", "Not in this report"), el("p", { class: "empty" }, words));
  const counted = (list) => list.map(([words, count]) => `${words}${count > 1 ? ` (${number(count)})` : ""}`).join(", ");

  function when(actor) {
    if (!time) return null;
    const documents = corpus.everyDay("documents"), series = corpus.ofActor(actor, "quotes");
    const rows = series.map((_, at) => at).filter((at) => series[at]);
    const says = (at) => `${time.label(at)}: ${plural(series[at], "quote", "quotes")}`;
    return el("section", { class: "cell wide-cell" }, el("h2", {}, "Over time"), overview.fitted((width) => copydeskPictures.columns({ time, series, documents, width, height: 150, unit: `quotes a ${time.unit}`, words: says, pick: (at) => { location.hash = lists.quotesHash({ speaker: corpus.id(actor), from: time.first(at), to: time.last(at) }); } })),
      overview.asTable("These numbers as a table", table({ name: "over-time", caption: `Quotes by ${time.unit}`, rows, sort: 0, size: 31, columns: [{ name: `First day of the ${time.unit}`, value: (at) => time.first(at), up: true, show: (at) => time.label(at) }, { name: "Quotes", value: (at) => series[at], num: true }, { name: "Articles in the corpus", value: (at) => documents[at], num: true }] })));
  }

  function actor(parameters) {
    const id = parameters.get("actor"), row = corpus.actor(id);
    if (row === undefined || row < 0) return missing(`No actor of this report has the id ${id}.`);
    const outletTable = data.actor_outlet, ofOutlet = Array.from(corpus.outletsOf()(row)).filter((at) => outletTable.quotes[at]);
    const verbTable = data.actor_verb, ofVerb = Array.from(corpus.verbsOf()(row)).filter((at) => verbTable.quotes[at]);
    const about = Array.from(corpus.heldToward()(row)).sort((a, b) => told(b) - told(a) || a - b), holds = Array.from(corpus.heldBy()(row)).sort((a, b) => told(b) - told(a) || a - b);
    const beside = data.together.a.flatMap((a, at) => (a === row ? [[data.together.b[at], at]] : data.together.b[at] === row ? [[a, at]] : []));
    const doubts = corpus.doubts()[row], quotes = actors.quotes[row];
    const fact = (term, ...words) => (words.some(Boolean) ? [el("dt", {}, term), el("dd", { dir: "auto" }, ...words)] : []);
    const figure = (value, words) => el("div", {}, el("dd", {}, value), el("dt", {}, words));
    const most = (rows, column) => Math.max(1, ...rows.map((at) => column[at]));
    const cell = (title, empty, node) => el("section", { class: "cell" }, el("h2", {}, title), node ?? el("p", { class: "empty" }, empty));
    const fixed = { actor: id };
    return el("div", { class: "actor" },
      head(LABELS[actors.label[row]] ?? "actor", actors.name[row], corpus.context(row) ? el("p", { class: "deck", dir: "auto" }, corpus.context(row)) : null,
        el("dl", { class: "strip" }, figure(number(quotes), quotes === 1 ? "quote" : "quotes"), figure(share(quotes, data.totals.quotes) || "–", "of all quotes"), figure(number(actors.quoted_documents[row]), "articles that quote"), figure(number(actors.quoted_outlets[row]), "outlets that quote"), figure(number(actors.documents[row]), "articles that name"), actors.place[row] >= 0 ? figure(`${actors.place[row]} %`, "into the article, first heard") : null)),
      el("div", { class: "cells" },
        el("section", { class: "cell" }, el("h2", {}, "In the articles' words"), el("dl", { class: "facts" }, ...fact("Names", counted(actors.aliases[row])), ...fact("Roles", counted(actors.roles[row])), ...fact("Affiliations", counted(actors.affiliations[row])), ...fact("Knowledge base", actors.kb[row]), ...fact("Id", el("code", {}, id)),
          ...fact("Unsure", doubts ? `${plural(doubts, "quote", "quotes")} of ${number(quotes)}: the speaker is less than ${copydeskData.SURE} % sure` : ""))),
        quotes ? when(row) : null,
        quotes ? cell("By outlet", "No article names its outlet.", ofOutlet.length ? table({ name: "by-outlet", caption: `Quotes of ${actors.name[row]} by outlet`, rows: ofOutlet, sort: 1, size: 10, columns: [
          { name: "Outlet", value: (at) => corpus.outlet(outletTable.outlet[at]), up: true, kind: "who-cell", show: (at) => el("a", { href: lists.quotesHash({ speaker: id, outlet: outletTable.outlet[at] < 0 ? NOBODY : corpus.outlet(outletTable.outlet[at]) }) }, corpus.outlet(outletTable.outlet[at])) },
          { name: "Quotes", value: (at) => outletTable.quotes[at], num: true, kind: "bar-cell", show: (at) => [el("span", { class: "n" }, number(outletTable.quotes[at])), bar(outletTable.quotes[at], most(ofOutlet, outletTable.quotes))] },
          { name: "Words", value: (at) => outletTable.words[at], num: true, wide: true }] }) : null) : null,
        quotes ? cell("Verbs of saying", "No verb of saying was found.", ofVerb.length ? table({ name: "by-verb", caption: `Verbs of ${actors.name[row]}`, rows: ofVerb, sort: 1, size: 10, columns: [
          { name: "Verb", value: (at) => data.verbs[verbTable.verb[at]], up: true, show: (at) => el("a", { href: lists.quotesHash({ speaker: id, verb: data.verbs[verbTable.verb[at]] }) }, data.verbs[verbTable.verb[at]]) },
          { name: "Quotes", value: (at) => verbTable.quotes[at], num: true, kind: "bar-cell", show: (at) => [el("span", { class: "n" }, number(verbTable.quotes[at])), bar(verbTable.quotes[at], most(ofVerb, verbTable.quotes))] }] }) : null) : null,
        cell("Who speaks about them", "No stance toward them was found.", about.length ? overview.pairTable({ name: "toward", caption: `Stances toward ${actors.name[row]}`, rows: about, target: false, size: 10 }) : null),
        cell("About whom they speak", "No stance of theirs was found.", holds.length ? overview.pairTable({ name: "of", caption: `Stances of ${actors.name[row]}`, rows: holds, holder: false, size: 10 }) : null),
        beside.length ? cell("Named together with", "", table({ name: "beside", caption: `Named with ${actors.name[row]}`, rows: beside, sort: 1, size: 10, columns: [{ name: "Actor", value: ([other]) => corpus.speaker(other), up: true, show: ([other]) => lists.actorLink(other) }, { name: "Articles", value: ([, at]) => data.together.documents[at], num: true }] })) : null),
      quotes ? lists.quoteList({ filter: Object.fromEntries(parameters), title: "Quotes", fixed, change: parameters.change }) : null);
  }

  function quotes(parameters) {
    const filter = Object.fromEntries(parameters), speaker = filter.speaker === undefined ? undefined : corpus.actor(filter.speaker);
    const parts = [filter.outlet === NOBODY ? "no outlet" : filter.outlet, filter.verb ? `“${filter.verb}”` : null, filter.from && filter.from === filter.to ? copydeskData.date(filter.from) : filter.from || filter.to ? `${filter.from ?? "…"} to ${filter.to ?? "…"}` : null].filter(Boolean);
    const who = speaker === undefined ? (filter.speaker ? `unknown id ${filter.speaker}` : "All speakers") : speaker < 0 ? "Speaker unknown" : lists.actorLink(speaker);
    return el("div", {}, head("quotes", parts.join(", ") || "Quotes", el("p", { class: "deck" }, who)), lists.quoteList({ filter, title: "Quotes", fixed: { quotes: "", ...(filter.speaker ? { speaker: filter.speaker } : {}) }, change: parameters.change }));
  }

  function stance(parameters) {
    const holder = corpus.actor(parameters.get("holder")), target = corpus.actor(parameters.get("target"));
    if (holder === undefined || target === undefined || target < 0) return missing("No such pair of a holder and a target.");
    const pair = Array.from(corpus.heldToward()(target)).find((row) => pairs.holder[row] === holder);
    const { passages } = data, rows = [];
    passages.target.forEach((to, row) => { if (to === target && passages.holder[row] === holder) rows.push(row); });
    rows.sort((a, b) => (lists.polarityOf(passages.polarity[a]) === "neutral") - (lists.polarityOf(passages.polarity[b]) === "neutral") || lists.byDay(passages.document)(a, b));
    const [plus, minus, neutral] = pair === undefined ? [0, 0, 0] : [pairs.for[pair], pairs.against[pair], pairs.neutral[pair]];
    return el("div", {}, head("who speaks about whom", `${corpus.holder(holder)} on ${corpus.speaker(target)}`, el("p", { class: "deck" }, el("b", { class: "for" }, `+${number(plus)} for`), ", ", el("b", { class: "against" }, `−${number(minus)} against`), `, ${number(neutral)} neutral. `),
      el("p", {}, holder >= 0 ? lists.actorLink(holder, `All of ${corpus.holder(holder)}`) : null, holder >= 0 ? " · " : null, lists.actorLink(target, `All of ${corpus.speaker(target)}`))),
    lists.passageList({ rows, names: lists.namesOf(target), title: "Passages", name: "passages" }));
  }

  function search(parameters) {
    const words = parameters.get("search").trim(), wanted = fold(words), title = words ? `“${words}”` : "Search";
    if (!wanted) return el("div", {}, head("search", title), el("p", { class: "empty" }, "Write a name or words into the field above."));
    const names = actors.id.map((_, row) => row).filter((row) => corpus.names()[row].includes(wanted));
    const passages = corpus.passages().flatMap((text, row) => (text.includes(wanted) ? [row] : []));
    return el("div", {}, head("search", title), el("section", { class: "list" }, el("h2", {}, "Names"), names.length ? table({ name: "names", caption: "Names that match", rows: names, size: 10, columns: [
      { name: "Actor", value: (row) => corpus.speaker(row), up: true, kind: "who-cell", show: (row) => [lists.actorLink(row), corpus.context(row) ? el("small", { dir: "auto" }, corpus.context(row)) : ""] }, { name: "Kind", value: (row) => actors.label[row], up: true, wide: true }, { name: "Quotes", value: (row) => actors.quotes[row], num: true }, { name: "Articles", value: (row) => actors.documents[row], num: true }] }) : el("p", { class: "empty" }, "No name.")),
    lists.quoteList({ filter: { quotes: "", ...Object.fromEntries(parameters), words }, title: "In quotes", fixed: { search: words, quotes: "", words }, change: (filter, push) => parameters.change({ ...filter, quotes: undefined, words: undefined, search: filter.words ?? "" }, push) }),
    passages.length ? lists.passageList({ rows: passages, names: [wanted], title: "In passages with a stance", name: "passages", pair: true }) : null);
  }

  return { actor, quotes, stance, search, csvButton };
};
