// Elements and words of numbers, for all pages. What a text says becomes text nodes alone, never markup.
"use strict";
const copydeskDom = (() => {
  /**
   * Makes an element; `svg:a` is one of SVG where HTML has the same name. `onclick` and the like are listeners, `--x` is a
   * custom property, `colour` is the property `--c`.
   */
  const el = (tag, attributes = {}, ...children) => {
    const drawn = tag.startsWith("svg:") ? tag.slice(4) : tag === "svg" || SVG.has(tag) ? tag : null;
    const node = drawn ? document.createElementNS("http://www.w3.org/2000/svg", drawn) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name.startsWith("--")) node.style.setProperty(name, value);
      else if (name === "colour") node.style.setProperty("--c", value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  };
  const SVG = new Set(["g", "path", "rect", "line", "circle", "text", "tspan", "polyline", "polygon"]);
  const percent = (value) => `${Math.round(100 * value)} %`;
  const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
  /** Saves a file from the page itself. */
  const save = (name, type, words) => {
    const link = el("a", { href: URL.createObjectURL(new Blob([words], { type })), download: name });
    link.click();
    // A busy browser reads it late.
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };
  return { el, percent, plural, save };
})();
