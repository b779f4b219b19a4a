// The page of an actor, the passages of a pair, a list of quotes, and what a search finds:
// `copydeskViews(corpus, lists, overview)`.
"use strict";
const copydeskViews = (corpus, lists, overview) => {
  const { el, plural } = copydeskDom;
  const { NOBODY, SURE, date, fold } = copydeskData;
  const { table, asTable, word, count, barred, number, share } = copydeskTables;
  const { link, actorLink, actorColumn, quotesOf } = lists;
  const { data, time, speaker, holder, names } = corpus;
  const { actors, pairs, together, verbs } = data;
  const LABELS = { PERSON: "person", ORG: "organisation", GPE: "place", LOC: "place", NORP: "group" };

  const head = (kicker, title, ...more) => el("header", { class: "mast" }, el("p", { class: "kicker" }, el("a", { href: "#" }, "Corpus report"), ` · ${kicker}`), el("h1", { tabindex: -1, dir: "auto" }, title), ...more);
  const deck = (...words) => el("p", { class: "deck", dir: "auto" }, ...words);
  const missing = (words) => el("div", {}, head("not found", "Not in this report"), el("p", { class: "empty" }, words));

  function when(row) {
    const documents = corpus.everyDay("documents"), series = corpus.ofActor(row, "quotes"), { unit } = time;
    const words = (at) => `${time.label(at)}: ${plural(series[at], "quote", "quotes")}`, pick = (at) => { location.hash = lists.hash(quotesOf({ speaker: corpus.id(row), from: time.first(at), to: time.last(at) })); };
    return [overview.fitted((width) => copydeskPictures.columns({ time, series, documents, width, height: 150, unit: `quotes a ${unit}`, words, pick })),
      asTable(table("over-time", `Quotes by ${unit}`, series.flatMap((value, at) => (value ? [at] : [])), [word(`First day of the ${unit}`, time.first, time.label), count("Quotes", (at) => series[at]), count("Articles in the corpus", (at) => documents[at])], { sort: 0, size: 31 }))];
  }

  function actor(parameters) {
    const id = parameters.get("actor"), row = corpus.actor(id);
    if (row === undefined || row < 0) return missing(`No actor of this report has the id ${id}.`);
    const { name, quotes, aliases, roles, affiliations, kb, place } = actors, doubts = corpus.doubts(row);
    const fact = (term, words) => (words ? [el("dt", {}, term), el("dd", { dir: "auto" }, words)] : []);
    const counted = (list) => list.map(([words, times]) => `${words}${times > 1 ? ` (${number(times)})` : ""}`).join(", ");
    const cell = (title, ...nodes) => el("section", { class: "cell" }, el("h2", {}, title), ...nodes);
    /** Quotes of the actor by a column of another table: outlets or verbs. */
    function quotesBy(title, group, of, labels, filter) {
      const rows = Array.from(group(row)).filter((at) => of.quotes[at]);
      return cell(title, rows.length ? table(`by-${filter}`, `Quotes of ${name[row]}: ${title}`, rows, [word(filter[0].toUpperCase() + filter.slice(1), (at) => labels(of[filter][at]), (at) => link(labels(of[filter][at]), quotesOf({ speaker: id, [filter]: of[filter][at] < 0 ? NOBODY : labels(of[filter][at]) }))),
        barred("Quotes", (at) => of.quotes[at], Math.max(...rows.map((at) => of.quotes[at])))], { sort: 1, size: 10 }) : el("p", { class: "empty" }, "Nothing was found."));
    }
    const stances = (title, group, same) => { const rows = Array.from(group(row)).sort(overview.byStances); return cell(title, rows.length ? overview.pairTable(`stances-${same}`, `${title}: ${name[row]}`, rows, same) : el("p", { class: "empty" }, "No stance was found.")); };
    const beside = together.a.flatMap((a, at) => (a === row ? [[together.b[at], together.documents[at]]] : together.b[at] === row ? [[a, together.documents[at]]] : []));
    return el("div", { class: "actor" }, head(LABELS[actors.label[row]] ?? "actor", name[row], deck(corpus.context(row)),
      overview.strip([number(quotes[row]), quotes[row] === 1 ? "quote" : "quotes"], [share(quotes[row], data.totals.quotes), "of all quotes"], [number(actors.quoted_documents[row]), "articles that quote"], [number(actors.quoted_outlets[row]), "outlets that quote"], [number(actors.documents[row]), "articles that name"], place[row] >= 0 ? [`${place[row]} %`, "into the article, first heard"] : null)),
    el("div", { class: "cells" }, cell("In the articles' words", el("dl", { class: "facts" }, ...fact("Names", counted(aliases[row])), ...fact("Roles", counted(roles[row])), ...fact("Affiliations", counted(affiliations[row])), ...fact("Knowledge base", kb[row]), ...fact("Id", id),
      ...fact("Unsure", doubts ? `${plural(doubts, "quote", "quotes")} of ${number(quotes[row])}: the speaker is less than ${SURE} % sure` : ""))),
    ...(quotes[row] ? [time ? cell("Over time", ...when(row)) : null, quotesBy("By outlet", corpus.outletsOf, data.actor_outlet, corpus.outlet, "outlet"), quotesBy("Verbs of saying", corpus.verbsOf, data.actor_verb, (verb) => verbs[verb], "verb")] : []),
    stances("Who speaks about them", corpus.heldToward, "target"), stances("About whom they speak", corpus.heldBy, "holder"),
    beside.length ? cell("Named together with", table("beside", `Named with ${name[row]}`, beside, [actorColumn("Actor", ([other]) => other), count("Articles", ([, articles]) => articles)], { sort: 1, size: 10 })) : null),
    quotes[row] ? lists.quoteList(Object.fromEntries(parameters), { actor: id }, parameters.change) : null);
  }

  function quotes(parameters) {
    const filter = Object.fromEntries(parameters), { outlet, verb, from, to } = filter, who = corpus.actor(filter.speaker);
    const span = from && from === to ? date(from) : from || to ? `${from ? date(from) : "…"} to ${to ? date(to) : "…"}` : null;
    return el("div", {}, head("quotes", [outlet === NOBODY ? "no outlet" : outlet, verb ? `“${verb}”` : null, span].filter(Boolean).join(", ") || "Quotes", deck(who === undefined ? (filter.speaker ? `unknown id ${filter.speaker}` : "All speakers") : who < 0 ? "Speaker unknown" : actorLink(who))),
      lists.quoteList(filter, filter.speaker ? quotesOf({ speaker: filter.speaker }) : quotesOf({}), parameters.change));
  }

  function stance(parameters) {
    const from = corpus.actor(parameters.get("holder")), to = corpus.actor(parameters.get("target")), { passages } = data;
    if (from === undefined || to === undefined || to < 0) return missing("No such pair of a holder and a target.");
    const pair = Array.from(corpus.heldToward(to)).find((row) => pairs.holder[row] === from), [plus, minus, neutral] = ["for", "against", "neutral"].map((kind) => number(pairs[kind][pair] ?? 0));
    const last = (row) => lists.polarityOf(row) === "neutral";
    const rows = passages.target.flatMap((target, row) => (target === to && passages.holder[row] === from ? [row] : [])).sort((a, b) => last(a) - last(b) || lists.byDay(passages)(a, b));
    return el("div", {}, head("who speaks about whom", `${holder(from)} on ${speaker(to)}`, deck(el("b", { class: "for" }, `+${plus} for`), ", ", el("b", { class: "against" }, `−${minus} against`), `, ${neutral} neutral. `),
      el("p", {}, from < 0 ? "" : actorLink(from, `All of ${holder(from)}`), from < 0 ? "" : " · ", actorLink(to, `All of ${speaker(to)}`))), lists.passageList(rows, lists.namesOf(to), "Passages"));
  }

  function search(parameters) {
    const words = parameters.get("search").trim(), wanted = fold(words);
    if (!wanted) return el("div", {}, head("search", "Search"), el("p", { class: "empty" }, "Write a name or words into the field above."));
    const found = actors.id.flatMap((_, row) => (names(row).includes(wanted) ? [row] : [])), passages = data.passages.text.flatMap((_, row) => (corpus.passages(row).includes(wanted) ? [row] : []));
    return el("div", {}, head("search", `“${words}”`), el("section", { class: "list" }, el("h2", {}, "Names"), found.length ? table("names", "Names that match", found, [actorColumn("Actor"), word("Role", corpus.context, null, { wide: true }), count("Quotes", (row) => actors.quotes[row]), count("Articles", (row) => actors.documents[row])], { size: 10 }) : el("p", { class: "empty" }, "No name.")),
      lists.quoteList({ ...Object.fromEntries(parameters), words }, { search: words, words }, (filter, push) => parameters.change({ ...filter, words: null, search: filter.words }, push), "In quotes"),
      passages.length ? lists.passageList(passages, [wanted], "In passages with a stance", true) : null);
  }

  return { actor, quotes, stance, search };
};
