"""Fits the linear ranker of pronouns and role phrases on what `actors_dump features` writes.

    python -m copydesk_training.coref_linear FEATURES OUT.cdm [--data-licence any-use]

FEATURES holds a folder for each training file of `coref_data.py`. OUT.cdm is for the option `ranker` of the plugin `actors`.
The loss is minus the logarithm of the probability that the right candidates have together. GAP counts twice.
"""
import argparse
import json
import pathlib
import random
import struct

import numpy as np
import torch

from . import model_file

GROUPS = 4
PASSES, BATCH, RATE, SEED = 12, 256, 2e-2, 0
L2 = 1e-5
# Weights that few examples tell: held near a value of ours, for role phrases.
PRIORS = {"SameOwner": 1.0, "OtherOwner": -3.0, "Apposition": 4.0}
PRIOR_STRENGTH = 30
ANSWERED_ELSEWHERE = 1  # flag of an anaphor


class Folder:
    """One folder of `actors_dump features`."""

    def __init__(self, path):
        about = json.loads((path / "dump.json").read_text())
        # The last columns are what earlier weights said.
        self.features, self.none = np.load(path / "features.npy")[:, :-3], np.load(path / "none.npy")[:, :-1]
        self.anaphors, self.candidates, self.weights = (np.load(path / f"{name}.npy") for name in ("anaphors", "candidates", "weights"))
        self.names, self.none_names = about["features"][:-3], about["none"][:-1]
        self.gap = path.name.startswith("gap")
        self.weight = 2.0 if path.name == "gap" else 1.0


def examples(folders):
    """Anaphors with candidates, less those of GAP whose answer is no candidate."""
    for folder in folders:
        for number, row in enumerate(folder.anaphors):
            if row[1] > row[0] and not (folder.gap and row[7] & ANSWERED_ELSEWHERE):
                yield folder, number


def batch(part):
    spans = [(folder, *folder.anaphors[number, :2]) for folder, number in part]
    features = torch.from_numpy(np.concatenate([folder.features[first:last] for folder, first, last in spans]))
    good = torch.from_numpy(np.concatenate([folder.candidates[first:last, 3] for folder, first, last in spans]) > 0)
    owner = torch.repeat_interleave(torch.arange(len(part)), torch.tensor([int(last - first) for _, first, last in spans]))
    none = torch.from_numpy(np.stack([folder.none[number] for folder, number in part]))
    group = torch.tensor([int(folder.anaphors[number, 3]) for folder, number in part])
    none_good = torch.tensor([bool(folder.anaphors[number, 5] > 0) for folder, number in part])
    weight = torch.tensor([float(folder.weight * folder.weights[number]) for folder, number in part])
    return features, good, owner, none, group, none_good, weight


def fit(folders):
    """Weights of candidates [group, feature] and of "none of them"."""
    torch.manual_seed(SEED)
    random.seed(SEED)
    names = folders[0].names
    weights = torch.zeros(GROUPS, len(names), requires_grad=True)
    none_weights = torch.zeros(GROUPS, len(folders[0].none_names), requires_grad=True)
    prior, strength = torch.zeros(GROUPS, len(names)), torch.ones(GROUPS, len(names))
    for name, value in PRIORS.items():
        prior[GROUPS - 1, names.index(name)] = value
        strength[GROUPS - 1, names.index(name)] = PRIOR_STRENGTH
    optimizer = torch.optim.AdamW([weights, none_weights], lr=RATE, weight_decay=0)
    found = list(examples(folders))
    steps, step = PASSES * (len(found) // BATCH + 1), 0
    for _ in range(PASSES):
        random.shuffle(found)
        for at in range(0, len(found), BATCH):
            for options in optimizer.param_groups:
                options["lr"] = RATE * (1 - step / steps)
            features, good, owner, none, group, none_good, weight = batch(found[at : at + BATCH])
            score = (weights[group[owner]] * features).sum(-1)
            nothing = (none_weights[group] * none).sum(-1)
            top = nothing.detach().scatter_reduce(0, owner, score.detach(), "amax")
            mass, none_mass = torch.exp(score - top[owner]), torch.exp(nothing - top)
            total = none_mass.scatter_add(0, owner, mass)
            right = (none_mass * none_good).scatter_add(0, owner, mass * good)
            loss = -(weight * torch.log(right / total + 1e-6)).sum() / weight.sum()
            loss = loss + L2 * ((strength * (weights - prior)).pow(2).sum() + none_weights.pow(2).sum())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
    return weights.detach().numpy(), none_weights.detach().numpy()


def section(names, weights):
    """A section of the model file (plugins/actors/src/rank.rs): after each feature's name, its weight for each group."""
    rows = ((name.encode(), np.asarray(column, "<f4")) for name, column in zip(names, weights.T))
    return b"".join(struct.pack("<I", len(name)) + name + column.tobytes() for name, column in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("features", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--data-licence", default="unstated", help="what the licences of all data allow")
    options = parser.parse_args()
    folders = [Folder(path) for path in sorted(options.features.iterdir()) if (path / "dump.json").is_file()]
    weights, none_weights = fit(folders)
    metadata = {"data": [path.name for path in sorted(options.features.iterdir())], "data_licence": options.data_licence}
    sections = {"candidates": section(folders[0].names, weights), "none": section(folders[0].none_names, none_weights)}
    options.out.write_bytes(model_file.write("actors-ranker", json.dumps(metadata), sections))


if __name__ == "__main__":
    main()
