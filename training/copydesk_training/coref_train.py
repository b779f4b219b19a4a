"""Trains the head of `actors` that says who a pronoun or a role phrase means, on what `actors_dump` writes.

    python -m copydesk_training.coref_train DUMPS OUT [--layers 6] [--folds 5]

DUMPS/train and DUMPS/dev hold a folder for each file of `coref_data.py`. The encoder stays as it is: its vectors are read.
The loss is minus the logarithm of the probability that the right participant's mentions have together. Thresholds and the
number of passes are set by cross-validation on the training part; the development part is only measured.
"""
import argparse
import copy
import json
import pathlib
import random

import numpy as np
import torch
from torch import nn

from .coref_data import read

GROUPS = ("personal", "neuter", "plural", "role")
ANSWERED_ELSEWHERE, FEMININE, MASCULINE, NEITHER, AHEAD = 1, 2, 4, 8, 16  # flags of an anaphor
RIGHT, OPEN = 1, 2
AVERAGE = 0.995  # share of the mean of the weights that a step keeps
LINKED_PRONOUN = 1  # kind of a candidate


class Dump:
    """One folder of the dump, as arrays."""

    def __init__(self, folder):
        load = lambda name, **options: np.load(folder / f"{name}.npy", **options)
        self.about = json.loads((folder / "dump.json").read_text())
        self.vectors = load("vectors", mmap_mode="r")
        self.anaphors, self.candidates = load("anaphors").astype(np.int64), load("candidates").astype(np.int64)
        self.features, self.none, self.weights = load("features"), load("none"), load("weights")
        self.source = self.about["documents"][0]["source"] if self.about["documents"] else ""


def label_nominals(dump, folder, path):
    """Labels candidates by the noun phrases of a file of `coref_data.py`, which the dump does not read: an anaphor whose
    participant has noun phrases only means the candidate with one of them, if there is one."""
    by_id = {case["id"]: case for case in read(path)}
    spans, candidate_spans = np.load(folder / "spans.npy"), np.load(folder / "candidate_spans.npy")
    clusters, wanted = {}, {}
    for number, document in enumerate(dump.about["documents"]):
        case = by_id[document["id"]]
        if not any("nominal" in anaphor for anaphor in case["anaphors"]):
            continue
        starts = {start: cluster for start, _, cluster in case["nominals"]}
        for anaphor in case["anaphors"]:
            cluster = anaphor.get("nominal") or (anaphor["answers"] or [None])[0]
            if cluster is not None:
                starts[anaphor["start"]] = cluster
            if "nominal" in anaphor:
                wanted[number, anaphor["start"]] = anaphor["nominal"]
        starts.update({start: cluster for start, _, cluster, _ in case["names"]})
        clusters[number] = starts
    changed = 0
    for number, (anaphor, span) in enumerate(zip(dump.anaphors, spans)):
        cluster = wanted.get((anaphor[6], span[0]))
        first, last = anaphor[:2]
        if cluster is None or first == last:
            continue
        right = np.array([clusters[anaphor[6]].get(start) == cluster for start, _ in candidate_spans[first:last]])
        if right.any():
            # All mentions of the actor are right.
            actors = set(dump.candidates[first:last][right, 1])
            right = np.array([actor in actors for actor in dump.candidates[first:last, 1]])
            dump.candidates[first:last, 3] = np.where(right, RIGHT, 0)
            anaphor[5] = 0
            changed += 1
    return changed


