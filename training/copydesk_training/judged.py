"""Turns sentences that the teacher judged into gold, for linear models to learn from.

    python -m copydesk_training.judged OUT/new-judged.jsonl > OUT/new-labelled.jsonl
    copydesk train stance --data NEWSMTSC-TRAIN.jsonl.gz OUT/new-labelled.jsonl --min-score 0.8 ...

The most probable class becomes the `polarity`, its probability the `score`.
"""
import json
import sys


def labelled(line):
    """A judged line in the form of gold."""
    targets = []
    for target in line["targets"]:
        best = max(range(3), key=lambda kind: target["polarity"][kind])
        targets.append(target | {"polarity": best - 1, "score": target["polarity"][best]})
    return line | {"targets": targets}


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                print(json.dumps(labelled(json.loads(line)), ensure_ascii=False))


if __name__ == "__main__":
    main()
