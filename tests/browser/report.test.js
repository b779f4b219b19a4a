// The article report in Chromium: `COPYDESK=target/release/copydesk npm test`. SHOTS names a folder for screenshots.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, close, copydesk, launch, openPage } from "./page.js";

const shots = process.env.SHOTS;
const folder = mkdtempSync(join(tmpdir(), "copydesk-report-"));
let browser;

const ARTICLE = `Port Vell votes on its old pier

“We will repair it by June,” said Ana Ruiz, the mayor. “It is our pier.”

Tom Reed, head of the fishermen's union, said that the plan was a disgrace. “Ana Ruiz has betrayed every voter,” he added.

The harbour office told the Vell Courier that “no decision” had been made.
`;
const HOSTILE = [
  "</script><script>window.hacked = 1</script> “Yes,” said Ana Ruiz.",
  "<img src=x onerror=\"window.hacked = 1\"> “No,” said <b>Tom Reed</b>.",
  "“<svg onload=window.hacked=1>,” said Ana \u202eziuR\u202c Ruiz. “A\u0301\u{1F5F3}\u200d,” said Tom Reed.",
];

/** Writes a report of these texts and gives its address. */
function report(name, texts) {
  const input = join(folder, `${name}.jsonl`), output = join(folder, `${name}.html`);
  writeFileSync(input, texts.map((text, at) => JSON.stringify({ id: `${name}-${at}`, text })).join("\n"));
  execFileSync(copydesk, ["analyze", "--pipeline", "fast", "--output", output, input]);
  return `file://${output}`;
}

/** Opens a page. */
const open = (address, options) => openPage(browser, address, ".report, .error", options);

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test("an article shows its quotes with their speakers", async () => {
  const page = await open(report("article", [ARTICLE]));
  assert.equal(await page.locator("h1").innerText(), "Port Vell votes on its old pier");
  const chips = await page.locator(".chip").allInnerTexts();
  assert.ok(chips.some((chip) => chip.startsWith("Ana Ruiz")) && chips.some((chip) => chip.startsWith("Tom Reed")), chips.join());
  const text = await page.locator(".text").evaluate((node) => {
    const copy = node.cloneNode(true);
    for (const chip of copy.querySelectorAll(".chip")) chip.remove();
    return copy.textContent.replace(/\s+/g, "");
  });
  assert.equal(text, ARTICLE.replace(/\s+/g, ""));
  if (shots) await page.screenshot({ path: join(shots, "article.png"), fullPage: true });
  await close(page);
});

test("pointing at a quote lights up its speaker's other quotes, its source and its cue", async () => {
  const page = await open(report("hover", [ARTICLE]));
  const quote = page.locator(".q[data-q]").first();
  await quote.hover();
  assert.ok(await page.locator(".q.chosen").count() > 0);
  assert.ok(await page.locator(".part.source.lit").count() > 0 && await page.locator(".part.cue.lit").count() > 0);
  assert.match(await page.locator(".card").innerText(), /Ana Ruiz/);
  await page.mouse.move(5, 5);
  assert.equal(await page.locator(".q.chosen").count(), 0);
  await close(page);
});

test("filters leave only what was asked for", async () => {
  const page = await open(report("filters", [ARTICLE]));
  const shown = () => page.locator("[role=status]").innerText();
  const all = await page.locator(".q[id]").count();
  assert.equal(await shown(), `${all} of ${all} quotes shown`);
  await page.getByLabel("kind").selectOption("indirect");
  const indirect = await page.locator(".q.indirect[id]").count();
  assert.equal(await shown(), `${indirect} of ${all} quotes shown`);
  assert.equal(await page.locator(".q[id]:not(.off)").count(), indirect);
  await page.getByLabel("kind").selectOption("");
  const person = page.locator(".people button", { hasText: "Tom Reed" });
  await person.click();
  assert.equal(await person.getAttribute("aria-pressed"), "true");
  assert.ok((await page.locator(".chip:visible").allInnerTexts()).every((chip) => chip.startsWith("Tom Reed")));
  await person.click();
  assert.equal(await shown(), `${all} of ${all} quotes shown`);
  await page.getByLabel("least probability").fill("95");
  assert.notEqual(await page.locator(".filters output").innerText(), "0 %");
  await close(page);
});

