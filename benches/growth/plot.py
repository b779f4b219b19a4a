"""Draws time and memory against the size of documents and corpora, for light and for dark pages.

usage: plot.py MEASUREMENTS OUT

Writes OUT/time-light.svg, time-dark.svg, memory-light.svg and memory-dark.svg. The same measurements give the same bytes.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot, ticker  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

from series import AXES, PIPELINES, Series, load  # noqa: E402


@dataclass(frozen=True)
class Theme:
    """Colours on the backgrounds that GitHub has; those of the pipelines are from Okabe and Ito's palette, which
    colour-blind readers tell apart, and their markers differ too."""

    paper: str
    ink: str
    faint: str
    pipelines: dict[str, str]


THEMES = {
    "light": Theme("#ffffff", "#1f2328", "#d1d9e0", {"fast": "#0072b2", "news": "#b34700"}),
    "dark": Theme("#0d1117", "#e6edf3", "#30363d", {"fast": "#56b4e9", "news": "#e69f00"}),
}
MARKERS = {"fast": "o", "news": "s"}
STYLE = {
    # Text stays text, in whatever such font the reader has.
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 9,
    # Names of elements are hashes; the same ones every time.
    "svg.hashsalt": "copydesk",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def words(value: float) -> str:
    """A power of ten as a reader says it."""
    return f"{value:,.0f}" if value < 1e6 else f"{value / 1e6:g} million"


def time_of(value: float) -> str:
    return f"{value * 1e3:g} ms" if value < 1 else f"{value:g} s"


def memory_of(value: float) -> str:
    return f"{value / 1e6:g} MB" if value < 1e9 else f"{value / 1e9:g} GB"


def prepare(axes: Axes, theme: Theme, axis: str, title: str, unit) -> None:
    """Logarithmic axes with a faint grid."""
    axes.set(xscale="log", yscale="log", facecolor=theme.paper)
    axes.set_title(title, loc="left", color=theme.ink, fontsize=10, fontweight="bold")
    axes.set_xlabel({"document": "words in one document", "corpus": "articles"}[axis], color=theme.ink)
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: words(value)))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: unit(value)))
    axes.minorticks_off()
    axes.grid(color=theme.faint, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(colors=theme.ink, length=0)
    for spine in axes.spines.values():
        spine.set_color(theme.faint)


def steps(low: float, high: float) -> list[float]:
    """Places along a logarithmic axis, close enough for a line that bends."""
    count = 40
    return [low * (high / low) ** (i / count) for i in range(count + 1)]


def draw_time(axes: Axes, theme: Theme, axis: str, all_series: dict[tuple[str, str], Series]) -> None:
    for pipeline in PIPELINES:
        series, colour = all_series[axis, pipeline], theme.pipelines[pipeline]
        line, (power, margin) = series.time(), series.exponent()
        # A corpus is drawn by its articles, its line is fitted by its words.
        mean = series.words[-1] / series.sizes[-1]
        sizes = steps(series.sizes[0], series.sizes[-1])
        axes.plot(sizes, [line.at(size * mean) for size in sizes], color=colour, linewidth=1.2)
        axes.axhline(series.start, color=colour, linewidth=0.8, linestyle=(0, (1, 2)))
        start = f"start-up {series.start * 1e3:.0f} ms"
        axes.text(series.sizes[-1], series.start, start, ha="right", va="bottom", color=colour, fontsize=7.5)
        axes.plot(series.sizes, series.seconds, MARKERS[pipeline], color=colour, markersize=5)
        text = f"{pipeline}: {line.slope * 1e6:.3g} µs a word\nexponent {power:.2f} ± {margin:.2f}"
        label(axes, series, series.seconds, text, colour, above=pipeline == "news")


def draw_memory(axes: Axes, theme: Theme, axis: str, all_series: dict[tuple[str, str], Series]) -> None:
    axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 3)))
    for pipeline in PIPELINES:
        series, colour = all_series[axis, pipeline], theme.pipelines[pipeline]
        axes.plot(series.sizes, series.memory, MARKERS[pipeline], color=colour, markersize=5)
        if axis == "document":
            line, sizes = series.peak(), steps(series.sizes[0], series.sizes[-1])
            axes.plot(sizes, [line.at(size) for size in sizes], color=colour, linewidth=1.2)
            text = f"{pipeline}: {line.start / 1e6:.0f} MB and\n{line.slope:,.0f} bytes a word"
            label(axes, series, series.memory, text, colour, above=pipeline == "news")
        else:
            axes.plot(series.sizes, series.memory, color=colour, linewidth=1.2)
            text = f"{pipeline}: {series.memory[0] / 1e6:.0f} to {series.memory[-1] / 1e6:.0f} MB"
            place = (series.sizes[0], max(series.memory))
            axes.annotate(text, place, (0, 8), textcoords="offset points", va="bottom", color=colour)


def label(axes: Axes, series: Series, values: list[float], text: str, colour: str, above: bool) -> None:
    """Labels the points with their pipeline, on the side without other points."""
    at = len(values) * 2 // 3 if above else len(values) // 2 + 1
    shift, side, end = ((-8, 6), "right", "bottom") if above else ((6, -6), "left", "top")
    place = (series.sizes[at], values[at])
    axes.annotate(text, place, shift, textcoords="offset points", ha=side, va=end, color=colour)


def figure(theme: Theme, what: str, all_series: dict[tuple[str, str], Series], threads: int) -> pyplot.Figure:
    """Documents at the left, corpora at the right; on so many threads the latter."""
    corpus = all_series["corpus", "news"]
    article = corpus.words[-1] / corpus.sizes[-1]
    drawn, both = pyplot.subplots(1, 2, figsize=(8.6, 3.9), sharey=True, layout="constrained", facecolor=theme.paper)
    draw, unit, name = {
        "time": (draw_time, time_of, "Processor time"),
        "memory": (draw_memory, memory_of, "Peak memory"),
    }[what]
    drawn.get_layout_engine().set(wspace=0.04)
    for axes, axis in zip(both, AXES):
        title = {
            "document": f"{name}, one document",
            "corpus": f"{name}, articles of {article:.0f} words, {threads} threads",
        }[axis]
        prepare(axes, theme, axis, title, unit)
        draw(axes, theme, axis, all_series)
    return drawn


def main() -> None:
    measurements, out = Path(sys.argv[1]), Path(sys.argv[2])
    measured, all_series = load(measurements)
    out.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(STYLE):
        for mode, theme in THEMES.items():
            for what in ("time", "memory"):
                drawn = figure(theme, what, all_series, measured["threads"]["corpus"])
                drawn.savefig(out / f"{what}-{mode}.svg", metadata={"Date": None, "Creator": None})
                pyplot.close(drawn)


if __name__ == "__main__":
    main()
