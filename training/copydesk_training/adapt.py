"""Step 1: prunes the vocabulary, and goes on with masked-language training on news, casing and quote state in view.

    python -m copydesk_training.adapt --base FOLDER --data DATA --out OUT [--steps 1900]

Writes OUT/vocab.txt and OUT/adapted.pt. Whole words are masked. The learning rate falls with the steps.
"""
import argparse
import collections
import pathlib
import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import corpora
from .model import bfloat16, load_base
from .text import SPECIAL_TYPE, Pieces, analyse, read_vocabulary

# Texts, and the share of their documents that is read. Development parts of scored sets are not among them.
TEXTS = {
    "quotes/polnear/train": 1, "ner/worldwide-newswire/train": 1, "raw/globalvoices-enswa": 1, "raw/wikinews-2019-2020": 1,
    "events/wikipedia-current-events/train": 1, "sentiment/newsmtsc/train": 1, "coref/ecbplus/train": 1,
    "raw/digitalgov-news": 0.3, "raw/masc": 1, "raw/ungdc": 0.06,
}
# Counted beside TEXTS (UN speeches with a greater share) to choose the vocabulary.
COUNTED = {
    **TEXTS, "raw/ungdc": 0.125, "raw/digitalgov-news": 1, "raw/us-presidential-speeches": 1, "ner/gum/train": 1,
    "ner/uner-ewt/train": 1, "ner/wikigold/train": 1,
}
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LENGTH, BATCH, MASKED = 190, 16, 0.2


def _path(data, name):
    return pathlib.Path(data) / f"{name}.jsonl.gz"


def prune(vocabulary, data, at_least=4):
    """The ids of pieces worth keeping: seen `at_least` times in the texts, special, or a single Latin letter or mark."""
    pieces, counts, chance = Pieces(vocabulary), collections.Counter(), random.Random(1)
    for name, share in COUNTED.items():
        words = collections.Counter()
        texts = [document.get("text") or document.get("sentence") for document in corpora.read(_path(data, name))]
        texts = [text for text in texts if chance.random() < share]
        for text, layout in zip(texts, analyse(texts)):
            words.update(text[start:end] for start, end in layout["words"])
        for word, count in words.items():
            for piece in pieces(word):
                counts[piece] += count

    def letter(piece):
        char = piece.removeprefix("##")
        return len(char) == 1 and (ord(char) < 0x250 or 0x2010 <= ord(char) <= 0x2044 or char in "€™−")

    return [number for piece, number in vocabulary.items() if piece in SPECIAL or letter(piece) or counts[number] >= at_least]


def stretches(data, pieces):
    """Stretches of LENGTH pieces: (ids, types, word of each piece). Short texts follow one another."""
    chance, out = random.Random(1), []
    for name, share in TEXTS.items():
        joined = None
        for document in corpora.raw(_path(data, name), pieces, share, chance):
            word = np.repeat(np.arange(len(document["words"])), np.diff(document["first"]))
            parts = [document["ids"], document["types"], word]
            if name.startswith(("events", "sentiment")):
                if joined is not None:
                    shift = joined[2][-1] + 1 if len(joined[2]) else 0
                    parts = [np.concatenate(pair) for pair in zip(joined, [*parts[:2], word + shift])]
                whole = len(parts[0]) // LENGTH * LENGTH
                joined = [part[whole:] for part in parts]
                parts = [part[:whole] for part in parts]
            size = len(parts[0])
            if size < LENGTH:
                continue
            starts = list(range(0, size - LENGTH + 1, LENGTH))
            if size % LENGTH:
                starts.append(size - LENGTH)
            out += [tuple(part[start : start + LENGTH] for part in parts) for start in starts]
    return out


class Head(nn.Module):
    """Scores of the vocabulary, tied to the word embeddings."""

    def __init__(self, width, vocabulary):
        super().__init__()
        self.dense, self.norm = nn.Linear(width, width), nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, h, words):
        return F.linear(self.norm(F.gelu(self.dense(h))), words) + self.bias


def mask(items, vocabulary, chance):
    """Returns the tensors of a batch with whole words masked: ids, types, labels (-100 for no label)."""
    ids, types, word = (np.stack(part) for part in zip(*items))
    labels = np.full_like(ids, -100)
    for row in range(len(ids)):
        place = word[row] - word[row][0]
        asked = (chance.random(place[-1] + 1) < MASKED)[place]
        way = chance.random(place[-1] + 1)[place]
        labels[row, asked] = ids[row, asked]
        ids[row, asked & (way < 0.8)] = vocabulary["[MASK]"]
        other = asked & (way >= 0.9)
        ids[row, other] = chance.integers(len(SPECIAL), len(vocabulary), other.sum())
    edge = lambda value: np.full((len(ids), 1), value)
    tensor = lambda left, middle, right: torch.from_numpy(np.hstack([edge(left), middle, edge(right)])).long()
    return (
        tensor(vocabulary["[CLS]"], ids, vocabulary["[SEP]"]),
        tensor(SPECIAL_TYPE, types, SPECIAL_TYPE),
        tensor(-100, labels, -100),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--base", type=pathlib.Path, required=True, help="folder with model.safetensors and vocab.txt")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=1900)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    random.seed(1), np.random.seed(1), torch.manual_seed(1), torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)

    full = read_vocabulary(options.base / "vocab.txt")
    spelt = list(full)
    keep = prune(full, options.data)
    (options.out / "vocab.txt").write_text("".join(f"{spelt[number]}\n" for number in keep), encoding="utf-8")
    vocabulary = read_vocabulary(options.out / "vocab.txt")
    data = stretches(options.data, Pieces(vocabulary))
    print(f"{len(vocabulary)} pieces kept of {len(full)}; {len(data) * LENGTH} pieces of text", flush=True)

    encoder = load_base(options.base / "model.safetensors", keep, dropout=0.0).train()
    head = Head(encoder.word.embedding_dim, len(vocabulary))
    groups = [{"params": list(encoder.parameters()), "lr": 3e-4}, {"params": list(head.parameters()), "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    chance, step, losses = np.random.default_rng(1), 0, []
    while step < options.steps:
        random.shuffle(data)
        for at in range(0, len(data) - BATCH + 1, BATCH):
            if step == options.steps:
                break
            for group, rate in zip(optimizer.param_groups, rates):
                group["lr"] = rate * min(1, (step + 1) / 100) * max(0.02, 1 - step / options.steps)
            ids, types, labels = mask(data[at : at + BATCH], vocabulary, chance)
            asked = labels != -100
            with bfloat16():
                scores = head(encoder(ids, types)[asked], encoder.word.weight)
            loss = F.cross_entropy(scores.float(), labels[asked])
            loss.backward()
            nn.utils.clip_grad_norm_([*encoder.parameters(), *head.parameters()], 1.0)
            optimizer.step(), optimizer.zero_grad()
            step += 1
            losses.append(loss.item())
            if step % 50 == 0:
                print(f"step {step}: of {options.steps}: loss {sum(losses) / len(losses):.3f}", flush=True)
                losses = []
    torch.save({"encoder": encoder.state_dict(), "keep": keep}, options.out / "adapted.pt")


if __name__ == "__main__":
    main()