class Data:
    """Anaphors of several dumps: one table of mentions, candidates and anaphors."""

    def __init__(self, folders, layers, pronouns, corpora=None):
        dumps = [Dump(folder) for folder in folders]
        if corpora is not None:
            for dump, folder in zip(dumps, folders):
                label_nominals(dump, folder, corpora / folder.parent.name / f"{folder.name}.jsonl.gz")
        about = dumps[0].about
        self.features_of, self.none_of = about["features"], about["none"]
        keep = [about["layers"].index(layer) for layer in layers]
        mentions, candidates, anaphors, features, none, weights = [], [], [], [], [], []
        self.sources, self.documents = [], []
        rows = mention_rows = 0
        for dump in dumps:
            a, c = dump.anaphors.copy(), dump.candidates.copy()
            a[:, :2] += rows
            a[:, 2] += mention_rows
            c[:, 2] += mention_rows
            mentions.append(np.asarray(dump.vectors)[:, keep].reshape(len(dump.vectors), -1))
            candidates.append(c)
            anaphors.append(a)
            features.append(dump.features)
            none.append(dump.none)
            weights.append(dump.weights)
            self.sources += [dump.source] * len(a)
            self.documents += [dump.about["documents"][number]["id"] for number in a[:, 6].tolist()]
            rows += len(c)
            mention_rows += len(dump.vectors)
        self.mentions = torch.from_numpy(np.concatenate(mentions))
        self.candidates, self.anaphors = np.concatenate(candidates), np.concatenate(anaphors)
        self.features, self.none = np.concatenate(features).astype(np.float32), np.concatenate(none).astype(np.float32)
        self.weights = np.concatenate(weights).astype(np.float32)
        self.usable = np.ones(len(self.candidates), bool) if pronouns else self.candidates[:, 4] != LINKED_PRONOUN

    def __len__(self):
        return len(self.anaphors)

    def trainable(self):
        """Numbers of the anaphors that say something: not those of GAP whose answer is no candidate."""
        kept = []
        for number, (anaphor, source) in enumerate(zip(self.anaphors, self.sources)):
            span = slice(anaphor[0], anaphor[1])
            labels = self.candidates[span, 3][self.usable[span]]
            good = (labels > 0).any() or anaphor[5] > 0
            bad = (labels == 0).any() or anaphor[5] == 0
            if good and bad and not (anaphor[7] & ANSWERED_ELSEWHERE and source in ("gap", "knowref")) and self.weights[number] > 0:
                kept.append(number)
        return kept

    def batch(self, numbers):
        """A batch: its mentions once, and rows of candidates padded to the most of one anaphor."""
        numbers = list(numbers)
        rows = [np.nonzero(self.usable[self.anaphors[n, 0] : self.anaphors[n, 1]])[0] + self.anaphors[n, 0] for n in numbers]
        most = max(1, max(len(row) for row in rows))
        index = np.zeros((len(numbers), most), np.int64)
        real = np.zeros((len(numbers), most), bool)
        for place, row in enumerate(rows):
            index[place, : len(row)] = row
            real[place, : len(row)] = True
        chosen = self.candidates[index]
        of_anaphor = self.anaphors[numbers, 2]
        used, where = np.unique(np.concatenate([of_anaphor, chosen[:, :, 2][real]]), return_inverse=True)
        candidate = np.zeros((len(numbers), most), np.int64)
        candidate[real] = where[len(numbers) :]
        labels = np.where(real, chosen[:, :, 3], 0)
        t = torch.from_numpy
        return {
            "mentions": self.mentions[t(used)].float(), "anaphor": t(where[: len(numbers)]), "candidate": t(candidate), "real": t(real),
            "features": t(self.features[index]) * t(real).unsqueeze(-1), "none_features": t(self.none[numbers]),
            "group": t(self.anaphors[numbers, 3]), "good": t(labels > 0), "none_good": t(self.anaphors[numbers, 5] > 0),
            "weight": t(self.weights[numbers]), "actor": t(np.where(real, chosen[:, :, 1], 0)), "index": index,
        }


