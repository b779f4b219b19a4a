// Requests to the server of the page, with its token and its problem documents: `copydeskServer`.
"use strict";
const copydeskServer = (() => {
  /** The bearer token, which the browser forgets when the tab is closed. */
  const token = {
    here: null,
    get() { try { return sessionStorage.getItem("token"); } catch { return token.here; } },
    set(value) { try { sessionStorage.setItem("token", value); } catch { token.here = value; } },
  };

  /** What went wrong, in the words of a problem document (RFC 9457). `again` is true if another try may succeed. */
  class Problem extends Error {
    constructor(problem) {
      super(problem.title);
      Object.assign(this, problem);
    }
  }

  /** Sends a request and returns the answer as a value and as its words. Throws a `Problem`, or an `AbortError` once `signal` says so. */
  async function call(path, { body, signal } = {}) {
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (token.get()) headers.Authorization = `Bearer ${token.get()}`;
    let answer, words;
    try {
      answer = await fetch(path, { method: body ? "POST" : "GET", headers, body, signal, cache: "no-store" });
      words = await answer.text();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem({ title: "The server does not answer", detail: `The connection to ${location.host} failed.`,
        remedy: "Check that `copydesk serve` still runs. A text that is far too large also ends the connection.", again: true });
    }
    let value = null;
    try { value = JSON.parse(words); } catch { /* It is an answer of something else. */ }
    if (answer.ok && value) return { value, words };
    const wait = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
    throw new Problem({ title: `The server answered ${answer.status}`, detail: value ? null : "The answer is no JSON. It may come from a proxy in between.", ...value,
      status: answer.status, wait: wait > 0 ? wait : null, again: value === null || [408, 429].includes(answer.status) || answer.status >= 500 });
  }

  return { token, Problem, call };
})();
