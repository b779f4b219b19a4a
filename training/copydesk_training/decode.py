"""From scores to names and attributions, as the plugins decode them."""
import numpy as np
import torch

from .model import REACH, bfloat16
from .schemes import LABELS, TAGS
from .windows import overlapping

_NO = -1e9


def log_softmax(scores):
    """Over the last axis."""
    scores = scores - scores.max(-1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(-1, keepdims=True))


def viterbi(scores, steps, start, end):
    """The best path over [length, tags]."""
    back, best = np.zeros(scores.shape, np.int16), start + scores[0]
    for place in range(1, len(scores)):
        reached = best[:, None] + steps
        back[place], best = reached.argmax(0), reached.max(0) + scores[place]
    path = [int((best + end).argmax())]
    for place in range(len(scores) - 1, 0, -1):
        path.append(int(back[place, path[-1]]))
    return path[::-1]


def _bioes():
    kind = lambda tag: "O" if tag == 0 else "BIES"[(tag - 1) % 4]
    label = lambda tag: (tag - 1) // 4
    steps = np.full((TAGS, TAGS), _NO, np.float32)
    for a in range(TAGS):
        for b in range(TAGS):
            goes_on = kind(b) in "IE" and label(a) == label(b) if kind(a) in "BI" else kind(b) in "OBS"
            if goes_on:
                steps[a, b] = 0
    start = np.array([0 if kind(tag) in "OBS" else _NO for tag in range(TAGS)], np.float32)
    end = np.array([0 if kind(tag) in "OES" else _NO for tag in range(TAGS)], np.float32)
    return steps, start, end


_NAMES = _bioes()
# O, B and I of a source, B and I of a content: I only after its own B or I.
_ROLES = np.zeros((5, 5), np.float32)
for _before, _after in ((0, 2), (3, 2), (4, 2), (0, 4), (1, 4), (2, 4)):
    _ROLES[_before, _after] = _NO
_ROLES_START, _ROLES_END = np.array([0, 0, _NO, 0, _NO], np.float32), np.zeros(5, np.float32)


def names(document, scores):
    """Character spans with labels of one document, from its tag scores [words, TAGS]; sentence by sentence."""
    found, words = set(), document["words"]
    bounds = sorted({0, *document["sentences"].tolist()}) + [len(words)]
    for start, end in zip(bounds, bounds[1:]):
        if end <= start:
            continue
        begin = None
        for place, tag in enumerate(viterbi(scores[start:end], *_NAMES), start):
            kind = (tag - 1) % 4
            if tag and kind in (0, 3):
                begin = place
            if tag and kind in (2, 3):
                found.add((int(words[begin][0]), int(words[place][1]), LABELS[(tag - 1) // 4]))
    return found


@torch.no_grad()
def word_vectors(model, documents, batcher, limit=254, overlap=40, batch=16, autocast=True):
    """The vectors of all words of whole documents: of overlapping windows, each word takes the one it stands deepest in."""
    items = [(number, item) for number, document in enumerate(documents) for item in overlapping(document, limit, overlap)]
    items.sort(key=lambda entry: entry[1][2] - entry[1][1])
    width = model.encoder.width
    vectors = [np.zeros((len(document["words"]), width), np.float32) for document in documents]
    depth = [np.full(len(document["words"]), -1) for document in documents]
    for at in range(0, len(items), batch):
        group = items[at : at + batch]
        ids, types, mask, first, _ = batcher([item for _, item in group])
        with bfloat16(autocast):
            h = model.words(ids, types, mask, first).float().numpy()
        for row, (number, (document, start, end)) in enumerate(group):
            place, size, far = np.arange(start, end), len(document["words"]), 1 << 30
            left = place - start if start else np.full(end - start, far)
            right = end - 1 - place if end < size else np.full(end - start, far)
            deeper = np.minimum(left, right) > depth[number][start:end]
            vectors[number][start:end][deeper] = h[row, : end - start][deeper]
            depth[number][start:end][deeper] = np.minimum(left, right)[deeper]
    return vectors


@torch.no_grad()
def attributions(model, document, vectors, bias=0.0):
    """Attributions of one document as gold files have them. `bias` is taken from the score of "no cue"."""
    h, words = torch.from_numpy(vectors)[None], document["words"]
    scores = log_softmax(model.cue(h)[0].numpy())
    scores[:, 0] -= bias
    cues, begin = [], None
    for place, tag in enumerate([*scores.argmax(-1).tolist(), 0]):
        if begin is not None and tag != 2:
            cues.append((begin, place - 1))
            begin = None
        if tag == 1 or (tag == 2 and begin is None):
            begin = place
    span = lambda a, b: [int(words[a][0]), int(words[b - 1][1])]
    found = []
    for start, last in cues:
        a, b = max(0, start - REACH), min(len(words), last + REACH + 1)
        near, one = h[:, a:b], lambda value: torch.tensor([value])
        tags, _ = model.attributions(near, torch.ones(1, b - a, dtype=torch.bool), one(0), one(start - a), one(last - a))
        path = viterbi(log_softmax(tags[0].numpy()), _ROLES, _ROLES_START, _ROLES_END)
        parts, begin = {1: [], 3: []}, None
        for place, tag in enumerate([*path, 0]):
            if begin is not None and tag != begin[1] + 1:
                parts[begin[1]].append(span(a + begin[0], a + place))
                begin = None
            if tag in (1, 3):
                begin = (place, tag)
        found.append({"cue": [span(start, last + 1)], "source": parts[1][:1], "content": parts[3]})
    return found
