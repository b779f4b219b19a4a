"""Trains the peers that come without models: Punkt, NLTK's perceptron tagger, sklearn-crfsuite.

usage: train_taggers.py punkt MODELS FILE...     sentence boundaries from raw text: CoNLL-U and JSON lines
       train_taggers.py perceptron MODELS TRAIN  names by NLTK's tagger
       train_taggers.py crf MODELS TRAIN         names by sklearn-crfsuite

The last two learn on the words and sentences that they will see: Punkt's and NLTK's.
"""

import json
import pickle
import random
import sys
from pathlib import Path

import corpus
import kept
from systems import NltkWords, word_features


def punkt(out: Path, sources: list[Path]) -> None:
    from nltk.tokenize.punkt import PunktTrainer

    trainer = PunktTrainer()
    for source in sources:
        treebank = ".conllu" in source.name
        for _, text in ((row.id, row.text) for row in corpus.treebank(source)) if treebank else corpus.texts(source):
            trainer.train(text, finalize=False)
    trainer.finalize_training()
    (out / "punkt.pickle").write_bytes(pickle.dumps(trainer.get_params()))


def tagged(models: Path, source: Path) -> list[list[tuple[str, str]]]:
    """Returns sentences of words with tags. A gold name is left out if it does not begin and end with words."""
    cut, out = NltkWords(models), []
    for article in corpus.articles(source):
        inside, begins, ends = {}, set(), set()
        sentences = list(cut(article.text))
        starts = {start for tokens in sentences for start, _ in tokens}
        stops = {end for tokens in sentences for _, end in tokens}
        names = [(article.tokens[a][0], article.tokens[b - 1][1], label) for a, b, label in article.entities]
        names = [name for name in names if name[0] in starts and name[1] in stops]
        at = 0
        for tokens in sentences:
            line = []
            for start, end in tokens:
                while at < len(names) and names[at][1] <= start:
                    at += 1
                tag = "O"
                if at < len(names) and names[at][0] <= start:
                    tag = ("B-" if names[at][0] == start else "I-") + names[at][2]
                line.append((article.text[start:end], tag))
            out.append(line)
    return out


def perceptron(out: Path, sources: list[Path]) -> None:
    from nltk.tag.perceptron import PerceptronTagger

    random.seed(1)  # it shuffles the sentences
    tagger = PerceptronTagger(load=False)
    tagger.train(tagged(out.parent, sources[0]))
    (out / "tagger.json").write_text(json.dumps(tagger.encode_json_obj()))


def crf(out: Path, sources: list[Path]) -> None:
    import sklearn_crfsuite

    sentences = tagged(out.parent, sources[0])
    words = [[word for word, _ in line] for line in sentences]
    # As in its tutorial.
    model = sklearn_crfsuite.CRF(
        algorithm="lbfgs", c1=0.1, c2=0.1, max_iterations=100, all_possible_transitions=True,
        model_filename=str(out / "model.crfsuite"), verbose=True,
    )
    model.fit(
        [[word_features(line, at) for at in range(len(line))] for line in words],
        [[tag for _, tag in line] for line in sentences],
    )


KINDS = {
    "punkt": ("nltk-punkt", punkt, ["nltk"]),
    "perceptron": ("nltk-names", perceptron, ["nltk"]),
    "crf": ("crf-names", crf, ["sklearn-crfsuite", "python-crfsuite", "nltk"]),
}


def main() -> None:
    kind, models, *files = sys.argv[1:]
    folder, train, packages = KINDS[kind]
    out, sources = Path(models) / folder, [Path(file) for file in files]
    if kept.is_made(out, kind, sources, packages):
        return
    out.mkdir(parents=True, exist_ok=True)
    print(f"{folder}: learns from {', '.join(source.name for source in sources)}", flush=True)
    train(out, sources)
    kept.made(out, kind, sources, packages)


if __name__ == "__main__":
    main()
