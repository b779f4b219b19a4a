"""Step 5: trains the encoder and its heads on names, quotes and stances together.

    python -m copydesk_training.train --data DATA --out OUT [--passes 5] [--start CHECKPOINT]

Reads OUT/vocab.txt, and OUT/adapted.pt or, with --start, a folder that `copydesk model export` wrote; the sentences of the
steps before (--made, --judged). Prints scores on the development parts; writes OUT/model.pt (a running average of the
weights) and the folder OUT/checkpoint, which `copydesk model import` reads.

A batch is of one task; the batches of all tasks are shuffled together. The learning rate falls with the steps, so that a
seed gives like scores on every machine. If a run was cut off, the next one continues it from OUT/train.pt.
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
from safetensors.torch import load_file, save_file
from torch import nn

from . import COPYDESK, corpora, decode, made_names, mpnet, schemes, soft
from .model import Encoder, Model, bfloat16, read_model
from .stance_data import stances
from .text import Pieces, read_vocabulary
from .windows import Batcher, batches, filled, pieces_in, split

SETS = {
    "entities": ("ner/worldwide-newswire", corpora.entities),
    "quotes": ("quotes/polnear", corpora.quotes),
    "sentiment": ("sentiment/newsmtsc", lambda path, pieces: stances(corpora.read(path), pieces)),
}
PIECES, ARTICLES, SENTENCES = 2000, 8, 24  # of a batch: pieces of names, windows of quotes, sentences of stances
LIMIT = 190  # pieces of a training window
LONGEST = 500  # a sentence longer than this many pieces is left out
CUES = 90  # cues of a batch that are trained on, at most
AVERAGE = 0.995  # of the weights, each five steps
AUGMENTED = 0.4  # of the quotes articles, read with other words for some attributions
READ = {"quotes": 0.5, "made": 0.5, "judged": 0.6, "soft": 0.5}  # shares that a pass reads
RECASED = 0.06  # of the windows with names, put in other capitals
KNOWN = 0.5  # of the windows with names, read with the corpus told
SAVED = 10  # minutes between two states that are kept
# What the numbers of the heads are before the next step sets them.
TUNED = {
    "temperature": {"ner": 1.5, "blend": 1.0, "stance": 1.0},
    "thresholds": {"blend": 0.5, "scale": 1.0, "shift": 0.0, "scale.names": 1.0, "shift.names": 0.0, "scale.stance": 1.0, "shift.stance": 0.0},
}


def entity_loss(model, items, batcher, table):
    """The negative logarithm of the summed probability of the tags that the corpus allows."""
    ids, types, mask, first, real = batcher(items, recased=RECASED)
    corpus = torch.tensor([document["corpus"] if random.random() < KNOWN else 0 for document, _, _ in items])
    h = model.words(ids, types, mask, first, corpus)
    allowed = table[torch.cat([torch.from_numpy(document["tags"][start:end]) for document, start, end in items])]
    scores = model.ner(h[real]).float()
    return (scores.logsumexp(-1) - scores.masked_fill(~allowed, -1e9).logsumexp(-1)).mean()


def quote_loss(model, items, batcher, _):
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


def sentiment_loss(model, items, batcher, _):
    """Cross entropy of the polarity of targets: of annotators, made, or judged by the teacher."""
    scores, polarity = sentiment_scores(model, items, batcher)
    return F.cross_entropy(scores.float(), polarity)


def sentiment_scores(model, items, batcher):
    """Returns the scores of the targets of whole sentences, and their labels, both [targets, 3]."""
    ids, types, mask, first, _ = batcher(items)
    h = model.words(ids, types, mask, first)
    targets = [(row, *target) for row, (document, _, _) in enumerate(items) for target in document["targets"]]
    places = (torch.tensor(column) for column in list(zip(*targets))[:5])
    return model.sentiment(h, *places), torch.from_numpy(np.stack([target[5] for target in targets]))


def soft_loss(model, items, batcher, _):
    """Cross entropy with what the teacher thinks of names, cues, and of source and content given a likely cue (twice)."""
    ids, types, mask, first, real = batcher(items)
    h = model.words(ids, types, mask, first)
    seen = lambda key: torch.cat([torch.from_numpy(document[key][start:end]) for document, start, end in items]).float()
    against = lambda scores, wanted: -(wanted * scores.float().log_softmax(-1)).sum(-1).mean()
    loss = against(model.ner(h[real]), seen("names")) + against(model.cue(h[real]), seen("cue_seen"))
    rows = []
    for row, (document, start, end) in enumerate(items):
        for begin, last, near, tags in document["heard"]:
            if start <= begin and last < end:
                a, b = max(near, start), min(near + len(tags), end)
                wanted = torch.zeros(real.shape[1], 5)
                wanted[a - start : b - start] = torch.from_numpy(tags[a - near : b - near]).float()
                rows.append((row, begin - start, last - start, wanted))
    if len(rows) > CUES:
        rows = random.sample(rows, CUES)
    if not rows:
        return loss
    row, begin, last = (torch.tensor(column) for column in list(zip(*rows))[:3])
    scores, within = model.attributions(h, real, row, begin, last)
    return loss + 2 * against(scores[within], torch.stack([entry[3] for entry in rows])[within])


LOSSES = {"entities": entity_loss, "quotes": quote_loss, "sentiment": sentiment_loss, "soft": soft_loss}


def whole(documents):
    """Each document as one item."""
    return [(document, 0, len(document["words"])) for document in documents]


class Texts:
    """All that is learned from."""

    def __init__(self, options, pieces):
        path = lambda task: gold_path(options.data, task, "train")
        files = schemes.files(options.data, options.without)
        self.names = {corpus: (corpora.entities(gold, pieces, corpus), share) for corpus, gold, share in files}
        made = made_names.variants(corpora.read(path("entities")), options.seed)
        self.names["made"] = (corpora.names(made, pieces, "worldwide-newswire"), 1 / made_names.VARIANTS)
        self.quotes = corpora.quotes(path("quotes"), pieces)
        self.augmented = corpora.augmented(path("quotes"), pieces)
        with_targets = lambda lines: [document for document in stances(lines, pieces) if document["targets"]]
        self.gold = with_targets(corpora.read(path("sentiment")))
        self.made = with_targets([line for one in options.made for line in corpora.read(one)])
        self.judged = with_targets([line for one in options.judged for line in corpora.read(one)])
        self.soft = soft.load_all(options.soft, options.data, pieces) if options.soft else []

    def sizes(self):
        """Pieces of each kind."""
        count = lambda documents: sum(len(document["ids"]) for document in documents)
        sizes = {corpus: count(documents) for corpus, (documents, _) in self.names.items()}
        stances = [count(one) for one in (self.gold, self.made, self.judged)]
        return sizes | {"quotes": count(self.quotes), "stances": stances, "soft": count(self.soft)}

    def one_pass(self):
        """The shuffled batches of one pass over all tasks: (task, items)."""
        short = lambda items: [item for item in items if pieces_in(item) <= LONGEST]
        some = lambda documents, share: [one for one in documents if random.random() < share]
        windows = lambda documents: short(item for document in documents for item in split(document, LIMIT))
        names = [item for documents, share in self.names.values() for item in windows(some(documents, share))]
        read = [self.augmented.get(one["id"], one) if random.random() < AUGMENTED else one for one in some(self.quotes, READ["quotes"])]
        said = short(whole(self.gold + some(self.made, READ["made"]) + some(self.judged, READ["judged"])))
        work = [("entities", batch) for batch in filled(names, PIECES)]
        work += [("quotes", batch) for batch in batches(windows(read), ARTICLES)]
        work += [("sentiment", batch) for batch in batches(said, SENTENCES)]
        work += [("soft", batch) for batch in batches(windows(some(self.soft, READ["soft"])), ARTICLES)]
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
        found = {(start, end, "Misc" if label in schemes.MISC else label) for start, end, label in found}
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
        with bfloat16(autocast):
            found, polarity = sentiment_scores(model, whole(dev["sentiment"][at : at + 32]), batcher)
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
        "copydesk": {"types": schemes.LABELS, **TUNED},
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in vocabulary), encoding="utf-8")
    save_file(model.checkpoint(), folder / "model.safetensors", metadata={"format": "pt"})


class Run:
    """A model, its optimizer and the running average of its weights."""

    def __init__(self, model, options):
        self.model, self.rate, self.step = model, options.rate, 0
        slow = model.encoder.slow()
        own = {id(value) for value in slow}
        fast = [value for value in model.parameters() if id(value) not in own]
        groups = [{"params": slow, "lr": options.rate}, {"params": fast, "lr": options.head_rate}]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
        self.rates = [group["lr"] for group in groups]
        self.average = {name: value.clone() for name, value in model.state_dict().items()}

    def learn(self, loss, steps):
        """Takes one step of `steps`."""
        for group, rate in zip(self.optimizer.param_groups, self.rates):
            group["lr"] = rate * min(1, (self.step + 1) / 150) * max(0.01, 1 - self.step / steps)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step(), self.optimizer.zero_grad()
        self.step += 1
        if self.step % 5 == 0:
            keep = min(AVERAGE, self.step / (self.step + 250))
            with torch.no_grad():
                for name, value in self.model.state_dict().items():
                    self.average[name].lerp_(value, 1 - keep)

    def save(self, path, gone, left):
        """Keeps the state: `gone` batches of the pass `left` were learned."""
        state = {"model": self.model.state_dict(), "average": self.average, "optimizer": self.optimizer.state_dict()}
        _replace(state | {"step": self.step, "gone": gone, "pass": left}, path)

    def resume(self, path):
        """Continues from a state; returns the pass, and how many of its batches were learned."""
        if not path.exists():
            return 0, 0
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"]), self.optimizer.load_state_dict(state["optimizer"])
        self.average, self.step = state["average"], state["step"]
        return state["pass"], state["gone"]


def _replace(state, path):
    partial = path.with_suffix(".part")
    torch.save(state, partial)
    os.replace(partial, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--start", type=pathlib.Path, help="a checkpoint to go on from, in place of OUT/adapted.pt")
    parser.add_argument("--teacher", type=pathlib.Path, help="the folder with the packages of all-mpnet-base-v2, to train it in place of ours")
    parser.add_argument("--made", type=pathlib.Path, nargs="*", default=[], help="made sentences with stances")
    parser.add_argument("--judged", type=pathlib.Path, nargs="*", default=[], help="sentences that the teacher judged")
    parser.add_argument("--soft", type=pathlib.Path, help="the folder with what the teacher thinks of texts (`soft.py`)")
    parser.add_argument("--without", nargs="*", default=[], choices=schemes.NAMES, help="corpora of names to leave out")
    parser.add_argument("--tasks", nargs="*", default=list(LOSSES), choices=list(LOSSES))
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--every", type=float, default=30, help="minutes between scores")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=1.5e-4, help="of the encoder")
    parser.add_argument("--head-rate", type=float, default=1e-3)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)

    if options.teacher:
        mpnet.join(options.teacher, options.out / "mpnet")
        vocabulary = mpnet.vocabulary(options.out / "mpnet")
    else:
        vocabulary = read_vocabulary((options.start or options.out) / "vocab.txt")
    pieces = Pieces(vocabulary)
    batcher = Batcher(pieces)
    texts = Texts(options, pieces)
    dev = {task: read(gold_path(options.data, task, "dev"), pieces) for task, (_, read) in SETS.items()}
    table = torch.from_numpy(schemes.ALLOWED.table())
    print("pieces of training text:", texts.sizes(), flush=True)

    if options.teacher:
        model = Model(mpnet.Frozen(*mpnet.load(options.out / "mpnet")))
    elif options.start:
        model = read_model(load_file(options.start / "model.safetensors"))
    else:
        encoder = Encoder(len(vocabulary))
        encoder.load_state_dict(torch.load(options.out / "adapted.pt", weights_only=True)["encoder"])
        model = Model(encoder)
    run = Run(model.train(), options)
    kept = options.out / "train.pt"
    begin, gone = run.resume(kept)

    def score(title):
        now = {name: value.clone() for name, value in model.state_dict().items()}
        model.load_state_dict(run.average)
        print(f"{title}: {shown(evaluate(model, dev, batcher, options.out, options.data))}", flush=True)
        _replace(model.state_dict(), options.out / "model.pt")
        model.load_state_dict(now)

    def work_of(number):
        random.seed(f"{options.seed} {number}")
        return [one for one in texts.one_pass() if one[0] in options.tasks]

    saved = scored = time.time()
    losses, work = {}, work_of(begin)
    steps = run.step - gone + len(work) * (options.passes - begin)  # passes differ by some batches
    for number in range(begin, options.passes):
        work = work if number == begin else work_of(number)
        for at, (task, items) in enumerate(work[gone:], gone + 1):
            with bfloat16():
                loss = LOSSES[task](model, items, batcher, table)
            run.learn(loss, steps)
            losses.setdefault(task, []).append(loss.item())
            if run.step % 100 == 0:
                means = ", ".join(f"{task} {sum(values) / len(values):.3f}" for task, values in sorted(losses.items()))
                print(f"step {run.step} of {steps}, pass {number + 1}, {time.strftime('%H:%M')}: {means}", flush=True)
                losses = {}
            if time.time() - saved > 60 * SAVED:
                run.save(kept, at, number)
                saved = time.time()
            if time.time() - scored > 60 * options.every:
                score(f"after {run.step} steps")
                scored = time.time()
        gone = 0
    score(f"after {run.step} steps, {options.passes} passes")
    model.load_state_dict(run.average)
    if not options.teacher:
        write_checkpoint(model, vocabulary, options.out / "checkpoint")
    kept.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
