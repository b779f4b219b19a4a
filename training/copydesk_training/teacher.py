"""Trains the big teacher of stances; lets it judge sentences that nobody judged.

    python -m copydesk_training.teacher --parts PARTS --data DATA --out OUT [--made OUT/made-train.jsonl] [--judge FILE ...]

The encoder is all-mpnet-base-v2 (`mpnet.py`). Its lower half is frozen: each text passes it once, and the output stays in
OUT/lower in half floats. Training goes by steps, and OUT/teacher-SEED.pt holds the last state: if a run was cut off, the
same command continues it. Prints macro F1 on NewsMTSC dev after each pass, and accuracy by kind on made sentences held back.
For each FILE of lines with a `sentence` and `targets`, writes OUT/NAME-judged.jsonl with three probabilities a target.
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import corpora, mpnet
from .model import bfloat16
from .stance_data import stances
from .text import SPECIAL_TYPE, Pieces
from .train import f1

BATCH = 16
RATES = {"upper": 3e-5, "head": 1e-3}
WARM_UP = 100  # steps
AVERAGE = 0.99  # of the weights each five steps; their mean is scored and judges
MADE_WEIGHT = 0.5  # of a made sentence's loss


class Head(nn.Module):
    """Reads a target: mean and first word, mean of its sentence, first vector of the text."""

    def __init__(self, dropout=0.2):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.hidden, self.polarity = nn.Linear(4 * mpnet.WIDTH, 256), nn.Linear(256, 3)

    def forward(self, h, first, targets):
        """`first`: the first piece of each word, [batch, words]; `targets`: rows of (text, start, end, sentence start,
        sentence end) in words."""
        h = self.drop(h)
        words = h.gather(1, first.unsqueeze(-1).expand(-1, -1, h.shape[-1]))
        total = torch.cat([torch.zeros_like(words[:, :1]), words.cumsum(1, dtype=torch.float32)], 1)
        row, start, end, begin, past = targets.unbind(1)
        mean = lambda a, b: (total[row, b] - total[row, a]) / (b - a).unsqueeze(-1)
        read = torch.cat([mean(start, end), words[row, start].float(), mean(begin, past), h[row, 0].float()], -1)
        return self.polarity(self.drop(torch.relu(self.hidden(read))))


class Teacher(nn.Module):
    """The trained half of the encoder, and its head."""

    def __init__(self, upper):
        super().__init__()
        self.upper, self.head = upper, Head()

    def forward(self, batch):
        return self.head(self.upper(batch["h"], batch["types"], batch["holder"], batch["mask"]), batch["first"], batch["targets"])


def inputs(document):
    """How many vectors the lower half gives for a text, with those of <s> and </s>."""
    return len(document["ids"]) + 2


def pass_lower(name, documents, lower, folder):
    """The lower half's output for texts, one after the other, [pieces, WIDTH] in half floats. Each text gets its place in
    it as `at`. Kept in `folder` under a name that tells the pieces too, so that other texts get another file."""
    folder.mkdir(parents=True, exist_ok=True)
    total, told = 0, hashlib.sha256()
    for document in documents:
        document["at"], total = total, total + inputs(document)
        told.update(document["ids"].tobytes())
    path = folder / f"{name}-{told.hexdigest()[:12]}.npy"
    if path.exists():
        return np.load(path, mmap_mode="r")
    partial = path.with_suffix(".part.npy")
    kept = np.lib.format.open_memmap(partial, "w+", np.float16, (total, mpnet.WIDTH))
    fill(kept, documents, lower)
    kept.flush()
    os.replace(partial, path)
    return np.load(path, mmap_mode="r")


def fill(kept, documents, lower):
    """Writes the lower half's output of each text to its place in `kept`."""
    order = sorted(documents, key=inputs)
    with torch.no_grad(), bfloat16():
        for begin in range(0, len(order), 32):
            group = order[begin : begin + 32]
            ids = torch.zeros(len(group), max(map(inputs, group)), dtype=torch.long)
            mask = torch.zeros_like(ids, dtype=torch.bool)
            for row, document in enumerate(group):
                size = inputs(document)
                ids[row, 0], ids[row, size - 1], mask[row, :size] = mpnet.FIRST, mpnet.LAST, True
                ids[row, 1 : size - 1] = torch.from_numpy(document["ids"])
            h = lower(ids, mask).float().numpy()
            for row, document in enumerate(group):
                kept[document["at"] : document["at"] + inputs(document)] = h[row, : inputs(document)]


