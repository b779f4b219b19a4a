// The page of `copydesk serve` in Chromium: `COPYDESK=target/release/copydesk npm test`. SHOTS names a folder for screenshots.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, close, launch, openPage } from "./page.js";
import { serve } from "./server.js";

const shots = process.env.SHOTS;
const folder = mkdtempSync(join(tmpdir(), "copydesk-server-"));
let browser, server;

const ARTICLE = `Port Vell votes on its old pier

“We will repair it by June,” said Ana Ruiz, the mayor. “It is our pier.”

Tom Reed, head of the fishermen's union, said that the plan was a disgrace. “Ana Ruiz has betrayed every voter,” he added.
`;
const PAGE = `<!doctype html>
<html lang="en"><head><title>Old pier</title><meta name="author" content="<img src=x onerror=window.hacked=1>">
<meta property="og:url" content="javascript:window.hacked=1"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Port Vell votes on its old pier</h1>
<p>“We will repair it by June,” said Ana Ruiz, the mayor of Port Vell, at a long meeting on Monday. “It is our pier.”</p>
<p>Tom Reed, head of the fishermen's union, said that the plan was a disgrace. “Ana Ruiz has betrayed every voter,” he added.</p>
</article><script>window.hacked = 1</script></body></html>`;

/** Opens the page of a server, with its pipelines. */
const open = (options) => openPage(browser, `${server.address}/`, ".pipes label", options);

/** Reads a text by the button, and waits for what comes: by default another result. */
async function read(page, text, awaited = "#result .report:not([data-old])") {
  await page.locator("#result .report").evaluateAll((all) => all.forEach((node) => { node.dataset.old = "yes"; }));
  await page.getByLabel("Article", { exact: true }).fill(text);
  await page.getByRole("button", { name: "Read it" }).click();
  await page.locator(awaited).waitFor();
}

const chips = (page) => page.locator("#result .chip").allInnerTexts();
const status = (page) => page.locator(".told [role=status]").innerText();
/** Lets a file fall on the page. */
const drop = async (page, name, type, bytes) => {
  const held = await page.evaluateHandle(([name, type, bytes]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
    return transfer;
  }, [name, type, [...Buffer.from(bytes)]]);
  await page.dispatchEvent("body", "dragover", { dataTransfer: held });
  assert.ok(await page.locator(".compose.over").count());
  await page.dispatchEvent("body", "drop", { dataTransfer: held });
};

before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

test("a pasted article shows its quotes with their speakers", async () => {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1280, height: 900 } });
  const page = await openPage({ newPage: () => context.newPage() }, `${server.address}/`, ".pipes label");
  await page.evaluate((text) => navigator.clipboard.writeText(text), ARTICLE);
  await page.getByLabel("Article", { exact: true }).focus();
  await page.keyboard.press("Control+V");
  await page.getByRole("button", { name: "Read it" }).click();
  await page.locator("#result .report").waitFor();
  const names = await chips(page);
  assert.ok(names.some((name) => name.startsWith("Ana Ruiz")) && names.some((name) => name.startsWith("Tom Reed")), names.join());
  assert.match(await status(page), /^Done: \d+ quotes of 2 speakers in [\d.]+ s\.$/);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Port Vell votes on its old pier");
  assert.equal(page.url(), `${server.address}/`);

  await page.getByRole("button", { name: "JSON", exact: true }).click();
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(copied.text, ARTICLE);
  assert.deepEqual(JSON.parse(await page.locator(".panel pre").innerText()), copied);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
  assert.deepEqual(JSON.parse(readFileSync(await download.path(), "utf8")), copied);
  await close(page);
  await context.close();
});

test("the line of curl gives the same result", async () => {
  const page = await open();
  await page.getByText("fast", { exact: true }).click();
  for (const [text, form] of [["“It's our pier,” said Ana Ruiz.", / -d '/], [ARTICLE.repeat(9), /--data-binary @article\.txt/], [PAGE.repeat(3), /--data-binary @article\.html/]]) {
    await read(page, text);
    await page.getByRole("button", { name: "JSON", exact: true }).click();
    const shown = JSON.parse(await page.locator(".panel pre").innerText());
    await page.getByRole("button", { name: "curl" }).click();
    const line = await page.locator(".panel pre").innerText();
    assert.match(line, form);
    const file = /@(\S+)/.exec(line)?.[1];
    if (file) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: `Save the text as ${file}` }).click()]);
      writeFileSync(join(folder, file), readFileSync(await download.path()));
    }
    const given = JSON.parse(execFileSync("bash", ["-c", line], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] }));
    // A body of text alone has a line number less than one in JSON.
    assert.deepEqual({ ...given, source: null }, { ...shown, source: null });
    await page.getByRole("button", { name: "New text" }).click();
  }
  await close(page);
});

