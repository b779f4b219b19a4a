"""Makes gold of `copydesk eval identities` from ECB+ (Cybulska and Vossen 2014).

    python -m copydesk_training.identity_gold ecbplus/dev.jsonl.gz gold.jsonl

A line has the names of people, organisations and places in the fully annotated sentences. Equal identities are one
participant, in all documents. A mention is a name if its words have capitals and one of them is mostly written so.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

LABELS = {
    "HUMAN_PART_PER": "PERSON",
    "HUMAN_PART_ORG": "ORG",
    "HUMAN_PART_GPE": "GPE",
    "LOC_GEO": "GPE",
    "LOC_FAC": "FAC",
}
# Words before a place, which its mention may have.
BEFORE = {"the", "in", "at", "near", "of", "from", "to", "on", "outside", "inside"}
SMALL = {"of", "the", "and", "for", "in", "on", "at", "de", "del", "van", "von", "la", "al", "-", "'", "’", ".", "&", "s"}


def capitalised(word: str) -> bool:
    """Returns true for a word that begins with a capital."""
    return word[:1].isupper()


def proper_words(documents: Iterable[dict]) -> set[str]:
    """Returns words in lower case that mostly have a capital inside a sentence, titles aside."""
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for document in documents:
        for first, past in document["sents"]:
            words = document["tokens"][first:past]
            letters = [word for word in words if word[:1].isalpha()]
            title = sum(map(capitalised, letters)) > 0.6 * len(letters)
            for place, word in enumerate(words):
                if not capitalised(word):
                    small[word.lower()] += 1
                elif place and not title:
                    capital[word.lower()] += 1
    return {word for word in capital if capital[word] > small[word]}


def name(words: list[str], proper: set[str]) -> tuple[int, int] | None:
    """Returns the words of a mention that are its name, without an article, or nothing."""
    first = 0
    while first < len(words) and words[first].lower() in BEFORE:
        first += 1
    # "Promises Centre in Malibu": the place of a place is no part of its name.
    past = next((at for at in range(first + 1, len(words)) if words[at] in {"in", "at", "near"}), len(words))
    while past > first and words[past - 1] in {"'", "’", ".", "s", "'s", "’s"}:
        past -= 1
    own = words[first:past]
    if not own or not all(capitalised(word) or word[:1].isdigit() or word.lower() in SMALL for word in own):
        return None
    return (first, past) if any(capitalised(word) and word.lower() in proper for word in own) else None


def convert(document: dict, proper: set[str]) -> dict:
    """Returns a line of gold."""
    tokens, offsets = document["tokens"], document["offsets"]
    inside = {at for sentence in document["gold_sents"] for at in range(*document["sents"][sentence])}
    entities = []
    for spans, info in zip(document["clusters"], document["cluster_info"], strict=True):
        for (first, past), tag in zip(spans, info["tags"], strict=True):
            label = LABELS.get(tag)
            if label is None or first not in inside or not info["cross_doc"]:
                continue
            found = name(tokens[first:past], proper)
            if found:
                start, end = offsets[first + found[0]][0], offsets[first + found[1] - 1][1]
                if document["text"][start:end].endswith(("'s", "’s")):
                    end -= 2
                entities.append({"start": start, "end": end, "label": label, "identity": info["key"]})
    entities.sort(key=lambda entity: (entity["start"], -entity["end"]))
    kept: list[dict] = []
    for entity in entities:
        if not kept or entity["start"] >= kept[-1]["end"]:
            kept.append(entity)
    return {"id": document["id"], "text": document["text"], "meta": {"topic": document["topic"]}, "entities": kept}


def lines(path: Path) -> Iterator[dict]:
    """Yields the documents of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def main() -> None:
    """Converts a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("gold", type=Path)
    arguments = parser.parse_args()
    documents = list(lines(arguments.source))
    proper = proper_words(documents)
    with arguments.gold.open("w", encoding="utf-8") as file:
        for document in documents:
            file.write(json.dumps(convert(document, proper), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