def tensors(documents):
    """A batch of texts."""
    length, words = max(map(inputs, documents)), max(len(document["words"]) for document in documents)
    batch = {
        "h": torch.zeros(len(documents), length, mpnet.WIDTH),
        "types": torch.full((len(documents), length), SPECIAL_TYPE),
        "holder": torch.zeros(len(documents), length, dtype=torch.bool),
        "mask": torch.zeros(len(documents), length, dtype=torch.bool),
        "first": torch.zeros(len(documents), words, dtype=torch.long),
    }
    targets, gold = [], []
    for row, document in enumerate(documents):
        size, first = inputs(document), document["first"] + 1
        batch["h"][row, :size] = torch.from_numpy(np.array(document["lower"][document["at"] : document["at"] + size], np.float32))
        batch["types"][row, 1 : size - 1] = torch.from_numpy(document["types"])
        batch["mask"][row, :size] = True
        batch["first"][row, : len(first) - 1] = torch.from_numpy(first[:-1])
        if document["holder"]:
            start, end = document["holder"]
            batch["holder"][row, first[start] : first[end]] = True
        for *places, polarity in document["targets"]:
            targets.append((row, *places))
            gold.append(polarity)
    batch["targets"], batch["gold"] = torch.tensor(targets), torch.from_numpy(np.stack(gold))
    batch["weight"] = torch.tensor([documents[row]["weight"] for row, *_ in targets])
    return batch


def work_of_pass(documents, seed, number):
    """The shuffled batches of one pass, of texts of like length; the same for the same seed and pass."""
    chance = random.Random(f"{seed} {number}")
    order = sorted(documents, key=lambda document: inputs(document) + 10 * chance.random())
    found = [order[begin : begin + BATCH] for begin in range(0, len(order), BATCH)]
    chance.shuffle(found)
    return found


@torch.no_grad()
def judge(teacher, documents):
    """The probabilities of each target of each text."""
    teacher.eval()
    out = [None] * len(documents)
    order = sorted(range(len(documents)), key=lambda number: inputs(documents[number]))
    for begin in range(0, len(order), 32):
        group = order[begin : begin + 32]
        with bfloat16():
            scores = teacher(tensors([documents[number] for number in group]))
        rows = iter(torch.softmax(scores.float(), -1).numpy())
        for number in group:
            out[number] = [next(rows) for _ in documents[number]["targets"]]
    teacher.train()
    return out


def scored(documents, judged):
    """Macro F1 over the targets, and the share that is right by `kind`; of two possible labels, either is right."""
    pairs, kinds = [], collections.defaultdict(list)
    for document, rows in zip(documents, judged):
        for (*_, gold), found in zip(document["targets"], rows):
            best = int(found.argmax())
            right = gold[best] > 0.3
            pairs.append((best if right else int(gold.argmax()), best))
            kinds[document["line"].get("kind", "")].append(right)
    shares = {kind: round(100 * float(sum(right)) / len(right), 1) for kind, right in sorted(kinds.items())}
    return round(f1(pairs, range(3)), 2), shares


class Source:
    """Reads lines as texts that have passed the lower half."""

    def __init__(self, options):
        folder = options.out / "mpnet"
        mpnet.join(options.parts, folder)
        self.lower, self.upper = mpnet.load(folder)
        self.pieces, self.folder = Pieces(mpnet.vocabulary(folder)), options.out / "lower"

    def __call__(self, path, weight=1.0):
        name = "-".join(path.with_name(path.name.removesuffix(".gz").removesuffix(".jsonl")).parts[-2:])
        documents = [one for one in stances(corpora.read(path), self.pieces) if one["targets"] and len(one["ids"]) <= mpnet.LONGEST]
        lower = pass_lower(name, documents, self.lower, self.folder)
        for document in documents:
            document["lower"], document["weight"] = lower, weight
        print(f"{name}: {len(documents)} texts, {len(lower)} pieces", flush=True)
        return documents


