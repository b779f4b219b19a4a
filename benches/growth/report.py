"""Prints what was measured and fitted as Markdown.

usage: report.py MEASUREMENTS
"""

import sys
from pathlib import Path

from series import AXES, PIPELINES, Series, load

# Exponents that count as linear.
LINEAR = (0.95, 1.05)


def seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def megabytes(value: float) -> str:
    return f"{value / 1e6:,.0f}"


def linear(series: Series) -> str:
    """Whether time is linear, as far as the interval of its exponent can tell."""
    power, margin = series.exponent()
    low, high = power - margin, power + margin
    if LINEAR[0] <= low and high <= LINEAR[1]:
        return "yes"
    return "**no**" if high < LINEAR[0] or LINEAR[1] < low else "too noisy"


def fits(all_series: dict[tuple[str, str], Series]) -> list[str]:
    """Returns the table of the fits."""
    lines = [
        "| grows | pipeline | start-up, ms | µs a word | exponent | linear | peak memory, MB | bytes a word |",
        "| --- | --- | ---: | ---: | ---: | --- | ---: | ---: |",
    ]
    for (axis, pipeline), series in all_series.items():
        time, peak, (power, margin) = series.time(), series.peak(), series.exponent()
        lines.append(
            f"| {axis} | `{pipeline}` | {series.start * 1e3:.0f} | {time.slope * 1e6:.2f} ± {time.margin * 1e6:.2f} "
            f"| {power:.3f} ± {margin:.3f} | {linear(series)} "
            f"| {megabytes(series.memory[0])} to {megabytes(series.memory[-1])} "
            f"| {peak.slope:,.0f} ± {peak.margin:,.0f} |"
        )
    return lines


def points(axis: str, all_series: dict[tuple[str, str], Series]) -> list[str]:
    """The table of the medians of one axis."""
    fast, news = (all_series[axis, pipeline] for pipeline in PIPELINES)
    name = {"document": "words", "corpus": "articles (words)"}[axis]
    columns = "".join(f" `{pipeline}`: processor, s | wall, s | MB | runs |" for pipeline in PIPELINES)
    lines = [f"| {name} |{columns}", "| ---: |" + " ---: |" * 8]
    for at, (size, words) in enumerate(zip(fast.sizes, fast.words)):
        label = f"{words:,}" if axis == "document" else f"{size:,} ({words:,})"
        cells = [
            f" {seconds(s.seconds[at])} | {seconds(s.wall[at])} | {megabytes(s.memory[at])} | {s.runs[at]} |"
            for s in (fast, news)
        ]
        lines.append(f"| {label} |{''.join(cells)}")
    return lines


def write(path: Path) -> None:
    measured, all_series = load(path)
    load_average = measured["load"]
    print(
        f"{measured['date']}, {measured['version']}, {measured['machine']}; "
        f"load {min(load_average)} to {max(load_average)} at the start and after each turn.\n"
    )
    print("\n".join(fits(all_series)))
    for axis in AXES:
        print()
        print("\n".join(points(axis, all_series)))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
