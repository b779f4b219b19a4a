// Pictures of both reports, of articles of our own: `COPYDESK=target/release/copydesk node shots.js FOLDER`. Desktop in light
// and dark, phone, and what the printer gets (PDF). Look at each before a change of the pages is done.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { articles } from "./real.js";

const copydesk = process.env.COPYDESK ?? "copydesk", folder = resolve(process.argv[2] ?? "shots");
mkdirSync(folder, { recursive: true });
const at = (name) => join(folder, name);

writeFileSync(at("corpus.jsonl"), articles({ count: 420, days: 90, cast: true }));
execFileSync(copydesk, ["analyze", "--pipeline", "fast", "--format", "jsonl", "--output", at("results.jsonl"), at("corpus.jsonl")]);
execFileSync(copydesk, ["report", "--gender", "--title", "Quarrels of a small coast", "--output", at("corpus.html"), at("results.jsonl")]);
writeFileSync(at("article.jsonl"), articles({ count: 11 }).split("\n")[10]);
execFileSync(copydesk, ["report", "--output", at("article.html"), at("article.jsonl")]);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const VIEWS = { light: { width: 1280, height: 900 }, dark: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

/** Takes pictures of a report: of the whole page, or of the window at a section. */
async function shoot(name, report, hash, whole = true, act) {
  for (const [view, viewport] of Object.entries(VIEWS)) {
    const page = await browser.newPage({ viewport, colorScheme: view === "dark" ? "dark" : "light", deviceScaleFactor: view === "phone" ? 2 : 1 });
    await page.goto(`file://${at(report)}${hash}`);
    await page.locator("h1").waitFor();
    await act?.(page);
    await page.waitForTimeout(300);
    await page.screenshot({ path: at(`${name}-${view}.png`), fullPage: whole });
    await page.close();
  }
  if (!whole) return;
  const page = await browser.newPage();
  await page.goto(`file://${at(report)}${hash}`);
  await page.locator("h1").waitFor();
  await act?.(page);
  await page.pdf({ path: at(`${name}-print.pdf`), format: "A4", printBackground: true, margin: { top: "14mm", bottom: "14mm", left: "14mm", right: "14mm" } });
  await page.close();
}

await shoot("corpus", "corpus.html", "");
await shoot("corpus-top", "corpus.html", "", false);
for (const id of ["who", "when", "outlets", "toward", "together"]) await shoot(`corpus-${id}`, "corpus.html", `#${id}`, false);
const open = async (page) => { await page.locator("#who tbody a").nth(1).click(); await page.locator(".actor").waitFor(); };
await shoot("actor", "corpus.html", "", true, open);
await shoot("passages", "corpus.html", "", true, async (page) => { await page.locator(".matrix tbody td a").first().click(); });
await shoot("article", "article.html", "");
await shoot("article-quote", "article.html", "", true, async (page) => { await page.keyboard.press("n"); await page.keyboard.press("n"); });
await shoot("article-person", "article.html", "", true, async (page) => { await page.locator(".people button").first().click(); });
await browser.close();
