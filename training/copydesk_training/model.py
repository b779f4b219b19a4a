"""The encoder (BERT, post-norm, as all-MiniLM-L6-v2) and the heads that read it."""
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from .schemes import LABELS, NAMES, TAGS
from .text import TYPES

ACTS = ["speech", "writing", "thought", "intention"]
REACH = 120  # words on each side of a cue that may belong to its attribution
HIDDEN = 128  # width of the cue-conditioned tagger
BUCKETS = 24


def bfloat16(wanted=True):
    """A context of matrix products in bfloat16, if the processor knows it; one that does not is many times slower with it
    than with floats."""
    return torch.autocast("cpu", torch.bfloat16, enabled=wanted and torch.ops.mkldnn._is_mkldnn_bf16_supported())


class Layer(nn.Module):
    """Attention and feed-forward, each added and normalised. Written out: on a processor, matrix products in bfloat16
    are faster than the fused attention, whose backward pass is not."""

    def __init__(self, width, heads, inner, dropout, epsilon=1e-12):
        super().__init__()
        self.heads = heads
        self.qkv, self.o = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.n1, self.n2 = nn.LayerNorm(width, eps=epsilon), nn.LayerNorm(width, eps=epsilon)
        self.f1, self.f2 = nn.Linear(width, inner), nn.Linear(inner, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, bias):
        batch, length, width = x.shape
        size = width // self.heads
        parts = self.qkv(x).view(batch, length, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        q, k, v = parts.reshape(3, batch * self.heads, length, size).unbind(0)
        scores = torch.bmm(q * size**-0.5, k.transpose(1, 2)).view(batch, self.heads, length, length)
        if bias is not None:
            scores = scores + bias
        weights = torch.softmax(scores, -1, dtype=scores.dtype).view(batch * self.heads, length, length)
        y = torch.bmm(weights.to(v.dtype), v).view(batch, self.heads, length, size)
        x = self.n1(x + self.drop(self.o(y.transpose(1, 2).reshape(batch, length, width))))
        return self.n2(x + self.drop(self.f2(F.gelu(self.f1(x)))))


class Encoder(nn.Module):
    """`ids` and `types` [batch, length], `mask` true for pieces -> [batch, length, width]. `added` [batch, 1, width] is
    added to the vectors of all pieces."""

    def __init__(self, vocabulary, width=384, layers=6, heads=12, inner=1536, positions=512, dropout=0.1):
        super().__init__()
        self.width = width
        self.word, self.pos = nn.Embedding(vocabulary, width), nn.Embedding(positions, width)
        self.typ, self.norm = nn.Embedding(TYPES, width), nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(width, heads, inner, dropout) for _ in range(layers))
        self.drop = nn.Dropout(dropout)

    def forward(self, ids, types, mask=None, added=0.0):
        h = self.drop(self.norm(self.word(ids) + self.pos.weight[: ids.shape[1]] + self.typ(types) + added))
        bias = None
        if mask is not None and not bool(mask.all()):
            kind = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
            bias = (~mask)[:, None, None, :].to(kind) * -1e4
        for layer in self.layers:
            h = layer(h, bias)
        return h

    def slow(self):
        """The parameters that were trained before."""
        return list(self.parameters())


# Our parameter names and those of a BERT checkpoint; q, k and v are one matrix here.
_EMBEDDINGS = {"word": "word_embeddings", "pos": "position_embeddings", "typ": "token_type_embeddings", "norm": "LayerNorm"}
_LAYER = {
    "o": "attention.output.dense",
    "n1": "attention.output.LayerNorm",
    "f1": "intermediate.dense",
    "f2": "output.dense",
    "n2": "output.LayerNorm",
}