class Head(nn.Module):
    """The head as `plugins/actors` computes it. Group weights are a shared part and a part of each group."""

    def __init__(self, width, features, none, k=96, h=64, dropout=0.2, scale=None, none_scale=None):
        super().__init__()
        self.anaphor, self.candidate = nn.Linear(width, k), nn.Linear(width, k)
        self.group = nn.Parameter(torch.zeros(len(GROUPS), k))
        self.hidden, self.out = nn.Linear(3 * k + features, h), nn.Linear(h, 1)
        self.linear, self.linear_of = nn.Parameter(torch.zeros(features)), nn.Parameter(torch.zeros(len(GROUPS), features))
        self.none, self.none_of = nn.Parameter(torch.zeros(k + features + none)), nn.Parameter(torch.zeros(len(GROUPS), k + features + none))
        self.none_bias = nn.Parameter(torch.zeros(len(GROUPS)))
        self.register_buffer("scale", torch.ones(features) if scale is None else scale)
        self.register_buffer("none_scale", torch.ones(none) if none_scale is None else none_scale)
        self.dropout = nn.Dropout(dropout)

    def forward(self, batch):
        """Logarithms of the probability of each candidate [b, n] and of nobody [b]."""
        group, real = batch["group"], batch["real"]
        mentions = self.dropout(batch["mentions"])
        a = self.anaphor(mentions[batch["anaphor"]]) + self.group[group]
        c = self.candidate(mentions)[batch["candidate"]]
        x, n = batch["features"] * self.scale, batch["none_features"] * self.none_scale
        wide = a.unsqueeze(1).expand_as(c)
        joint = torch.cat([torch.relu(c), torch.relu(wide), wide * c, x], -1)
        linear = ((self.linear + self.linear_of[group]).unsqueeze(1) * x).sum(-1)
        score = self.out(self.dropout(torch.relu(self.hidden(joint)))).squeeze(-1) + linear
        score = score.masked_fill(~real, -1e4)
        most = x.masked_fill(~real.unsqueeze(-1), -1e4).max(1).values * real.any(1, keepdim=True)
        none = ((self.none + self.none_of[group]) * torch.cat([torch.relu(a), most, n], -1)).sum(-1) + self.none_bias[group]
        both = torch.log_softmax(torch.cat([score, none.unsqueeze(1)], 1), 1)
        return both[:, :-1], both[:, -1]


def scales(values):
    """Factors that bring features of large values down to a deviation of 1."""
    return torch.from_numpy(1 / np.maximum(values.std(0), 1.0)).float() if len(values) else torch.ones(values.shape[1])


