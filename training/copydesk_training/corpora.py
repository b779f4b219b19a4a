"""Corpora as arrays: the output of `text.encode`, and the labels of each word."""
import bisect
import gzip
import json
import pathlib
import random

import numpy as np

from . import made_names, schemes
from .model import ACTS
from .text import analyse, encode
from .augment import augment

_ACT_WORDS = {
    word: ACTS.index(act)
    for act, words in json.loads((pathlib.Path(__file__).parent / "acts.json").read_text(encoding="utf-8")).items()
    for word in words
}


def read(path):
    """The documents of a JSON lines file, packed or not."""
    opened = gzip.open(path, "rt", encoding="utf-8") if str(path).endswith(".gz") else open(path, encoding="utf-8")
    with opened as lines:
        return [json.loads(line) for line in lines]


def _encoded(gold, pieces, key="text"):
    texts = [document[key] for document in gold]
    for document, text, layout in zip(gold, texts, analyse(texts)):
        yield document, encode(text, layout, pieces)


def word_span(words, start, end):
    """The words that characters `start..end` touch, half open."""
    return bisect.bisect_right(words[:, 1], start), bisect.bisect_left(words[:, 0], end)


def entities(path, pieces, corpus="worldwide-newswire"):
    """`tags` of each word, numbers of sets in `schemes.ALLOWED`; `corpus`, the number of the corpus; `gold` character
    spans with labels as the corpus has them."""
    return names(read(path), pieces, corpus)


def names(gold, pieces, corpus):
    """As `entities`, for lines that were read."""
    labels, left_out, _ = schemes.SCHEMES[corpus]
    ends = made_names.read_names()[1]
    beyond = schemes.ALLOWED(schemes.outside(left_out))
    documents = []
    for gold, document in _encoded(gold, pieces):
        text, words = document["text"], document["words"]
        tags = np.full(len(words), beyond, np.int64)
        spans = [(gold["offsets"][a][0], gold["offsets"][b - 1][1], label) for a, b, label in gold["entities"]]
        for start, end, label in spans:
            first, past = word_span(words, start, end)
            if past <= first:
                continue
            found = labels.get(made_names.refined(label, text[start:end], ends), labels.get(label, schemes.ANY))
            if corpus in schemes.NOMINAL and not text[words[past - 1][0]].isupper():
                found = schemes.ANY
            for word in range(first, past):
                place = 3 if past - first == 1 else 0 if word == first else 2 if word == past - 1 else 1
                tags[word] = schemes.EVERY if found is schemes.ANY else schemes.ALLOWED(schemes.tags_of(found, place))
        documents.append(document | {"tags": tags, "gold": set(spans), "corpus": 1 + schemes.NAMES.index(corpus)})
    return documents


def _act(words, quoted):
    """The act that a cue's words tell beyond doubt, or -100. The plugin `quotes` has the same lists."""
    found = -100
    for word in words:
        act = _ACT_WORDS.get(word.lower())
        if act == ACTS.index("writing"):
            return act
        if found == -100 and act is not None:
            found = act
    return ACTS.index("speech") if quoted and found == ACTS.index("thought") else found


def quotes(path, pieces):
    """`cue` tags of each word (O B I); `attributions` (first and last word of the cue, spans of content, of source, act)."""
    return _attributed(read(path), pieces)


def augmented(path, pieces):
    """As `quotes`, with some attributions rewritten: {id: document}, of those with any that can be."""
    gold = [augment(document, random.Random(document["id"])) for document in read(path)]
    return {document["id"]: document for document in _attributed([one for one in gold if one], pieces)}


def _attributed(gold, pieces):
    documents = []
    for gold, document in _encoded(gold, pieces):
        words, text = document["words"], document["text"]
        cue, attributions = np.zeros(len(words), np.int64), []
        for attribution in gold["attributions"]:
            cues, content, source = (
                [span for span in (word_span(words, a, b) for a, b in attribution[role]) if span[1] > span[0]]
                for role in ("cue", "content", "source")
            )
            if not cues:
                continue
            for start, end in cues:
                cue[start], cue[start + 1 : end] = 1, 2
            spelt = [text[a:b] for start, end in cues for a, b in words[start:end]]
            told = attribution.get("act")
            act = ACTS.index(told) if told else _act(spelt, attribution["kind"] in ("direct", "mixed"))
            attributions.append((cues[0][0], cues[-1][1] - 1, content, source, act))
        documents.append(document | {"id": gold["id"], "cue": cue, "attributions": attributions})
    return documents


def sentiment(path, pieces):
    """`targets`: (first word, past the last, the probabilities of negative, neutral, positive)."""
    return judged(read(path), pieces)


def judged(gold, pieces):
    """As `sentiment`, for sentences with a polarity of -1, 0, 1 or three probabilities."""
    documents = []
    for gold, document in _encoded(gold, pieces, "sentence"):
        targets = []
        for target in gold["targets"]:
            start, end = word_span(document["words"], target["start"], target["end"])
            polarity = target["polarity"]
            polarity = np.eye(3, dtype=np.float32)[polarity + 1] if isinstance(polarity, int) else np.array(polarity, np.float32)
            if end > start:
                targets.append((start, end, polarity))
        if targets:
            documents.append(document | {"targets": targets})
    return documents


def raw(path, pieces, share=1.0, chance=random):
    """The texts of a file, or a share of them, without labels."""
    texts = [document.get("text") or document.get("sentence") for document in read(path)]
    texts = [text for text in texts if share >= 1 or chance.random() < share]
    return [encode(text, layout, pieces) for text, layout in zip(texts, analyse(texts))]
