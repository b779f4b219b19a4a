"""Trains a spaCy peer by spaCy's own configuration for plain processors (`init config -o efficiency`), without vectors.

usage: train_spacy.py names OUT TRAIN DEV       MAX_STEPS: the small CNN of 96 columns with `ner`
       train_spacy.py syntax OUT TRAIN... DEV... MAX_STEPS: with what textacy reads: parts of speech, lemmas, heads

Of the files, CoNLL-U or JSON lines, those with "dev" in their name are for choosing the step. Evaluates every 500 steps and
keeps the best; spaCy ends the training when 1,600 steps brought nothing new, or after MAX_STEPS.
OUT/training.json tells how far it came.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import spacy
from spacy.tokens import Doc, DocBin, Span

import corpus
import kept

PIPES = {"names": "ner", "syntax": "morphologizer,parser,trainable_lemmatizer"}
# Paragraphs in a training example. spaCy fills a batch of up to 1,000 words with examples: pieces of about 170
# words make batches of several articles, and unlike single paragraphs they hold the blank lines between them,
# which the texts to analyse have too.
PARAGRAPHS = 4
# Sentences in one, as `spacy convert` is told to put together for parsers.
SENTENCES = 10
# Steps between two evaluations on the development files.
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


def names(vocab, path: Path) -> Iterator[Doc]:
    """The articles of a file, in pieces for training."""
    for article in corpus.articles(path):
        step = len(article.paragraphs) if "dev" in path.name else PARAGRAPHS
        for at in range(0, len(article.paragraphs), step):
            spans = article.paragraphs[at : at + step]
            first, last = spans[0][0], spans[-1][1]
            if first < last:
                yield piece(vocab, article, first, last)


def syntax(vocab, path: Path) -> Iterator[Doc]:
    """The sentences of a treebank, several in a document, with a space between each two."""
    for document in corpus.treebank(path):
        for at in range(0, len(document.sentences), SENTENCES):
            words, spaces, begins, heads = [], [], [], []
            for sentence in document.sentences[at : at + SENTENCES]:
                begins.append(len(words))
                heads += [begins[-1] + word.head for word in sentence.words]
                words += sentence.words
                spaces += [a.end < b.start for a, b in zip(sentence.words, sentence.words[1:])] + [True]
            yield Doc(
                vocab,
                words=[document.text[word.start : word.end] for word in words],
                spaces=spaces,
                pos=[word.pos for word in words],
                morphs=[word.features if word.features != "_" else "" for word in words],
                lemmas=[word.lemma for word in words],
                heads=heads,
                deps=["ROOT" if head == at else word.relation for at, (head, word) in enumerate(zip(heads, words))],
                sent_starts=[at in begins for at in range(len(words))],
            )


def convert(kind: str, sources: list[Path], target: Path) -> tuple[int, int]:
    """Writes corpora in spaCy's form; returns how many documents and tokens it has."""
    vocab = spacy.blank("en").vocab
    packed = DocBin(attrs=["ENT_IOB", "ENT_TYPE", "ORTH", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "SENT_START"])
    tokens = 0
    for source in sources:
        for doc in (names if kind == "names" else syntax)(vocab, source):
            packed.add(doc)
            tokens += len(doc)
    packed.to_disk(target)
    return len(packed), tokens


def main() -> None:
    kind, out, *files = sys.argv[1:-1]
    out, sources, steps = Path(out), [Path(file) for file in files], int(sys.argv[-1])
    # However many steps: a model that was trained longer is no worse.
    if kept.is_made(out, kind, sources, ["spacy"]):
        return
    out.mkdir(parents=True, exist_ok=True)
    documents, tokens = convert(kind, [source for source in sources if "dev" not in source.name], out / "train.spacy")
    convert(kind, [source for source in sources if "dev" in source.name], out / "dev.spacy")
    print(f"spaCy: learns {kind} from {tokens:,} tokens in {documents:,} pieces", flush=True)

    config = out / "config.cfg"
    subprocess.run(
        [sys.executable, "-m", "spacy", "init", "config", config, "-p", PIPES[kind], "-o", "efficiency", "-l", "en", "-F"],
        check=True,
    )
    training = subprocess.Popen(
        [sys.executable, "-m", "spacy", "train", config, "--output", out]
        + ["--paths.train", out / "train.spacy", "--paths.dev", out / "dev.spacy"]
        + ["--training.eval_frequency", str(EVERY), "--training.max_steps", str(steps)],
        stdout=subprocess.PIPE,
        text=True,
    )
    # A row of spaCy's progress: epoch, step, losses, scores in per cent, the score that counts between 0 and 1.
    row = re.compile(r"^\s*\d+\s+(\d+)\s+[\d.]+.*\s([\d.]+)\s*$")
    evaluations = []
    for line in training.stdout:
        print(line, end="", flush=True)
        if found := row.match(line):
            evaluations.append({"step": int(found[1]), "score": float(found[2])})
    if training.wait() != 0 or not evaluations:
        raise SystemExit(f"spaCy's training failed with status {training.returncode}; its messages are above")
    kept.made(
        out, kind, sources, ["spacy"],
        cut_short=steps - evaluations[-1]["step"] < EVERY,
        evaluations=evaluations,
    )


if __name__ == "__main__":
    main()
