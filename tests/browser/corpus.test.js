// The corpus report in Chromium, of corpora that nobody wrote (`synthetic.js`) and of articles of our own (`real.js`) by the
// program itself: `COPYDESK=target/release/copydesk npm test`. SHOTS names a folder for screenshots.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, close, copydesk, launch, openPage } from "./page.js";
import { corpusPage } from "./harness.js";
import { articles } from "./real.js";
import { HOSTILE, synthetic } from "./synthetic.js";

const shots = process.env.SHOTS;
const folder = mkdtempSync(join(tmpdir(), "copydesk-corpus-"));
const corpus = synthetic();
let browser;

/** Writes the report of a summary and gives its address. */
function report(name, summary) {
  const output = join(folder, `${name}.html`);
  writeFileSync(output, corpusPage(summary));
  return `file://${output}`;
}

/** Writes the report of lines of JSON by the program, and gives its address. */
function made(name, lines, ...options) {
  const input = join(folder, `${name}.jsonl`), results = join(folder, `${name}.results.jsonl`), output = join(folder, `${name}.html`);
  writeFileSync(input, lines);
  execFileSync(copydesk, ["analyze", "--pipeline", "fast", "--format", "jsonl", "--output", results, input]);
  execFileSync(copydesk, ["report", "--output", output, ...options, results]);
  return `file://${output}`;
}

/** Opens a page. */
const open = (address, options) => openPage(browser, address, "main h1", options);

/** The words of the file that a click on a button saves. */
async function saved(page, button) {
  // Chromium drops what is more than ten downloads a second.
  await page.waitForTimeout(120);
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

/** Rows of CSV (RFC 4180). */
function rowsOf(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
    if (end === "") break;
  }
  return rows.filter((row) => row.length > 1 || row[0]);
}

