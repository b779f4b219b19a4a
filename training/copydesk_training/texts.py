"""Prints the texts of an annotated corpus, without what is annotated: python -m copydesk_training.texts CORPUS.jsonl.gz"""
import gzip
import json
import sys


def main():
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        for line in lines:
            print(json.dumps({"text": json.loads(line)["text"]}, ensure_ascii=False))


if __name__ == "__main__":
    main()
