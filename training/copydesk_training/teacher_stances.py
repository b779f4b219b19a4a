"""Lets the teacher judge the stances of analyzed texts, so that it can be scored as the pipeline is.

    copydesk analyze -f json texts.jsonl > analyzed.jsonl
    python -m copydesk_training.teacher_stances --parts PARTS --out OUT analyzed.jsonl > judged.jsonl

Holders and targets stay those of the pipeline; `polarity` and `score` become the teacher's. A text must be short (500
pieces): the teacher reads it whole.
"""
import argparse
import json
import pathlib
import sys

import numpy as np
import torch

from . import corpora
from .teacher import Source, Teacher, judge, pass_lower
from .stance_data import stances

THIRD, HAIR = 1 / 3, 0.002  # as the plugin `stance` has them


def polarity(negative, neutral, positive):
    """Three probabilities as a number from -1 to 1, as the plugin `stance` gives it."""
    balance = positive - negative
    if neutral >= negative and neutral >= positive:
        return min(max(balance * THIRD, HAIR - THIRD), THIRD - HAIR)
    rest = balance * (1 - THIRD - HAIR)
    return min(THIRD + HAIR + rest, 1) if positive > negative else max(rest - THIRD - HAIR, -1)


def lines(document):
    """A line for each holder in a document, as `stance_data` reads it: with `rows`, the stances of its targets."""
    mentions = {actor["id"]: actor["mentions"] for actor in document["actors"]}
    found = {}
    for row, stance in enumerate(document["stances"]):
        found.setdefault(stance["holder"], []).append(row)
    for holder, rows in found.items():
        evidence = document["stances"][rows[0]]["evidence"][0][0]
        near = min(mentions.get(holder, []), key=lambda one: abs(one["start"] - evidence), default=None)
        spans = [document["stances"][row]["mention"] for row in rows]
        targets = [{"start": start, "end": end, "polarity": 0} for start, end in spans]
        held = {"start": near["start"], "end": near["end"]} if near else None
        yield {"sentence": document["text"], "holder": held, "targets": targets, "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--parts", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--name", default="teacher")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("analyzed", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    source = Source(options)
    teacher = Teacher(source.upper)
    teacher.load_state_dict(torch.load(options.out / f"{options.name}.pt", weights_only=True)["average"])
    documents = corpora.read(options.analyzed)
    read = [line | {"document": document} for document in documents for line in lines(document)]
    encoded = [one for one in stances(read, source.pieces) if len(one["targets"]) == len(one["line"]["rows"])]
    kept = pass_lower(options.analyzed.stem, encoded, source.lower, source.folder)
    for one in encoded:
        one["lower"], one["weight"] = kept, 1.0
    for one, found in zip(encoded, judge(teacher, encoded)):
        for row, chances in zip(one["line"]["rows"], found):
            stance = one["line"]["document"]["stances"][row]
            stance["polarity"], stance["score"] = round(polarity(*map(float, chances)), 4), round(float(np.max(chances)), 4)
    for document in documents:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