test("the source of a web page is read as one", async () => {
  const page = await open();
  const html = page.getByLabel("It is the HTML of a web page");
  await page.getByLabel("Article", { exact: true }).fill(ARTICLE);
  assert.ok(!(await html.isChecked()));
  await page.getByLabel("Article", { exact: true }).fill(`<!-- a --> ${PAGE}`);
  assert.ok(await html.isChecked());
  await read(page, PAGE);
  assert.ok(!(await page.locator("#result .text").innerText()).includes("Home"));
  assert.ok((await chips(page)).some((name) => name.startsWith("Ana Ruiz")));
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  // A person knows better.
  await page.getByRole("button", { name: "Edit text" }).click();
  await html.uncheck();
  await read(page, `${PAGE} `);
  assert.ok((await page.locator("#result .text").innerText()).includes("<nav>"));
  await close(page);
});

test("a file is dropped or opened, in whatever encoding", async () => {
  const page = await open();
  const latin = Buffer.from("Zo\xeb Ruiz of Port Vell said: \x93We will repair the pier.\x94", "latin1");
  for (const [name, type, bytes, words] of [
    ["pier.txt", "text/plain", ARTICLE, "Ana Ruiz"],
    ["old.txt", "text/plain", latin, "Zoë Ruiz of Port Vell said: “We will"],
    ["wide.txt", "text/plain", Buffer.from(`\ufeff${ARTICLE}`, "utf16le"), "Ana Ruiz"],
    ["pier.html", "text/html", PAGE, "Ana Ruiz"],
    ["old.html", "text/html", Buffer.from("<html><head><meta charset=\"iso-8859-2\"></head><body><article><p>\"We will go by train,\" said Pawe\xb3 Nowak on Monday.</p></article></body></html>", "latin1"), "Paweł Nowak"],
  ]) {
    await drop(page, name, type, bytes);
    await page.locator("#result .text", { hasText: words }).waitFor();
    assert.equal(await page.getByLabel("It is the HTML of a web page").isChecked(), type === "text/html", name);
    await page.getByRole("button", { name: "New text" }).click();
  }
  await page.locator("input[type=file]").setInputFiles({ name: "pier.txt", mimeType: "text/plain", buffer: Buffer.from(ARTICLE) });
  await page.locator("#result .text", { hasText: "Ana Ruiz" }).waitFor();
  for (const [bytes, words] of [["%PDF-1.7\0\0", "is not a text"], ["  \n", "is empty"]]) {
    await drop(page, "<b>report</b>.pdf", "application/pdf", bytes);
    await page.locator(".problem", { hasText: words }).waitFor();
    assert.match(await page.locator(".problem").innerText(), /“<b>report<\/b>\.pdf”/);
  }
  await page.locator("input[type=file]").setInputFiles({ name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(8500000, "It rains. ") });
  await page.locator(".problem", { hasText: "“large.txt” has 8.5 MB. This page reads 8 MB at most." }).waitFor();
  await close(page);
});

test("a long text is shown without the parts that nobody sees", async () => {
  const page = await open();
  await page.getByText("fast", { exact: true }).click();
  const file = { name: "long.txt", mimeType: "text/plain", buffer: Buffer.from(ARTICLE.repeat(2000)) };
  const [request] = await Promise.all([page.waitForRequest("**/v1/analyze"), page.locator("input[type=file]").setInputFiles(file)]);
  await page.locator("#result .report").waitFor();
  assert.ok(!request.postDataJSON().layers.includes("tokens"));
  assert.ok(await page.locator("#result .text > p").count() > 3000);
  await page.getByRole("button", { name: "curl" }).click();
  assert.match(await page.locator(".panel pre").innerText(), /layers=text%2Ctitle/);
  await close(page);
});

