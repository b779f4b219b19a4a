// The corpus of the file: columns (schema copydesk-corpus/1), inflated and indexed: `copydeskData`.
"use strict";
const copydeskData = (() => {
  /** Least probability, in per cent, at which a speaker counts as sure. */
  const SURE = 60;
  /** The id of whoever is not an actor: the unknown speaker, or the articles themselves as holder. */
  const NOBODY = "-";

  /** Reads the JSON of an element that holds it as gzip in base64. */
  async function unpack(node) {
    const packed = atob(JSON.parse(node.textContent));
    const bytes = new Uint8Array(packed.length);
    for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  }

  /** The rows of each value of a column of numbers from -1 on: `group(column, count)(value)`. */
  function group(column, count) {
    const starts = new Uint32Array(count + 2);
    for (const value of column) starts[value + 2] += 1;
    for (let at = 1; at < starts.length; at += 1) starts[at] += starts[at - 1];
    const next = starts.slice(), rows = new Uint32Array(column.length);
    column.forEach((value, row) => { rows[next[value + 1]++] = row; });
    return (value) => rows.subarray(starts[value + 1], starts[value + 2]);
  }

  /** Letters without case and accents, for search. */
  const fold = (text) => (/^[\x20-\x7e]*$/.test(text) ? text : text.normalize("NFKD").replace(/\p{M}/gu, "")).toLowerCase();

  const DAY = 86400000;
  const at = (day) => Date.parse(`${day}T00:00:00Z`) / DAY;
  const iso = (number) => new Date(number * DAY).toISOString().slice(0, 10);
  /** A day in words: "1 May 2026", or as `parts` say. */
  const date = (day, parts = { day: "numeric", month: "long", year: "numeric" }) => new Date(at(day) * DAY).toLocaleDateString("en-GB", { timeZone: "UTC", ...parts });

  /**
   * Days, weeks or months from the first article to the last: `unit`, `count`, `of[day]`, the bucket of each day that occurs,
   * `first(bucket)`, `last(bucket)` as days, and `label(bucket)`.
   */
  function calendar(days) {
    if (!days.length) return null;
    const from = at(days[0]), to = at(days[days.length - 1]), span = to - from + 1;
    const month = (number) => { const time = new Date(number * DAY); return time.getUTCFullYear() * 12 + time.getUTCMonth(); };
    const unit = span <= 100 ? "day" : span <= 740 ? "week" : "month";
    // The epoch was a Thursday; weeks begin on Monday.
    const bucket = { day: (n) => n, week: (n) => Math.floor((n + 3) / 7), month }[unit];
    const begin = { day: (n) => n, week: (n) => n * 7 - 3, month: (n) => Date.UTC(Math.floor(n / 12), n % 12, 1) / DAY }[unit];
    const zero = bucket(from);
    const first = (n) => iso(begin(n + zero)), last = (n) => iso(begin(n + zero + 1) - 1);
    const label = (n) => (unit === "day" ? date(first(n)) : unit === "week" ? `week of ${date(first(n))}` : date(first(n)).replace(/^\d+ /, ""));
    return { unit, count: bucket(to) - zero + 1, of: days.map((day) => bucket(at(day)) - zero), first, last, label };
  }

  /** The corpus with its indexes. Rows of a table are numbers. */
  function index(data) {
    const { actors, quotes, documents, outlets, days, pairs } = data;
    const count = actors.id.length, time = calendar(days), every = days.map((_, row) => row);
    const byId = new Map(actors.id.map((id, row) => [id, row]));
    const lazy = (make) => { let value; return (row) => (value ??= make())(row); };
    const column = (values) => (row) => values[row];
    const grouped = (table, name) => lazy(() => group(table[name], count));
    const quotesOf = group(quotes.speaker, count), daysOf = grouped(data.actor_day, "actor");
    const unsure = (quote) => quotes.speaker[quote] < 0 || (quotes.sure[quote] >= 0 && quotes.sure[quote] < SURE);
    /** Numbers of a column by bucket of the calendar. */
    const series = (rows, dayOf, values) => {
      const sums = new Array(time?.count ?? 0).fill(0);
      for (const row of rows) if (dayOf[row] >= 0) sums[time.of[dayOf[row]]] += values[row];
      return sums;
    };
    return {
      data, time, unsure, count, quotesOf,
      actor: (id) => (id === NOBODY ? -1 : byId.get(id)),
      id: (actor) => (actor < 0 ? NOBODY : actors.id[actor]),
      speaker: (actor) => (actor < 0 ? "?" : actors.name[actor]),
      holder: (actor) => (actor < 0 ? "The articles themselves" : actors.name[actor]),
      outlet: (row) => (row < 0 ? "no outlet" : outlets[row]),
      day: (document) => days[documents.day[document]] ?? null,
      /** Role and affiliation, if one stands for a fifth of the articles' words for them at least. */
      context: (actor) => [actors.roles[actor], actors.affiliations[actor]].map(([first, ...others]) => (first && first[1] * 4 >= others.reduce((all, [, times]) => all + times, 0) ? first[0] : null)).filter(Boolean).join(", "),
      /** The number of an actor's quotes whose speaker is not sure; of a sample, what it lets expect. */
      doubts: lazy(() => column(actors.id.map((_, actor) => { const rows = quotesOf(actor); return rows.length ? Math.round((actors.quotes[actor] * rows.filter(unsure).length) / rows.length) : 0; }))),
      outletsOf: grouped(data.actor_outlet, "actor"), verbsOf: grouped(data.actor_verb, "actor"), heldBy: grouped(pairs, "holder"), heldToward: grouped(pairs, "target"),
      names: lazy(() => column(actors.name.map((name, actor) => fold([name, ...actors.aliases[actor].map(([alias]) => alias)].join("\n"))))),
      words: lazy(() => column(quotes.text.map(fold))), passages: lazy(() => column(data.passages.text.map(fold))),
      everyDay: (name) => series(every, every, data.by_day[name]),
      ofActor: (actor, name) => series(daysOf(actor), data.actor_day.day, data.actor_day[name]),
    };
  }

  return { SURE, NOBODY, unpack, index, fold, date };
})();
