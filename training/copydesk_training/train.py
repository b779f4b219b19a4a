"""Step 3: trains the encoder and its heads on entities, quotes and sentiment together.

    python -m copydesk_training.train --data DATA --out OUT [--minutes 70]

Reads OUT/vocab.txt, OUT/adapted.pt and, if it is there, OUT/distilled.jsonl; prints scores on the development parts,
writes OUT/model.pt (a running average of the weights) and the checkpoint folder OUT/checkpoint, which `copydesk model
import` reads. A batch is of one task; the batches of all tasks are shuffled together. The learning rate falls with the time
that has gone by.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import time

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

from . import corpora, decode
from .model import LABELS, Encoder, Model
from .text import COPYDESK, Pieces, read_vocabulary
from .windows import Batcher, batches, pieces_in, split

SETS = {
    "entities": ("ner/worldwide-newswire", corpora.entities, 12),
    "quotes": ("quotes/polnear", corpora.quotes, 8),
    "sentiment": ("sentiment/newsmtsc", corpora.sentiment, 24),
}
LIMIT = 190  # pieces of a training window
LONGEST = 500  # a sentence longer than this many pieces is left out
CUES = 90  # cues of a batch that are trained on, at most
AVERAGE = 0.995  # of the weights, each five steps
AUGMENTED = 0.4  # of the quotes articles, read with other words for some attributions
# What the numbers of the heads are before step 4 sets them.
TUNED = {"temperature": {"ner": 1.5, "blend": 1.0, "stance": 1.0}, "thresholds": {"blend": 0.5, "scale": 1.0, "shift": 0.0}}


def entity_loss(model, items, batcher):
    """Cross entropy of the tags of words."""
    ids, types, mask, first, real = batcher(items)
    h = model.words(ids, types, mask, first)
    tags = torch.cat([torch.from_numpy(document["tags"][start:end]) for document, start, end in items])
    return F.cross_entropy(model.ner(h[real]).float(), tags)


def quote_loss(model, items, batcher):
    """Cross entropy of cue words; of source and content given each gold cue (twice its weight); and of acts."""
    ids, types, mask, first, real = batcher(items, other_marks=0.2)
    h = model.words(ids, types, mask, first)
    cue = torch.cat([torch.from_numpy(document["cue"][start:end]) for document, start, end in items])
    loss = F.cross_entropy(model.cue(h[real]).float(), cue)
    rows = []
    for row, (document, start, end) in enumerate(items):
        for begin, last, content, source, act in document["attributions"]:
            if begin < start or last >= end:
                continue
            tags = torch.zeros(real.shape[1], dtype=torch.long)
            for tag, spans in ((3, content), (1, source)):
                for a, b in spans:
                    a, b = max(a, start) - start, min(b, end) - start
                    if a < b:
                        tags[a:b] = tag + 1
                        tags[a] = tag
            rows.append((row, begin - start, last - start, act, tags))
    if not rows:
        return loss
    if len(rows) > CUES:
        rows = random.sample(rows, CUES)
    row, begin, last, act = (torch.tensor(column) for column in list(zip(*rows))[:4])
    scores, within = model.attributions(h, real, row, begin, last)
    tags = torch.stack([entry[4] for entry in rows])
    loss = loss + 2 * F.cross_entropy(scores[within].float(), tags[within])
    told = act != -100
    if told.any():
        loss = loss + 0.2 * F.cross_entropy(model.act(model.cues(h, row, begin, last)[told]).float(), act[told])
    return loss


def sentiment_loss(model, items, batcher):
    """Cross entropy of the polarity of targets, judged or distilled."""
    scores, polarity = sentiment_scores(model, items, batcher)
    return F.cross_entropy(scores.float(), polarity)


def sentiment_scores(model, items, batcher):
    """Returns the scores of the targets of whole sentences, and their labels, both [targets, 3]."""
    ids, types, mask, first, real = batcher(items)
    h = model.words(ids, types, mask, first)
    targets = [(row, *target) for row, (document, _, _) in enumerate(items) for target in document["targets"]]
    row, start, end = (torch.tensor(column) for column in list(zip(*targets))[:3])
    polarity = torch.from_numpy(np.stack([target[3] for target in targets]))
    return model.sentiment(h, real, row, start, end), polarity


LOSSES = {"entities": entity_loss, "quotes": quote_loss, "sentiment": sentiment_loss}


def one_pass(train, distilled, augmented):
    """The shuffled batches of one pass over all tasks: (task, items)."""
    work = []
    for task, documents in train.items():
        size = SETS[task][2]
        if task == "quotes":
            documents = [augmented.get(one["id"], one) if random.random() < AUGMENTED else one for one in documents]
        if task == "sentiment":
            documents = documents + distilled
        if task == "sentiment":
            items = [(document, 0, len(document["words"])) for document in documents]
        else:
            items = [item for document in documents for item in split(document, LIMIT)]
        work += [(task, batch) for batch in batches([item for item in items if pieces_in(item) <= LONGEST], size)]
    random.shuffle(work)
    return work


def f1(pairs, classes):
    """Mean F1 of classes over (gold, found) pairs."""
    scores = []
    for kind in classes:
        right = sum(gold == found == kind for gold, found in pairs)
        scores.append(2 * right / max(1, sum((gold == kind) + (found == kind) for gold, found in pairs)))
    return 100 * sum(scores) / len(scores)


@torch.no_grad()
def evaluate(model, dev, batcher, folder, data, autocast=True):
    """Development scores: entity F1, what `copydesk eval quotes` says of the attributions, sentiment macro F1. Before any
    rule, blending or calibration: the pipeline's own figures come from `copydesk eval -p OUT/models/news.toml`."""
    model.eval()
    right = total = 0
    for document, vectors in zip(dev["entities"], decode.word_vectors(model, dev["entities"], batcher, autocast=autocast)):
        found = decode.names(document, decode.log_softmax(model.ner(torch.from_numpy(vectors)).numpy()))
        right, total = right + len(found & document["gold"]), total + len(found) + len(document["gold"])
    scores = {"entities": round(200 * right / total, 2)}

    path = pathlib.Path(folder) / "dev-quotes.jsonl"
    with open(path, "w", encoding="utf-8") as out:
        for document, vectors in zip(dev["quotes"], decode.word_vectors(model, dev["quotes"], batcher, autocast=autocast)):
            found = decode.attributions(model, document, vectors)
            quotes = [{**entry, "kind": "direct", "act": "speech", "speaker": None, "speaker_name": None, "score": 1.0} for entry in found]
            line = {"schema": "copydesk/1", "id": document["id"], "offsets": "char", "text": document["text"], "quotes": quotes}
            out.write(json.dumps(line) + "\n")
    command = [COPYDESK, "eval", "quotes", str(gold_path(data, "quotes", "dev")), "--predictions", str(path), "--json"]
    scores["quotes"] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    pairs = []
    for at in range(0, len(dev["sentiment"]), 32):
        items = [(document, 0, len(document["words"])) for document in dev["sentiment"][at : at + 32]]
        with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            found, polarity = sentiment_scores(model, items, batcher)
        pairs += zip(polarity.argmax(-1).tolist(), found.float().argmax(-1).tolist())
    scores["sentiment"] = round(f1(pairs, range(3)), 2)
    model.train()
    return scores


