// Pictures of the server's page for `docs/server`: `COPYDESK=target/release/copydesk node server-shots.js [FOLDER]`. Look at
// each before a change of the page is done.
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { launch } from "./page.js";
import { serve } from "./server.js";

const folder = resolve(process.argv[2] ?? "../../docs/server");
const example = async (page) => {
  await page.getByRole("button", { name: "Show an example" }).click();
  await page.locator("#result .report").waitFor();
};
const quote = async (page) => {
  await example(page);
  for (let step = 0; step < 4; step += 1) await page.keyboard.press("n");
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
};
const DESKTOP = { width: 1280, height: 900 }, PHONE = { width: 390, height: 844 };
const VIEWS = [["desktop-light", "light", DESKTOP, 1, example], ["desktop-dark", "dark", DESKTOP, 1, quote], ["phone-light", "light", PHONE, 1.5, async () => {}], ["phone-dark", "dark", PHONE, 1.5, example]];

/** Packs a picture as WebP, by the browser. */
const webp = (page, png) => page.evaluate(async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.55).split(",")[1];
}, `data:image/png;base64,${png.toString("base64")}`);

mkdirSync(folder, { recursive: true });
const server = await serve(), browser = await launch(), packer = await browser.newPage();
for (const [name, colorScheme, viewport, deviceScaleFactor, act] of VIEWS) {
  const page = await browser.newPage({ viewport, colorScheme, deviceScaleFactor });
  await page.goto(server.address);
  await page.locator(".pipes label").first().waitFor();
  // The first run is slower than those after it.
  await page.evaluate(() => fetch("/v1/analyze", { method: "POST", headers: { "Content-Type": "text/plain" }, body: "It rains." }));
  await act(page);
  // Neither the pointer nor the focus is part of the picture.
  await page.mouse.move(2, 2);
  await page.evaluate(() => document.activeElement.blur());
  await page.waitForTimeout(300);
  // A phone shows the beginning: what fits two screens.
  const clip = { x: 0, y: 0, width: viewport.width, height: Math.min(await page.evaluate(() => document.documentElement.scrollHeight), viewport === PHONE ? 1080 : 1400) };
  writeFileSync(`${folder}/${name}.webp`, Buffer.from(await webp(packer, await page.screenshot({ fullPage: true, clip })), "base64"));
  await page.close();
}
await browser.close();
await server.stop();
