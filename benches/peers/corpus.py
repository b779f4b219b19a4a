"""Reads annotated news for the comparison: JSON lines, packed with gzip or not, in the forms of docs/training.md."""

import gzip
import json
from pathlib import Path
from typing import Iterator, NamedTuple


class Article(NamedTuple):
    """A text with its tokens, paragraphs and names. Offsets are code points, ends exclusive."""

    id: str
    text: str
    tokens: list[tuple[int, int]]
    # First and past the last token of each paragraph (or sentence, where the corpus has those); covers all tokens.
    paragraphs: list[tuple[int, int]]
    # First token, past the last token, label.
    entities: list[tuple[int, int, str]]


def lines(path: Path) -> Iterator[tuple[int, dict]]:
    """The JSON objects of a file with their line numbers; blank lines are passed over."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except json.JSONDecodeError as error:
                    raise SystemExit(f"{path}:{number}: not JSON: {error}") from error


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Id and text of each line. A line without a text is its tokens with a space between each two."""
    for number, row in lines(path):
        text = row.get("text")
        if text is None and "tokens" in row:
            text = " ".join(row["tokens"])
        if not isinstance(text, str):
            raise SystemExit(f'{path}:{number}: has neither "text" nor "tokens"')
        yield str(row.get("id", number)), text


def articles(path: Path) -> Iterator[Article]:
    """Articles with gold names by tokens: "tokens", "entities", and where there are any "text", "offsets", "sents"."""
    for number, row in lines(path):
        words, entities = row.get("tokens"), row.get("entities")
        if words is None or entities is None:
            raise SystemExit(f'{path}:{number}: training needs "tokens" and "entities" by tokens')
        if "text" in row:
            text = row["text"]
            if "offsets" not in row:
                raise SystemExit(f'{path}:{number}: has "text" but no "offsets" of its tokens')
            tokens = [tuple(span) for span in row["offsets"]]
        else:
            text, tokens, start = " ".join(words), [], 0
            for word in words:
                tokens.append((start, start + len(word)))
                start += len(word) + 1
        paragraphs = [tuple(span) for span in row.get("sents") or [(0, len(tokens))]]
        yield Article(str(row.get("id", number)), text, tokens, paragraphs, [tuple(entity) for entity in entities])
