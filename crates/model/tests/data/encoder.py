"""Writes encoder.bin: hidden states of a small BERT from transformers, for tests/encoder.rs.

The weights are drawn from a formula that the test repeats (`drawn` in both), so only inputs and results are kept:
for each window a little-endian u32 with its length, its words and token types as u32, its states as f32.

Run as `python encoder.py encoder.bin` with torch 2.15 and transformers 5.23.
"""

import struct
import sys

import numpy as np
import torch
from transformers import BertConfig, BertModel

LENGTHS = [1, 5, 17, 40]


def numbers(seed):
    """Uniform numbers in -1..1: a linear congruential generator's top 24 bits, begun with FNV-1a of the name."""
    state = 0xCBF29CE484222325
    for byte in seed.encode():
        state = ((state ^ byte) * 0x100000001B3) % 2**64
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 40) / 2**23 - 1.0


def drawn(name, size):
    source = numbers(name)
    values = [next(source) for _ in range(size)]
    if "LayerNorm.weight" in name:
        values = [1.0 + 0.3 * v for v in values]
    elif "dense.weight" in name or "self" in name:
        values = [0.15 * v for v in values]
    return values


config = BertConfig(
    vocab_size=97, hidden_size=128, num_hidden_layers=2, num_attention_heads=4, intermediate_size=192,
    max_position_embeddings=512, type_vocab_size=6, layer_norm_eps=1e-12,
)
model = BertModel(config, add_pooling_layer=False).eval()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        values = np.array(drawn(name, parameter.numel()), dtype=np.float64).astype(np.float32)
        parameter.copy_(torch.from_numpy(values).reshape(parameter.shape))
    with open(sys.argv[1], "wb") as out:
        for length in LENGTHS:
            words = [(7 * n + length) % 97 for n in range(length)]
            types = [(n + length) % 6 for n in range(length)]
            states = model(torch.tensor([words]), token_type_ids=torch.tensor([types])).last_hidden_state
            out.write(struct.pack(f"<I{2 * length}I", length, *words, *types))
            out.write(states.numpy().astype("<f4").tobytes())