const names = (page) => page.locator("#who tbody .who-cell a").allInnerTexts();
const number = (value) => value.toLocaleString("en");

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test("who is quoted: the most quoted first, sorted by any column, found by name, in pages", async () => {
  const page = await open(report("who", corpus));
  assert.deepEqual(await names(page), ["?", ...corpus.actors.name.slice(0, 25)]);
  const first = page.locator("#who tbody tr").nth(1);
  assert.match(await first.innerText(), new RegExp(`${corpus.actors.name[0]}[^]*${number(corpus.actors.quotes[0])}`));
  await page.locator("#who thead button", { hasText: "Words" }).click();
  const byWords = corpus.actors.words.map((words, row) => [words, row]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  assert.equal((await names(page))[1], corpus.actors.name[byWords[0][1]]);
  assert.equal(await page.locator("#who th[aria-sort=descending]").innerText(), "Words");
  await page.locator("#who thead button", { hasText: "Speaker" }).click();
  const sorted = [...corpus.actors.name].filter((_, row) => corpus.actors.quotes[row]).sort((a, b) => a.localeCompare(b, "en"));
  assert.equal((await names(page))[1], sorted[0]);
  await page.locator("#who .pager button", { hasText: "Next" }).click();
  assert.equal((await names(page))[0], sorted[25]);
  const accented = corpus.actors.name.find((name) => /[éáøöüç]/.test(name));
  await page.locator("#who input[type=search]").fill(accented.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase());
  assert.deepEqual(await names(page), [accented]);
  await close(page);
});

test("who is not sure is hatched, and who is unknown has a row", async () => {
  const page = await open(report("unsure", corpus));
  const unknown = corpus.totals.quotes - corpus.totals.named;
  assert.match(await page.locator("#who tbody tr").first().innerText(), new RegExp(`^\\?\\s+speaker unknown\\s+${number(unknown)}`));
  assert.ok(await page.locator("#who tbody .doubt").count() > 5);
  assert.match(await page.locator("#who .lead").innerText(), new RegExp(`${number(corpus.totals.unsure)} unsure`));
  await page.locator("#who tbody a").first().click();
  await page.locator(".quotes li").first().waitFor();
  assert.ok((await page.locator(".quotes .chip").allInnerTexts()).some((chip) => chip === "? speaker unknown"));
  await close(page);
});

test("over time: days without articles are gaps, and what has no date is said", async () => {
  const page = await open(report("time", corpus));
  assert.match(await page.locator("#when .lead").innerText(), new RegExp(`${corpus.totals.without_date} articles of 300 have no date`));
  assert.ok(await page.locator("#when .fitted svg").count() === 1 && (await page.locator("#when .fitted text.halo").allTextContents()).includes("no articles"));
  const [from, to] = [corpus.days[0], corpus.days.at(-1)].map((day) => Date.parse(day) / 86400000);
  assert.equal(await page.locator("#when .fitted .over").count(), corpus.days.length);
  const { name, text } = await saved(page, page.locator("#when [data-csv=over-time]"));
  const rows = rowsOf(text);
  assert.equal(name, "over-time.csv");
  assert.equal(rows.length, to - from + 2);
  assert.deepEqual(rows[1], [corpus.days[0], String(corpus.by_day.documents[0]), String(corpus.by_day.quotes[0]), String(corpus.by_day.named[0])]);
  assert.ok(rows.some((row) => row[1] === "0" && row[2] === ""), "a gap is empty, not zero");
  await page.locator("#when select").selectOption("articles");
  assert.match(await page.locator("#when .fitted .unit").textContent(), /articles a day/);
  await close(page);
});

for (const [days, unit] of [[40, "day"], [300, "week"], [1500, "month"]]) {
  test(`over ${days} days a column is a ${unit}`, async () => {
    const page = await open(report(`unit-${unit}`, synthetic({ days, gaps: false, articles: 400 })));
    assert.equal(await page.locator("#when .fitted .unit").textContent(), `quotes a ${unit}`);
    await close(page);
  });
}

test("outlets stand side by side, six at most", async () => {
  const page = await open(report("outlets", synthetic({ outlets: 9 })));
  const heads = () => page.locator("#outlets .table").last().locator("thead .side").count();
  assert.equal(await heads(), 4);
  await page.locator(".picks label").nth(5).click();
  await page.locator(".picks label").nth(6).click();
  assert.equal(await heads(), 6);
  assert.ok(await page.locator(".picks input").nth(7).isDisabled());
  await page.locator("#outlets thead button", { hasText: "Difference" }).click();
  const spread = (await page.locator("#outlets .table").last().locator("tbody td:last-child").allInnerTexts()).map(Number);
  assert.deepEqual(spread, [...spread].sort((a, b) => b - a));
  await close(page);
});

test("a cell of the matrix leads to every passage, and back leads to the matrix", async () => {
  const page = await open(report("matrix", corpus));
  const cell = page.locator(".matrix tbody tr").first().locator("td a").first();
  const [, plus, minus, neutral] = /(\d+) passages? for, (\d+) against, (\d+) neutral/.exec(await cell.getAttribute("title"));
  await cell.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  await cell.click();
  assert.match(await page.locator("h1").innerText(), /^The articles themselves on /);
  assert.equal(await page.locator(".quotes li").count(), Math.min(50, Number(plus) + Number(minus) + Number(neutral)));
  assert.equal(await page.locator(".quotes .sign.for").count(), Number(plus));
  assert.equal(await page.locator(".quotes .sign.against").count(), Number(minus));
  assert.ok(await page.locator(".quotes mark").count() > 0, "the target's name is marked");
  await page.goBack();
  await page.locator(".matrix").waitFor();
  assert.ok(Math.abs(await page.evaluate(() => scrollY) - before) < 3);
  await page.locator("#toward select").selectOption("most against");
  assert.equal(await page.locator(".matrix tbody tr").first().locator("th").innerText(), "The articles themselves");
  await close(page);
});

test("each actor has a page; its quotes are in order of day; filters and back work", async () => {
  const page = await open(report("actor", corpus));
  await page.locator("#who tbody a", { hasText: corpus.actors.name[1] }).first().click();
  assert.equal(await page.locator("h1").innerText(), corpus.actors.name[1]);
  assert.ok(page.url().endsWith(`#actor=${corpus.actors.id[1]}`));
  assert.match(await page.locator(".list [role=status]").first().innerText(), new RegExp(`^${corpus.actors.quotes[1]} quotes`));
  const own = corpus.quotes.speaker.flatMap((speaker, row) => (speaker === 1 ? [row] : []));
  const dayOf = (row) => corpus.documents.day[corpus.quotes.document[row]];
  own.sort((a, b) => (dayOf(a) < 0) - (dayOf(b) < 0) || dayOf(a) - dayOf(b) || a - b);
  assert.deepEqual((await page.locator(".quotes blockquote").allInnerTexts()).slice(0, 20), own.slice(0, 20).map((row) => corpus.quotes.text[row]));
  await page.getByLabel("kind").focus();
  await page.getByLabel("kind").selectOption("direct");
  const direct = own.filter((row) => corpus.quotes.kind[row] === 0);
  assert.match(await page.locator(".list [role=status]").first().innerText(), new RegExp(`^${direct.length} quotes`));
  assert.ok(page.url().includes("kind=direct"));
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SELECT");
  const { text } = await saved(page, page.locator(".list [data-csv=quotes]"));
  assert.equal(rowsOf(text).length, direct.length + 1);
  await page.goBack();
  await page.locator("#who").waitFor();
  await page.goForward();
  assert.equal(await page.locator("h1").innerText(), corpus.actors.name[1]);
  assert.ok(page.url().includes("kind=direct"));
  await page.reload();
  assert.match(await page.locator(".list [role=status]").first().innerText(), new RegExp(`^${direct.length} quotes`));
  await page.goto(page.url().replace(/#.*/, "#actor=nobody"));
  assert.match(await page.locator("main").innerText(), /No actor of this report has the id nobody/);
  await close(page);
});

test("search finds names, quotes and passages", async () => {
  const page = await open(report("search", corpus));
  await page.keyboard.press("/");
  const family = corpus.actors.name[2].split(" ").at(-1);
  await page.keyboard.type(family);
  await page.keyboard.press("Enter");
  await page.locator(".list").first().waitFor();
  assert.ok((await page.locator(".list").first().locator("tbody a").allInnerTexts()).includes(corpus.actors.name[2]));
  await page.locator("input[name=search]").fill("nobody has asked");
  await page.keyboard.press("Enter");
  const found = corpus.quotes.text.filter((text) => text.toLowerCase().includes("nobody has asked")).length;
  assert.match(await page.locator(".list [role=status]").first().innerText(), new RegExp(`^${number(found)} quotes`));
  assert.equal((await page.locator(".quotes mark").first().innerText()).toLowerCase(), "nobody has asked");
  await page.locator(".list .pager button", { hasText: "Next" }).first().click();
  assert.match(await page.locator(".list .pager").first().innerText(), /51–100/);
  await page.goBack();
  assert.match(await page.locator(".list .pager").first().innerText(), /1–50/);
  await close(page);
});

test("two verbs are compared, and a verb leads to its quotes", async () => {
  const page = await open(report("verbs", corpus));
  const verb = corpus.actor_verb, all = verb.actor.findIndex((actor, row) => actor < 0 && verb.verb[row] === 0);
  assert.match(await page.locator("#verbs tbody tr").first().innerText(), new RegExp(`^say\\s+${number(verb.quotes[all])}`));
  const shares = (await page.locator("#verbs .table").last().locator(".dot-cell .n").allInnerTexts()).map((text) => Number.parseInt(text, 10));
  assert.ok(shares.length > 3 && shares[0] >= shares.at(-1));
  await page.locator("#verbs tbody a").first().click();
  assert.match(await page.locator("h1").innerText(), /say/);
  await close(page);
});

test("the network is the same every time, each name in it a link, and its pairs a table", async () => {
  const address = report("network", corpus), places = [];
  for (let time = 0; time < 2; time += 1) {
    const page = await open(address);
    await page.locator(".network").waitFor();
    places.push(await page.locator(".network .node text").evaluateAll((all) => all.map((node) => [node.textContent, node.getAttribute("x"), node.getAttribute("y")].join(" "))));
    const boxes = await page.locator(".network .node text").evaluateAll((all) => all.map((node) => { const { x, y, width, height } = node.getBBox(); return [x, y, x + width, y + height]; }));
    const lying = boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => Math.min(a[2], b[2]) - Math.max(a[0], b[0]) > 2 && Math.min(a[3], b[3]) - Math.max(a[1], b[1]) > 2));
    assert.deepEqual(lying, [], "no name lies on another");
    await page.locator(".network .node").first().focus();
    assert.ok(await page.locator(".network.chosen .edge.lit").count() > 0);
    assert.equal(await page.locator("#together tbody tr").count(), Math.min(20, corpus.together.a.length));
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("h1").innerText(), corpus.actors.name[[...new Set([...corpus.together.a, ...corpus.together.b])].sort((a, b) => corpus.actors.mentions[b] - corpus.actors.mentions[a] || a - b)[0]]);
    await close(page);
  }
  assert.deepEqual(places[0], places[1]);
});

