"""Windows of whole sentences, and batches of them."""
import bisect
import random

import numpy as np
import torch

from .text import SPECIAL_TYPE


def pieces_in(item):
    """How many pieces a (document, first word, past the last) has."""
    document, start, end = item
    return int(document["first"][end] - document["first"][start])


def _window_end(document, bounds, start, limit):
    """Past the last word of a window from word `start`: whole sentences, or as much of a long one as there is room for."""
    first, end = document["first"], start
    for bound in bounds[bisect.bisect_right(bounds, start) :]:
        if first[bound] - first[start] > limit:
            break
        end = bound
    if end > start:
        return end
    return min(max(start + 1, bisect.bisect_right(first, first[start] + limit) - 1), len(document["words"]))


def _bounds(document):
    size = len(document["words"])
    return sorted({0, *(start for start in document["sentences"].tolist() if start < size)}) + [size]


def split(document, limit):
    """A document in windows side by side. The first is cut anywhere, so that every pass sees other windows."""
    bounds, start, out, room = _bounds(document), 0, [], random.randint(limit // 3, limit)
    while start < len(document["words"]):
        end = _window_end(document, bounds, start, room)
        out.append((document, start, end))
        start, room = end, limit
    return out


def overlapping(document, limit, overlap):
    """Windows in which each but the first begins at least `overlap` pieces before the end of the one before."""
    bounds, first, start, size = _bounds(document), document["first"], 0, len(document["words"])
    while start < size:
        end = _window_end(document, bounds, start, limit)
        yield document, start, end
        if end >= size:
            return
        place = bisect.bisect_left(bounds, end) - 1
        while place >= 0 and bounds[place] > start and first[end] - first[bounds[place]] < overlap:
            place -= 1
        whole = place >= 0 and bounds[place] > start and first[end] - first[bounds[place]] <= limit // 2
        start = bounds[place] if whole else max(start + 1, bisect.bisect_left(first, first[end] - overlap))


def batches(items, size):
    """Batches of items of like length."""
    items = sorted(items, key=lambda item: pieces_in(item) + random.random() * 20)
    return [items[start : start + size] for start in range(0, len(items), size)]


def filled(items, size):
    """Batches of items of like length, with at most `size` pieces each, padding included."""
    items = sorted(items, key=lambda item: pieces_in(item) + random.random() * 20)
    out, longest = [[]], 0
    for item in items:
        longest = max(longest, pieces_in(item) + 2)
        if out[-1] and longest * (len(out[-1]) + 1) > size:
            out.append([])
            longest = pieces_in(item) + 2
        out[-1].append(item)
    return [batch for batch in out if batch]


# Shapes of words (`text.shape`) that have letters, and what they are in capitals, in small letters and in a headline.
_RECASED = np.array([[1, 1, 1, 3, 4, 1, 6], [0, 0, 0, 0, 4, 0, 6], [2, 1, 2, 3, 4, 5, 6]])


class Batcher:
    """Makes tensors of items: ids, types, mask [batch, pieces]; first piece of each word and where words are [batch, words]."""

    def __init__(self, pieces):
        first, last = ("[CLS]", "[SEP]") if "[CLS]" in pieces.vocabulary else ("<s>", "</s>")
        self._cls, self._sep = pieces.vocabulary[first], pieces.vocabulary[last]
        one = lambda mark: pieces(mark)[0]
        self._open, self._close = one("“"), one("”")
        self._others = [(one(a), one(b)) for a, b in (("‘", "’"), ('"', '"'), ("«", "»"))]

    def __call__(self, items, other_marks=0.0, recased=0.0):
        """`other_marks`: the share of items whose curly quotation marks become marks of another kind. `recased`: the share
        that is put in capitals, in small letters, or in capitals at the beginning of each word."""
        length = max(map(pieces_in, items)) + 2
        words = max(end - start for _, start, end in items)
        shape = (len(items), length)
        ids, types = torch.zeros(shape, dtype=torch.long), torch.full(shape, SPECIAL_TYPE)
        mask = torch.zeros(shape, dtype=torch.bool)
        first = torch.zeros(len(items), words, dtype=torch.long)
        real = torch.zeros(len(items), words, dtype=torch.bool)
        for row, (document, start, end) in enumerate(items):
            a, b = int(document["first"][start]), int(document["first"][end])
            found, size = document["ids"][a:b], b - a
            if random.random() < other_marks:
                left, right = random.choice(self._others)
                found = np.where(found == self._open, left, np.where(found == self._close, right, found))
            types_found = document["types"][a:b]
            if random.random() < recased:
                types_found = _RECASED[random.randrange(3)][types_found // 9] * 9 + types_found % 9
            ids[row, 0], ids[row, size + 1] = self._cls, self._sep
            ids[row, 1 : size + 1] = torch.from_numpy(found)
            types[row, 1 : size + 1] = torch.from_numpy(types_found)
            mask[row, : size + 2] = True
            first[row, : end - start] = torch.from_numpy(document["first"][start:end] - a + 1)
            real[row, : end - start] = True
        return ids, types, mask, first, real
