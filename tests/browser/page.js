// A browser that ends a test at whatever a page does wrong. CHROMIUM names the browser, by default Debian's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

/** The program under test. */
export const copydesk = process.env.COPYDESK ?? "copydesk";
/** The script of axe, which a page evaluates. */
export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Starts the browser. */
export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

/** Opens an address and waits for an element. Every error, dialog and request of the page is noted, but for requests to the server of the address. */
export async function openPage(browser, address, awaited, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") page.problems.push(message.text()); });
  page.on("dialog", (dialog) => { page.problems.push(dialog.message()); dialog.dismiss(); });
  const own = address.startsWith("http") ? `${new URL(address).origin}/` : null;
  page.on("request", (request) => { if (!/^(file|blob|data):/.test(request.url()) && !(own && request.url().startsWith(own))) page.problems.push(request.url()); });
  await page.goto(address);
  await page.locator(awaited).first().waitFor();
  return page;
}

/** Closes a page that has done nothing wrong, but for what is expected. */
export async function close(page, expected = /^$/) {
  assert.deepEqual(page.problems.filter((problem) => !expected.test(problem)), []);
  await page.close();
}
