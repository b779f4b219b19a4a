"""Makes what the exported checkpoint reads: words, pieces, token types and windows, as the plugin `encoder` makes them.

usage: windows.py VOCABULARY TEXTS...   writes TEXTS with the ending .windows, a line for each text

This is the trainer's own code, which asks `COPYDESK` for words. It is done once, beforehand: `transformers` and ONNX Runtime
have nothing for it, and its time is not counted.
"""

import json
import sys
from pathlib import Path

import corpus

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
from copydesk_training import text, windows  # noqa: E402

# Pieces in a window without [CLS] and [SEP], and in two windows side by side at least: as in the plugin.
MOST, OVERLAP = 254, 32


def cut(document: dict, ends: tuple[int, int]) -> list[tuple]:
    """The windows of a document, each with the words that take their tags from it: see systems.Window."""
    found = list(windows.overlapping(document, MOST, OVERLAP))
    size, first, out, start = len(document["words"]), document["first"].tolist(), [], 0
    for (_, begin, end), after in zip(found, [*found[1:], None]):
        stop = size
        if after:
            # The middle of what two windows share, or the beginning of a sentence near it.
            middle = (first[after[1]] + first[end]) / 2
            begun = [word for word in document["sentences"].tolist() if after[1] <= word <= end]
            stop = min(begun or range(after[1], end), key=lambda word: abs(first[word] - middle))
        a, b = first[begin], first[end]
        ids = [ends[0], *document["ids"][a:b].tolist(), ends[1]]
        types = [text.SPECIAL_TYPE, *document["types"][a:b].tolist(), text.SPECIAL_TYPE]
        out.append((ids, types, [piece - a + 1 for piece in first[start:stop]], start))
        start = stop
    return out


def main() -> None:
    vocabulary = text.read_vocabulary(sys.argv[1])
    pieces = text.Pieces(vocabulary)
    ends = (vocabulary["[CLS]"], vocabulary["[SEP]"])
    for source in map(Path, sys.argv[2:]):
        rows = list(corpus.texts(source))
        with source.with_suffix(".windows").open("w", encoding="utf-8") as file:
            for (id, content), layout in zip(rows, text.analyse([content for _, content in rows])):
                document = text.encode(content, layout, pieces)
                found = cut(document, ends)
                row = {"id": id, "words": layout["words"], "sentences": layout["sentences"], "windows": found}
                file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
