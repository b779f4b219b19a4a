"""Model files (`.cdm`), as crates/model/src/file.rs has them."""
import struct

MASK = (1 << 64) - 1
SEED, MIX_A, MIX_B = 0x9E3779B97F4A7C15, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB
FIXED, ALIGN = 32, 64


def _fold(a, b):
    wide = a * b
    return (wide & MASK) ^ (wide >> 64)


def hash_bytes(data):
    """The hash of crates/model/src/hash.rs."""
    state = SEED ^ (len(data) * MIX_B & MASK)
    whole = len(data) // 8 * 8
    for (chunk,) in struct.iter_unpack("<Q", data[:whole]):
        state = _fold(state ^ chunk, MIX_A)
    rest, last = data[whole:], 0
    for size in (4, 2, 1):
        if len(rest) >= size:
            last = last << (8 * size) & MASK | int.from_bytes(rest[:size], "little")
            rest = rest[size:]
    return _fold(state ^ last, MIX_B ^ SEED)


def read(data):
    """The kind, the metadata and the sections of a model file."""
    if data[:8] != b"CDMODEL\x1a":
        raise ValueError("it is no model")
    at = FIXED

    def text():
        nonlocal at
        (size,) = struct.unpack_from("<I", data, at)
        at += 4 + size
        return data[at - size : at].decode()

    kind, metadata = text(), text()
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    sections = {}
    for _ in range(count):
        name = text()
        start, size = struct.unpack_from("<QQ", data, at)
        at += 16
        sections[name] = data[start : start + size]
    return kind, metadata, sections


def write(kind, metadata, sections):
    """The bytes of a model file."""
    kind, metadata = kind.encode(), metadata.encode()
    names = [(name.encode(), content) for name, content in sections.items()]
    at = FIXED + 4 + len(kind) + 4 + len(metadata) + 4 + sum(4 + len(name) + 16 for name, _ in names)
    head = struct.pack("<I", len(kind)) + kind + struct.pack("<I", len(metadata)) + metadata + struct.pack("<I", len(names))
    for name, content in names:
        at += -at % ALIGN
        head += struct.pack("<I", len(name)) + name + struct.pack("<QQ", at, len(content))
        at += len(content)
    body = bytearray(head)
    for _, content in names:
        body += bytes(-(len(body) + FIXED) % ALIGN)
        body += content
    return b"CDMODEL\x1a" + struct.pack("<IIQQ", 1, 0, len(body) + FIXED, hash_bytes(bytes(body))) + bytes(body)
