"""Stances as arrays: the words of targets and of their sentence, and those of the holder.

A line has a `sentence` (or a few of them), `targets` with a `polarity` (-1, 0, 1, or three probabilities), and perhaps the
`holder` whose attitude these are. Without one, the text does not say or it is the author. `copydesk_training.made_stances`
and NewsMTSC have this form.
"""
import bisect

import numpy as np

from .corpora import word_span
from .text import analyse, encode


def stances(gold, pieces):
    """The lines as `text.encode` gives them, with `targets`: (first word, past the last, first word of its sentence, past
    the last, probabilities of negative, neutral, positive) and `holder`: (first word, past the last) or None."""
    documents = []
    for line, layout in zip(gold, analyse([line["sentence"] for line in gold])):
        document = encode(line["sentence"], layout, pieces)
        targets = [target for target in map(lambda one: _target(document, one), line["targets"]) if target]
        holder = line.get("holder")
        holder = word_span(document["words"], holder["start"], holder["end"]) if holder else None
        documents.append(document | {"line": line, "targets": targets, "holder": holder})
    return documents


def _target(document, target):
    words, sentences = document["words"], document["sentences"].tolist()
    start, end = word_span(words, target["start"], target["end"])
    if end <= start:
        return None
    number = bisect.bisect_right(sentences, start)
    first = sentences[number - 1] if number else 0
    past = sentences[number] if number < len(sentences) else len(words)
    return start, end, first, max(past, end), probabilities(target["polarity"])


def probabilities(polarity):
    """Of negative, neutral and positive, for a label or for probabilities."""
    if isinstance(polarity, int):
        return np.eye(3, dtype=np.float32)[polarity + 1]
    return np.array(polarity, np.float32)
