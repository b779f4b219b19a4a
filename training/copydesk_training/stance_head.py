"""Trains the head of stances anew over the encoder that `news` ships, which stays as it is.

    copydesk model export -o OUT/checkpoint
    python -m copydesk_training.stance_head --data DATA --out OUT [--made FILE ...] [--judged FILE ...]
    copydesk model import OUT/checkpoint -o OUT/models

The encoder reads each text once; the head's inputs stay in OUT/heads. Learns from NewsMTSC train, from made sentences
(`made_stances.py`) and from the judgements of the teacher (`teacher.py`). Since the encoder learned NewsMTSC train by heart,
its labels count less there than what the shipped head says. Puts the head into OUT/checkpoint. The first
export must be there; OUT/checkpoint/shipped.safetensors keeps it.
"""
import argparse
import json
import pathlib
import shutil

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

from . import corpora
from .model import read_encoder
from .stance_data import stances
from .text import Pieces, read_vocabulary
from .train import f1
from .windows import Batcher

BATCH = 128  # targets
AVERAGE = 0.995  # of the weights, each step
LONGEST = 500  # pieces


def read_targets(path, checkpoint, folder):
    """What the head reads of each target of a file, [targets, 3 * width], with probabilities and kinds; kept in `folder`."""
    kept = folder / ("-".join(path.parts[-2:]).removesuffix(".gz").removesuffix(".jsonl") + ".npz")
    if kept.exists() and kept.stat().st_mtime > path.stat().st_mtime:
        found = np.load(kept)
        return found["read"], found["gold"], found["kinds"]
    folder.mkdir(parents=True, exist_ok=True)
    pieces = Pieces(read_vocabulary(checkpoint / "vocab.txt"))
    encoder, batcher = read_encoder(load_file(checkpoint / "model.safetensors")), Batcher(pieces)
    documents = [one for one in stances(corpora.read(path), pieces) if one["targets"] and len(one["ids"]) <= LONGEST]
    documents.sort(key=lambda document: len(document["ids"]))
    read, gold, kinds = [], [], []
    for begin in range(0, len(documents), 32):
        group = documents[begin : begin + 32]
        ids, types, mask, first, _ = batcher([(document, 0, len(document["words"])) for document in group])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            h = encoder(ids, types, mask).float()
        words = h.gather(1, first.unsqueeze(-1).expand(-1, -1, h.shape[-1])).numpy()
        for row, document in zip(words, group):
            for start, end, sentence, past, polarity in document["targets"]:
                read.append(np.concatenate([row[start:end].mean(0), row[start], row[sentence:past].mean(0)]))
                gold.append(polarity)
                kinds.append(document["line"].get("kind", ""))
    read, gold, kinds = np.stack(read), np.stack(gold), np.array(kinds)
    np.savez(kept, read=read, gold=gold, kinds=kinds)
    return read, gold, kinds


class Head(nn.Module):
    """The head of `model.py`, alone."""

    def __init__(self, width, dropout):
        super().__init__()
        self.hidden, self.out, self.drop = nn.Linear(3 * width, 256), nn.Linear(256, 3), nn.Dropout(dropout)

    def forward(self, read):
        return self.out(self.drop(torch.relu(self.hidden(self.drop(read)))))


def judged(head, read):
    """The probabilities of a head."""
    with torch.no_grad():
        return torch.softmax(head(torch.from_numpy(read)), -1).numpy()


def scored(head, part):
    """Macro F1, and the share that is right by kind; of two possible labels, either is right."""
    read, gold, kinds = part
    found = judged(head, read).argmax(-1)
    right = gold[np.arange(len(gold)), found] > 0.3
    wanted = np.where(right, found, gold.argmax(-1))
    shares = {str(kind): round(100 * float(right[kinds == kind].mean()), 1) for kind in sorted(set(kinds))}
    return round(f1(list(zip(wanted.tolist(), found.tolist())), range(3)), 2), shares


