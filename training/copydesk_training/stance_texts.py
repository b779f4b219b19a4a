"""Takes sentences with named targets out of raw news, for the teacher to judge.

    python -m copydesk_training.stance_texts --data DATA --out OUT [--count 40000]

Names are those that the pipeline `fast` finds. Writes OUT/new.jsonl: `sentence` and `targets`, whose polarity nobody knows
yet. No document of a development or test part is read.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import tempfile

from . import COPYDESK, corpora

# Where new sentences come from: (corpus, sentences that are judged).
TEXTS = (("quotes/polnear/train", 20000), ("raw/wikinews-2019-2020", 6000), ("ner/worldwide-newswire/train", 9000))
LABELS = ("PERSON", "ORG", "NORP")
SIZES = (40, 400)  # characters of a sentence


def new_sentences(data):
    """Sentences with named targets, found by the shipped linear models: {"sentence", "targets"}."""
    chance, out = random.Random(1), []
    for name, wanted in TEXTS:
        found = []
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "texts.jsonl")
            with open(path, "w", encoding="utf-8") as lines:
                for document in corpora.read(pathlib.Path(data) / f"{name}.jsonl.gz"):
                    lines.write(json.dumps({"text": document["text"]}) + "\n")
            command = [COPYDESK, "analyze", "-p", "fast", "-f", "json", "--layers", "text,sentences,entities", path]
            printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for line in printed.splitlines():
            document = json.loads(line)
            text, entities = document["text"], [entity for entity in document["entities"] if entity["label"] in LABELS]
            for start, end in document["sentences"]:
                targets = [entity for entity in entities if start <= entity["start"] and entity["end"] <= end]
                if targets and SIZES[0] <= end - start <= SIZES[1]:
                    chosen = chance.sample(targets, min(2, len(targets)))
                    found.append({
                        "sentence": text[start:end],
                        "targets": [{"start": one["start"] - start, "end": one["end"] - start, "polarity": 0} for one in chosen],
                    })
        chance.shuffle(found)
        out += found[:wanted]
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=40000)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    found = new_sentences(options.data)
    random.Random(options.seed).shuffle(found)
    with open(options.out / "new.jsonl", "w", encoding="utf-8") as out:
        for line in found[: options.count]:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