test("the pipeline is switched, and each says how long it took", async () => {
  const page = await open();
  const [news, fast] = [page.locator(".pipes label", { hasText: "news" }), page.locator(".pipes label", { hasText: "fast" })];
  assert.ok(await news.locator("input").isChecked());
  await read(page, ARTICLE);
  assert.match(await news.locator(".time").innerText(), /^[\d.]+ s$/);
  assert.match(await page.locator(".foot").innerText(), /pipeline news/);
  await page.getByRole("button", { name: "JSON", exact: true }).click();
  await fast.click();
  await page.locator(".foot", { hasText: "pipeline fast" }).waitFor();
  assert.match(await fast.locator(".time").innerText(), /^[\d.]+ s$/);
  assert.match(await news.locator(".time").innerText(), /^[\d.]+ s$/);
  assert.equal(await page.evaluate(() => document.activeElement.value), "fast");
  assert.match(await page.locator(".panel pre").innerText(), /"pipeline":"fast"/);
  await page.getByRole("button", { name: "Edit text" }).click();
  await page.keyboard.type("More. ");
  assert.equal(await fast.locator(".time").textContent(), "");
  await close(page);
});

test("the example has several speakers, for and against", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Show an example" }).click();
  await page.locator("#result .report").waitFor();
  assert.ok(await page.locator(".people li").count() >= 4);
  assert.ok(await page.locator(".below .for").count() && await page.locator(".below .against").count());
  for (const kind of ["direct", "indirect", "mixed"]) assert.ok(await page.locator(`.text .q.${kind}`).count(), kind);
  if (shots) await page.screenshot({ path: join(shots, "server.png"), fullPage: true });
  await page.getByRole("button", { name: "New text" }).click();
  assert.equal(await page.locator("h1").innerText(), "Who says what?");
  assert.equal(await page.getByLabel("Article", { exact: true }).inputValue(), "");
  await close(page);
});

test("what a text says stays text", async () => {
  const page = await open();
  for (const text of [
    "</script><script>window.hacked = 1</script> “Yes,” said Ana Ruiz.",
    "Say <img src=x onerror=\"window.hacked = 1\"> “No,” said <b>Tom Reed</b>.",
    "“<svg onload=window.hacked=1>,” said Ana \u202eziuR\u202c Ruiz. “A\u0301\u{1F5F3}\u200d,” said Tom Reed \ud800.",
  ]) {
    await read(page, text);
    for (const name of ["JSON", "curl"]) await page.getByRole("button", { name, exact: true }).click();
    assert.equal(await page.locator("#result img, #result script, #result .text svg, #result b > b, .panel img, .panel script").count(), 0);
    assert.ok((await page.locator(".text").innerText()).includes(text.slice(0, 8)));
    await page.getByRole("button", { name: "New text" }).click();
  }
  // A name of a file becomes the id, and metadata of a web page its title and link.
  await drop(page, "<img src=x onerror=window.hacked=1>.html", "text/html", PAGE.replace("Old pier", "&lt;img src=x onerror=window.hacked=1&gt;"));
  await page.locator("#result .report").waitFor();
  assert.equal(await page.locator("#result a[href^=javascript]").count(), 0);
  // An answer that nobody expects.
  await page.route("**/v1/analyze", (route) => route.fulfill({ json: { id: "<b>1</b>", title: "<img src=x onerror=window.hacked=1>", url: "javascript:window.hacked=1", outlet: "<i>x</i>", text: "Ana", actors: [{ id: 0, name: "<img src=x onerror=window.hacked=1>", kb_id: "javascript:window.hacked=1", mentions: [] }], quotes: [{ kind: "direct", content: [[0, 3]], speaker: 0 }] } }));
  await page.keyboard.press("Control+Enter");
  await page.locator("#result h1", { hasText: "<img" }).waitFor();
  assert.equal(await page.locator("#report img, #result i, #result a[href^=javascript]").count(), 0);
  await page.unroute("**/v1/analyze");
  await page.route("**/v1/analyze", (route) => route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify({ title: "<img src=x onerror=window.hacked=1>", detail: "<script>window.hacked=1</script>", remedy: "<a href=javascript:1>x</a>", field: "<b>f</b>", request_id: "<i>1</i>" }) }));
  await page.keyboard.press("Control+Enter");
  await page.locator(".problem").waitFor();
  assert.equal(await page.locator(".problem img, .problem script, .problem a, .problem b, .problem i").count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  await close(page, /422/);
});

