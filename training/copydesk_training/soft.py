"""Lets a trained teacher of names and quotes read texts, so that the small encoder can learn from what it thinks.

    python -m copydesk_training.soft --teacher PARTS --out OUT --data DATA

OUT/model.pt is what `train.py --teacher PARTS` left. Writes OUT/soft/NAME.npz for each file of TEXTS: for every word the
probabilities of its tags of names and of a cue; for every likely cue, those of source and content around it. The student
learns from these (soft labels: Hinton, Vinyals and Dean 2015) with `train.py --soft`.
"""
import argparse
import pathlib

import numpy as np
import torch

from . import corpora, decode, mpnet
from .model import REACH, Model
from .text import Pieces
from .windows import Batcher

# Files of texts, a million words together. Development parts of scored sets are not among them.
TEXTS = (
    "quotes/polnear/train", "ner/worldwide-newswire/train", "raw/wikinews-2019-2020", "raw/globalvoices-enswa",
    "events/wikipedia-current-events/train",
)
LIKELY = 0.25  # a word begins a cue with at least this probability
CUE = 6  # words of a cue, at most


def softmax(scores):
    """Over the last axis."""
    return np.exp(decode.log_softmax(scores))


@torch.no_grad()
def read(model, document, vectors):
    """What the teacher thinks of a document: `names` [words, TAGS], `cue` [words, 3], and cues as (first word, last, first
    word near it, [words near, 5])."""
    h = torch.from_numpy(vectors)
    cue, names = softmax(model.cue(h).numpy()), softmax(model.ner(h).numpy())
    heard, words = [], len(document["words"])
    for start in np.flatnonzero(cue[:, 1] >= LIKELY).tolist():
        last = start
        while last + 1 < min(words, start + CUE) and cue[last + 1, 2] >= 0.5:
            last += 1
        a, b = max(0, start - REACH), min(words, last + REACH + 1)
        one = lambda value: torch.tensor([value])
        scores, _ = model.attributions(h[None, a:b], torch.ones(1, b - a, dtype=torch.bool), one(0), one(start - a), one(last - a))
        heard.append((start, last, a, softmax(scores[0].numpy())))
    return names, cue, heard


def kept(path, documents, read_all):
    """Writes what was read of documents, in half floats."""
    names, cues, places, tags = [], [], [], []
    for number, (found, cue, heard) in enumerate(read_all):
        names.append(found.astype(np.float16)), cues.append(cue.astype(np.float16))
        for start, last, a, near in heard:
            places.append((number, start, last, a, len(near)))
            tags.append(near.astype(np.float16))
    sizes = np.array([len(document["words"]) for document in documents])
    places = np.array(places, np.int64).reshape(-1, 5)
    np.savez(path, sizes=sizes, names=np.concatenate(names), cue=np.concatenate(cues), places=places, tags=np.concatenate(tags))


def load(path, documents):
    """Adds to documents what the teacher thinks of them: `names`, `cue_seen` and `heard`, as `read` gives them."""
    found = np.load(path)
    if found["sizes"].tolist() != [len(document["words"]) for document in documents]:
        raise ValueError(f"{path} is of other texts; let the teacher read these again")
    names, cue, tags = found["names"], found["cue"], found["tags"]
    at, out = 0, []
    for document in documents:
        size = len(document["words"])
        out.append(document | {"names": names[at : at + size], "cue_seen": cue[at : at + size], "heard": []})
        at += size
    at = 0
    for number, start, last, a, size in found["places"].tolist():
        out[number]["heard"].append((start, last, a, tags[at : at + size]))
        at += size
    return out


def path_of(folder, name):
    """Where what was read of a file of texts is kept."""
    return pathlib.Path(folder) / f"{name.replace('/', '-')}.npz"


def load_all(folder, data, pieces):
    """All texts that the teacher has read, as `load` gives them."""
    there = [name for name in TEXTS if path_of(folder, name).exists()]
    return [one for name in there for one in load(path_of(folder, name), corpora.raw(pathlib.Path(data) / f"{name}.jsonl.gz", pieces))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--teacher", type=pathlib.Path, required=True, help="the folder with the packages of all-mpnet-base-v2")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    mpnet.join(options.teacher, options.out / "mpnet")
    model = Model(mpnet.Frozen(*mpnet.load(options.out / "mpnet"))).eval()
    model.load_state_dict(torch.load(options.out / "model.pt", weights_only=True))
    pieces = Pieces(mpnet.vocabulary(options.out / "mpnet"))
    batcher = Batcher(pieces)
    (options.out / "soft").mkdir(exist_ok=True)
    for name in TEXTS:
        path = path_of(options.out / "soft", name)
        if path.exists():
            continue
        documents = corpora.raw(options.data / f"{name}.jsonl.gz", pieces)
        vectors = decode.word_vectors(model, documents, batcher)
        kept(path.with_suffix(".part.npz"), documents, [read(model, *pair) for pair in zip(documents, vectors)])
        path.with_suffix(".part.npz").rename(path)
        print(f"{name}: {len(documents)} texts, {sum(len(one['words']) for one in documents)} words", flush=True)


if __name__ == "__main__":
    main()