test("the keyboard goes from quote to quote", async () => {
  const page = await open(report("keys", [ARTICLE]));
  await page.keyboard.press("n");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q0");
  await page.keyboard.press("n");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q1");
  assert.equal(await page.locator(".card.pinned").count(), 1);
  await page.keyboard.press("p");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q0");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".card.pinned").count(), 0);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".card.pinned").count(), 1);
  await page.keyboard.press("Escape");
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  assert.ok(page.url().endsWith("#article"));
  await close(page);
});

test("a cell of the matrix opens its passages, and a passage is found in the text", async () => {
  const page = await open(report("stances", [ARTICLE]));
  const cell = page.locator("td button").first();
  await cell.click();
  assert.equal(await cell.getAttribute("aria-pressed"), "true");
  const passage = page.locator(".evidence button").first();
  const words = await passage.locator(".passage").innerText();
  await passage.click();
  const seen = await page.locator(".seen").innerText();
  assert.ok(seen.includes(words.slice(0, 20)), `${seen} / ${words}`);
  await close(page);
});

test("a person's panel has names, role, id, quotes and stances of and toward them", async () => {
  const page = await open(report("person", [ARTICLE]));
  await page.evaluate(() => {
    const text = "“The pier is ours,” said Ana Ruiz, the mayor. Tom Reed loves Ruiz.";
    const actors = [{ id: 0, name: "Ana Ruiz", label: "PERSON", role: "mayor", kb_id: "Q77", kb_score: 0.91, mentions: [{ start: 25, end: 33, type: "name" }, { start: 61, end: 65, type: "name" }] },
      { id: 1, name: "Tom Reed", label: "PERSON", mentions: [{ start: 46, end: 54, type: "name" }] }];
    const quotes = [{ id: "a", kind: "direct", content: [[0, 19]], speaker: 0, speaker_score: 0.4 }];
    const stances = [{ holder: 1, target: 0, polarity: 0.9, score: 0.9, evidence: [[46, 66]] }, { holder: 0, target: 1, polarity: -0.9, score: 0.3, evidence: [[0, 19]] }];
    copydeskArticle({ id: "1", text, actors, quotes, stances }, document.getElementById("report"));
  });
  await page.locator(".people button", { hasText: "Ana Ruiz" }).click();
  const card = await page.locator(".card").innerText();
  for (const words of ["mayor", "also\nRuiz", "Q77, 91 % sure", "1 quote, 4 words", "toward others\nTom Reed − ?", "others toward them\nTom Reed +"]) assert.ok(card.replace(/\n+/g, "\n").includes(words), `${words} / ${card}`);
  await page.locator(".toward .for").click();
  assert.equal(await page.locator(".seen").count(), 1);
  await page.locator(".own .go").click();
  assert.equal(await page.locator(".card .words").innerText(), "“The pier is ours,”");
  await close(page);
});

test("a quote in a quote keeps its own speaker, and each says where the other is", async () => {
  const page = await open(report("nested", [ARTICLE]));
  await page.evaluate(() => {
    const text = "Reed said that Ruiz had told him “the pier is lost” and left.";
    const actors = [{ id: 0, name: "Reed", mentions: [] }, { id: 1, name: "Ruiz", mentions: [] }];
    const quotes = [{ id: "a", kind: "indirect", content: [[10, 60]], speaker: 0 }, { id: "b", kind: "direct", content: [[33, 51]], speaker: 1 }];
    copydeskArticle({ id: "1", text, actors, quotes, stances: [] }, document.getElementById("report"));
  });
  assert.equal(await page.locator(".outer").innerText(), "“the pier is lost”");
  await page.locator(".q.direct").hover();
  assert.match(await page.locator(".card").innerText(), /Ruiz[^]*stands in\s+Reed: that Ruiz/);
  await page.locator("#q0").hover();
  assert.match(await page.locator(".card").innerText(), /Reed[^]*holds\s+Ruiz: “the pier is lost”/);
  await close(page);
});

