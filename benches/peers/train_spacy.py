"""Trains the spaCy peer: `spacy init config -p ner -o efficiency`, the small CNN of 96 columns without vectors.

usage: train_spacy.py TRAIN DEV OUT [MAX_STEPS]

Evaluates on DEV every 500 steps and keeps the best; spaCy ends the training when 1,600 steps brought nothing new,
or after MAX_STEPS (20,000, as in its own configuration). OUT/training.json tells how far it came. A model that was made
from the same files stays as it is, whatever MAX_STEPS.
"""

import hashlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin, Span

import corpus

# Paragraphs in a training example. spaCy fills a batch of up to 1,000 words with examples: pieces of about 170
# words make batches of several articles, and unlike single paragraphs they hold the blank lines between them,
# which the texts to analyse have too.
PARAGRAPHS = 4
MAX_STEPS = 20_000
# Steps between two evaluations on the development file.
EVERY = 500


def piece(vocab, article: corpus.Article, first: int, last: int) -> Doc:
    """Gold tokens first..last of an article as a spaCy document with exactly the article's text.

    spaCy aligns them with its own tokens, so it learns on the tokens that it will see.
    """
    words, spaces, index = [], [], {}
    stop = article.tokens[last][0] if last < len(article.tokens) else len(article.text)
    for number in range(first, last):
        start, end = article.tokens[number]
        after = article.tokens[number + 1][0] if number + 1 < last else stop
        gap = article.text[end:after]
        index[number] = len(words)
        words.append(article.text[start:end])
        spaces.append(gap.startswith(" "))
        rest = gap[1:] if gap.startswith(" ") else gap
        if rest:  # line breaks and runs of spaces are tokens in spaCy
            words.append(rest)
            spaces.append(False)
    doc = Doc(vocab, words=words, spaces=spaces)
    doc.ents = [
        Span(doc, index[start], index[end - 1] + 1, label=label)
        for start, end, label in article.entities
        if start >= first and end <= last
    ]
    return doc


def convert(source: Path, target: Path, paragraphs: int | None) -> tuple[int, int]:
    """Writes a corpus in spaCy's form, whole articles or pieces; returns how many documents and tokens it has."""
    vocab = spacy.blank("en").vocab
    packed = DocBin()
    tokens = 0
    for article in corpus.articles(source):
        step = paragraphs or len(article.paragraphs)
        for at in range(0, len(article.paragraphs), step):
            spans = article.paragraphs[at : at + step]
            first, last = spans[0][0], spans[-1][1]
            if first < last:
                packed.add(piece(vocab, article, first, last))
                tokens += last - first
    packed.to_disk(target)
    return len(packed), tokens


def made_from(train: Path, dev: Path) -> dict[str, str]:
    """What a model depends on: the files, by their content, and spaCy's version."""
    files = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in (("train", train), ("dev", dev))}
    return files | {"spacy": spacy.__version__}


def main() -> None:
    train, dev, out = (Path(argument) for argument in sys.argv[1:4])
    steps = int(sys.argv[4]) if len(sys.argv) > 4 else MAX_STEPS
    record = {"made_from": made_from(train, dev)}
    past = out / "training.json"
    if past.is_file() and json.loads(past.read_text()).get("made_from") == record["made_from"]:
        print(f"spaCy: {out} has a model of these files; remove the folder to train again", flush=True)
        return
    past.unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    documents, tokens = convert(train, out / "train.spacy", PARAGRAPHS)
    convert(dev, out / "dev.spacy", None)
    print(f"spaCy: training on {tokens:,} tokens in {documents:,} pieces", flush=True)

    config = out / "config.cfg"
    subprocess.run(
        [sys.executable, "-m", "spacy", "init", "config", config, "-p", "ner", "-o", "efficiency", "-l", "en", "-F"],
        check=True,
    )
    began = time.monotonic()
    training = subprocess.Popen(
        [sys.executable, "-m", "spacy", "train", config, "--output", out]
        + ["--paths.train", out / "train.spacy", "--paths.dev", out / "dev.spacy"]
        + ["--training.eval_frequency", str(EVERY), "--training.max_steps", str(steps)],
        stdout=subprocess.PIPE,
        text=True,
    )
    # A row of spaCy's progress: epoch, step, losses, F1, precision, recall, score between 0 and 1.
    row = re.compile(r"^\s*(\d+)\s+(\d+)\s+[\d.]+\s+[\d.]+\s+([\d.]+)\s+[\d.]+\s+[\d.]+\s+[\d.]+\s*$")
    evaluations = []
    for line in training.stdout:
        print(line, end="", flush=True)
        if found := row.match(line):
            evaluations.append((int(found[1]), int(found[2]), float(found[3])))
    if training.wait() != 0 or not evaluations:
        raise SystemExit(f"spaCy's training failed with status {training.returncode}; its messages are above")
    record |= {
        "minutes": round((time.monotonic() - began) / 60, 1),
        "cut_short": steps - evaluations[-1][1] < EVERY,
        "evaluations": [{"pass": p, "step": s, "f1": f} for p, s, f in evaluations],
    }
    past.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