def load_base(path, keep, dropout=0.1):
    """The base checkpoint (`model.safetensors`), with the rows `keep` of its vocabulary. Token types begin near its first."""
    tensors = load_file(path)
    word = tensors["embeddings.word_embeddings.weight"][torch.tensor(keep)]
    layers = 1 + max(int(name.split(".")[2]) for name in tensors if name.startswith("encoder.layer."))
    encoder = Encoder(len(keep), width=word.shape[1], layers=layers, dropout=dropout)
    with torch.no_grad():
        encoder.word.weight.copy_(word)
        encoder.pos.weight.copy_(tensors["embeddings.position_embeddings.weight"])
        plain = tensors["embeddings.token_type_embeddings.weight"][0]
        encoder.typ.weight.copy_(plain + torch.randn_like(encoder.typ.weight) * 0.01)
        for kind in ("weight", "bias"):
            getattr(encoder.norm, kind).copy_(tensors[f"embeddings.LayerNorm.{kind}"])
            for number, layer in enumerate(encoder.layers):
                prefix = f"encoder.layer.{number}."
                qkv = [tensors[f"{prefix}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
                getattr(layer.qkv, kind).copy_(torch.cat(qkv))
                for ours, theirs in _LAYER.items():
                    getattr(getattr(layer, ours), kind).copy_(tensors[f"{prefix}{theirs}.{kind}"])
    return encoder


def as_bert(encoder):
    """The parameters under the names of a BERT checkpoint, prefix `bert.`"""
    out = {}
    for ours, theirs in _EMBEDDINGS.items():
        for kind, value in getattr(encoder, ours).named_parameters():
            out[f"bert.embeddings.{theirs}.{kind}"] = value
    for number, layer in enumerate(encoder.layers):
        prefix = f"bert.encoder.layer.{number}."
        for kind in ("weight", "bias"):
            for part, value in zip(("query", "key", "value"), getattr(layer.qkv, kind).chunk(3)):
                out[f"{prefix}attention.self.{part}.{kind}"] = value
            for ours, theirs in _LAYER.items():
                out[f"{prefix}{theirs}.{kind}"] = getattr(getattr(layer, ours), kind)
    return {name: value.detach().clone().contiguous() for name, value in out.items()}


def read_encoder(tensors, dropout=0.0):
    """The encoder of a checkpoint that `as_bert` named."""
    layers = 1 + max(int(name.split(".")[3]) for name in tensors if name.startswith("bert.encoder.layer."))
    pieces, width = tensors["bert.embeddings.word_embeddings.weight"].shape
    encoder = Encoder(pieces, width=width, layers=layers, dropout=dropout)
    with torch.no_grad():
        for ours, theirs in _EMBEDDINGS.items():
            for kind, value in getattr(encoder, ours).named_parameters():
                value.copy_(tensors[f"bert.embeddings.{theirs}.{kind}"])
        for number, layer in enumerate(encoder.layers):
            prefix = f"bert.encoder.layer.{number}."
            for kind in ("weight", "bias"):
                qkv = [tensors[f"{prefix}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
                getattr(layer.qkv, kind).copy_(torch.cat(qkv))
                for ours, theirs in _LAYER.items():
                    getattr(getattr(layer, ours), kind).copy_(tensors[f"{prefix}{theirs}.{kind}"])
    return encoder.eval()


def distance_bucket(distance):
    """Signed distances in 24 classes, finer near zero."""
    size = abs(distance)
    bounds = (4, 6, 9, 14, 22, 36, 60, 110)
    return (size if size < 4 else 3 + sum(size >= bound for bound in bounds)) + (12 if distance >= 0 else 0)


_FAR = 3000
_BUCKET_OF = torch.tensor([distance_bucket(distance) for distance in range(-_FAR, _FAR + 1)])


class Model(nn.Module):
    """The encoder with its heads. Heads read the vector of a word's first piece."""

    def __init__(self, encoder, dropout=0.1):
        super().__init__()
        width = encoder.width
        self.encoder, self.drop = encoder, nn.Dropout(dropout)
        self.ner, self.cue = nn.Linear(width, TAGS), nn.Linear(width, 3)
        self.token, self.pair = nn.Linear(width, HIDDEN), nn.Linear(2 * width, HIDDEN, bias=False)
        self.distance = nn.Embedding(BUCKETS, HIDDEN)
        nn.init.normal_(self.distance.weight, 0, 0.05)
        self.conv1, self.conv2 = (nn.Conv1d(HIDDEN, HIDDEN, 5, padding=2) for _ in range(2))
        self.out, self.act = nn.Linear(HIDDEN, 5), nn.Linear(2 * width, len(ACTS))
        self.hidden, self.polarity = nn.Linear(3 * width, 256), nn.Linear(256, 3)
        self.corpus = nn.Embedding(1 + len(NAMES), width, padding_idx=0)
        nn.init.zeros_(self.corpus.weight)

    def words(self, ids, types, mask, first, corpus=None):
        """The vectors of words, [batch, words, width]. `corpus` [batch] tells whose annotation is asked for; 0, as when the
        program runs, nobody's."""
        added = 0.0 if corpus is None else self.corpus(corpus).unsqueeze(1)
        h = self.drop(self.encoder(ids, types, mask, added))
        return h.gather(1, first.unsqueeze(-1).expand(-1, -1, h.shape[-1]))

    def cues(self, h, row, start, last):
        """First and last word of each cue, side by side."""
        return torch.cat([h[row, start], h[row, last]], -1)

    def attributions(self, h, real, row, start, last):
        """Returns tag scores [cues, words, 5] (O, source, content) for cues at `start..=last` of `row`, and a mask."""
        place = torch.arange(h.shape[1]).unsqueeze(0)
        before, after = place - start[:, None], place - last[:, None]
        distance = torch.where(before < 0, before, torch.where(after > 0, after, torch.zeros_like(after)))
        within = real[row] & (distance.abs() <= REACH)
        z = self.token(h)[row] + self.pair(self.cues(h, row, start, last)).unsqueeze(1)
        z = torch.relu(z + self.distance(_BUCKET_OF[distance.clamp(-_FAR, _FAR) + _FAR])).transpose(1, 2)
        keep = within.unsqueeze(1).to(z.dtype)
        z = z * keep
        for conv in (self.conv1, self.conv2):
            z = (z + torch.relu(conv(z))) * keep
        return self.out(self.drop(z.transpose(1, 2))), within

    def sentiment(self, h, row, start, end, first, past):
        """Scores of negative, neutral, positive for targets at `start..end` of `row`, in the sentence `first..past`."""
        total = F.pad(h.float().cumsum(1), (0, 0, 1, 0))
        mean = lambda a, b: (total[row, b] - total[row, a]) / (b - a).unsqueeze(-1)
        hidden = torch.relu(self.hidden(torch.cat([mean(start, end), h[row, start], mean(first, past)], -1)))
        return self.polarity(self.drop(hidden))

    def checkpoint(self):
        """All parameters, the encoder's under the names of BERT, the heads' as `copydesk model import` reads them."""
        out = as_bert(self.encoder)
        for ours, theirs in _HEADS.items():
            for kind, value in getattr(self, ours).named_parameters():
                out[f"{theirs}.{kind}"] = value.detach().clone().contiguous()
        return out


_HEADS = {
    "ner": "ner", "cue": "quotes.cue", "token": "quotes.token", "pair": "quotes.pair", "distance": "quotes.distance",
    "conv1": "quotes.conv1", "conv2": "quotes.conv2", "out": "quotes.out", "act": "quotes.act",
    "hidden": "stance.hidden", "polarity": "stance.out",
}


def read_model(tensors, dropout=0.1):
    """The encoder and heads of a checkpoint. If its labels are the first of ours, the others begin as its Misc does."""
    model = Model(read_encoder(tensors, dropout), dropout)
    with torch.no_grad():
        for ours, theirs in _HEADS.items():
            for kind, value in getattr(model, ours).named_parameters():
                found = tensors[f"{theirs}.{kind}"]
                if ours == "ner" and len(found) < TAGS:
                    misc = found[1 + 4 * LABELS.index("Misc") :][:4]
                    found = torch.cat([found, *[misc] * ((TAGS - len(found)) // 4)])
                value.copy_(found)
    return model
