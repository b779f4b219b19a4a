"""Cuts a linear model to a size, by leaving out the features with the least weights.

    python -m copydesk_training.free_prune MODEL OUT --bytes 1000000 [--data-licence any-use] [--shift 0.3]

`--shift` is for names: it is added to the score of each tag of a name, so that texts unlike the training data lose fewer of them.

Its tables have the form of crates/model/src/table.rs. An index slot does not hold all bits of its feature. The others follow
from the slot's place, up to a few candidates, and each of them gets a slot.
"""
import argparse
import json
import pathlib
import struct

from . import model_file

FULL = 0.7  # the most of an index that is taken; the trainers take half, which is faster and larger
STEP = 0.02  # of the features that are left out at a time


def features(index, index_bits, row_bits):
    """The candidates (feature, row) of the slots of an index."""
    slots = struct.unpack(f"<{1 << index_bits}I", index)
    mask, low = len(slots) - 1, (1 << row_bits) - 1
    known = 32 - row_bits  # bits of the feature that a slot holds
    overlap = index_bits + known - 32
    found = []
    for at, slot in enumerate(slots):
        if not slot:
            continue
        row, bits = (slot & low) - 1, slot >> row_bits
        home = at
        while True:
            # The bits that the home and the slot both hold must agree.
            if home & ((1 << overlap) - 1) == bits >> (known - overlap):
                found.append((home << (32 - index_bits) | bits & ((1 << (32 - index_bits)) - 1), row))
            home = (home - 1) & mask
            # A feature passes a place only if an earlier row is there.
            if not slots[home] or (slots[home] & low) - 1 > row:
                break
    return found


def build(rows, width, scale, found):
    """The sections `table`, `index` and `rows` of a table: `rows` as bytes, and the (feature, row) pairs of them."""
    row_bits = (len(rows) // width).bit_length()
    index_bits = min(max(int(len(found) / FULL).bit_length(), 4, row_bits), 31)
    slots = [0] * (1 << index_bits)
    mask = len(slots) - 1
    for feature, row in sorted(found, key=lambda pair: pair[1]):
        at = feature >> (32 - index_bits)
        while slots[at]:
            at = (at + 1) & mask
        slots[at] = (feature << row_bits & 0xFFFFFFFF) | (row + 1)
    return struct.pack("<IIIf", width, index_bits, row_bits, scale), struct.pack(f"<{len(slots)}I", *slots), rows


def cut(sections, name, share):
    """The sections of a table with this share of its rows, those with the greatest sum of squares."""
    width, index_bits, row_bits, scale = struct.unpack("<IIIf", sections[f"{name}.table"])
    rows = sections[f"{name}.rows"]
    count = len(rows) // width
    signed = memoryview(rows).cast("b")
    weight = [sum(value * value for value in signed[row * width : (row + 1) * width]) for row in range(count)]
    best = sorted(range(count), key=lambda row: (-weight[row], row))[: int(count * share)]
    place = {row: number for number, row in enumerate(sorted(best))}
    kept = b"".join(rows[row * width : (row + 1) * width] for row in place)
    found = [(feature, place[row]) for feature, row in features(sections[f"{name}.index"], index_bits, row_bits) if row in place]
    return dict(zip((f"{name}.table", f"{name}.index", f"{name}.rows"), build(kept, width, scale, found), strict=True))


def shifted(chain, shift):
    """The section of a chain with `shift` added to the bias of each tag but the first, which is "outside"."""
    (count,) = struct.unpack_from("<I", chain)
    at = len(chain) - 4 * count  # the bias is the last row
    bias = struct.unpack_from(f"<{count}f", chain, at)
    return chain[:at] + struct.pack(f"<{count}f", bias[0], *(value + shift for value in bias[1:]))


def pruned(data, share, **told):
    """The model with this share of the features of each table. `told` is added to its metadata."""
    kind, metadata, sections = model_file.read(data)
    for name in [name.removesuffix(".table") for name in sections if name.endswith(".table")]:
        sections |= cut(sections, name, share)
    metadata = json.dumps(json.loads(metadata) | {"kept_features": round(share, 3)} | told, separators=(",", ":"), sort_keys=True)
    return model_file.write(kind, metadata, sections)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--bytes", type=int, required=True)
    parser.add_argument("--shift", type=float, default=0.0)
    parser.add_argument("--data-licence", help="the class that `copydesk train --data-licence` would tell")
    options = parser.parse_args()
    data = options.model.read_bytes()
    if options.shift:
        kind, metadata, sections = model_file.read(data)
        sections["names.chain"] = shifted(sections["names.chain"], options.shift)
        data = model_file.write(kind, metadata, sections)
    told = {"data_licence": options.data_licence} if options.data_licence else {}
    share = 1.0
    cut_data = pruned(data, share, **told)
    while len(cut_data) > options.bytes:
        share -= STEP
        if share <= 0:
            raise SystemExit(f"{options.model}: {options.bytes} bytes are too few")
        cut_data = pruned(data, share, **told)
    options.out.write_bytes(cut_data)
    print(f"{options.out}: {len(cut_data)} bytes, {100 * share:.0f} % of the features")


if __name__ == "__main__":
    main()