test("CSV: the rows of the picture, names that look like formulas made safe, aliases to edit", async () => {
  const page = await open(report("csv", synthetic({ hostile: true })));
  const { text } = await saved(page, page.locator("#who [data-csv=who-is-quoted]"));
  const rows = rowsOf(text);
  assert.deepEqual(rows[0], ["Speaker", "Quotes", "Share", "Words", "Articles", "Outlets", "First heard"]);
  assert.equal(rows.length, 1 + 1 + synthetic({ hostile: true }).totals.speakers);
  const formula = rows.find((row) => row[0].includes("HYPERLINK"));
  assert.ok(formula[0].startsWith("'="), formula[0]);
  const aliases = rowsOf((await saved(page, page.locator("[data-csv=aliases]"))).text);
  assert.deepEqual(aliases[0], ["name", "alias", "id"]);
  assert.ok(aliases.length > 100);
  for (const button of await page.locator("[data-csv]:visible").all()) assert.ok((await saved(page, button)).text.includes(","));
  await close(page);
});

test("what names and texts say stays text, and addresses that are no web address are no links", async () => {
  const summary = synthetic({ hostile: true });
  const page = await open(report("hostile", summary));
  const hostile = summary.actors.name.indexOf(HOSTILE[0]);
  for (const hash of ["", `#actor=${summary.actors.id[hostile]}`, "#quotes", "#search=onerror", `#holder=-&target=${summary.actors.id[hostile]}`, "#search=<img src=x onerror=window.hacked=1>", "#actor=<img src=x onerror=window.hacked=1>"]) {
    await page.evaluate((to) => { location.hash = to; }, hash);
    await page.waitForTimeout(30);
    assert.equal(await page.evaluate(() => window.hacked), undefined, hash);
    assert.equal(await page.locator("main img, main script").count(), 0, hash);
    const bad = await page.locator("main a").evaluateAll((all) => all.map((node) => node.getAttribute("href")).filter((href) => !/^(#|https?:)/.test(href)));
    assert.deepEqual(bad, [], hash);
  }
  await close(page);
});

test("a corpus without days, outlets, stances or quotes says so", async () => {
  const empty = synthetic({ articles: 0, actors: 0, outlets: 0, review: false, gender: false, days: 0 });
  const page = await open(report("empty", { ...empty, title: null, verbs: [] }));
  const text = await page.locator("main").innerText();
  for (const words of ["Nobody is quoted", "No article has a date", "No article names its outlet", "No stances were found", "No verb of saying was found", "Nobody has checked a sample"]) assert.ok(text.includes(words), words);
  await close(page);
});

test("results that do not say what made them, or say it oddly, are shown all the same", async () => {
  const pipelines = [null, {}, { pipeline: 7, stages: "none" }, { pipeline: "x", stages: [null, { id: "a", model: { name: "m", hash: "h" } }] }].map((provenance) => ({ documents: 1, provenance }));
  const page = await open(report("odd", { ...corpus, made: { copydesk: "0.1.0", pipelines } }));
  const text = await page.locator("#method").innerText();
  assert.match(text, /A pipeline that its results do not name, 1 article/);
  assert.match(text, /Pipeline x, 1 article[^]*a\s+m h/);
  await close(page);
});

test("a sample says that it is one", async () => {
  const summary = synthetic({ sample: true });
  const page = await open(`${report("sample", summary)}#actor=${summary.actors.id[0]}`);
  assert.match(await page.locator(".list .note").first().innerText(), new RegExp(`a random sample: ${number(summary.sample.quotes)} of ${number(summary.sample.of_quotes)} quotes`));
  assert.equal(await page.locator(".strip dd").first().innerText(), number(summary.actors.quotes[0]));
  await close(page);
});

test("actors that are not listed are counted, and their quotes are not unknown", async () => {
  const summary = synthetic();
  const page = await open(report("left-out", { ...summary, left_out: { actors: 40, quotes: 300, mentions: 900 } }));
  assert.match(await page.locator("#who .lead").innerText(), new RegExp(`${number(summary.totals.quotes - summary.totals.named)} unknown[^]*40 actors with 300 quotes in all`));
  await page.evaluate(() => { location.hash = "#quotes"; });
  await page.locator(".list").waitFor();
  assert.match(await page.locator(".list .note").first().innerText(), /Those of 40 actors that are not listed are not here/);
  await close(page);
});

test("the review and the shares of women and men are shown with their error", async () => {
  const page = await open(report("review", corpus));
  assert.match(await page.locator("#method").innerText(), /stance\s+33\s+50\s+66 %\s+52 % to 78 %/);
  assert.match(await page.locator("#gender").innerText(), /3 % were counted wrongly/);
  assert.match(await page.locator("#method").innerText(), /lock sha256:9f2c41d07be3/);
  await close(page);
});

test("axe finds nothing, in light and dark, on a wide and on a narrow screen", async () => {
  const summary = synthetic({ hostile: true }), address = report("axe", summary);
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
      for (const hash of ["", `#actor=${summary.actors.id[0]}`, `#holder=-&target=${summary.actors.id[0]}`, "#search=nobody"]) {
        const page = await open(address + hash, { colorScheme, viewport });
        await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = true; });
        const found = await page.evaluate(`${axe}; axe.run()`);
        assert.deepEqual(found.violations.map(({ id, nodes }) => [hash, id, nodes.slice(0, 5).map((node) => node.html.slice(0, 160))]), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `nothing is wider than the screen: ${hash}`);
        if (shots) await page.screenshot({ path: join(shots, `corpus-${colorScheme}-${viewport.width}-${hash.slice(1, 6)}.png`), fullPage: true });
        await close(page);
      }
    }
  }
});

