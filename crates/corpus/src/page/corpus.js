// The corpus report: reads the corpus of the file, shows the view that the address asks for, and keeps back and forth.
"use strict";
(() => {
  const { el } = copydeskDom;
  const place = document.getElementById("report");
  const SECTIONS = [["who", "Who"], ["when", "When"], ["outlets", "Outlets"], ["toward", "About whom"], ["verbs", "Verbs"], ["together", "Together"], ["gender", "Women and men"], ["method", "Method"]];

  function start(corpus) {
    const lists = copydeskLists(corpus), overview = copydeskOverview(corpus, lists), views = copydeskViews(corpus, lists, overview);
    const { data } = corpus;
    const title = data.title ?? "Corpus report";
    const main = el("main", { id: "article", tabindex: -1 });
    const field = el("input", { type: "search", name: "search", "aria-label": "Search names, quotes and passages", placeholder: "Search names and words" });
    const form = el("form", { class: "search", role: "search", "aria-label": "Corpus", onsubmit: (event) => { event.preventDefault(); go(lists.hash({ search: field.value.trim() })); } }, field);
    const bar = el("nav", { class: "bar", "aria-label": "Sections" }, el("a", { class: "home", href: "#" }, "Copydesk"), el("div", { class: "links" }, ...SECTIONS.filter(([id]) => id !== "gender" || data.gender).map(([id, words]) => el("a", { href: `#${id}` }, words))), form);
    place.replaceChildren(el("div", { class: "corpus" }, bar, main));
    history.scrollRestoration = "manual";
    let first = null;

    /** Remembers where the reader stands before the address changes. */
    const leave = () => history.replaceState({ y: scrollY }, "");
    function go(hash) { leave(); location.hash = hash; }
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link || !(link.getAttribute("href") ?? "").startsWith("#")) return;
      if (link.classList.contains("skip")) { event.preventDefault(); main.focus(); return; }
      leave();
    }, true);

    function show(restored) {
      const address = location.hash.slice(1), parameters = new URLSearchParams(address);
      /** A filter of a list was changed: the address changes, the reader stays. A new page of a list is a step back can undo. */
      parameters.change = (filter, push = false) => {
        const hash = lists.hash(filter), focused = document.activeElement?.closest("label")?.textContent.split(" ")[0];
        if (push) leave();
        history[push ? "pushState" : "replaceState"]({ y: scrollY }, "", hash);
        show({ y: scrollY });
        if (push) { const list = document.getElementById("list"); list.scrollIntoView(); list.focus({ preventScroll: true }); return; }
        const again = [...main.querySelectorAll(".list .controls label")].find((label) => label.textContent.split(" ")[0] === focused);
        again?.querySelector("select, input")?.focus({ preventScroll: true });
      };
      const kind = ["actor", "quotes", "search"].find((key) => parameters.has(key)) ?? (parameters.has("target") ? "stance" : null);
      main.replaceChildren(kind ? views[kind](parameters) : (first ??= overview.view()));
      const section = kind ? null : document.getElementById(address);
      field.value = parameters.get("search") ?? "";
      const heading = main.querySelector("h1")?.textContent;
      document.title = kind && heading ? `${heading} – ${title}` : `${title} – Copydesk`;
      for (const link of bar.querySelectorAll(".links a")) link.toggleAttribute("aria-current", !kind && link.hash === `#${address}`);
      if (restored) scrollTo({ top: restored.y, behavior: "instant" });
      else if (section) { section.scrollIntoView({ behavior: "instant" }); section.querySelector("h2").focus({ preventScroll: true }); }
      else { scrollTo({ top: 0, behavior: "instant" }); if (address || kind) main.querySelector("h1")?.focus({ preventScroll: true }); }
    }
    addEventListener("popstate", (event) => show(event.state));
    addEventListener("keydown", (event) => { if (event.key === "/" && !event.target.closest("input, select, textarea")) { event.preventDefault(); field.focus(); } });
    show(history.state);
  }

  const failed = (error) => place.replaceChildren(el("p", { class: "error" }, `This report cannot be read: ${error.message}`));
  place.replaceChildren(el("p", { class: "empty opening", role: "status" }, "Opening the corpus …"));
  copydeskData.unpack(document.querySelector("script.packed")).then(copydeskData.index).then(start).catch(failed);
})();
