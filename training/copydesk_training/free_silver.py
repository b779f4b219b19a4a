"""Keeps the confident part of what a model found in raw text, as further gold of quotes; or its names, as gold of names.

    copydesk analyze -p PIPELINE raw.jsonl | python -m copydesk_training.free_silver OUT [--min-score 0.95] [--names]

For quotes, a paragraph is kept if each attribution that touches it has a source and at least that score. Neighbours that are kept stay one
text. So a doubtful quote is left out together with its words, and teaches nothing. Of names, all of people, organisations and
places are kept.
"""
import argparse
import json
import pathlib
import sys

ROLES = ("source", "cue", "content")


def sure(quote, least):
    """If an attribution may teach. One whose source is "I" comes from an interview, in which the marks are missing."""
    told = sum(end - start for start, end in quote["source"])
    return told > 1 and len(quote["cue"]) == 1 and quote["score"] >= least


def runs(line, least):
    """The stretches of a text, (start, end), that hold sure attributions alone."""
    spans = [(quote, start, end) for quote in line["quotes"] for role in ROLES for start, end in quote[role]]
    begin = stop = None
    for block in line["blocks"]:
        start, end = block["start"], block["end"]
        if all(sure(quote, least) for quote, a, b in spans if a < end and start < b):
            begin, stop = (start if begin is None else begin), end
        elif begin is not None:
            yield begin, stop
            begin = None
    if begin is not None:
        yield begin, stop


def documents(line, least):
    """The gold documents of a line of `copydesk analyze`; those without attributions are left out."""
    for number, (begin, stop) in enumerate(runs(line, least)):
        found = []
        for quote in line["quotes"]:
            parts = [span for role in ROLES for span in quote[role]]
            if all(begin <= start and end <= stop for start, end in parts):
                moved = {role: [[start - begin, end - begin] for start, end in quote[role]] for role in ROLES}
                found.append({"id": quote["id"], "kind": quote["kind"]} | moved)
        if found:
            yield {"id": f"{line['id']}-{number}", "text": line["text"][begin:stop], "attributions": found}


def named(line):
    """The gold document of the names of a line: all places are LOC."""
    labels = {"PERSON": "PERSON", "ORG": "ORG", "LOC": "LOC", "GPE": "LOC"}
    found = [{"start": one["start"], "end": one["end"], "label": labels[one["label"]]} for one in line["entities"] if one["label"] in labels]
    return {"id": line["id"], "text": line["text"], "entities": found}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--min-score", type=float, default=0.95)
    parser.add_argument("--names", action="store_true")
    options = parser.parse_args()
    with options.out.open("w", encoding="utf-8") as file:
        for text in sys.stdin:
            line = json.loads(text)
            if "text" not in line:
                continue  # a document that could not be analyzed
            for document in [named(line)] if options.names else documents(line, options.min_score):
                file.write(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