test("a passage that the text repeats is found where it stands", async () => {
  const page = await open(report("repeated", [ARTICLE]));
  await page.evaluate(() => {
    const words = "They lied to us.";
    const blocks = [0, 1, 2].map((at) => ({ start: at * 17, end: at * 17 + 16, kind: "paragraph" }));
    const actors = [{ id: 0, name: "Ana Ruiz", label: "PERSON", mentions: [] }];
    const stances = [{ holder: "author", target: 0, polarity: -1, score: 0.9, evidence: [[17, 33]] }];
    copydeskArticle({ id: "1", text: [words, words, words].join("\n"), blocks, actors, stances }, document.getElementById("report"));
  });
  await page.locator("td button").click();
  await page.locator(".evidence button").click();
  const seen = await page.locator(".text > p").evaluateAll((all) => all.map((node) => node.classList.contains("seen")));
  assert.deepEqual(seen, [false, true, false]);
  await close(page);
});

test("a label shortens a long name, and keeps the full stop after it on its line", async () => {
  const page = await open(report("label", [ARTICLE]), { viewport: { width: 390, height: 844 } });
  const name = "The Society of Friends of the Old Pier of Port Vell";
  const apart = await page.evaluate((name) => {
    const place = document.getElementById("report"), text = "It rains and it rains so. ".repeat(20);
    const quotes = [...text.matchAll(/ so/g)].map(({ index }) => ({ kind: "indirect", content: [[index - 5, index + 3]], speaker: 0 }));
    copydeskArticle({ id: "1", text, actors: [{ id: 0, name, mentions: [] }], quotes, stances: [] }, place);
    let count = 0;
    for (let width = 300; width < 380; width += 1) {
      place.style.width = `${width}px`;
      for (const chip of document.querySelectorAll(".chip")) {
        const stop = document.createRange();
        stop.setStart(chip.nextSibling, 0);
        stop.setEnd(chip.nextSibling, 1);
        if (stop.getBoundingClientRect().left < chip.getBoundingClientRect().right - 1) count += 1;
      }
    }
    return count;
  }, name);
  assert.equal(apart, 0);
  const chip = page.locator(".chip").first();
  assert.equal(await chip.innerText(), "The Society of Friends of…");
  assert.ok((await chip.getAttribute("title")).startsWith(name));
  await close(page);
});

test("a text of many lines is shown in a time that grows with it", async () => {
  const page = await open(report("lines", [ARTICLE]));
  const taken = await page.evaluate(() => {
    const began = performance.now();
    copydeskArticle({ id: "1", text: "It rains.\n".repeat(80000), actors: [], quotes: [], stances: [] }, document.getElementById("report"));
    return performance.now() - began;
  });
  assert.ok(taken < 10000, `${taken} ms`);
  await close(page);
});

test("what a text says stays text", async () => {
  for (const [at, text] of HOSTILE.entries()) {
    const page = await open(report(`hostile${at}`, [text]));
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator(".text img, .text script, .text svg, .text b").count(), 0);
    const shown = await page.locator(".text").innerText();
    assert.ok(shown.includes(text.slice(0, 8)), shown);
    await close(page);
  }
});

test("several articles are a choice, and one without a result says why", async () => {
  const page = await open(report("several", [ARTICLE, "“Yes,” said Ana Ruiz.", ""]));
  assert.equal(await page.locator(".pick option").count(), 3);
  await page.locator(".pick select").selectOption("1");
  assert.match(await page.locator(".text").innerText(), /Yes/);
  await page.locator(".pick select").selectOption("2");
  assert.match(await page.locator(".text").innerText(), /empty/);
  await close(page);
});

test("axe finds nothing, in light and dark, on a wide and on a narrow screen", async () => {
  const address = report("axe", [ARTICLE]);
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
      const page = await open(address, { colorScheme, viewport });
      await page.keyboard.press("n");
      await page.locator("td button").first().click();
      const found = await page.evaluate(`${axe}; axe.run()`);
      assert.deepEqual(found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 120))]), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the screen");
      if (shots) await page.screenshot({ path: join(shots, `axe-${colorScheme}-${viewport.width}.png`), fullPage: true });
      await close(page);
    }
  }
});
