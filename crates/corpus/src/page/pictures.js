// Pictures in SVG: columns over time with gaps, small columns, a network: `copydeskPictures`.
"use strict";
const copydeskPictures = (() => {
  const { el } = copydeskDom;
  const { date } = copydeskData;

  /** A round number at or above `value`, and the steps to it. */
  function scale(value) {
    if (value <= 4) return [0, 1, 2, 3, 4].filter((step) => step <= Math.max(1, Math.ceil(value)));
    const power = 10 ** Math.floor(Math.log10(value / 3));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => value / size <= 4) ?? 10 * power;
    return Array.from({ length: Math.ceil(value / step) + 1 }, (_, at) => at * step);
  }

  /** The runs of buckets without articles, as pairs of first and last. */
  function gaps(documents) {
    const runs = [];
    documents.forEach((count, at) => {
      if (count) return;
      if (runs.length && runs[runs.length - 1][1] === at - 1) runs[runs.length - 1][1] = at;
      else runs.push([at, at]);
    });
    return runs;
  }

  /** Buckets that get a word below the axis, so that words stand `room` pixels apart at least. */
  function ticks(time, width, room = 74) {
    const every = (time.count * room) / width;
    const step = (time.unit === "day" ? [1, 2, 7, 14, 28] : time.unit === "week" ? [1, 2, 4, 13, 26] : [1, 3, 6, 12, 24, 60, 120]).find((size) => size >= every) ?? Math.ceil(every);
    return Array.from({ length: Math.ceil(time.count / step) }, (_, at) => at * step);
  }

  const short = (time, at) => date(time.first(at), time.unit === "month" ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" });

  let patterns = 0;
  const hatch = () => {
    const id = `hatch${(patterns += 1)}`;
    return [`url(#${id})`, el("svg:defs", {}, el("svg:pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, el("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "hatch" })))];
  };

  /**
   * Columns over time. `series` are numbers by bucket, `documents` the articles by bucket: where there are none, the ground is
   * hatched. `pick(bucket)` is called for a click, `words(bucket)` says what stands at a column.
   */
  function columns({ time, series, documents, width, height = 190, unit, words, pick, colour = "var(--bar)" }) {
    const left = 44, right = 8, top = 20, bottom = 24;
    const steps = scale(Math.max(1, ...series)), most = steps[steps.length - 1];
    const wide = (width - left - right) / time.count, y = (value) => height - bottom - ((height - top - bottom) * value) / most;
    const x = (bucket) => left + bucket * wide;
    const [fill, defs] = hatch();
    const gapNodes = gaps(documents).map(([from, to]) => el("g", {}, el("rect", { x: x(from), y: top, width: (to - from + 1) * wide, height: height - top - bottom, fill }),
      (to - from + 1) * wide > 70 ? el("text", { x: x((from + to + 1) / 2), y: (height + top - bottom) / 2, class: "halo mid" }, "no articles") : null));
    const bars = series.map((value, bucket) => (documents[bucket] ? el("rect", { x: x(bucket) + Math.min(1, wide * 0.12), y: y(value), width: Math.max(0.7, wide - Math.min(2, wide * 0.24)), height: Math.max(0, y(0) - y(value)), fill: colour }) : null));
    const over = series.map((_, bucket) => (documents[bucket] ? el("rect", { x: x(bucket), y: top, width: wide, height: height - top - bottom, class: "over", onclick: pick ? () => pick(bucket) : null }, el("svg:title", {}, words(bucket))) : null));
    return el("svg", { class: "picture", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, defs,
      ...steps.map((value) => el("g", {}, el("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: value ? "grid" : "axis" }), el("text", { x: left - 7, y: y(value) + 4, class: "end" }, value.toLocaleString("en")))),
      el("text", { x: left, y: 11, class: "unit" }, unit), ...gapNodes, ...bars.filter(Boolean),
      ...ticks(time, width - left - right).map((bucket) => el("g", {}, el("line", { x1: x(bucket) + wide / 2, x2: x(bucket) + wide / 2, y1: height - bottom, y2: height - bottom + 4, class: "axis" }),
        el("text", { x: x(bucket) + wide / 2, y: height - 6, class: bucket === 0 && wide < 50 ? "start" : "mid" }, short(time, bucket)))), ...over.filter(Boolean));
  }

  /** Small columns for a row of a table, on one scale with others. */
  function small({ time, series, documents, width = 260, height = 30, most, colour = "var(--bar)" }) {
    const wide = width / time.count, y = (value) => height - 1 - ((height - 3) * value) / (most || 1);
    return el("svg", { class: "picture small", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...gaps(documents).map(([from, to]) => el("rect", { x: from * wide, y: 0, width: (to - from + 1) * wide, height: height - 1, class: "gap" })),
      el("line", { x1: 0, x2: width, y1: height - 0.5, y2: height - 0.5, class: "grid" }),
      ...series.flatMap((value, bucket) => (value ? [el("rect", { x: bucket * wide, y: y(value), width: Math.max(0.8, wide * 0.84), height: height - 1 - y(value), fill: colour })] : [])));
  }

  /**
   * Places of a network: springs along edges, all nodes apart, from a circle on, always the same for the same input (after
   * Fruchterman and Reingold, 1991). `nodes` are `{ w, h }`, the sizes of their words; `edges` are `[a, b, weight]`.
   */
  function places(nodes, edges, width, height) {
    const count = nodes.length, most = Math.max(1, ...edges.map(([, , weight]) => weight));
    const at = nodes.map((_, row) => [width / 2 + width * 0.36 * Math.cos((2 * Math.PI * row) / count - 1.2), height / 2 + height * 0.36 * Math.sin((2 * Math.PI * row) / count - 1.2)]);
    const ideal = 0.85 * Math.sqrt((width * height) / Math.max(1, count)), squash = height / width;
    for (let round = 0; round < 400; round += 1) {
      const heat = 0.06 * width * (1 - round / 400) ** 1.5 + 0.4;
      const push = at.map(([x, y]) => [(width / 2 - x) * 0.01 * squash, (height / 2 - y) * 0.02]);
      for (let a = 0; a < count; a += 1) for (let b = a + 1; b < count; b += 1) {
        let dx = at[a][0] - at[b][0], dy = (at[a][1] - at[b][1]) * 1.6;
        const far = Math.max(1, Math.hypot(dx, dy)), force = (ideal * ideal) / (far * far) / 2;
        dx *= force; dy *= force / 1.6;
        // Words must not lie on words.
        const overX = (nodes[a].w + nodes[b].w) / 2 + 8 - Math.abs(at[a][0] - at[b][0]), overY = (nodes[a].h + nodes[b].h) / 2 + 6 - Math.abs(at[a][1] - at[b][1]);
        if (overX > 0 && overY > 0) {
          if (overY * 2 < overX) dy += (at[a][1] >= at[b][1] ? 1 : -1) * overY * 0.5;
          else dx += (at[a][0] >= at[b][0] ? 1 : -1) * overX * 0.3;
        }
        push[a][0] += dx; push[a][1] += dy; push[b][0] -= dx; push[b][1] -= dy;
      }
      for (const [a, b, weight] of edges) {
        const dx = at[a][0] - at[b][0], dy = at[a][1] - at[b][1], far = Math.hypot(dx, dy), force = (far / ideal) * 0.1 * (0.3 + (0.7 * weight) / most);
        push[a][0] -= dx * force; push[a][1] -= dy * force; push[b][0] += dx * force; push[b][1] += dy * force;
      }
      at.forEach((place, row) => {
        const length = Math.hypot(...push[row]) || 1, step = Math.min(length, heat) / length, { w, h } = nodes[row];
        place[0] = Math.min(width - w / 2 - 4, Math.max(w / 2 + 4, place[0] + push[row][0] * step));
        place[1] = Math.min(height - h / 2 - 4, Math.max(h / 2 + 4, place[1] + push[row][1] * step));
      });
    }
    // The picture is filled to its edges.
    for (const [axis, size, side] of [[0, width, "w"], [1, height, "h"]]) {
      const from = Math.min(...at.map((place, row) => place[axis] - nodes[row][side] / 2)), to = Math.max(...at.map((place, row) => place[axis] + nodes[row][side] / 2));
      for (const place of at) place[axis] = 4 + ((place[axis] - from) * (size - 8)) / Math.max(1, to - from);
      at.forEach((place, row) => { place[axis] = Math.min(size - 4 - nodes[row][side] / 2, Math.max(4 + nodes[row][side] / 2, place[axis])); });
    }
    return at;
  }

  /** A network of names: `nodes` are `{ name, size, href }`, `edges` are `[a, b, weight]`, the heaviest first. Pointing at a name lights up its lines. */
  function network({ nodes, edges, width, height, label }) {
    const biggest = Math.max(1, ...nodes.map(({ size }) => size)), most = Math.max(1, ...edges.map(([, , weight]) => weight));
    const clip = (name) => (name.length > 24 ? `${name.slice(0, 22)}…` : name);
    const boxes = nodes.map(({ name, size }) => { const font = 11.5 + 6.5 * Math.sqrt(size / biggest); return { font, w: clip(name).length * font * 0.54 + 6, h: font * 1.35 }; });
    const at = places(boxes, edges, width, height);
    const lines = [...edges].reverse().map(([a, b, weight]) => {
      const line = el("line", { x1: at[a][0], y1: at[a][1], x2: at[b][0], y2: at[b][1], class: "edge", "stroke-width": 0.8 + 6.2 * (weight / Math.max(most, 4)), "stroke-opacity": 0.18 + 0.5 * (weight / most) });
      return { a, b, line };
    });
    const names = nodes.map(({ name, href, title }, row) => {
      const light = (on) => () => {
        picture.classList.toggle("chosen", on);
        const near = new Set([row]);
        for (const { a, b, line } of lines) {
          const touches = on && (a === row || b === row);
          line.classList.toggle("lit", touches);
          if (touches) { near.add(a); near.add(b); }
        }
        names.forEach((node, other) => node.classList.toggle("lit", on && near.has(other)));
      };
      return el("svg:a", { href, class: "node", onmouseenter: light(true), onmouseleave: light(false), onfocus: light(true), onblur: light(false) }, el("svg:title", {}, title),
        el("rect", { x: at[row][0] - boxes[row].w / 2, y: at[row][1] - boxes[row].h / 2, width: boxes[row].w, height: boxes[row].h, rx: 3 }),
        el("text", { x: at[row][0], y: at[row][1] + boxes[row].font * 0.34, "font-size": boxes[row].font }, clip(name)));
    });
    const picture = el("svg", { class: "picture network", viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": label }, ...lines.map(({ line }) => line), ...names);
    return picture;
  }

  return { columns, small, network };
})();
