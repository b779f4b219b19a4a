#!/usr/bin/env python3
"""Draws coloured terminal output as an SVG file, for the README.

    copydesk analyze --color always -f pretty examples/article.txt | scripts/picture.py COMMAND LINES... > FILE.svg

COMMAND is shown as the line that was typed. LINES are ranges such as 12-15, from 1; a gap between two of them is drawn as
an ellipsis. If the output has changed, look for the lines again. docs/reading-view.svg is made by

    copydesk analyze --color always -f pretty examples/article.txt |
        scripts/picture.py "copydesk analyze examples/article.txt" 12-15 22-24 66-70 89-89 94-95 106-109 \
        133-135 138-143 > docs/reading-view.svg

It needs Python 3.8 or newer, nothing else.
"""

import re
import sys
from html import escape

# The window is dark on light and dark pages alike. The colours have a contrast of at least 4.5 to 1 on its background.
BACKGROUND, TEXT, FAINT = "#1d2027", "#d7dae0", "#9299a6"
COLOURS = {31: "#f28b82", 32: "#8fd18a", 33: "#e6c07b", 34: "#82b1ff", 35: "#dda0e8", 36: "#6fd0d8"}
SIZE, WIDTH, LEADING, MARGIN = 14, 8.43, 20, 18  # pixels: the letters, a letter's width, a line's height, the border


def runs(line):
    """Splits a line into (text, style) at its escape sequences. Unknown codes have no effect."""
    codes = set()
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            for code in part[2:-1].split(";"):
                codes = {*codes, int(code)} if code.strip("0") else set()
        elif part:
            yield part, frozenset(codes)


def attributes(codes):
    """Returns the SVG attributes of a set of terminal codes."""
    colour = next((COLOURS[code] for code in sorted(codes) if code in COLOURS), FAINT if 2 in codes else None)
    return (
        (f' fill="{colour}"' if colour else "")
        + (' font-weight="bold"' if 1 in codes else "")
        + (' font-style="italic"' if 3 in codes else "")
    )


def drawn(line, row):
    """Returns a line as text elements. Each has its place and length, whatever font the reader has."""
    column, out = 0, []
    for text, codes in runs(line):
        words = text.strip()
        if words:
            x = MARGIN + WIDTH * (column + len(text) - len(text.lstrip()))
            out.append(
                f'<text x="{x:.1f}" y="{row}" textLength="{WIDTH * len(words):.1f}"{attributes(codes)}>{escape(words)}</text>'
            )
        column += len(text)
    return out


def main():
    command, ranges = sys.argv[1], [tuple(map(int, part.split("-"))) for part in sys.argv[2:]]
    lines = sys.stdin.read().splitlines()
    shown = ["\x1b[2m$\x1b[0m \x1b[1m" + command, ""]
    end = ranges[0][0] - 1
    for first, last in ranges:
        if first > end + 1:
            shown.append("\x1b[2m…")
        shown += lines[first - 1 : last]
        end = last
    shown.append("\x1b[2m…")

    body = [element for i, line in enumerate(shown) for element in drawn(line, MARGIN + SIZE + i * LEADING)]
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in shown]
    width = round(2 * MARGIN + WIDTH * max(map(len, plain)))
    height = 2 * MARGIN + LEADING * len(shown)
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="{SIZE}">\n'
        f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>\n<g fill="{TEXT}">'
    )
    print("\n".join(body))
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
