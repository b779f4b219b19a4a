"""Other names in the place of rare ones: facilities, products, laws and events.

The newswire corpus has 387 facilities and 234 products, in whose places `data/names/names.txt` puts others. The sentence stays as it
is, and so does the label.
"""
import pathlib
import random

PATH = pathlib.Path(__file__).parent.parent / "data" / "names" / "names.txt"
VARIANTS = 4  # of each sentence
_WORDS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")


def read_names(path=PATH):
    """The patterns of each label, and the label that a last word of a name of Misc tells."""
    patterns, ends = {}, {}
    for line in path.read_text(encoding="utf-8").splitlines():
        label, _, rest = line.partition(": ")
        if line.startswith("ends "):
            ends.update(dict.fromkeys(rest.split(), label.removeprefix("ends ")))
        elif rest and not line.startswith("#"):
            patterns.setdefault(label, []).append(rest)
    return patterns, ends


def refined(label, name, ends):
    """The label of a name, told more exactly where its last word does."""
    words = name.split()
    return ends.get(words[-1], label) if label == "Misc" and len(words) > 1 else label


def _filled(pattern, known, chance):
    person = chance.choice(known["Person"])
    return (
        pattern.replace("{place}", chance.choice(known["Location"]))
        .replace("{organisation}", chance.choice(known["Organization"]))
        .replace("{surname}", person.split()[-1])
        .replace("{person}", person)
        .replace("{n}", str(chance.randint(1, 99)))
        .replace("{w}", chance.choice(_WORDS))
    )


def _sentences(document):
    """Each sentence with names: its text and (start, end, label) in it."""
    offsets, text = document["offsets"], document["text"]
    for first, past in document["sents"]:
        begin, end = offsets[first][0], offsets[past - 1][1]
        inside = [one for one in document["entities"] if first <= one[0] and one[1] <= past]
        yield text[begin:end], [(offsets[a][0] - begin, offsets[b - 1][1] - begin, label) for a, b, label in inside]


def variants(documents, seed, path=PATH):
    """Sentences in which names of the labels of `path` are others, in the form of the corpora of names."""
    patterns, ends = read_names(path)
    chance, known, found = random.Random(seed), {"Person": [], "Location": [], "Organization": []}, []
    for document in documents:
        for text, spans in _sentences(document):
            spans = [(start, end, refined(label, text[start:end], ends)) for start, end, label in spans]
            for start, end, label in spans:
                # A short name that needs no capitals of its own to be one.
                if label in known and end - start < 20 and text[start:end].istitle():
                    known[label].append(text[start:end])
            if any(label in patterns for _, _, label in spans):
                found.append((text, spans))
    out = []
    for text, spans in found:
        for _ in range(VARIANTS):
            pieces, places, at, written = [], [], 0, 0
            for start, end, label in spans:
                name = text[start:end]
                if label in patterns and chance.random() < 0.9:
                    name = _filled(chance.choice(patterns[label]), known, chance)
                pieces += [text[at:start], name]
                written += start - at
                places.append([written, written + len(name)])
                written, at = written + len(name), end
            pieces.append(text[at:])
            entities = [[number, number + 1, label] for number, (_, _, label) in enumerate(spans)]
            out.append({"text": "".join(pieces), "offsets": places, "entities": entities})
    return out
