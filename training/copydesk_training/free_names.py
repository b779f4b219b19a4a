"""Gathers names of people, organisations and places from corpora whose licence allows any use.

    python -m copydesk_training.free_names DATA OUT [--share-alike]

OUT/names.jsonl gets the training parts in the form of docs/training.md, with the labels PERSON, ORG and LOC alone. LOC
holds all places. `--share-alike` adds the corpora under CC BY-SA. OUT/counts.json says how much came from which licence.
OUT/balance.jsonl gets each twelfth document of edited text instead, to balance the labels on.

The corpora draw names differently, so their names are drawn alike where that is cheap: without handles of users, titles
before people, articles and possessive endings, and without mentions that are no names ("the rebels").
"""
import argparse
import collections
import gzip
import json
import pathlib

TITLES = pathlib.Path(__file__).parent.parent / "data" / "free" / "titles.txt"

_THREE = {"PER": "PERSON", "ORG": "ORG", "LOC": "LOC"}
_CROSSNER = {
    **dict.fromkeys(("person", "politician", "scientist", "musicalartist", "writer", "researcher"), "PERSON"),
    **dict.fromkeys(("organisation", "politicalparty", "university", "band"), "ORG"),
    **dict.fromkeys(("country", "location"), "LOC"),
}
LABELS = {
    "wikigold": _THREE,
    "wnut17": {"person": "PERSON", "location": "LOC", "corporation": "ORG", "group": "ORG"},
    "btc": _THREE,
    "multiner-lk": _THREE,
    "re3d": {"Person": "PERSON", "Organisation": "ORG", "Location": "LOC"},
    "gum": {"person": "PERSON", "organization": "ORG", "place": "LOC"},
    "uner-ewt": _THREE,
    **dict.fromkeys(("crossner-politics", "crossner-science", "crossner-music", "crossner-literature", "crossner-ai"), _CROSSNER),
}
LICENCES = {  # of the whole corpus; those of re3d and GUM stand at their documents
    "wikigold": "CC BY 4.0",
    "wnut17": "CC BY 4.0",
    "btc": "CC BY 4.0",
    "multiner-lk": "CC0 1.0",
    "uner-ewt": "CC BY-SA 4.0",
    **{name: "CC BY-SA 3.0 (text), MIT (labels)" for name in LABELS if name.startswith("crossner")},
}
EDITED = {"wikigold", "re3d", "gum", "uner-ewt"}
HELD = 12
MENTIONS = {"re3d", "gum"}  # whose annotation counts titles in


def licence_class(licence):
    """`open` for any use, `share-alike`, or `closed`: not for commerce, or not stated."""
    if not licence or "NC" in licence:
        return "closed"
    return "share-alike" if "SA" in licence else "open"


def read_titles(path=TITLES):
    """The words before people that are no part of their names, in small letters."""
    return {line for line in path.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")}


def drawn(tokens, start, end, label, titles, mentions):
    """The span of the name itself in tokens, or None if there is none."""
    while start < end and tokens[start].lower() == "the":
        start += 1
    while start < end and tokens[end - 1] in ("'s", "’s", "'", "’"):
        end -= 1
    if mentions and label == "PERSON":
        begin = start
        while begin < end and tokens[begin].lower() in titles:
            begin += 1
        start = begin
    if start >= end or tokens[start].startswith(("@", "#")) or not tokens[start][:1].isalnum():
        return None
    last = tokens[end - 1]
    if mentions and (not last[:1].isupper() or (end - start == 1 and len(last) == 1)):
        return None
    return start, end


def converted(corpus, lines, titles, places=frozenset()):
    """The documents of a corpus with the three labels. `places` are names that mean a place even where one acts."""
    lower = {token for line in lines for token in line["tokens"] if token.islower()} if corpus in MENTIONS else ()
    for line in lines:
        found = []
        for start, end, own in line["entities"]:
            label = LABELS[corpus].get(own)
            span = label and drawn(line["tokens"], start, end, label, titles, corpus in MENTIONS)
            if not span:
                continue
            name = " ".join(line["tokens"][span[0] : span[1]])
            if corpus in MENTIONS and span[1] - span[0] == 1 and name.lower() in lower:
                continue
            if corpus in MENTIONS and label == "ORG" and name in places:
                label = "LOC"
            found.append([*span, label])
        out = {key: line[key] for key in ("id", "tokens", "text", "offsets") if key in line}
        yield out | {"entities": found}


def read(data, corpus):
    """The lines of the training part of a corpus."""
    with gzip.open(pathlib.Path(data) / "ner" / corpus / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def gather(data, classes):
    """Yields (corpus, licence, document) of the licence classes."""
    titles, seen = read_titles(), collections.Counter()
    for corpus in LABELS:
        lines = read(data, corpus)
        own = LICENCES.get(corpus)
        groups = collections.defaultdict(list)
        for line in lines:
            groups[own or line["meta"]["licence"]].append(line)
        places = {name for name, _ in seen if seen[name, "LOC"] > 2 * (seen[name, "ORG"] + seen[name, "PERSON"])}
        for licence, group in groups.items():
            if licence_class(licence) not in classes:
                continue
            for document in converted(corpus, group, titles, places):
                for start, end, label in document["entities"]:
                    seen[" ".join(document["tokens"][start:end]), label] += 1
                yield corpus, licence, document


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--share-alike", action="store_true")
    options = parser.parse_args()
    classes = {"open", "share-alike"} if options.share_alike else {"open"}
    counts = collections.defaultdict(lambda: {"documents": 0, "tokens": 0, "names": 0})
    options.out.mkdir(parents=True, exist_ok=True)
    names, balance = (options.out / name for name in ("names.jsonl", "balance.jsonl"))
    with names.open("w", encoding="utf-8") as file, balance.open("w", encoding="utf-8") as held:
        for number, (corpus, licence, document) in enumerate(gather(options.data, classes)):
            count = counts[f"{corpus}: {licence}"]
            count["documents"] += 1
            count["tokens"] += len(document["tokens"])
            count["names"] += len(document["entities"])
            kept = held if corpus in EDITED and number % HELD == 0 else file
            kept.write(json.dumps(document, ensure_ascii=False) + "\n")
    (options.out / "counts.json").write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
