"""Step 2: several sentiment models, trained alike but for their seed, judge new sentences together.

    python -m copydesk_training.distill --data DATA --out OUT

The judged corpus is small, and the mean of several models is better than each of them; step 3 learns from that mean, on
sentences that nobody judged (distillation: Hinton, Vinyals and Dean 2015). Reads OUT/vocab.txt and OUT/adapted.pt, writes
OUT/distilled.jsonl: a sentence, its targets and their three probabilities a line.
"""
import argparse
import concurrent.futures
import json
import multiprocessing
import os
import pathlib
import random
import subprocess
import tempfile

import numpy as np
import torch
from torch import nn

from . import corpora
from .model import Encoder, Model
from .text import COPYDESK, Pieces, read_vocabulary
from .train import LONGEST, f1, gold_path, sentiment_loss, sentiment_scores
from .windows import Batcher, batches, pieces_in

# Where new sentences come from: (corpus, sentences that are judged).
TEXTS = (("quotes/polnear/train", 14000), ("raw/wikinews-2019-2020", 3000), ("ner/worldwide-newswire/train", 5000))
LABELS = ("PERSON", "ORG", "NORP")
KEPT = 3000  # of each class, the likeliest one of a sentence's first target
SIZES = (40, 400)  # characters of a sentence


def new_sentences(data):
    """Sentences with named targets, found by the shipped linear models: {"sentence", "targets"}."""
    chance, out = random.Random(1), []
    for name, wanted in TEXTS:
        found = []
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "texts.jsonl")
            with open(path, "w", encoding="utf-8") as lines:
                for document in corpora.read(pathlib.Path(data) / f"{name}.jsonl.gz"):
                    lines.write(json.dumps({"text": document["text"]}) + "\n")
            command = [COPYDESK, "analyze", "-p", "fast", "-f", "json", "--layers", "text,sentences,entities", path]
            printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for line in printed.splitlines():
            document = json.loads(line)
            text, entities = document["text"], [entity for entity in document["entities"] if entity["label"] in LABELS]
            for start, end in document["sentences"]:
                targets = [entity for entity in entities if start <= entity["start"] and entity["end"] <= end]
                if targets and SIZES[0] <= end - start <= SIZES[1]:
                    chosen = chance.sample(targets, min(2, len(targets)))
                    found.append({
                        "sentence": text[start:end],
                        "targets": [{"start": one["start"] - start, "end": one["end"] - start, "polarity": 0} for one in chosen],
                    })
        chance.shuffle(found)
        out += found[:wanted]
    return out


def _items(documents):
    return [(document, 0, len(document["words"])) for document in documents]


@torch.no_grad()
def _judge(model, documents, batcher):
    """The three probabilities of each target of each document."""
    model.eval()
    out = [None] * len(documents)
    order = sorted(range(len(documents)), key=lambda number: len(documents[number]["ids"]))
    for at in range(0, len(order), 48):
        group = order[at : at + 48]
        with torch.autocast("cpu", torch.bfloat16):
            scores, _ = sentiment_scores(model, _items(documents[number] for number in group), batcher)
        rows = iter(torch.softmax(scores.float(), -1).numpy())
        for number in group:
            out[number] = [next(rows) for _ in documents[number]["targets"]]
    return out


def teacher(job):
    """Trains one teacher. Returns its answers for dev and for new sentences."""
    seed, options, train, dev, new = job
    torch.set_num_threads(1)
    random.seed(seed), np.random.seed(seed), torch.manual_seed(seed)
    vocabulary = read_vocabulary(options.out / "vocab.txt")
    batcher = Batcher(Pieces(vocabulary))
    encoder = Encoder(len(vocabulary))
    encoder.load_state_dict(torch.load(options.out / "adapted.pt")["encoder"])
    model = Model(encoder, dropout=0.2).train()
    heads = [value for name in ("hidden", "polarity") for value in getattr(model, name).parameters()]
    groups = [{"params": list(encoder.parameters()), "lr": 1e-4}, {"params": heads, "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    work = []
    for _ in range(options.passes):
        found = batches([item for item in _items(train) if pieces_in(item) <= LONGEST], 16)
        random.shuffle(found)
        work += found
    for step, items in enumerate(work):
        for group, rate in zip(optimizer.param_groups, rates):
            group["lr"] = rate * min(1, (step + 1) / 100) * (1 - step / len(work))
        with torch.autocast("cpu", torch.bfloat16):
            loss = sentiment_loss(model, items, batcher)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step(), optimizer.zero_grad()
    return _judge(model, dev, batcher), _judge(model, new, batcher)


def _score(dev, judged):
    pairs = [
        (int(target[2].argmax()), int(np.argmax(found)))
        for document, row in zip(dev, judged)
        for target, found in zip(document["targets"], row)
    ]
    return f1(pairs, range(3))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--teachers", type=int, default=4)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1, help="teachers that are trained at a time")
    options = parser.parse_args()

    pieces = Pieces(read_vocabulary(options.out / "vocab.txt"))
    train, dev = (corpora.sentiment(gold_path(options.data, "sentiment", part), pieces) for part in ("train", "dev"))
    sentences = new_sentences(options.data)
    new = corpora.judged(sentences, pieces)
    assert len(new) == len(sentences), "a target without a word"
    print(f"{len(train)} judged sentences, {len(new)} new ones", flush=True)
    jobs = [(seed, options, train, dev, new) for seed in range(1, options.teachers + 1)]
    said = []
    with concurrent.futures.ProcessPoolExecutor(options.threads, multiprocessing.get_context("spawn")) as pool:
        for on_dev, on_new in pool.map(teacher, jobs):
            said.append((on_dev, on_new))
            print(f"teacher {len(said)}: dev macro F1 {_score(dev, on_dev):.2f}", flush=True)
    mean = [[[np.mean(votes, 0) for votes in zip(*rows)] for rows in zip(*part)] for part in zip(*said)]
    print(f"all together: dev macro F1 {_score(dev, mean[0]):.2f}", flush=True)

    left, partial = [KEPT] * 3, options.out / "distilled.jsonl.part"
    with open(partial, "w", encoding="utf-8") as out:
        for document, row in zip(sentences, mean[1]):
            kind = int(np.argmax(row[0]))
            if left[kind]:
                left[kind] -= 1
                for target, found in zip(document["targets"], row):
                    target["polarity"] = [round(float(value), 4) for value in found]
                out.write(json.dumps(document) + "\n")
    os.replace(partial, options.out / "distilled.jsonl")
    print(f"sentences distilled, negative, neutral, positive: {[KEPT - rest for rest in left]}", flush=True)


if __name__ == "__main__":
    main()
