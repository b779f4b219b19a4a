// The page of `copydesk bench` in Chromium: `COPYDESK=target/release/copydesk npm test`. SHOTS names a folder for screenshots.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, close, copydesk, launch, openPage } from "./page.js";

const shots = process.env.SHOTS;
const folder = mkdtempSync(join(tmpdir(), "copydesk-bench-"));
const HOSTILE = ["<img src=x onerror=window.hacked=1>.toml", "=SUM(1,2);\"\u202eeman\u202c\".toml"];
let browser, address, hostile, few;

/** Writes a page of these pipelines and gives its address. */
function bench(name, pipelines, options) {
  const names = pipelines.flatMap((pipeline) => ["-p", pipeline]);
  const out = execFileSync(copydesk, ["bench", ...names, "-i", "a.txt", "-o", `${name}.html`, "--json", ...options], { cwd: folder });
  return [`file://${join(folder, name)}.html`, JSON.parse(out)];
}

/** Opens a page. */
const open = (address, options) => openPage(browser, address, ".plot svg", options);

/** The rows of a picture as its button saves them. */
async function csv(page, id) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`#${id}`).getByText("CSV of these rows").click()]);
  assert.equal(download.suggestedFilename(), `${id}.csv`);
  return readFileSync(await download.path(), "utf8");
}

before(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "a.txt"), "Ana Ruiz spoke. “We will repair the pier,” she said. Tom Reed left.");
  for (const name of ["a.toml", "b.toml", ...HOSTILE]) writeFileSync(join(folder, name), "[[stage]]\nplugin = \"tokenizer\"\n");
  writeFileSync(join(folder, "b.toml"), "[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\n");
  const [, old] = bench("old", ["a.toml", "b.toml"], ["--runs", "6"]);
  for (const { samples } of old.measurements) for (const sample of samples) sample.seconds *= 4;
  writeFileSync(join(folder, "old.json"), JSON.stringify(old));
  [address] = bench("new", ["a.toml", "b.toml"], ["--runs", "6", "--compare", "old.json"]);
  [hostile] = bench("hostile", HOSTILE, ["--runs", "1"]);
  [few] = bench("few", ["a.toml"], ["--runs", "1", "--compare", "old.json"]);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test("each picture has its rows, its table and its CSV", async () => {
  const page = await open(address);
  assert.match(await page.locator("h1").innerText(), /^Benchmark of a.toml, b.toml$/);
  assert.match(await page.locator(".sum").innerText(), /a\.toml, 1 thread: [\d,]+ tokens\/s/);
  for (const [id, rows] of [["speed", 2], ["stages", 3], ["latency", 6], ["startup", 2], ["memory", 2]]) {
    const section = page.locator(`#${id}`);
    assert.ok((await section.locator("svg[role=img]").getAttribute("aria-label")).includes("b.toml, 1 thread"), id);
    assert.equal(await section.locator(".label").count(), 2, id);
    await section.locator("summary").click();
    assert.equal(await section.locator("tbody tr").count(), rows, id);
    const lines = (await csv(page, id)).split("\r\n");
    assert.equal(lines.length, rows + 2, id);
    assert.ok(lines[0].startsWith("\ufeffpipeline,threads,"), lines[0]);
  }
  assert.equal(await page.locator("#speed .whisker").count(), 2);
  assert.equal(await page.locator("#speed .run").count(), 12);
  assert.equal(await page.locator("#speed .then").count(), 2);
  if (shots) await page.screenshot({ path: join(shots, "bench.png"), fullPage: true });
  await close(page);
});

test("units and stages can be chosen", async () => {
  const page = await open(address);
  await page.locator("#speed select").selectOption("megabytes_per_second");
  assert.match(await page.locator("#speed svg").first().getAttribute("aria-label"), /^MB\/s: /);
  assert.match(await csv(page, "speed"), /,MB\/s,/);
  await page.locator("#stages select").selectOption("seconds_per_megabyte");
  assert.match(await page.locator("#stages .plot svg").getAttribute("aria-label"), /ms\/MB/);
  assert.equal(await page.locator("#stages .part[width]").count() >= 3, true);
  await close(page);
});

test("changes since an earlier run are told from noise", async () => {
  const page = await open(address);
  const changes = page.locator("#changes");
  assert.match(await changes.locator(".about").innerText(), /^Compared with copydesk .* figures changed by more than the noise/);
  const faster = changes.locator(".value", { hasText: "better" });
  assert.ok(await faster.count() >= 2);
  const rows = await csv(page, "changes");
  assert.match(rows, /\r\na\.toml,1,tokens\/s,[\d.]+,[\d.]+,[\d.]+,[\d.]+,[\d.]+,better\r\n/);
  await changes.getByLabel("of").selectOption("b.toml, 1 thread");
  assert.ok(!(await csv(page, "changes")).includes("a.toml"));
  const all = await changes.locator(".label").count();
  const only = changes.getByLabel("outside the noise only");
  if (await only.count()) {
    await only.setChecked(!(await only.isChecked()));
    assert.notEqual(await changes.locator(".label").count(), all);
  }
  await close(page);
  const quick = await open(few);
  assert.match(await quick.locator("#changes .about").innerText(), /b\.toml, 1 thread: not measured now.*Six runs of each/);
  assert.ok(await quick.locator("#changes .value", { hasText: "too few runs" }).count() > 0);
  await close(quick);
});

test("the names of pipelines stay text, and are no formulas", async () => {
  const page = await open(hostile);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await page.locator("img").count(), 0);
  assert.ok((await page.locator("h1").innerText()).includes(HOSTILE[0]));
  assert.ok((await page.locator("#speed .label").allTextContents()).join().includes("onerror=window.hacked"));
  const lines = (await csv(page, "speed")).split("\r\n");
  assert.ok(lines[1].startsWith("<img src=x onerror=window.hacked=1>.toml,1,"), lines[1]);
  assert.ok(lines[2].startsWith("\"'=SUM(1,2);\"\""), lines[2]);
  await close(page);
});

test("axe finds nothing, in light and dark, on a wide and on a narrow screen", async () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
      const page = await open(address, { colorScheme, viewport });
      for (const summary of await page.locator("summary").all()) await summary.click();
      const found = await page.evaluate(`${axe}; axe.run()`);
      assert.deepEqual(found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 120))]), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the screen");
      if (shots) await page.screenshot({ path: join(shots, `bench-${colorScheme}-${viewport.width}.png`), fullPage: true });
      await close(page);
    }
  }
});

test("a picture follows the width of the window", async () => {
  const page = await open(address);
  await page.setViewportSize({ width: 420, height: 800 });
  await page.waitForFunction(() => document.querySelector("#speed svg").getAttribute("width") < 420);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await close(page);
});
