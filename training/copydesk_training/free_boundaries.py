"""Keeps the documents of GUM whose texts are open: python -m copydesk_training.free_boundaries DATA OUT

OUT is the training part in CoNLL-U without the documents under share-alike or non-commercial licences.
"""
import argparse
import gzip
import pathlib

from . import free_names


def kept(lines, licences):
    """The lines of the documents of the class `open`. `licences` maps the id of a document to its licence."""
    keep = False
    for line in lines:
        if line.startswith("# newdoc id"):
            keep = free_names.licence_class(licences[line.split("=")[1].strip()]) == "open"
        if keep:
            yield line


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    licences = {line["id"].split("/")[-1]: line["meta"]["licence"] for line in free_names.read(options.data, "gum")}
    treebank = options.data / "ud" / "gum" / "en_gum-ud-train.conllu.gz"
    with gzip.open(treebank, "rt", encoding="utf-8") as lines, options.out.open("w", encoding="utf-8") as file:
        file.writelines(kept(lines, licences))


if __name__ == "__main__":
    main()
