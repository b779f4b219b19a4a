// A server of the program under test, on a free port.
import { spawn } from "node:child_process";
import { copydesk } from "./page.js";

/** Starts `copydesk serve` and gives its address, and a function that ends it. */
export async function serve(...options) {
  const child = spawn(copydesk, ["serve", "--listen", "127.0.0.1:0", ...options], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((done) => { child.on("exit", done); });
  let told = "";
  const address = await new Promise((done, failed) => {
    child.on("error", failed);
    ended.then((status) => failed(new Error(`the server ended with ${status}: ${told}`)));
    // What it says later is read as well, so that it never waits for us.
    child.stderr.on("data", (data) => {
      if (told.length < 10000) told += data;
      const found = /listening on (http:\S+)/.exec(told);
      if (found) done(found[1]);
    });
  });
  return { address, stop: async () => { child.kill("SIGTERM"); await ended; } };
}