def gold_path(data, task, part):
    """The corpus of a task."""
    return pathlib.Path(data) / SETS[task][0] / f"{part}.jsonl.gz"


def shown(scores):
    """Scores in a line."""
    quotes = scores["quotes"]["scores"]
    kinds = " / ".join(f"{quotes[f'relation/{kind}']['f1']:.1f}" for kind in ("all", "direct", "mixed", "indirect"))
    return f"entities {scores['entities']}, quotes {kinds}, sentiment {scores['sentiment']}"


def write_checkpoint(model, vocabulary, folder):
    """A Hugging Face style folder: config.json, vocab.txt, model.safetensors (fp32)."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    encoder = model.encoder
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "layer_norm_eps": 1e-12,
        "vocab_size": len(vocabulary), "hidden_size": encoder.word.embedding_dim, "num_hidden_layers": len(encoder.layers),
        "num_attention_heads": encoder.layers[0].heads, "intermediate_size": encoder.layers[0].f1.out_features,
        "max_position_embeddings": encoder.pos.num_embeddings, "type_vocab_size": encoder.typ.num_embeddings,
        "copydesk": {"types": LABELS, **TUNED},
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in vocabulary), encoding="utf-8")
    save_file(model.checkpoint(), folder / "model.safetensors", metadata={"format": "pt"})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--every", type=float, default=20, help="minutes between scores")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=1.5e-4, help="of the encoder; heads learn at 1e-3")
    options = parser.parse_args()
    random.seed(options.seed), np.random.seed(options.seed), torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)

    vocabulary = read_vocabulary(options.out / "vocab.txt")
    pieces = Pieces(vocabulary)
    batcher = Batcher(pieces)
    train = {task: read(gold_path(options.data, task, "train"), pieces) for task, (_, read, _) in SETS.items()}
    augmented = corpora.augmented(gold_path(options.data, "quotes", "train"), pieces)
    path = options.out / "distilled.jsonl"
    distilled = corpora.judged(corpora.read(path), pieces) if path.exists() else []
    dev = {task: read(gold_path(options.data, task, "dev"), pieces) for task, (_, read, _) in SETS.items()}
    sizes = {task: sum(len(document["ids"]) for document in documents) for task, documents in train.items()}
    sizes["distilled"] = sum(len(document["ids"]) for document in distilled)
    print("pieces of training text:", sizes, flush=True)

    encoder = Encoder(len(vocabulary))
    encoder.load_state_dict(torch.load(options.out / "adapted.pt")["encoder"])
    model = Model(encoder).train()
    own = {id(value) for value in encoder.parameters()}
    heads = [value for value in model.parameters() if id(value) not in own]
    groups = [{"params": list(encoder.parameters()), "lr": options.rate}, {"params": heads, "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    average = {name: value.clone() for name, value in model.state_dict().items()}

    def score(title):
        now = {name: value.clone() for name, value in model.state_dict().items()}
        model.load_state_dict(average)
        scores = evaluate(model, dev, batcher, options.out, options.data)
        print(f"{title}: {shown(scores)}", flush=True)
        partial = options.out / "model.pt.part"
        torch.save(model.state_dict(), partial)
        os.replace(partial, options.out / "model.pt")
        model.load_state_dict(now)

    begun = scored = time.time()
    gone, step, passes, losses = 0.0, 0, 0, {}
    while gone < 1:
        for task, items in one_pass(train, distilled, augmented):
            gone = (time.time() - begun) / (60 * options.minutes)
            if gone >= 1:
                break
            for group, rate in zip(optimizer.param_groups, rates):
                group["lr"] = rate * min(1, (step + 1) / 150) * max(0.01, 1 - gone)
            with torch.autocast("cpu", torch.bfloat16):
                loss = LOSSES[task](model, items, batcher)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step(), optimizer.zero_grad()
            step += 1
            if step % 5 == 0:
                keep = min(AVERAGE, step / (step + 250))
                with torch.no_grad():
                    for name, value in model.state_dict().items():
                        average[name].lerp_(value, 1 - keep)
            losses.setdefault(task, []).append(loss.item())
            if step % 100 == 0:
                means = ", ".join(f"{task} {sum(values) / len(values):.3f}" for task, values in sorted(losses.items()))
                print(f"step {step}, pass {passes + 1}, {100 * gone:.0f} % of the time: {means}", flush=True)
                losses = {}
            if time.time() - scored > 60 * options.every:
                score(f"after {step} steps")
                scored = time.time()
        else:
            passes += 1
    score(f"after {step} steps, {passes} whole passes")
    model.load_state_dict(average)
    write_checkpoint(model, vocabulary, options.out / "checkpoint")


if __name__ == "__main__":
    main()
