"""Trains the heads of names and stances anew over an encoder that stays as it is.

    copydesk model export -o START
    python -m copydesk_training.heads --data DATA --start START --out OUT --made OUT/made-train.jsonl --texts OUT/new.jsonl
    copydesk model import OUT/checkpoint -o OUT/models --encoder models/news-encoder.cdm

The encoder reads all texts once, and OUT/vectors keeps the vectors of their words in half floats (3 GB). What learns is small, so
a pass takes a minute. Heads of quotes and actors read the same encoder and stay as they are.

Names: one linear layer learns from all corpora of `schemes.py`. In half of the pieces of text, each corpus has a bias of its own,
which is dropped when the program runs. Stances: the head goes on from that of START, with gold, made sentences, and sentences of
news of which it only has to think what it thought before. Its weights are then mixed with those of START.
"""
import argparse
import json
import pathlib
import random
import shutil

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

from . import corpora, decode, made_names, schemes
from .model import read_model
from .stance_data import stances
from .text import Pieces, read_vocabulary
from .train import f1, gold_path
from .windows import Batcher

CHUNK, CHUNKS = 100, 32  # words of a piece of text, pieces of a batch of names
TOLD = 0.5  # of the pieces, read with the corpus told
RECASED = 0.06  # of the newswire, read once more in other capitals
MADE = 0.25  # of the sentences with made names that a pass reads
NAMES = {"rate": 1e-3, "passes": 6, "dropout": 0.1}
STANCES = {"rate": 1e-3, "passes": 8, "dropout": 0.3, "batch": 64, "decay": 0.02}
TRUST = 0.7  # of a gold label's target, what the head thought before
AVERAGE = 0.98  # of the stance head's weights, each step
MIX = 0.75  # share of the new weights of the stance head; the others are those of START
LONGEST = 250  # pieces of a sentence with a stance


class Vectors:
    """The vectors of the words of texts, read once by the frozen encoder and kept in a folder."""

    def __init__(self, start, folder):
        self.pieces = Pieces(read_vocabulary(start / "vocab.txt"))
        self.model = read_model(load_file(start / "model.safetensors")).eval()
        self._batcher, self._folder = Batcher(self.pieces), folder
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, name, documents, recased=False):
        """An array [words, width] for each document."""
        path = self._folder / f"{name}.npz"
        if not path.exists():
            random.seed(name)
            batcher = (lambda items: self._batcher(items, recased=1.0)) if recased else self._batcher
            found = decode.word_vectors(self.model, documents, batcher, autocast=False)
            sizes = np.array([len(one) for one in found])
            partial = path.with_suffix(".part.npz")
            np.savez(partial, h=np.concatenate(found).astype(np.float16), sizes=sizes)
            partial.replace(path)
            print(f"{name}: {len(documents)} texts, {sizes.sum()} words", flush=True)
        kept = np.load(path)
        return np.split(kept["h"], np.cumsum(kept["sizes"])[:-1])


def chunks(texts, share):
    """Pieces of a share of the texts, cut anywhere: (vectors, tags, corpus)."""
    found = []
    for vectors, document in texts:
        for _ in range(int(share) + (random.random() < share % 1)):
            for start in range(random.randint(0, CHUNK - 1) - CHUNK, len(vectors), CHUNK):
                a, b = max(start, 0), min(start + CHUNK, len(vectors))
                if a < b:
                    found.append((vectors[a:b], document["tags"][a:b], document["corpus"]))
    return found


def names_batch(items):
    """Vectors and numbers of allowed tags of all words of some pieces of text, and the corpus of each word, or 0."""
    told = [corpus if random.random() < TOLD else 0 for *_, corpus in items]
    h = torch.from_numpy(np.concatenate([vectors for vectors, *_ in items]).astype(np.float32))
    tags = torch.from_numpy(np.concatenate([tags for _, tags, _ in items]))
    return h, tags, torch.tensor([corpus for corpus, (vectors, *_) in zip(told, items) for _ in vectors])


