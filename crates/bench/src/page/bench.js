// Draws a report of `copydesk bench` from the data in the page: pictures of SVG, each with its table and its rows as CSV.
// Names of pipelines and stages become text nodes alone, never markup.
"use strict";
(() => {
  const { el, plural, save } = copydeskDom;
  const data = JSON.parse(document.querySelector("script.bench").textContent);
  const { report, figures, stages, runs } = data;
  const { measurements, comparison } = report;
  const changes = comparison?.changes ?? [];
  /** On the same texts, speeds of all units change alike. */
  const ALIKE = new Set(["articles_per_second", "megabytes_per_second"]);
  const figure = new Map(figures.map((meaning) => [meaning.key, meaning]));
  const VERDICT = { better: "better", worse: "worse", within_noise: "within the noise", too_few_runs: "too few runs" };
  /** Below this width labels stand above their rows. */
  const NARROW = 620;
  const ROW = 34;
  const SHARE = { key: "share", label: "time in the stage, %", scale: 100 };
  const COST = { key: "seconds_per_megabyte", label: "time in the stage, ms/MB", scale: 1e3 };

  const pipelines = [...new Set(measurements.map(({ pipeline }) => pipeline))];
  const colour = (at) => `var(--c${at % 8})`;
  const threads = (count) => plural(count, "thread", "threads");
  const named = ({ pipeline, threads: count }) => `${pipeline}, ${threads(count)}`;

  // Numbers ---------------------------------------------------------------------------------------------------------

  /** Three digits, and all of those before the point, as in the table of the program. */
  const number = (value) => (value === 0 || Math.abs(value) >= 100
    ? value.toLocaleString("en", { maximumFractionDigits: 0 })
    : value.toLocaleString("en", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })).replace("-", "−");
  const tick = (value) => value.toLocaleString("en", { maximumSignificantDigits: 6 }).replace("-", "−");
  const signed = (ratio) => {
    const percent = 100 * (ratio - 1);
    const words = Math.abs(percent) < 999.5 ? percent.toFixed(1) : percent.toLocaleString("en", { maximumFractionDigits: 0 });
    return `${percent < 0 ? "" : "+"}${words}`.replace("-", "−");
  };
  const interval = ({ low, high }, scale) => (low === null ? "" : `${number(low * scale)} to ${number(high * scale)}`);

  /** A scale from values to pixels with its ticks: linear from 0, or logarithmic if the values differ too much for that. */
  function axis(values, width) {
    const known = values.filter((value) => Number.isFinite(value) && value > 0);
    const greatest = Math.max(...known, 1e-12), least = Math.min(...known, greatest);
    const most = Math.max(2, Math.floor(width / 90));
    if (greatest / least > 20) {
      const from = Math.log10(least) - 0.1, to = Math.log10(greatest) + 0.1;
      const powers = [];
      for (let power = Math.floor(from); power <= to; power += 1) powers.push(10 ** power);
      const inside = (value) => Math.log10(value) >= from && Math.log10(value) <= to;
      const choices = [[1, 2, 5], [1, 3], [1]].map((steps) => powers.flatMap((power) => steps.map((step) => step * power)).filter(inside));
      let ticks = choices.find((choice) => choice.length <= most) ?? choices[2];
      while (ticks.length > most) ticks = ticks.filter((_, at) => at % 2 === 0);
      return { logarithmic: true, ticks, x: (value) => ((Math.log10(Math.max(value, least)) - from) / (to - from)) * width };
    }
    const to = greatest * 1.05;
    const raw = to / most, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) * power;
    const ticks = [];
    for (let at = 0; at * step <= to; at += 1) ticks.push(at * step);
    return { logarithmic: false, ticks, x: (value) => (value / to) * width };
  }

  // Pieces of pictures ----------------------------------------------------------------------------------------------

  /** A word that the pointer shows. */
  const hint = (words) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", "title");
    node.append(words);
    return node;
  };
  /** A name in at most so many characters: it loses its beginning, since the end tells files and threads apart. */
  const short = (name, most) => {
    const letters = [...name];
    return letters.length <= most ? name : `…${letters.slice(letters.length - most + 1).join("")}`;
  };
  const rectangle = (x, y, width, height, attributes, ...inside) =>
    el("rect", { x, y, width: Math.max(width, 0), height, ...attributes }, ...inside);
  const line = (x1, y1, x2, y2, attributes) => el("line", { x1, y1, x2, y2, ...attributes });
  const MARKS = {
    circle: (x, y, attributes, ...inside) => el("circle", { cx: x, cy: y, r: 5, ...attributes }, ...inside),
    diamond: (x, y, attributes, ...inside) => el("path", { d: `M${x} ${y - 6.5}L${x + 6.5} ${y}L${x} ${y + 6.5}L${x - 6.5} ${y}Z`, ...attributes }, ...inside),
    square: (x, y, attributes, ...inside) => rectangle(x - 4.5, y - 4.5, 9, 9, attributes, ...inside),
  };

  /** The frame of a picture with a row for each entry: where labels, marks and numbers stand. */
  function frame(width, rows, right) {
    const narrow = width < NARROW;
    const longest = Math.max(...rows.map((row) => [...row.label].length), 0);
    const left = narrow ? 8 : Math.min(12 + longest * 7.4, width * 0.3);
    const room = narrow ? 8 : right;
    const height = narrow ? ROW + 20 : ROW;
    const plot = Math.max(width - left - room, 60);
    return {
      narrow, left, plot, height,
      middle: (at) => 6 + at * height + (narrow ? 37 : height / 2),
      bottom: 6 + rows.length * height,
      label(row, at, beside = "") {
        const most = Math.floor((narrow ? width - 36 - 7 * beside.length : left - 12) / 6.8);
        return el("text", { class: "label", x: narrow ? left : left - 12, y: narrow ? 6 + at * height + 16 : this.middle(at) + 4.5, "text-anchor": narrow ? "start" : "end" },
          short(row.label, most), hint(row.label));
      },
      value(words, at) {
        return el("text", { class: "value", x: width - (narrow ? 8 : 4), y: narrow ? 6 + at * height + 16 : this.middle(at) + 4.5, "text-anchor": "end" }, words);
      },
    };
  }

  const svg = (width, height, words, ...children) =>
    el("svg", { role: "img", "aria-label": words, viewBox: `0 0 ${width} ${height}`, width, height }, ...children);

  /** Grid and ticks under a frame. */
  function ticks(scale, place, words = tick) {
    const group = el("g", { class: "axis" });
    for (const value of scale.ticks) {
      const x = place.left + scale.x(value);
      group.append(line(x, 4, x, place.bottom, {}), el("text", { x, y: place.bottom + 18, "text-anchor": "middle" }, words(value)));
    }
    return group;
  }

  /** Rows of marks with intervals on one axis. A row has `label`, `colour`, `value`, and `marks` of an estimate each. */
  function dots(width, words, meaning, rows) {
    const place = frame(width, rows, 7.2 * Math.max(...rows.map((row) => row.value.length), 0) + 22);
    const all = rows.flatMap((row) => row.marks.flatMap(({ estimate, runs: each, then }) =>
      [estimate.median, estimate.low, estimate.high, then, ...each].filter((value) => value !== null && value !== undefined)));
    const scale = axis(all.map((value) => value * meaning.scale), place.plot - 10);
    const x = (value) => place.left + scale.x(value * meaning.scale);
    const picture = svg(width, place.bottom + 28, words, ticks(scale, place));
    rows.forEach((row, at) => {
      const y = place.middle(at);
      picture.append(place.label(row, at, row.value), place.value(row.value, at));
      const group = el("g", { class: "marks", colour: row.colour });
      if (row.marks.length > 1) group.append(line(x(row.marks[0].estimate.median), y, x(row.marks[row.marks.length - 1].estimate.median), y, { class: "range" }));
      for (const { estimate, runs: each, mark, name, then } of row.marks) {
        for (const value of each) group.append(el("circle", { class: "run", cx: x(value), cy: y, r: 2.5 }));
        if (estimate.low !== null) {
          const [from, to] = [x(estimate.low), x(estimate.high)];
          group.append(el("path", { class: "whisker", d: `M${from} ${y - 6}V${y + 6}M${from} ${y}H${to}M${to} ${y - 6}V${y + 6}` }));
        }
        if (then !== null && then !== undefined) {
          group.append(MARKS[mark](x(then), y, { class: "then" }, hint(`${row.label}, then: ${number(then * meaning.scale)}`)));
        }
        group.append(MARKS[mark](x(estimate.median), y, { class: "mark" },
          hint(`${row.label}${name ? `, ${name}` : ""}: ${number(estimate.median * meaning.scale)}${estimate.low === null ? "" : `, 95 % interval ${interval(estimate, meaning.scale)}`}`)));
      }
      picture.append(group);
    });
    return { picture, logarithmic: scale.logarithmic };
  }

  // Tables and CSV --------------------------------------------------------------------------------------------------

  /** A cell of CSV. A word that a spreadsheet would take for a formula gets an apostrophe, by which it stays a word. */
  function cell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const safe = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }
  const csv = (heads, rows) => `\ufeff${[heads, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

  function table(title, heads, rows) {
    const shown = (value) => (value === null || value === undefined ? "" : typeof value === "number" ? number(value) : value);
    return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `${title}: table` }, el("table", { class: "rows" },
      el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((value, at) =>
        (at === 0 ? el("th", { scope: "row" }, shown(value)) : el("td", { class: typeof value === "number" ? "number" : null }, shown(value)))))))));
  }

  /** A picture with its title, controls, legend, table and CSV. `draw(width)` gives `picture` and perhaps a `note`;
   * `rows()` gives heads and rows. Returns the element and what draws it anew. */
  function section(id, title, about, { draw, rows, controls = [], legend = null }) {
    const plot = el("div", { class: "plot" }), note = el("p", { class: "note" }), details = el("details", {}, el("summary", {}, "Table"));
    let width = 0;
    const again = () => {
      const { picture, note: words } = draw(width);
      plot.replaceChildren(picture);
      note.textContent = words ?? "";
      note.hidden = !words;
      const [heads, all] = rows();
      details.replaceChildren(details.firstChild, table(title, heads, all));
    };
    new ResizeObserver(() => {
      const now = Math.floor(plot.clientWidth);
      if (now === width || now === 0) return;
      width = now;
      again();
    }).observe(plot);
    const button = el("button", { type: "button", onclick: () => save(`${id}.csv`, "text/csv;charset=utf-8", csv(...rows())) }, "CSV of these rows");
    const node = el("section", { id, "aria-labelledby": `${id}-title` }, el("div", { class: "title" }, el("h2", { id: `${id}-title` }, title), ...controls),
      el("p", { class: "about" }, about), plot, note, legend, el("div", { class: "tools" }, button, details));
    return { node, again };
  }

  function choice(label, values, onchange) {
    return el("label", {}, `${label} `, el("select", { onchange: (event) => onchange(event.target.value) },
      ...values.map(([value, words]) => el("option", { value }, words))));
  }

  const estimateHeads = (label) => ["pipeline", "threads", label, "low", "high"];
  const estimateRow = (found, estimate, scale) => [found.pipeline, found.threads, estimate.median * scale,
    estimate.low === null ? null : estimate.low * scale, estimate.high === null ? null : estimate.high * scale];
  const change = (found, key, stage) => changes.find((other) => other.pipeline === found.pipeline && other.threads === found.threads
    && other.figure === key && (other.stage ?? null) === (stage ?? null));

  /** Rows of one figure. */
  const rowsOf = (key) => measurements.flatMap((found, at) => {
    const estimate = found.figures[key];
    if (!estimate) return [];
    const scale = figure.get(key).scale;
    return [{ label: named(found), colour: colour(pipelines.indexOf(found.pipeline)), value: number(estimate.median * scale),
      marks: [{ estimate, runs: runs[at][key] ?? [], mark: "circle", then: change(found, key)?.old }] }];
  });

  const isKnown = (key) => measurements.some((found) => found.figures[key]);
  const LOGARITHMIC = "The axis is logarithmic: from tick to tick the values multiply.";
  const missing = (key) => {
    const without = measurements.filter((found) => !found.figures[key]);
    return without.length ? `Not known for ${without.map(named).join("; ")}.` : "";
  };
  const notes = (...parts) => parts.filter(Boolean).join(" ");
  const summary = (label, rows) => `${label}: ${rows.map((row) => `${row.label} ${row.value}`).join("; ")}`;

  // The pictures ----------------------------------------------------------------------------------------------------

  function speed() {
    const keys = ["tokens_per_second", "articles_per_second", "megabytes_per_second"].filter(isKnown);
    if (!keys.length) return null;
    let key = keys[0];
    const about = "More is better. A large dot is the median of the runs, the bar its 95 % interval, small dots are the runs."
      + (changes.length ? " A hollow dot is the earlier run." : "");
    const part = section("speed", "Speed", about, {
      draw(width) {
        const rows = rowsOf(key);
        const { picture, logarithmic } = dots(width, summary(figure.get(key).label, rows), figure.get(key), rows);
        return { picture, note: notes(logarithmic && LOGARITHMIC, missing(key)) };
      },
      rows: () => [[...estimateHeads(figure.get(key).label), "times the first"], measurements.filter((found) => found.figures[key]).map((found) =>
        [...estimateRow(found, found.figures[key], figure.get(key).scale), found.figures[key].median / (measurements[0].figures[key]?.median ?? NaN) || null])],
      controls: keys.length > 1 ? [choice("in", keys.map((each) => [each, figure.get(each).label]), (value) => { key = value; part.again(); })] : [],
    });
    return part.node;
  }

  function one(id, title, key, about) {
    if (!isKnown(key)) return null;
    const meaning = figure.get(key);
    return section(id, title, about, {
      draw(width) {
        const rows = rowsOf(key);
        const { picture, logarithmic } = dots(width, summary(meaning.label, rows), meaning, rows);
        return { picture, note: notes(logarithmic && LOGARITHMIC, missing(key)) };
      },
      rows: () => [estimateHeads(meaning.label), measurements.filter((found) => found.figures[key]).map((found) => estimateRow(found, found.figures[key], meaning.scale))],
    }).node;
  }

  function latency() {
    const shares = [["latency_p50_seconds", "p50", "circle"], ["latency_p95_seconds", "p95", "diamond"], ["latency_p99_seconds", "p99", "square"]];
    if (!isKnown(shares[0][0])) return null;
    const meaning = { label: "latency, ms", scale: figure.get(shares[0][0]).scale };
    const rowsHere = () => measurements.filter((found) => found.figures[shares[0][0]]).map((found) => ({
      label: named(found), colour: colour(pipelines.indexOf(found.pipeline)),
      value: shares.map(([key]) => number(found.figures[key].median * meaning.scale)).join(" · "),
      marks: shares.map(([key, name, mark]) => ({ estimate: found.figures[key], runs: [], mark, name })),
    }));
    const legend = el("p", { class: "legend" }, ...shares.flatMap(([, name, mark], at) => [el("span", {}, el("svg", { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": "true" },
      MARKS[mark](7, 7, { class: "key" })), `${name}: ${["half", "95 of 100", "99 of 100"][at]} of the articles took no longer`.replace("100 of the", "100"))]));
    return section("latency", "Latency, ms", "Less is better. The time of an article that is analyzed by itself, while the other threads do the same. Bars are 95 % intervals.", {
      draw(width) {
        const rows = rowsHere();
        const { picture, logarithmic } = dots(width, summary(meaning.label, rows), meaning, rows);
        return { picture, note: notes(logarithmic && LOGARITHMIC, missing(shares[0][0])) };
      },
      rows: () => [["pipeline", "threads", "percentile", "latency, ms", "low", "high"], measurements.filter((found) => found.figures[shares[0][0]]).flatMap((found) =>
        shares.map(([key, name]) => { const [pipeline, count, ...rest] = estimateRow(found, found.figures[key], meaning.scale); return [pipeline, count, name, ...rest]; }))],
      legend,
    }).node;
  }

  function stageShares() {
    if (!stages.length) return null;
    let meaning = SHARE;
    const with_ = measurements.filter((found) => found.stages.length);
    const legend = el("p", { class: "legend" }, ...stages.map((stage, at) => el("span", {}, el("svg", { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": "true" },
      rectangle(1, 1, 12, 12, { class: "part", colour: colour(at) })), stage)));
    const part = section("stages", "Stages", "Where the time goes, summed over threads. Medians of the runs.", {
      draw(width) {
        const rows = with_.map((found) => ({ found, label: named(found), sum: found.stages.reduce((sum, stage) => sum + stage[meaning.key].median, 0) }));
        const place = frame(width, rows, meaning === SHARE ? 14 : 80);
        const greatest = Math.max(...rows.map((row) => row.sum), 1e-12);
        const shown = meaning === SHARE ? 1 : greatest;
        const scale = axis([shown * meaning.scale], place.plot - 10);
        const picture = svg(width, place.bottom + 28, `${meaning.label}: ${rows.map((row) => `${row.label}: ${row.found.stages.map((stage) => `${stage.stage} ${number(stage[meaning.key].median * meaning.scale)}`).join(", ")}`).join("; ")}`, ticks(scale, place));
        rows.forEach((row, at) => {
          const y = place.middle(at);
          picture.append(place.label(row, at));
          if (meaning === COST) picture.append(place.value(number(row.sum * meaning.scale), at));
          let from = 0;
          for (const stage of row.found.stages) {
            const value = stage[meaning.key].median;
            const x = place.left + scale.x(from * meaning.scale), size = scale.x((from + value) * meaning.scale) - scale.x(from * meaning.scale);
            const words = `${row.label}, ${stage.stage}: ${number(value * meaning.scale)}${meaning === SHARE ? " %" : " ms/MB"}${stage[meaning.key].low === null ? "" : `, 95 % interval ${interval(stage[meaning.key], meaning.scale)}`}`;
            picture.append(rectangle(x, y - 11, size - 1, 22, { class: "part", colour: colour(stages.indexOf(stage.stage)) }, hint(words)));
            const label = `${stage.stage} ${meaning === SHARE ? Math.round(100 * value) : number(value * meaning.scale)}`;
            if (size > [...label].length * 7 + 8) picture.append(el("text", { class: "inside", x: x + 6, y: y + 4.5 }, label));
            from += value;
          }
        });
        return { picture };
      },
      rows: () => [["pipeline", "threads", "stage", meaning.label, "low", "high"], with_.flatMap((found) => found.stages.map((stage) => {
        const [pipeline, count, ...rest] = estimateRow(found, stage[meaning.key], meaning.scale);
        return [pipeline, count, stage.stage, ...rest];
      }))],
      controls: [choice("as", [["share", "share, %"], ["seconds_per_megabyte", "ms/MB"]], (value) => { meaning = value === "share" ? SHARE : COST; part.again(); })],
      legend,
    });
    return part.node;
  }

  function compared() {
    if (!comparison) return null;
    const label = (row) => (row.stage === undefined ? figure.get(row.figure)?.label ?? row.figure : `time in ${row.stage}, ms/MB`);
    const scaleOf = (row) => (row.stage === undefined ? figure.get(row.figure)?.scale ?? 1 : COST.scale);
    const isOutside = (row) => row.verdict === "better" || row.verdict === "worse";
    const outside = changes.filter(isOutside), judged = changes.filter((row) => row.verdict !== "too_few_runs");
    const about = [`Compared with copydesk ${comparison.copydesk}, ${comparison.date}.`, ...comparison.notes.map((note) => `Note: ${note}.`),
      judged.length ? `${outside.length} of ${judged.length} figures changed by more than the noise within the runs; by chance alone about ${Math.round(judged.length * 0.05)} would.`
        : changes.length ? "Six runs of each give intervals; with fewer nobody can tell a change from noise." : "Nothing can be compared."].join(" ");
    if (!changes.length) return el("section", { id: "changes", "aria-labelledby": "changes-title" }, el("h2", { id: "changes-title" }, "Change"), el("p", { class: "about" }, about));
    const state = { subject: "", outside: outside.length > 0 && changes.length > 24 };
    const isRepeated = (row) => ALIKE.has(row.figure) && changes.some((other) => other.figure === "tokens_per_second" && named(other) === named(row));
    const shown = () => changes.filter((row) => !isRepeated(row) && (!state.subject || named(row) === state.subject) && (!state.outside || isOutside(row)));
    const subjects = [...new Set(changes.map(named))];
    const part = section("changes", "Change", about, {
      draw(width) {
        const rows = shown().map((row) => ({ ...row, label: subjects.length > 1 && !state.subject ? `${width < NARROW ? `${row.pipeline} ×${row.threads}` : named(row)}: ${label(row)}` : label(row) }));
        const words = (row) => `${signed(row.ratio)} %${width < NARROW || row.low === null ? "" : ` (${signed(row.low)} to ${signed(row.high)})`} ${VERDICT[row.verdict]}`;
        const place = frame(width, rows, 7 * Math.max(...rows.map((row) => words(row).length), 0) + 20);
        const clamp = (ratio) => Math.log(Math.min(Math.max(ratio, 0.01), 100));
        const ends = rows.flatMap((row) => [row.ratio, row.low ?? row.ratio, row.high ?? row.ratio]).map(clamp);
        const reach = Math.max(...ends.map(Math.abs), Math.log(1.02)) * 1.08;
        const x = (ratio) => ((clamp(ratio) + reach) / (2 * reach)) * (place.plot - 10);
        const marks = [0.02, 0.05, 0.1, 0.2, 0.5, 0.67, 0.8, 0.9, 0.95, 0.98, 0.99, 1, 1.01, 1.02, 1.05, 1.1, 1.25, 1.5, 2, 5, 10, 20, 50].filter((ratio) => Math.abs(clamp(ratio)) <= reach);
        const kept = [1];
        for (const ratio of marks.sort((a, b) => Math.abs(clamp(b)) - Math.abs(clamp(a)))) {
          if (kept.every((other) => Math.abs(x(other) - x(ratio)) > 62)) kept.push(ratio);
        }
        const picture = svg(width, place.bottom + 28, `change: ${rows.map((row) => `${row.label} ${words(row)}`).join("; ")}`,
          ticks({ ticks: kept, x }, place, (ratio) => (ratio === 1 ? "0 %" : `${ratio < 1 ? "−" : "+"}${Math.abs(Math.round(100 * (ratio - 1))).toLocaleString("en")} %`)),
          line(place.left + x(1), 4, place.left + x(1), place.bottom, { class: "zero" }));
        rows.forEach((row, at) => {
          const y = place.middle(at);
          const group = el("g", { class: `marks ${row.verdict}` });
          if (row.low !== null) {
            const [from, to] = [place.left + x(row.low), place.left + x(row.high)];
            group.append(el("path", { class: "whisker", d: `M${from} ${y - 6}V${y + 6}M${from} ${y}H${to}M${to} ${y - 6}V${y + 6}` }));
          }
          group.append(MARKS.diamond(place.left + x(row.ratio), y, { class: "mark" },
            hint(`${row.label}: then ${number(row.old * scaleOf(row))}, now ${number(row.new * scaleOf(row))}, ${words(row)}`)));
          picture.append(place.label(row, at, words(row)), place.value(words(row), at), group);
        });
        return { picture, note: rows.length ? "" : "No figure changed by more than the noise." };
      },
      rows: () => [["pipeline", "threads", "figure", "then", "now", "change, %", "low", "high", "verdict"], shown().map((row) => {
        const percent = (ratio) => (ratio === null ? null : 100 * (ratio - 1));
        return [row.pipeline, row.threads, label(row), row.old * scaleOf(row), row.new * scaleOf(row), percent(row.ratio), percent(row.low), percent(row.high), VERDICT[row.verdict]];
      })],
      controls: [subjects.length > 1 ? choice("of", [["", "all"], ...subjects.map((subject) => [subject, subject])], (value) => { state.subject = value; part.again(); }) : null,
        outside.length && outside.length < changes.length ? el("label", {}, el("input", { type: "checkbox", checked: state.outside, onchange: (event) => { state.outside = event.target.checked; part.again(); } }), " outside the noise only") : null].filter(Boolean),
    });
    return part.node;
  }

  // The page --------------------------------------------------------------------------------------------------------

  function about() {
    const row = (term, value) => [el("dt", {}, term), el("dd", {}, value)];
    const failed = measurements.map((found) => [found, Math.max(0, ...found.samples.map((sample) => sample.failed))]).filter(([, count]) => count > 0);
    return el("section", { id: "about", "aria-labelledby": "about-title" }, el("h2", { id: "about-title" }, "Machine, texts and method"), el("dl", {},
      ...row("machine", data.machine), ...row("texts", data.texts + (report.input.files.length ? ` (${report.input.files.join(", ")})` : "")),
      ...row("SHA-256 of the texts", report.input.sha256), ...row("program", `copydesk ${report.copydesk}`), ...row("measured", report.date),
      ...row("runs", `${report.runs} of each, in turns, each in a process of its own`),
      ...(failed.length ? row("failed", failed.map(([found, count]) => `${named(found)}: ${plural(count, "document", "documents")} of a run`).join("; ")) : []),
      ...row("figures", "Medians of the runs. From six runs on, 95 % bootstrap intervals (Efron 1979). A change is better or worse if the interval of its ratio excludes 1.")),
      el("p", {}, el("button", { type: "button", onclick: () => save("bench.json", "application/json", JSON.stringify(report)) }, "Data as JSON"), " for --compare"));
  }

  function headline() {
    const key = isKnown("tokens_per_second") ? "tokens_per_second" : "megabytes_per_second";
    const known = measurements.filter((found) => found.figures[key]).sort((a, b) => b.figures[key].median - a.figures[key].median);
    if (!known.length) return null;
    const { scale, label } = figure.get(key);
    const words = (found) => `${named(found)}: ${number(found.figures[key].median * scale)} ${label}`;
    const first = known[0], last = known[known.length - 1];
    return el("p", { class: "sum" }, el("b", {}, words(first)), known.length < 2 ? "."
      : `, ${number(first.figures[key].median / last.figures[key].median)} times as fast as ${words(last)}.`);
  }

  const parts = [compared(), speed(), stageShares(), latency(), one("startup", "Start-up, ms", "start_up_seconds", "Less is better. From the start of the process until its pipeline is loaded."),
    one("memory", "Peak memory, MB", "peak_memory_bytes", "Less is better. The most that the process held, texts included.")];
  document.title = `${pipelines.join(", ")} – Copydesk bench`;
  document.getElementById("report").replaceChildren(el("div", { class: "bench" },
    el("header", {}, el("h1", {}, "Benchmark of ", ...pipelines.flatMap((pipeline, at) => [at ? ", " : "", el("bdi", {}, pipeline)])), headline(),
      el("p", {}, [data.machine, `copydesk ${report.copydesk}`, report.date.slice(0, 10), data.texts, plural(report.runs, "run", "runs")].join(" · "))),
    el("main", { id: "article" }, ...parts.filter(Boolean), about())));
})();