def fit(parts, start, options):
    """Trains a head on (part, weight) pairs from the weights `start`; returns the running mean of its weights."""
    torch.manual_seed(options.seed)
    read, gold = (torch.from_numpy(np.concatenate([part[at] for part, _ in parts])) for at in (0, 1))
    weight = torch.cat([torch.full((len(part[0]),), float(share)) for part, share in parts])
    head = Head(read.shape[1] // 3, options.dropout)
    head.load_state_dict(start)
    optimizer = torch.optim.AdamW(head.parameters(), lr=options.rate, weight_decay=options.decay)
    average = {name: value.clone() for name, value in head.state_dict().items()}
    steps, step = options.passes * -(-len(read) // BATCH), 0
    for _ in range(options.passes):
        for rows in torch.randperm(len(read)).split(BATCH):
            for group in optimizer.param_groups:
                group["lr"] = options.rate * (1 - step / steps)
            loss = F.cross_entropy(head(read[rows]), gold[rows], reduction="none")
            ((loss * weight[rows]).sum() / weight[rows].sum()).backward()
            optimizer.step(), optimizer.zero_grad()
            step += 1
            keep = min(AVERAGE, step / (step + 50))
            for name, value in head.state_dict().items():
                average[name].lerp_(value, 1 - keep)
    head.load_state_dict(average)
    return head.eval()


def between(start, head, way):
    """Weights on the way from `start` to those of `head`: most of what was learned, and less of what was forgotten (Wortsman
    et al. 2022, WiSE-FT)."""
    head.load_state_dict({name: torch.lerp(start[name], value, way) for name, value in head.state_dict().items()})
    return head


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--made", type=pathlib.Path, nargs="*", default=[])
    parser.add_argument("--held", type=pathlib.Path, nargs="*", default=[], help="made sentences to score")
    parser.add_argument("--judged", type=pathlib.Path, nargs="*", default=[])
    parser.add_argument("--anchor", type=pathlib.Path, nargs="*", default=[], help="sentences that the shipped head judges")
    parser.add_argument("--keep", type=float, default=0.8, help="the share of the shipped head's judgement in the labels of gold")
    parser.add_argument("--weights", type=float, nargs=4, default=(1.0, 1.0, 2.0, 0.5), help="of gold, made, judged and anchored targets")
    parser.add_argument("--passes", type=int, default=12)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--decay", type=float, default=0.05)
    parser.add_argument("--dropout", type=float, default=0.3)
    parser.add_argument("--temperature", type=float, default=1.5, help="of the head's scores in the pipeline")
    parser.add_argument("--blend", type=float, default=0.0, help="how much the linear model counts beside the head")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--way", type=float, default=0.85, help="how far to go from the shipped weights to the new ones")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    checkpoint, folder = options.out / "checkpoint", options.out / "heads"
    shipped = checkpoint / "shipped.safetensors"
    if not shipped.exists():
        shutil.copy(checkpoint / "model.safetensors", shipped)
    tensors = load_file(shipped)
    part = lambda path: read_targets(path, checkpoint, folder)
    gold = options.data / "sentiment/newsmtsc"
    checks = {"NewsMTSC dev": part(gold / "dev.jsonl.gz"), **{path.stem: part(path) for path in options.held}}

    before = {name: tensors[f"stance.{name}"] for name in ("hidden.weight", "hidden.bias", "out.weight", "out.bias")}
    head = Head(len(before["hidden.weight"][0]) // 3, 0.0).eval()
    head.load_state_dict(before)
    for name, rows in checks.items():
        print(f"before, {name}: {scored(head, rows)}", flush=True)
    kept = lambda rows, share: (rows[0], (1 - share) * rows[1] + share * judged(head, rows[0]), rows[2])
    learned = [(kept(part(gold / "train.jsonl.gz"), options.keep), options.weights[0])]
    learned += [(part(path), options.weights[1]) for path in options.made]
    learned += [(part(path), options.weights[2]) for path in options.judged]
    learned += [(kept(part(path), 1.0), options.weights[3]) for path in options.anchor]
    head = between(before, fit(learned, before, options), options.way)
    for name, rows in checks.items():
        print(f"after, {name}: {scored(head, rows)}", flush=True)
    tensors.update({f"stance.{name}": value.contiguous() for name, value in head.state_dict().items()})
    save_file(tensors, checkpoint / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    config["copydesk"]["temperature"]["stance"] = options.temperature
    config["copydesk"]["thresholds"]["blend.stance"] = options.blend
    (checkpoint / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
