// Corpora that nobody wrote, in the schema copydesk-corpus/1: names of many cultures, gaps in days, texts that are hostile.
// The same options give the same corpus.

const GIVEN = [["w", "Ana Moira Gwen Aino Ngozi Fatima Yuki Soledad Ingrid Aroha Priya Zeynep Siobhán Łucja Hoa Nilüfer Leilani Amara Chiara Mei"], ["m", "Tom Prakash Owen Jukka Chidi Yusuf Kenji Ramón Søren Wiremu Arjun Emre Pádraig Paweł Đức Björn Keoni Kwame Luca Wei"], ["?", "Alex Robin Sasha Kim Noor Jordan"]];
const FAMILY = "Ruiz Reed Tennant Iyer Harbottle Prys Virtanen Okafor Haddad Tanaka O'Brien Nguyễn Çelik Nowak Håkansson Kahale Mensah Moretti Zhang van_der_Berg al-Masri Sánchez_Peña Lindqvist Te_Rangi Bose Öztürk Kowalczyk Mbeki d'Angelo Petrov Ó_Súilleabháin Abubakar Castellanos Dvořák Weiss Fraser Adeyemi Kim Lindgren Whitlock".split(" ").map((name) => name.replaceAll("_", " "));
const BODIES = "Council Board Union Trust Office Ministry Association Agency Court University".split(" ");
const PLACES = "Vell Skellmere Quenby Osterholm Marrow Tarn Aldgate Brisk Caldermouth Dunlin Eastray Fenwick Garrow Holm".split(" ");
const ROLES = ["mayor", "head of the fishermen's union", "engineer to the water board", "minister of transport", "spokeswoman", "leader of the opposition", "professor of hydrology", "chief executive", "harbour master", "member of parliament"];
const VERBS = ["say", "tell", "add", "claim", "warn", "argue", "insist", "explain", "deny", "state", "admit", "promise", "complain", "announce", "allege", "concede", "joke", "shout"];
const PAPERS = ["Courier", "Advertiser", "Gazette", "Evening Post", "Herald", "Observer"];
const WORDS = "the pier will be repaired by June whatever it costs and nobody has asked the people who fish from it what they would keep of the old wall before the tide gate is shut again for a winter that the board says will be dry".split(" ");

/** A generator of numbers from 0 to 1 (Mulberry32, by T. Ettinger, in the public domain). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const HOSTILE = ["</script><script>window.hacked = 1</script>", "<img src=x onerror=\"window.hacked = 1\">", "=HYPERLINK(\"http://evil\")", "\u202eziuR\u202c Ruiz", "A\u0301\u{1F5F3}\u200d", "javascript:alert(1)"];

/**
 * Makes a corpus of `articles`, `actors` and `outlets` over `days`; `quotes` is how many an article has on average. `hostile`
 * puts hostile names and passages in; `gaps` leaves days out; `dated` is the share of articles with a day.
 */
