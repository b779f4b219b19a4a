"""Gives made sentences with stances the form of NewsMTSC: python -m copydesk_training.free_stances MADE OUT [--every N]

MADE is made-train.jsonl of `made_stances`. Targets with two possible labels are left out. `--every N` keeps each Nth sentence.
"""
import argparse
import json
import pathlib


def converted(line):
    """The sentence with its certain targets, or None if there are none."""
    targets = [target for target in line["targets"] if isinstance(target["polarity"], int)]
    return {"sentence": line["sentence"], "targets": targets} if targets else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("made", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    with options.made.open(encoding="utf-8") as lines, options.out.open("w", encoding="utf-8") as file:
        for number, line in enumerate(lines):
            document = converted(json.loads(line)) if number % options.every == 0 else None
            if document:
                file.write(json.dumps({"id": f"made-{number}"} | document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