test("the keyboard alone does all", async () => {
  const page = await open();
  const focused = () => page.evaluate(() => { const node = document.activeElement; return node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? node.textContent; });
  const stops = [];
  for (let step = 0; step < 9; step += 1) {
    await page.keyboard.press("Tab");
    stops.push((await focused()).trim());
  }
  assert.deepEqual(stops, ["To the content", "API (OpenAPI)", "Errors", "Article", "It is the HTML of a web page", "Open a file", "Show an example", "news", "Read it"]);
  await page.keyboard.press("Enter");
  assert.match(await status(page), /no text yet/);
  assert.equal(await focused(), "Article");
  await page.keyboard.insertText(ARTICLE);
  await page.keyboard.press("Control+Enter");
  await page.locator("#result .report").waitFor();
  assert.equal(await focused(), "Port Vell votes on its old pier");
  await page.keyboard.press("n");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q0");
  // A second article takes over the keys of the first.
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.activeElement.tagName === "H1");
  await page.keyboard.press("n");
  await page.keyboard.press("n");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q1");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("n");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q2");
  await page.getByRole("button", { name: "Edit text" }).press("Enter");
  assert.equal(await focused(), "Article");
  await page.getByRole("button", { name: "Hide text" }).press("Enter");
  assert.ok(!(await page.getByLabel("Article", { exact: true }).isVisible()));
  await page.locator(".pipes input").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.locator(".foot", { hasText: "pipeline fast" }).waitFor();
  await close(page);
});

test("a run can be cancelled, and another takes its place", async () => {
  const page = await open();
  let waiting = 0;
  await page.route("**/v1/analyze", (route) => { waiting += 1; if (waiting > 2) route.continue(); });
  await page.getByRole("button", { name: "Show an example" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await status(page), "Cancelled.");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Read it");
  await page.keyboard.press("Enter");
  assert.match(await status(page), /^Reading with news/);
  await page.keyboard.press("Control+Enter");
  await page.locator("#result .report").waitFor();
  assert.equal(waiting, 3);
  await page.unroute("**/v1/analyze");
  await page.route("**/v1/analyze", () => {});
  await page.keyboard.press("Control+Enter");
  await page.keyboard.press("Escape");
  assert.equal(await status(page), "Cancelled.");
  assert.ok(await page.locator("#result .report").isVisible(), "the last result stays");
  await close(page);
});

test("what went wrong is said, with what to do", async () => {
  const page = await open();
  const told = [];
  await page.route("**/v1/analyze", (route) => (told.length ? route.continue() : route.fulfill({ status: 429, contentType: "application/problem+json", headers: { "Retry-After": "1" }, body: JSON.stringify({ type: "/problems#busy", title: "Too much text waits", status: 429, detail: "the server holds 32 MB", remedy: "Wait, then send it again.", request_id: "r-1" }) })));
  await read(page, ARTICLE, ".problem");
  told.push(await page.locator(".problem").innerText());
  for (const words of ["Too much text waits", "The server holds 32 MB.", "wait 1 second", "Request r-1"]) assert.ok(told[0].includes(words), told[0]);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Too much text waits");
  await page.locator(".problem", { hasText: "You can try again now." }).waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("#result .report").waitFor();
  assert.equal(await page.locator(".problem").count(), 0);
  await page.unroute("**/v1/analyze");
  // A proxy in between has pages of its own.
  await page.route("**/v1/analyze", (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }));
  await page.keyboard.press("Control+Enter");
  await page.locator(".problem h1", { hasText: "The server answered 502" }).waitFor();
  await close(page, /429|502/);
});

test("a text that the server finds too large is told so", async () => {
  const small = await serve("--largest", "1");
  const page = await openPage(browser, `${small.address}/`, ".pipes label");
  await page.getByLabel("Article", { exact: true }).fill("It rains. ".repeat(130000));
  await page.keyboard.press("Control+Enter");
  await page.locator(".problem").waitFor();
  assert.match(await page.locator(".problem").innerText(), /large/i);
  assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0);
  await close(page, /413/);
  await small.stop();
});

test("a server with a token asks for it, and keeps it until the tab is closed", async () => {
  const file = join(folder, "token");
  writeFileSync(file, "a-secret-of-32-letters-or-more-0\n");
  const guarded = await serve("--token-file", file);
  const page = await openPage(browser, `${guarded.address}/`, ".problem");
  const give = async (token) => {
    await page.getByLabel("Token").fill(token);
    await page.getByRole("button", { name: "Use it" }).click();
  };
  await page.getByLabel("Article", { exact: true }).fill(ARTICLE);
  await give("wrong");
  await page.locator(".problem", { hasText: "The token is wrong" }).waitFor();
  await give("a-secret-of-32-letters-or-more-0");
  await page.locator("#result .report").waitFor();
  await page.getByRole("button", { name: "curl" }).click();
  const line = await page.locator(".panel pre").innerText();
  assert.ok(line.includes("$COPYDESK_TOKEN") && !line.includes("a-secret"), line);
  assert.ok(!(await page.content()).includes("a-secret"));
  assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
  await page.reload();
  await page.locator(".pipes label").first().waitFor();
  await close(page, /401/);
  const other = await openPage(browser, `${guarded.address}/`, ".problem");
  await close(other, /401/);
  await guarded.stop();
});

