"""Writes the open cases of coreference, to train the ranker of the permissive set: python -m copydesk_training.free_ranker DATA OUT

OUT/train gets the documents of GUM whose texts are open, ECB+ (CC BY), LitBank (CC BY, novels in the public domain) and our own
texts, in the form of `coref_data.py`. GAP is left out, since its text is under share-alike.
"""
import argparse
import pathlib

from . import coref_data, free_names
from .coref_data import GROUP_NOUNS, PERSON_NOUNS, read, write


def cases(data):
    """The cases of each source."""
    coref, names = data / "coref", read(data / "ner/gum/train.jsonl.gz")
    gum = [one for one in read(coref / "gum/train.jsonl.gz") if free_names.licence_class(one["meta"]["licence"]) == "open"]
    yield "gum", coref_data.gum(gum, names)
    yield "ecbplus", coref_data.chains(read(coref / "ecbplus/train.jsonl.gz"), "ecbplus", nouns=PERSON_NOUNS | GROUP_NOUNS)
    novels = coref_data.chains(read(coref / "litbank/train.jsonl.gz"), "litbank", people_only=True)
    yield "litbank", (coref_data.shortened(one, min(coref_data.LONGEST, len(one["text"]))) for one in novels)
    yield "own", coref_data.own(coref_data.OWN / "roles.txt")
    yield "riddles", coref_data.sentences(coref_data.OWN / "riddles.txt")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    for name, found in cases(options.data):
        write(options.out / "train" / f"{name}.jsonl.gz", list(found))


if __name__ == "__main__":
    main()
