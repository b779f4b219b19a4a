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

  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const DAY = 86400000;
  const at = (day) => Date.parse(`${day}T00:00:00Z`) / DAY;
  const iso = (number) => new Date(number * DAY).toISOString().slice(0, 10);
  /** A day in words: "1 May 2026". */
  const date = (day, year = true) => {
    const [y, m, d] = day.split("-").map(Number);
    return `${d} ${year ? MONTHS[m - 1] : MONTHS[m - 1].slice(0, 3)}${year ? ` ${y}` : ""}`;
  };

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
    const { actors, quotes, documents, outlets, days } = data;
    const count = actors.id.length;
    const byId = new Map(actors.id.map((id, row) => [id, row]));
    const speakerOf = group(quotes.speaker, count);
    const unsure = (quote) => quotes.speaker[quote] < 0 || (quotes.sure[quote] >= 0 && quotes.sure[quote] < SURE);
    const lazy = (make) => { let value; return () => (value ??= make()); };
    const doubts = lazy(() => actors.id.map((_, actor) => {
      const rows = speakerOf(actor);
      let doubtful = 0;
      for (const row of rows) if (unsure(row)) doubtful += 1;
      return rows.length ? Math.round((actors.quotes[actor] * doubtful) / rows.length) : 0;
    }));
    const time = calendar(days);
    const corpus = {
      data, time, unsure, doubts, count,
      actor: (id) => (id === NOBODY ? -1 : byId.get(id)),
      id: (actor) => (actor < 0 ? NOBODY : actors.id[actor]),
      speaker: (actor) => (actor < 0 ? "?" : actors.name[actor]),
      holder: (actor) => (actor < 0 ? "The articles themselves" : actors.name[actor]),
      outlet: (row) => (row < 0 ? "no outlet" : outlets[row]),
      day: (document) => (documents.day[document] < 0 ? null : days[documents.day[document]]),
      context: (actor) => [actors.roles[actor][0]?.[0], actors.affiliations[actor][0]?.[0]].filter(Boolean).join(", "),
      quotesOf: speakerOf,
      outletsOf: lazy(() => group(data.actor_outlet.actor, count)),
      daysOf: lazy(() => group(data.actor_day.actor, count)),
      verbsOf: lazy(() => group(data.actor_verb.actor, count)),
      heldBy: lazy(() => group(data.pairs.holder, count)),
      heldToward: lazy(() => group(data.pairs.target, count)),
      names: lazy(() => actors.name.map((name, actor) => fold([name, ...actors.aliases[actor].map(([alias]) => alias)].join("\n")))),
      words: lazy(() => quotes.text.map(fold)),
      passages: lazy(() => data.passages.text.map(fold)),
    };
    /** A column of `actor_day` or `by_day` by bucket. */
    corpus.series = (dayOf, values) => {
      const sums = new Array(time?.count ?? 0).fill(0);
      for (let row = 0; row < dayOf.length; row += 1) if (dayOf[row] >= 0) sums[time.of[dayOf[row]]] += values[row];
      return sums;
    };
    corpus.everyDay = (column) => corpus.series(days.map((_, row) => row), data.by_day[column]);
    corpus.ofActor = (actor, column) => {
      const rows = corpus.daysOf()(actor), table = data.actor_day;
      return corpus.series(Array.from(rows, (row) => table.day[row]), Array.from(rows, (row) => table[column][row]));
    };
    return corpus;
  }

  return { SURE, NOBODY, unpack, index, fold, date };
})();
