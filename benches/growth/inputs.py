"""Writes all documents and corpora that are measured, and what is in them.

usage: inputs.py WORK

Writes a file of JSON lines for each size into the folder WORK, and the points without their runs as WORK/inputs.json.
"""

import itertools
import json
import sys
from dataclasses import asdict
from pathlib import Path

import texts
from measure import ARTICLE, CORPORA, DOCUMENTS, PIPELINES, Point, input_file


def line(text: str) -> str:
    return json.dumps({"text": text}, ensure_ascii=False) + "\n"


def write_document(path: Path, words: int) -> tuple[int, int]:
    """Writes one document as a line; its articles and words."""
    if words == 0:
        path.write_text("", encoding="utf-8")
        return 0, 0
    text, count = texts.document(words)
    path.write_text(line(text), encoding="utf-8")
    return 1, count


def write_corpus(path: Path, size: int) -> tuple[int, int]:
    """Writes so many articles, a line each; their number and words."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for text, words in itertools.islice(texts.articles(ARTICLE), size):
            file.write(line(text))
            count += words
    return size, count


def main() -> None:
    out = Path(sys.argv[1])
    points = []
    for axis, sizes, write in (("document", DOCUMENTS, write_document), ("corpus", CORPORA, write_corpus)):
        for size in sizes:
            path = input_file(out, axis, size)
            articles, words = write(path, size)
            length = path.stat().st_size
            points += [asdict(Point(axis, pipeline, size, articles, words, length)) for pipeline in PIPELINES]
    (out / "inputs.json").write_text(json.dumps(points), encoding="utf-8")


if __name__ == "__main__":
    main()
