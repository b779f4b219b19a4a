"""Takes sentences with named targets out of raw news, for the teacher to judge.

    python -m copydesk_training.stance_texts --data DATA --out OUT [--count 12000]

Names are those that the pipeline `fast` finds. Writes OUT/new.jsonl: `sentence` and `targets`, whose polarity nobody knows
yet. No document of a development or test part is read.
"""
import argparse
import json
import pathlib
import random

from .distill import new_sentences


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    found = new_sentences(options.data)
    random.Random(options.seed).shuffle(found)
    with open(options.out / "new.jsonl", "w", encoding="utf-8") as out:
        for line in found[: options.count]:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