test("a server that is gone is said to be", async () => {
  const brief = await serve();
  const page = await openPage(browser, `${brief.address}/`, ".pipes label");
  await brief.stop();
  await read(page, ARTICLE, ".problem");
  const words = await page.locator(".problem").innerText();
  assert.ok(words.includes("The server does not answer") && words.includes(new URL(brief.address).host), words);
  assert.equal(await page.getByLabel("Article", { exact: true }).inputValue(), ARTICLE, "no text is lost");
  assert.ok(await page.getByRole("button", { name: "Try again" }).isVisible());
  await close(page, /ERR_CONNECTION/);
});

test("the policy allows the page's own style, scripts and server alone", async () => {
  const answer = await fetch(`${server.address}/`);
  const policy = answer.headers.get("content-security-policy");
  assert.match(answer.headers.get("content-type"), /^text\/html; ?charset=utf-8$/i);
  assert.match(policy, /^default-src 'none'; .*connect-src 'self'; .*frame-ancestors 'none'$/);
  assert.ok(!policy.includes("unsafe"), policy);
  const file = await answer.text();
  assert.ok(file.includes(`content="${policy.replace("; frame-ancestors 'none'", "")}"`));
  assert.ok(!/ (on[a-z]+|style)=/.test(file.replace(/<(script|style)>[^]*?<\/\1>/g, "")), "no handlers and no styles in the markup");
  const page = await open();
  const refused = await page.evaluate(async () => {
    const found = [];
    document.addEventListener("securitypolicyviolation", (event) => found.push(event.effectiveDirective));
    const script = document.createElement("script");
    script.textContent = "window.hacked = 1";
    document.body.append(script);
    const image = new Image();
    image.src = "http://127.0.0.1:1/x.png";
    await fetch("http://127.0.0.1:1/").catch(() => {});
    await new Promise((done) => { setTimeout(done, 200); });
    return [[...new Set(found)].sort(), window.hacked];
  });
  assert.deepEqual(refused, [["connect-src", "img-src", "script-src-elem"], undefined]);
  await close(page, /Content Security Policy|Refused|127\.0\.0\.1:1\//);
});

test("axe finds nothing, in light and dark, on a wide and on a narrow screen", async () => {
  const views = { empty: async () => {},
    result: async (page) => { await page.getByRole("button", { name: "Show an example" }).click(); await page.locator("#result .report").waitFor(); },
    json: async (page) => { await views.result(page); await page.getByRole("button", { name: "JSON", exact: true }).click(); },
    edit: async (page) => { await views.result(page); await page.getByRole("button", { name: "Edit text" }).click(); },
    busy: async (page) => { await page.route("**/v1/analyze", () => {}); await page.getByRole("button", { name: "Show an example" }).click(); },
    problem: async (page) => { await page.route("**/v1/analyze", (route) => route.abort()); await read(page, ARTICLE, ".problem"); },
    token: async (page) => { await page.route("**/v1/**", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: "{\"title\":\"A token is needed\"}" })); await read(page, ARTICLE, ".problem"); } };
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [{ width: 1280, height: 900 }, { width: 360, height: 740 }]) {
      for (const [name, act] of Object.entries(views)) {
        const page = await open({ colorScheme, viewport, reducedMotion: "reduce" });
        await act(page);
        const found = await page.evaluate(`${axe}; axe.run()`);
        assert.deepEqual(found.violations.map(({ id, nodes }) => [name, id, nodes.map((node) => node.html.slice(0, 120))]), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the screen");
        if (shots) await page.screenshot({ path: join(shots, `server-${name}-${colorScheme}-${viewport.width}.png`), fullPage: true });
        await close(page, /401|ERR_FAILED/);
      }
    }
  }
});

test("the printer gets the article alone", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Show an example" }).click();
  await page.locator("#result .report").waitFor();
  await page.emulateMedia({ media: "print" });
  assert.ok(!(await page.locator(".compose").isVisible()) && !(await page.locator(".top").isVisible()));
  assert.ok(await page.locator(".text .q").first().isVisible());
  await close(page);
});