test("the file of the program is the frame of the harness, with the program's data", () => {
  const file = readFileSync(made("frame", articles({ count: 3 })).slice(7), "utf8");
  const frame = (text) => text.replace(/(class="packed">)"[^"]*"/, "$1").replace(/<title>[^<]*/, "");
  assert.equal(frame(file), frame(corpusPage({})));
});

test("articles of our own, by the program: from the matrix to the words, and what is missing is said", async () => {
  const page = await open(made("own", articles({ count: 90, cast: true }), "--title", "Our coast", "--gender"));
  assert.equal(await page.locator("h1").innerText(), "Our coast");
  assert.match(await page.locator(".deck").innerText(), /^90 articles of 5 outlets/);
  assert.match(await page.locator("#when .lead").innerText(), /4 articles of 90 have no date/);
  assert.match(await page.locator("#outlets .lead").innerText(), /3 articles of 90 name no outlet/);
  assert.match(await page.locator("#method").innerText(), /Pipeline fast, Copydesk [^]*tokenizer/);
  assert.ok(await page.locator("#gender tbody tr").count() > 2);
  const cell = page.locator(".matrix tbody td a").first();
  const numbers = (await cell.getAttribute("title")).match(/(\d+) passages? for, (\d+) against, (\d+) neutral/).slice(1).map(Number);
  await cell.click();
  assert.equal(await page.locator(".quotes li").count(), Math.min(50, numbers[0] + numbers[1] + numbers[2]));
  assert.match(await page.locator(".quotes .source a").first().getAttribute("href"), /^https:\/\/example\.org\//);
  await page.goBack();
  await page.locator("#who tbody .who-cell a").nth(1).click();
  const [count] = await page.locator(".strip dd").allInnerTexts();
  assert.match(await page.locator(".list [role=status]").first().innerText(), new RegExp(`^${count} quotes?, in order of day`));
  const days = (await page.locator(".quotes .source b").allInnerTexts()).map((day) => (day === "no date" ? Infinity : Date.parse(day)));
  assert.deepEqual(days, [...days].sort((a, b) => a - b));
  await close(page);
});

test("hostile articles, by the program", async () => {
  const lines = HOSTILE.map((text, at) => JSON.stringify({ id: text, title: text, outlet: text, url: "javascript:window.hacked=1", published: "2026-05-01", text: `“${text} ${text},” said Ana Ruiz ${text}. Tom Reed called ${text} “a disgrace ${at}”.` }));
  const page = await open(made("evil", lines.join("\n"), "--title", HOSTILE[0]));
  for (const hash of ["", "#quotes", "#search=a"]) {
    await page.evaluate((to) => { location.hash = to; }, hash);
    await page.waitForTimeout(50);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator("main img, main script, main a[href^=javascript]").count(), 0);
  }
  assert.equal(await page.evaluate(() => document.querySelectorAll("script").length), 9);
  await close(page);
});

test("ten thousand articles open and scroll", async (context) => {
  const address = report("big", synthetic({ articles: 10000, actors: 5000, outlets: 30, days: 400 }));
  const start = performance.now(), page = await open(address);
  await page.locator(".network").waitFor();
  const opened = performance.now() - start;
  const actor = await page.evaluate(() => new Promise((done) => { const from = performance.now(); location.hash = "#quotes"; requestAnimationFrame(() => setTimeout(() => done(performance.now() - from))); }));
  context.diagnostic(`10,000 articles: open after ${opened.toFixed(0)} ms, all quotes after ${actor.toFixed(0)} ms more`);
  assert.equal(await page.locator(".quotes li").count(), 50);
  await close(page);
});