def train_names(head, train, table):
    """Trains the layer `head` on (texts, share) of each corpus; yields the number of each pass when it ends."""
    corpus = nn.Embedding(1 + len(schemes.NAMES), schemes.TAGS, padding_idx=0)
    nn.init.zeros_(corpus.weight)
    optimizer = torch.optim.AdamW([*head.parameters(), *corpus.parameters()], lr=NAMES["rate"], weight_decay=0.01)
    step = steps = 0
    for number in range(NAMES["passes"]):
        work = [one for texts, share in train.values() for one in chunks(texts, share)]
        random.shuffle(work)
        steps = steps or NAMES["passes"] * -(-len(work) // CHUNKS)
        for begin in range(0, len(work), CHUNKS):
            h, tags, told = names_batch(work[begin : begin + CHUNKS])
            scores, allowed = head(F.dropout(h, NAMES["dropout"])) + corpus(told), table[tags]
            loss = (scores.logsumexp(-1) - scores.masked_fill(~allowed, -1e9).logsumexp(-1)).mean()
            for group in optimizer.param_groups:
                group["lr"] = NAMES["rate"] * min(1, (step + 1) / 100) * max(0.02, 1 - step / steps)
            loss.backward()
            optimizer.step(), optimizer.zero_grad()
            step += 1
        yield number + 1


@torch.no_grad()
def names_f1(head, texts):
    """F1 of names with the labels of worldwide-newswire, by the head alone."""
    right = total = 0
    for vectors, document in texts:
        found = decode.names(document, decode.log_softmax(head(torch.from_numpy(vectors.astype(np.float32))).numpy()))
        found = {(start, end, "Misc" if label in schemes.MISC else label) for start, end, label in found}
        right, total = right + len(found & document["gold"]), total + len(found) + len(document["gold"])
    return round(200 * right / total, 2)


def targets(read, documents):
    """What the stance head reads of each target, and the probabilities of its classes."""
    rows, gold = [], []
    for h, document in zip(read, documents):
        h = h.astype(np.float32)
        for start, end, first, past, polarity in document["targets"]:
            rows.append(np.concatenate([h[start:end].mean(0), h[start], h[first:past].mean(0)]))
            gold.append(polarity)
    return torch.from_numpy(np.stack(rows)), torch.from_numpy(np.stack(gold))


class StanceHead(nn.Module):
    """The two layers of a model's stance head."""

    def __init__(self, model):
        super().__init__()
        self.hidden, self.polarity = model.hidden, model.polarity

    def forward(self, rows):
        drop = lambda values: F.dropout(values, STANCES["dropout"], self.training)
        return self.polarity(drop(torch.relu(self.hidden(drop(rows)))))


def train_stances(head, gold, made, texts):
    """Trains the head on (rows, probabilities) of gold, made sentences and texts, from where it is, and mixes the weights."""
    before = {name: value.clone() for name, value in head.state_dict().items()}
    with torch.no_grad():
        thought = [torch.softmax(head.eval()(rows), -1) for rows in (gold[0], texts[0])]
    rows = torch.cat([gold[0], made[0], texts[0]])
    wanted = torch.cat([(1 - TRUST) * gold[1] + TRUST * thought[0], made[1], thought[1]])
    average = {name: value.clone() for name, value in before.items()}
    optimizer = torch.optim.AdamW(head.train().parameters(), lr=STANCES["rate"], weight_decay=STANCES["decay"])
    step, steps = 0, STANCES["passes"] * -(-len(rows) // STANCES["batch"])
    for _ in range(STANCES["passes"]):
        for part in torch.randperm(len(rows)).split(STANCES["batch"]):
            loss = F.cross_entropy(head(rows[part]), wanted[part])
            for group in optimizer.param_groups:
                group["lr"] = STANCES["rate"] * max(0.02, 1 - step / steps)
            loss.backward()
            optimizer.step(), optimizer.zero_grad()
            step += 1
            for name, value in head.state_dict().items():
                average[name].lerp_(value, 1 - AVERAGE)
    head.load_state_dict({name: MIX * average[name] + (1 - MIX) * before[name] for name in before})
    return head.eval()


@torch.no_grad()
def shown(head, name, rows, wanted):
    """Prints macro F1 and the share of right targets; of two possible labels, either is right."""
    best = head.eval()(rows).argmax(-1)
    share = (wanted.gather(1, best[:, None]) > 0.3).float().mean().item()
    pairs = list(zip(wanted.argmax(-1).tolist(), best.tolist()))
    print(f"stances, {name}: macro F1 {f1(pairs, range(3)):.2f}, right {100 * share:.1f}", flush=True)


def names_of(options, vectors):
    """(texts, share) of each corpus, and the development part of the newswire; a text is (vectors, document)."""
    texts = lambda name, documents, **more: list(zip(vectors(name, documents, **more), documents))
    newswire = gold_path(options.data, "entities", "train")
    files = schemes.files(options.data, options.without)
    train = {corpus: (texts(corpus, corpora.entities(path, vectors.pieces, corpus)), share) for corpus, path, share in files}
    made = made_names.variants(corpora.read(newswire), options.seed)
    train["made"] = (texts("made", corpora.names(made, vectors.pieces, "worldwide-newswire")), MADE)
    again = [document for _, document in train["worldwide-newswire"][0]]
    train["recased"] = (texts("recased", again, recased=True), RECASED)
    dev = texts("worldwide-newswire-dev", corpora.entities(gold_path(options.data, "entities", "dev"), vectors.pieces))
    return train, dev


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--start", type=pathlib.Path, required=True, help="what `copydesk model export` wrote")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--made", type=pathlib.Path, required=True, help="made sentences with stances")
    parser.add_argument("--held", type=pathlib.Path, nargs="*", default=[], help="made sentences to score")
    parser.add_argument("--texts", type=pathlib.Path, required=True, help="sentences of news with targets")
    parser.add_argument("--without", nargs="*", default=[], choices=schemes.NAMES[1:], help="corpora of names to leave out")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    vectors = Vectors(options.start, options.out / "vectors")
    model = vectors.model

    train, dev = names_of(options, vectors)
    table = torch.from_numpy(schemes.ALLOWED.table())
    torch.manual_seed(options.seed), random.seed(options.seed)
    model.ner.reset_parameters()
    for number in train_names(model.ner, train, table):
        print(f"names, pass {number}: {names_f1(model.ner, dev)} on worldwide-newswire dev", flush=True)
    del train, dev

    def read(name, path):
        documents = [one for one in stances(corpora.read(path), vectors.pieces) if one["targets"] and len(one["ids"]) < LONGEST]
        return targets(vectors(name, documents), documents)

    gold, checked = (read(f"newsmtsc-{part}", gold_path(options.data, "sentiment", part)) for part in ("train", "dev"))
    held = {path.stem: read(path.stem, path) for path in options.held}
    head = StanceHead(model)
    for name, rows in {"NewsMTSC dev": checked, **held}.items():
        shown(head, f"{name}, before", *rows)
    torch.manual_seed(options.seed)
    train_stances(head, gold, read(options.made.stem, options.made), read(options.texts.stem, options.texts))
    for name, rows in {"NewsMTSC dev": checked, **held}.items():
        shown(head, name, *rows)

    out = options.out / "checkpoint"
    out.mkdir(parents=True, exist_ok=True)
    config = json.loads((options.start / "config.json").read_text(encoding="utf-8"))
    config = {key: value for key, value in config.items() if key not in ("id2label", "label2id")}
    config["copydesk"]["types"] = schemes.LABELS
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    save_file(model.checkpoint(), out / "model.safetensors", metadata={"format": "pt"})
    shutil.copy(options.start / "vocab.txt", out)


if __name__ == "__main__":
    main()