export function synthetic({ articles = 300, actors: count = 120, outlets: papers = 6, days: span = 60, quotes: average = 8, seed = 7, hostile = false, gaps = true, dated = 0.96, review = true, gender = true, sample = false } = {}) {
  const next = random(seed), below = (limit) => Math.floor(next() * limit), pick = (list) => list[below(list.length)];
  // Few speak much and many little, as in real newspapers.
  const rank = () => Math.min(count - 1, Math.floor(count * next() ** 2.6));
  const actors = { id: [], name: [], label: [], aliases: [], roles: [], affiliations: [], kb: [], documents: [], mentions: [], quotes: [], words: [], quoted_documents: [], quoted_outlets: [], place: [], gender: [] };
  const seen = new Set();
  for (let at = 0; at < count; at += 1) {
    const body = next() < 0.2, [kind, given] = pick(GIVEN), family = pick(FAMILY);
    let name = body ? `${pick(PLACES)} ${pick(PLACES)} ${pick(BODIES)}` : `${pick(given.split(" "))} ${family}`;
    while (seen.has(name)) name = body ? `${pick(PLACES)} ${name}` : `${name.split(" ")[0]} ${pick(given.split(" "))[0]}. ${pick(FAMILY)}`;
    if (hostile && at < HOSTILE.length) name = HOSTILE[at];
    seen.add(name);
    actors.id.push(`a${at}`);
    actors.name.push(name);
    actors.label.push(body ? "ORG" : "PERSON");
    actors.aliases.push(body ? [[name, 3 + below(20)]] : [[name, 3 + below(20)], [name.split(" ").slice(1).join(" ") || name, 1 + below(9)]]);
    actors.roles.push(body || next() < 0.3 ? [] : [[pick(ROLES), 1 + below(6)]]);
    actors.affiliations.push(body || next() < 0.5 ? [] : [[`${pick(PLACES)} ${pick(BODIES)}`, 1 + below(4)]]);
    actors.kb.push(next() < 0.2 ? `Q${1000 + below(90000)}` : null);
    actors.gender.push(body ? "?" : kind);
    for (const column of ["documents", "mentions", "quotes", "words", "quoted_documents", "quoted_outlets"]) actors[column].push(0);
    actors.place.push(-1);
  }
  const outlets = Array.from({ length: papers }, (_, at) => `${PLACES[at % PLACES.length]} ${PAPERS[Math.floor(at / PLACES.length + at) % PAPERS.length]}`);
  const start = Date.UTC(2026, 4, 1) / 86400000;
  const open = Array.from({ length: span }, (_, day) => day).filter((day) => !gaps || !((day > span * 0.42 && day < span * 0.55) || day % 17 === 9));
  const days = open.map((day) => new Date((start + day) * 86400000).toISOString().slice(0, 10));
  const documents = { id: [], title: [], url: [], outlet: [], day: [] };
  const quotes = { id: [], document: [], speaker: [], kind: [], act: [], verb: [], words: [], score: [], sure: [], place: [], text: [] };
  const passages = { document: [], holder: [], target: [], polarity: [], sure: [], text: [] };
  const totals = { documents: articles, failed: 2, repeated: Math.floor(articles / 40), without_date: 0, without_outlet: 0, words: 0, quotes: 0, named: 0, unsure: 0, actors: count, speakers: 0, stances: 0 };
  const byDay = { documents: days.map(() => 0), quotes: days.map(() => 0), named: days.map(() => 0) };
  const byOutlet = { documents: outlets.map(() => 0), words: outlets.map(() => 0), quotes: outlets.map(() => 0), named: outlets.map(() => 0), speakers: outlets.map(() => 0) };
  const tables = { outlet: new Map(), day: new Map(), verb: new Map(), pair: new Map(), together: new Map() };
  const add = (table, key, values) => { const now = table.get(key); if (now) values.forEach((value, at) => { now[at] += value; }); else table.set(key, [...values]); };
  const kinds = ["direct", "indirect", "mixed"], acts = ["speech", "writing", "thought"];
  const sentence = () => { const from = below(WORDS.length - 8), to = from + 6 + below(WORDS.length - from - 6); const words = WORDS.slice(from, to).join(" "); return words[0].toUpperCase() + words.slice(1); };
  // How each outlet likes a speaker, and each speaker a target.
  const liking = (a, b) => random(a * 7919 + b * 104729 + seed)();
  for (let at = 0; at < articles; at += 1) {
    const outlet = next() < 0.03 ? -1 : Math.floor(papers * next() ** 1.5), day = next() < dated ? at < days.length ? at : Math.floor(days.length * (0.6 * next() + 0.4 * next() ** 2)) : -1;
    documents.id.push(`doc-${at}`);
    documents.title.push(hostile && at % 50 === 0 ? HOSTILE[at % HOSTILE.length] : `${pick(PLACES)}: ${sentence().split(" ").slice(0, 6).join(" ")}`);
    documents.url.push(hostile && at % 50 === 1 ? "javascript:window.hacked=1" : next() < 0.8 ? `https://example.org/${at}` : null);
    documents.outlet.push(outlet);
    documents.day.push(day);
    const words = 200 + below(900), people = Array.from({ length: 3 + below(6) }, rank), inside = new Set(people);
    totals.words += words;
    if (outlet < 0) totals.without_outlet += 1; else { byOutlet.documents[outlet] += 1; byOutlet.words[outlet] += words; }
    if (day < 0) totals.without_date += 1; else byDay.documents[day] += 1;
    const quoted = new Set(), size = Math.floor(average * (0.3 + 1.4 * next()));
    for (let quote = 0; quote < size; quote += 1) {
      let speaker = next() < 0.16 ? -1 : pick(people);
      if (speaker >= 0 && outlet >= 0 && liking(speaker, outlet) < 0.25) speaker = pick(people);
      const sure = speaker < 0 ? -1 : Math.min(99, 40 + below(75)), length = 6 + below(25), verb = next() < 0.15 ? -1 : speaker >= 0 && liking(speaker, 999) < 0.3 && next() < 0.4 ? 3 : Math.floor(VERBS.length * next() ** 2.8), kind = Math.floor(3 * next() ** 1.6), text = hostile && quote === 0 && at % 20 === 0 ? HOSTILE[below(HOSTILE.length)] : sentence();
      quotes.id.push(`q${quotes.id.length}`); quotes.document.push(at); quotes.speaker.push(speaker); quotes.kind.push(kind); quotes.act.push(next() < 0.9 ? 0 : 1 + below(2)); quotes.verb.push(verb); quotes.words.push(length);
      quotes.score.push(Math.min(99, 50 + below(70))); quotes.sure.push(sure); quotes.place.push(below(101)); quotes.text.push(kind === 0 ? `“${text},”` : text);
      totals.quotes += 1;
      if (day >= 0) byDay.quotes[day] += 1;
      if (outlet >= 0) byOutlet.quotes[outlet] += 1;
      if (verb >= 0) add(tables.verb, `-1 ${verb}`, [1]);
      if (speaker < 0) continue;
      totals.named += 1;
      if (sure < 60) totals.unsure += 1;
      if (day >= 0) byDay.named[day] += 1;
      if (outlet >= 0) byOutlet.named[outlet] += 1;
      actors.quotes[speaker] += 1; actors.words[speaker] += length;
      if (actors.place[speaker] < 0) actors.place[speaker] = below(90);
      add(tables.outlet, `${speaker} ${outlet}`, [1, length, quoted.has(speaker) ? 0 : 1]);
      add(tables.day, `${speaker} ${day}`, [1, length]);
      if (verb >= 0) add(tables.verb, `${speaker} ${verb}`, [1]);
      quoted.add(speaker);
    }
    for (const speaker of quoted) actors.quoted_documents[speaker] += 1;
    for (const actor of inside) { actors.documents[actor] += 1; actors.mentions[actor] += 1 + below(5); }
    for (let stance = 0; stance < 3; stance += 1) {
      const target = pick(people), holder = next() < 0.3 ? -1 : pick(people);
      if (holder === target) continue;
      const drawn = liking(holder + 3, target), polarity = next() < 0.45 ? 0 : Math.round(100 * (next() < drawn ? 0.4 + 0.6 * next() : -0.4 - 0.6 * next()));
      passages.document.push(at); passages.holder.push(holder); passages.target.push(target); passages.polarity.push(polarity); passages.sure.push(Math.min(99, 45 + below(70)));
      passages.text.push(hostile && at % 10 === 0 ? pick(HOSTILE) : `${sentence()}, and ${actors.name[target]} knows it.`);
      totals.stances += 1;
      add(tables.pair, `${holder} ${target}`, [polarity > 33 ? 1 : 0, polarity < -33 ? 1 : 0, Math.abs(polarity) <= 33 ? 1 : 0]);
    }
    const linked = [...inside].filter((actor) => actor < 20).sort((a, b) => a - b);
    for (const [place, a] of linked.entries()) for (const b of linked.slice(place + 1)) add(tables.together, `${a} ${b}`, [1]);
  }
  // Most quotes first, as the schema has it.
  const order = actors.id.map((_, at) => at).sort((a, b) => actors.quotes[b] - actors.quotes[a] || a - b), place = new Map(order.map((from, to) => [from, to]));
  place.set(-1, -1);
  for (const column of Object.keys(actors)) actors[column] = order.map((from) => actors[column][from]);
  for (const [table, column] of [[quotes, "speaker"], [passages, "holder"], [passages, "target"]]) table[column] = table[column].map((actor) => place.get(actor));
  const columns = (table, names, values) => {
    const rows = [...table].map(([key, sums]) => [...key.split(" ").map(Number), ...sums]).map((row) => [place.get(row[0]), ...row.slice(1)]);
    rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return Object.fromEntries([...names, ...values].map((name, at) => [name, rows.map((row) => row[at])]));
  };
  const outletTable = columns(tables.outlet, ["actor", "outlet"], ["quotes", "words", "documents"]);
  outletTable.outlet.forEach((outlet, row) => { if (outlet >= 0) { byOutlet.speakers[outlet] += 1; actors.quoted_outlets[outletTable.actor[row]] += 1; } });
  totals.speakers = actors.quotes.filter((number) => number).length;
  const pairs = columns(tables.pair, ["holder", "target"], ["for", "against", "neutral"]);
  pairs.target = pairs.target.map((target) => place.get(target));
  const together = columns(tables.together, ["a", "b"], ["documents"]);
  together.b = together.b.map((actor) => place.get(actor));
  const sum = (kind, of) => actors.gender.reduce((all, is, at) => all + (is === kind && actors.quotes[at] ? of(at) : 0), 0);
  const share = () => ({ women: outlets.map((_, at) => Math.floor(byOutlet.named[at] * 0.3)), men: outlets.map((_, at) => Math.floor(byOutlet.named[at] * 0.45)), unknown: outlets.map((_, at) => byOutlet.named[at] - Math.floor(byOutlet.named[at] * 0.3) - Math.floor(byOutlet.named[at] * 0.45)) });
  const summary = {
    schema: "copydesk-corpus/1", title: "The pier and the tide gate",
    made: { copydesk: "0.1.0", pipelines: [{ documents: articles, provenance: { pipeline: "fast", copydesk: "0.1.0", lock: "sha256:9f2c41d07be3", stages: [{ id: "segmenter", version: "0.1.0" }, { id: "entities", version: "0.1.0", model: "entities-en 3, sha256 1c9ab2f0" }, { id: "quotes", version: "0.1.0", model: "quotes-en 5, sha256 77d01e9c" }] } }] },
    totals, sample: null, left_out: null, days, by_day: byDay, outlets, by_outlet: byOutlet, verbs: VERBS, kinds, acts, documents, actors,
    actor_outlet: outletTable, actor_day: columns(tables.day, ["actor", "day"], ["quotes", "words"]), actor_verb: columns(tables.verb, ["actor", "verb"], ["quotes"]), pairs, together, quotes, passages,
    review: review ? { seed: 1, sampled: 200, rows: [{ kind: "quote", right: 92, judged: 100, precision: 0.92, low: 0.85, high: 0.96 }, { kind: "name", right: 47, judged: 50, precision: 0.94, low: 0.84, high: 0.98 }, { kind: "stance", right: 33, judged: 50, precision: 0.66, low: 0.52, high: 0.78 }] } : null,
    gender: gender ? { women: sum("w", () => 1), men: sum("m", () => 1), unknown: sum("?", () => 1), quotes: { women: sum("w", (at) => actors.quotes[at]), men: sum("m", (at) => actors.quotes[at]), unknown: sum("?", (at) => actors.quotes[at]) }, by_outlet: share(), error: "By given names alone. Of 400 people whose pronouns are known, 3 % were counted wrongly and 14 % not at all." } : null,
  };
  if (sample) {
    const kept = Math.floor(quotes.id.length / 2), keptPassages = Math.floor(passages.text.length / 2);
    summary.sample = { quotes: kept, of_quotes: quotes.id.length, passages: keptPassages, of_passages: passages.text.length };
    for (const column of Object.keys(quotes)) quotes[column].length = kept;
    for (const column of Object.keys(passages)) passages[column].length = keptPassages;
  }
  return summary;
}