def save(path, state):
    """Writes a state whole or not at all."""
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)


def train(teacher, train, checks, options):
    """Trains until the last pass is done, from where the last run stopped. `checks`: texts that are scored, by name."""
    path = options.out / f"{options.name}.pt"
    head = list(teacher.head.parameters())
    groups = [{"params": list(teacher.upper.parameters()), "lr": RATES["upper"]}, {"params": head, "lr": RATES["head"]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    average, step = {name: value.clone() for name, value in teacher.state_dict().items()}, 0
    if path.exists():
        state = torch.load(path, weights_only=True)
        step, average = state["step"], state["average"]
        if "model" in state:
            teacher.load_state_dict(state["model"])
            optimizer.load_state_dict(state["optimizer"])
        print(f"continues after step {step}", flush=True)
    each = len(work_of_pass(train, options.seed, 0))
    total, saved, losses = options.steps or each * options.passes, time.time(), []
    while step < total:
        torch.manual_seed(options.seed * 1_000_003 + step)
        for documents in work_of_pass(train, options.seed, step // each)[step % each :][: total - step]:
            for group, rate in zip(optimizer.param_groups, RATES.values()):
                group["lr"] = rate * min(1, (step + 1) / WARM_UP) * (1 - step / total)
            batch = tensors(documents)
            with bfloat16():
                scores = teacher(batch)
            loss = F.cross_entropy(scores.float(), batch["gold"], reduction="none")
            loss = (loss * batch["weight"]).sum() / batch["weight"].sum()
            loss.backward()
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimizer.step(), optimizer.zero_grad()
            step += 1
            losses.append(loss.item())
            if step % 5 == 0:
                keep = min(AVERAGE, step / (step + 100))
                with torch.no_grad():
                    for name, value in teacher.state_dict().items():
                        average[name].lerp_(value, 1 - keep)
            if step % 50 == 0:
                print(f"step {step} of {total}: loss {np.mean(losses):.3f}, {time.strftime('%H:%M:%S')}", flush=True)
                losses = []
            if time.time() - saved > 60 * options.every:
                save(path, {"step": step, "average": average, "model": teacher.state_dict(), "optimizer": optimizer.state_dict()})
                saved = time.time()
        now = {name: value.clone() for name, value in teacher.state_dict().items()}
        teacher.load_state_dict(average)
        for name, documents in checks.items():
            print(f"step {step}, {name}: {scored(documents, judge(teacher, documents))}", flush=True)
        teacher.load_state_dict(now)
    teacher.load_state_dict(average)
    save(path, {"step": step, "average": average})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--parts", type=pathlib.Path, required=True, help="the folder with the five packages")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--name", default="teacher", help="of the state that is kept in OUT")
    parser.add_argument("--made", type=pathlib.Path, help="made sentences to learn from")
    parser.add_argument("--held", type=pathlib.Path, nargs="*", default=[], help="made sentences to score")
    parser.add_argument("--judge", type=pathlib.Path, nargs="*", default=[], help="sentences to judge")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--steps", type=int, help="instead of whole passes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=8, help="minutes between saves")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    source = Source(options)
    gold = options.data / "sentiment/newsmtsc"
    learned = source(gold / "train.jsonl.gz")
    checks = {"NewsMTSC dev": source(gold / "dev.jsonl.gz")}
    if options.made:
        learned += source(options.made, MADE_WEIGHT)
    for path in options.held:
        checks[path.stem] = source(path)
    teacher = Teacher(source.upper).train()
    train(teacher, learned, checks, options)
    for path in options.judge:
        documents = source(path)
        with open(options.out / f"{path.name.split('.')[0]}-judged.jsonl", "w", encoding="utf-8") as out:
            for document, rows in zip(documents, judge(teacher, documents)):
                kept = [target for target in document["line"]["targets"]]
                if len(kept) != len(rows):
                    continue
                for target, found in zip(kept, rows):
                    target["polarity"] = [round(float(value), 4) for value in found]
                out.write(json.dumps(document["line"]) + "\n")


if __name__ == "__main__":
    main()
