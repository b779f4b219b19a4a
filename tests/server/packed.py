"""Packs and unpacks bodies. Python 3.11 has no zstd: frames of raw blocks need none, and `zstd` unpacks answers."""

import gzip
import shutil
import struct
import subprocess
import zlib

ZSTD = shutil.which("zstd")
MAGIC = b"\x28\xb5\x2f\xfd"
BLOCK = 1 << 17
# Window descriptor of 128 KiB: exponent 7 over 1 KiB, mantissa 0.
WINDOW = bytes([7 << 3])


def block(kind: int, size: int, last: bool) -> bytes:
    """The head of a block of RFC 8878: raw (0) or one repeated byte (1)."""
    return struct.pack("<I", size << 3 | kind << 1 | last)[:3]


def zstd(data: bytes) -> bytes:
    """Packs into a frame of raw blocks."""
    out = [MAGIC, b"\x00", WINDOW]
    for start in range(0, max(len(data), 1), BLOCK):
        piece = data[start:start + BLOCK]
        out += [block(0, len(piece), start + BLOCK >= len(data)), piece]
    return b"".join(out)


def zstd_bomb(size: int, byte: bytes = b" ") -> bytes:
    """Returns a frame that unpacks to `size` times one byte; four bytes are worth 128 KiB."""
    blocks = max(1, size // BLOCK)
    return MAGIC + b"\x00" + WINDOW + b"".join(block(1, BLOCK, n == blocks - 1) + byte for n in range(blocks))


def gzip_bomb(size: int, byte: bytes = b" ") -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    out, piece = [], byte * (1 << 20)
    for _ in range(size >> 20):
        out.append(packer.compress(piece))
    return b"".join(out) + packer.flush()


def pack(data: bytes, coding: str) -> bytes:
    return {"gzip": lambda: gzip.compress(data, 1, mtime=0), "zstd": lambda: zstd(data)}[coding]()


def unpack(data: bytes, coding: str) -> bytes:
    """Unpacks the body of an answer. `coding` is its Content-Encoding, or empty."""
    if coding in ("", "identity"):
        return data
    if coding == "gzip":
        unpacker = zlib.decompressobj(31)
        out = unpacker.decompress(data) + unpacker.flush()
        if not unpacker.eof or unpacker.unused_data:
            raise ValueError("a gzip answer is cut, or has more after its end")
        return out
    if coding == "zstd":
        return subprocess.run([ZSTD, "-dqc"], input=data, stdout=subprocess.PIPE, check=True).stdout
    raise ValueError(f"nobody asked for {coding}")
