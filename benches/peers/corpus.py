"""Reads the corpora of the comparison, packed with gzip or not, in the forms of docs/training.md."""

import gzip
import json
from pathlib import Path
from typing import Iterator, NamedTuple, TextIO


class Article(NamedTuple):
    """A text with its tokens, paragraphs and names. Offsets are code points, ends exclusive."""

    id: str
    text: str
    tokens: list[tuple[int, int]]
    # First and past the last token of each paragraph (or sentence, where the corpus has those); covers all tokens.
    paragraphs: list[tuple[int, int]]
    # First token, past the last token, label.
    entities: list[tuple[int, int, str]]


class Word(NamedTuple):
    """A word of a treebank. Offsets are code points of its document's text; the head is a number in its sentence."""

    start: int
    end: int
    pos: str
    features: str
    lemma: str
    # The root is its own head.
    head: int
    relation: str


class Sentence(NamedTuple):
    """A sentence of a treebank. A surface token has one word (`left`) or several side by side (`do` and `n't`)."""

    tokens: list[tuple[int, int]]
    words: list[Word]


class Document(NamedTuple):
    id: str
    text: str
    sentences: list[Sentence]


def opened(path: Path) -> TextIO:
    return (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8")


def lines(path: Path) -> Iterator[tuple[int, dict]]:
    """The JSON objects of a file with their line numbers; blank lines are passed over."""
    with opened(path) as file:
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


def treebank(path: Path) -> Iterator[Document]:
    """The documents of a CoNLL-U file, with the texts that `copydesk eval segmentation` puts together from it."""
    id, text, sentences, rows, number = None, "", [], [], 0

    def document() -> Iterator[Document]:
        nonlocal number
        if sentences:
            yield Document(id or str(number), text.rstrip(), list(sentences))
            number += 1

    with opened(path) as file:
        for line in file:
            line = line.rstrip("\n")
            if line.startswith("# newdoc"):
                yield from document()
                id, text, sentences = line.partition("=")[2].strip(), "", []
            elif line.startswith("# newpar"):
                text = text.rstrip() + "\n\n" if text else text
            elif line and not line.startswith("#"):
                rows.append(line.split("\t"))
            elif not line and rows:
                text, sentence = _sentence(text, rows)
                sentences.append(sentence)
                rows = []
    yield from document()


def _sentence(text: str, rows: list[list[str]]) -> tuple[str, Sentence]:
    """The text with a sentence after it, and the sentence. A token of several words is written in one row before them."""
    tokens, places, word_rows = [], [], []
    inside, place = 0, 0
    for row in rows:
        if "." in row[0]:  # a word that is not in the text
            continue
        number = row[0].split("-")
        if len(number) == 1:
            word_rows.append(row)
            if int(number[0]) <= inside:
                end = place + len(row[1])
                if text[place:end] != row[1]:
                    raise SystemExit(f"{row[1]!r} is no part of {text[tokens[-1][0]:].strip()!r}, whose word it is")
                places.append((place, end))
                place = end
                continue
        start = len(text)
        text += row[1]
        tokens.append((start, len(text)))
        if len(number) == 2:
            inside, place = int(number[1]), start
        else:
            places.append(tokens[-1])
        if "SpaceAfter=No" not in row[9]:
            text += " "
    words = [
        Word(start, end, row[3], row[5], row[2], int(row[6]) - 1 if row[6] != "0" else at, row[7])
        for at, ((start, end), row) in enumerate(zip(places, word_rows))
    ]
    return text, Sentence(tokens, words)
