"""Measures memory: tables out of 10,000 articles, and 100,000 documents through `pipe`.

    python bindings/python/benches/memory.py ARTICLE [--articles N] [--documents N]

It fails if texts are copied on their way to pyarrow, pandas or polars, or if `pipe` grows by more than 8 MB after its first
quarter.
"""

import argparse
import itertools
import os
import sys
from pathlib import Path

import pandas
import polars
import pyarrow

import copydesk


def resident() -> float:
    """Returns the memory of this process in megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def addresses(column: pyarrow.ChunkedArray) -> list[int]:
    """Returns the places of the texts of a column."""
    return [chunk.buffers()[2].address for chunk in column.chunks]


def tables(text: str, articles: int) -> None:
    """Hands two tables to three packages."""
    nlp = copydesk.load("fast")
    frame = pyarrow.table({"id": [str(n) for n in range(articles)], "text": [text] * articles})
    before = resident()
    made = nlp.analyze_table(frame, layer=["quotes", "documents"], threads=0)
    print(f"{articles:,} articles of {len(text):,} characters; analyze_table: {resident() - before:,.0f} MB more")
    for name, table in made.items():
        print(f"  {name}: {len(table):,} rows, {table.nbytes / 1e6:,.0f} MB")
        before = resident()
        arrow = table.to_arrow()
        between = resident()
        frame = table.to_pandas()
        assert isinstance(frame, pandas.DataFrame)
        after = resident()
        if addresses(table.to_arrow()["text"]) != addresses(arrow["text"]):
            sys.exit("a copy on the way to pyarrow")
        if addresses(frame["text"].array._pa_array) != addresses(arrow["text"]):
            sys.exit("a copy on the way to pandas")
        print(f"    pyarrow {between - before:+.1f} MB, pandas {after - between:+.1f} MB", end="")
        before = resident()
        other = polars.DataFrame(table)
        print(f", polars {resident() - before:+.1f} MB ({other.shape[0]:,} rows)")
        views = (chunk.to_arrow(compat_level=polars.CompatLevel.newest()) for chunk in other["text"].get_chunks())
        if [buffer.address for view in views for buffer in view.buffers()[2:]] != addresses(arrow["text"]):
            sys.exit("a copy on the way to polars")


def documents(text: str, count: int) -> None:
    """Takes many results and drops them."""
    nlp = copydesk.load("fast")
    for threads in (1, 2):
        seen, done = [], 0
        for article in nlp.pipe(itertools.repeat(text, count), threads=threads):
            done += article.has("quotes")
            if done % (count // 4) == 0:
                seen.append(resident())
        print(f"{done:,} documents, {threads} threads: MB after each quarter:", ", ".join(f"{mb:.0f}" for mb in seen))
        if max(seen) - seen[0] > 8:
            sys.exit("memory grows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("article", type=Path)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--documents", type=int, default=100_000)
    arguments = parser.parse_args()
    text = arguments.article.read_text("utf-8")
    documents(text[:100], arguments.documents)
    tables(text, arguments.articles)


if __name__ == "__main__":
    main()