def fit(data, numbers, options, seed, passes, teacher=None):
    """Trains a head. With a teacher ({anaphor: probabilities of its candidates and of nobody}), half of the loss is the
    distance from what the teacher says."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    rows = np.concatenate([np.arange(data.anaphors[n, 0], data.anaphors[n, 1]) for n in numbers])
    head = Head(data.mentions.shape[1], data.features.shape[1], data.none.shape[1], options.k, options.h, options.dropout, scales(data.features[rows]), scales(data.none[numbers]))
    optimizer = torch.optim.AdamW(head.parameters(), lr=options.rate, weight_decay=options.decay)
    average = copy.deepcopy(head)
    numbers, steps, step = list(numbers), passes * (len(numbers) // options.batch + 1), 0
    for _ in range(passes):
        rng.shuffle(numbers)
        head.train()
        for place in range(0, len(numbers), options.batch):
            part = numbers[place : place + options.batch]
            batch = data.batch(part)
            for group in optimizer.param_groups:
                group["lr"] = options.rate * min(1, (step + 1) / 50) * (1 - step / steps)
            scores, none = head(batch)
            good = torch.cat([scores.masked_fill(~batch["good"], -1e4), none.masked_fill(~batch["none_good"], -1e4).unsqueeze(1)], 1)
            losses = -torch.logsumexp(good, 1).clamp(min=-8)
            if teacher is not None:
                wanted = torch.zeros(scores.shape[0], scores.shape[1] + 1)
                for row, number in enumerate(part):
                    said = teacher[number]
                    wanted[row, : len(said) - 1], wanted[row, -1] = said[:-1], said[-1]
                both = torch.cat([scores, none.unsqueeze(1)], 1).clamp(min=-15)
                losses = (losses - (wanted * both).sum(1)) / 2
            loss = (losses * batch["weight"]).sum() / batch["weight"].sum()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            step += 1
            # The mean of the weights along the way judges more steadily than the last ones.
            keep = min(AVERAGE, step / (step + 20))
            with torch.no_grad():
                for mean, value in zip(average.parameters(), head.parameters()):
                    mean.lerp_(value, 1 - keep)
    return average


def predict(heads, data, numbers):
    """Probabilities of actors, the mean of the heads: {anaphor: (actor, probability, whether it is right, cluster)}."""
    found = {}
    with torch.no_grad():
        for place in range(0, len(numbers), 128):
            part = numbers[place : place + 128]
            batch = data.batch(part)
            mean = 0
            for head in heads:
                head.eval()
                mean = mean + torch.exp(head(batch)[0]) * batch["real"] / len(heads)
            actors = torch.zeros(len(part), int(batch["actor"].max()) + 1).scatter_add_(1, batch["actor"], mean)
            best = actors.max(1)
            for row, number in enumerate(part):
                mine = (batch["actor"][row] == best.indices[row]) & batch["real"][row]
                if not mine.any():
                    found[number] = (-1, 0.0, False, -1, False)
                    continue
                picked = batch["index"][row][mine.numpy()]
                chosen = data.candidates[picked]
                clusters = chosen[:, 5][chosen[:, 5] >= 0]
                found[number] = (int(best.indices[row]), float(best.values[row]), bool((chosen[:, 3] == RIGHT).any()), int(clusters[0]) if len(clusters) else -1, bool((chosen[:, 3] == OPEN).all()))
    return found


def best_actor(data, number, probabilities):
    """The entry of `predict` of an anaphor, from probabilities of its candidates and of nobody."""
    first, last = data.anaphors[number, :2]
    chosen = data.candidates[first:last][data.usable[first:last]]
    if not len(chosen):
        return -1, 0.0, False, -1, False
    actors = np.bincount(chosen[:, 1], probabilities[:-1].numpy())
    mine = chosen[chosen[:, 1] == actors.argmax()]
    clusters = mine[:, 5][mine[:, 5] >= 0]
    return int(actors.argmax()), float(actors.max()), bool((mine[:, 3] == RIGHT).any()), int(clusters[0]) if len(clusters) else -1, bool((mine[:, 3] == OPEN).all())


def teach(heads, data, numbers):
    """What some heads say together: {anaphor: probabilities of its candidates and of nobody}."""
    found = {}
    with torch.no_grad():
        for place in range(0, len(numbers), 128):
            part = numbers[place : place + 128]
            batch = data.batch(part)
            mean = sum(torch.exp(torch.cat([scores, none.unsqueeze(1)], 1)) for scores, none in (head.eval()(batch) for head in heads)) / len(heads)
            for row, number in enumerate(part):
                count = int(batch["real"][row].sum())
                found[number] = torch.cat([mean[row, :count], mean[row, -1:]])
    return found


def linear(data, numbers):
    """What the linear ranker says, in the form of `predict`."""
    choice = data.features_of.index("LinearChoice")
    found = {}
    for number in numbers:
        first, last = data.anaphors[number, :2]
        chosen = data.candidates[first:last][data.features[first:last, choice] > 0.5]
        clusters = chosen[:, 5][chosen[:, 5] >= 0]
        found[number] = (int(chosen[0, 1]), 1.0, bool((chosen[:, 3] == RIGHT).any()), int(clusters[0]) if len(clusters) else -1, bool((chosen[:, 3] == OPEN).all())) if len(chosen) else (-1, 0.0, False, -1, False)
    return found


def score(data, found, thresholds, numbers):
    """Right links, links and answers of some anaphors. A link to someone of whom the gold says nothing is no link."""
    right = linked = answers = nobody_right = 0
    for number in numbers:
        actor, chance, good, _, is_open = found[number]
        anaphor = data.anaphors[number]
        first, last = anaphor[:2]
        named = bool((data.candidates[first:last, 3] == RIGHT).any()) or bool(anaphor[7] & ANSWERED_ELSEWHERE)
        link = actor >= 0 and chance >= thresholds[anaphor[3]] and not (is_open and not named)
        right += link and good
        linked += link
        answers += named
        nobody_right += not link and not named
    return right, linked, answers, nobody_right, len(numbers)


def gap_score(data, found, thresholds, numbers):
    """F1 of GAP: all, masculine, feminine, and their ratio. A name that is neither candidate counts as no link."""
    result = []
    for mask in (0, MASCULINE, FEMININE):
        right = wrong = missed = 0
        for number in numbers:
            flags = data.anaphors[number, 7]
            if mask and not flags & mask:
                continue
            actor, chance, good, cluster, _ = found[number]
            link = actor >= 0 and chance >= thresholds[0] and cluster >= 0
            right += link and good
            wrong += link and not good
            missed += not (flags & NEITHER) and not (link and good)
        result.append(200 * right / max(1, 2 * right + wrong + missed))
    return [*result, result[2] / max(1e-9, result[1])]


def line(counts):
    right, linked, answers, nobody, total = counts
    p, r = 100 * right / max(1, linked), 100 * right / max(1, answers)
    return f"P {p:.1f} R {r:.1f} F {2 * p * r / max(1e-9, p + r):.1f} acc {100 * (right + nobody) / max(1, total):.1f} ({answers} of {total})"


def report(name, data, found, thresholds):
    for source in sorted(set(data.sources)):
        numbers = [n for n in found if data.sources[n] == source]
        if source.startswith("gap"):
            all_, m, f, ratio = gap_score(data, found, thresholds, numbers)
            print(f"{name} {source}: F1 {all_:.1f} (m {m:.1f} f {f:.1f} ratio {ratio:.3f}) of {len(numbers)}", flush=True)
            continue
        for group, label in enumerate(GROUPS):
            some = [n for n in numbers if data.anaphors[n, 3] == group]
            if some:
                print(f"{name} {source} {label}: {line(score(data, found, thresholds, some))}", flush=True)


def best_thresholds(data, found, weights=None):
    """Of each group the threshold that gives the most right links less 0.7 of the wrong ones, weighted as in training."""
    result = []
    for group in range(len(GROUPS)):
        numbers = [n for n in found if data.anaphors[n, 3] == group and data.sources[n] != "litbank"]
        best = (-1e9, 0.5)
        for threshold in np.arange(0.2, 0.9, 0.025):
            gain = 0
            for number in numbers:
                actor, chance, good, cluster, is_open = found[number]
                if actor < 0 or chance < threshold or is_open:
                    continue
                if data.anaphors[number, 7] & NEITHER and cluster < 0:
                    continue
                gain += data.weights[number] * (1 if good else -0.7)
            best = max(best, (gain, float(threshold)))
        result.append(best[1])
    return result


def export(head, thresholds, data, options, out):
    """Writes the head in the form that `copydesk model import` reads; scales of features are folded into the weights."""
    from safetensors.numpy import save_file

    out.mkdir(parents=True, exist_ok=True)
    k, n = options.k, data.none.shape[1]
    scale = torch.cat([torch.ones(k), head.scale, head.none_scale])
    hidden = head.hidden.weight.detach().clone()
    hidden[:, 3 * k :] *= head.scale
    tensors = {
        "anaphor.weight": head.anaphor.weight, "anaphor.bias": head.anaphor.bias, "group.weight": head.group,
        "candidate.weight": head.candidate.weight, "candidate.bias": head.candidate.bias,
        "hidden.weight": hidden, "hidden.bias": head.hidden.bias, "out.weight": head.out.weight, "out.bias": head.out.bias,
        "linear.weight": (head.linear + head.linear_of) * head.scale, "none.weight": (head.none + head.none_of) * scale, "none.bias": head.none_bias,
    }
    # The file of the model has half floats.
    arrays = {f"actors.{name}": np.ascontiguousarray(tensor.detach().numpy().astype(np.float16).astype(np.float32)) for name, tensor in tensors.items()}
    save_file(arrays, out / "model.safetensors")
    config = {"layers": options.layers, "features": data.features_of, "none": data.none_of, "pronouns": not options.without_pronouns,
              "thresholds": {label: round(value, 3) for label, value in zip(GROUPS, thresholds)}}
    (out / "config.json").write_text(json.dumps({"copydesk": config}, indent=1) + "\n")
    print(f"{out}: {sum(array.size for array in arrays.values())} parameters, thresholds {config['thresholds']}")


def folds(data, numbers, count):
    """Parts of the anaphors by document."""
    places = {}
    parts = [[] for _ in range(count)]
    for number in numbers:
        place = places.setdefault(data.documents[number], len(places) % count)
        parts[place].append(number)
    return parts


def main():
    parser = argparse.ArgumentParser(description="Trains the head of `actors`.")
    parser.add_argument("dumps", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--corpora", type=pathlib.Path, help="the files that were dumped; adds labels of noun phrases")
    parser.add_argument("--layers", type=int, nargs="+", default=[6])
    parser.add_argument("--sources", nargs="+", help="only these folders of DUMPS/train")
    parser.add_argument("--without-pronouns", action="store_true", help="leave pronouns that are linked out of the candidates")
    parser.add_argument("--folds", type=int, default=0, help="cross-validation; sets the thresholds")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--teachers", type=int, nargs="+", default=[6, 6, 4], help="layers of the heads of each fold, which teach the shipped head what they say of the other part")
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--dropout", type=float, default=0.35)
    parser.add_argument("-k", type=int, default=96)
    parser.add_argument("-H", "--hidden", dest="h", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--scale", nargs="+", default=[], metavar="SOURCE=FACTOR", help="weights of sources, times these")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    train_folders = sorted(f for f in (options.dumps / "train").iterdir() if (f / "dump.json").exists() and (not options.sources or f.name in options.sources))
    train = Data(train_folders, options.layers, not options.without_pronouns, options.corpora)
    factors = dict(item.split("=") for item in options.scale)
    train.weights *= np.array([float(factors.get(source, 1)) for source in train.sources], np.float32)
    numbers = train.trainable()
    print(f"{len(numbers)} of {len(train)} anaphors, {len(train.candidates)} candidates, {len(train.mentions)} mentions, features {len(train.features_of)}", flush=True)
    report("linear train", train, linear(train, range(len(train))), [0.5] * 4)
    thresholds, teacher = [0.45, 0.5, 0.5, 0.5], {}
    if options.folds:
        kept, found = set(numbers), {}
        inputs = {layer: Data(train_folders, [layer], not options.without_pronouns, options.corpora) for layer in set(options.teachers)}
        for data in inputs.values():
            data.weights = train.weights
        for part in folds(train, range(len(train)), options.folds):
            held = set(part)
            rest, part = [n for n in numbers if n not in held], [n for n in part if n in kept or train.sources[n] != "knowref"]
            said = []
            for seed, layer in enumerate(options.teachers):
                head = fit(inputs[layer], rest, options, seed, options.passes)
                said.append(teach([head], inputs[layer], part))
                if seed == 0:
                    found |= predict([head], inputs[layer], part)
            teacher |= {number: sum(one[number] for one in said) / len(said) for number in part}
        report("cross-validation, first teacher", train, found, thresholds)
        found = {number: best_actor(train, number, probabilities) for number, probabilities in teacher.items()}
        thresholds = best_thresholds(train, found)
        print("thresholds by cross-validation", [round(t, 3) for t in thresholds])
        report("cross-validation, teachers", train, found, thresholds)
    dev = {folder.name: Data([folder], options.layers, not options.without_pronouns, options.corpora) for folder in sorted((options.dumps / "dev").iterdir()) if (folder / "dump.json").exists()}
    for name, data in dev.items():
        report(f"linear {name}", data, linear(data, range(len(data))), [0.5] * 4)
    heads = []
    for seed in range(options.seeds):
        heads.append(fit(train, numbers, options, seed, options.passes))
        for name, data in dev.items():
            report(f"seed {seed} {name}", data, predict(heads[-1:], data, list(range(len(data)))), thresholds)
        export(heads[-1], thresholds, train, options, options.out / f"seed{seed}")
    if teacher:
        best = fit(train, numbers, options, 0, options.passes, teacher)
        for name, data in dev.items():
            report(f"taught {name}", data, predict([best], data, list(range(len(data)))), thresholds)
        export(best, thresholds, train, options, options.out / "best")
    if len(heads) > 1:
        for name, data in dev.items():
            report(f"mean {name}", data, predict(heads, data, list(range(len(data)))), thresholds)


if __name__ == "__main__":
    main()
