"""Makes gold of quotes from the marked texts of data/free/quotes.txt.

    python -m copydesk_training.free_quotes OUT [--seed 1] [--variants 4]

OUT gets JSON lines in the form of docs/training.md. Each text is followed by variants of it: other quotation marks, and
other verbs in the place of "said" and its like. Nothing else of a text changes, so the parts stay right.
"""
import argparse
import json
import pathlib
import random
import re

PATH = pathlib.Path(__file__).parent.parent / "data" / "free" / "quotes.txt"
ROLES = {"s": "source", "c": "cue", "q": "content"}
PART = re.compile(r"\[([scq])(\d+):([^\[\]]+)\]")
CURLY, STRAIGHT, SINGLE, FRENCH = ("“", "”"), ('"', '"'), ("‘", "’"), ("« ", " »")
# Verbs that may stand for one another where somebody is quoted with a finite verb in the past.
PLAIN = ("said", "added", "noted", "explained", "stressed", "recalled", "argued", "insisted", "admitted", "observed")


class Fault(ValueError):
    """A text that is not marked as it should be."""


def read(path=PATH):
    """The (name, marked text) pairs of a file."""
    texts, name = {}, None
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("#"):
            continue
        if line.startswith("== "):
            name = line[3:].strip()
            if name in texts:
                raise Fault(f"line {number}: {name} is there already")
            texts[name] = []
        elif name is not None:
            texts[name].append(line.rstrip())
        elif line.strip():
            raise Fault(f"line {number}: there is no text yet")
    return [(name, "\n".join(lines).strip()) for name, lines in texts.items()]


def parts_of(name, marked):
    """The text without marks, and its parts (role, number, start, end) in code points."""
    text, parts, at = [], [], 0
    length = 0
    for match in PART.finditer(marked):
        plain = marked[at : match.start()]
        text.append(plain)
        length += len(plain)
        role, number, words = match.groups()
        if words != words.strip():
            raise Fault(f"{name}: a part has space at its ends: {words!r}")
        parts.append((ROLES[role], number, length, length + len(words)))
        text.append(words)
        length += len(words)
        at = match.end()
    text.append(marked[at:])
    text = "".join(text)
    left = re.search(r"[\[\]]", text)
    if left:
        raise Fault(f"{name}: a bracket is left over near {text[max(0, left.start() - 20) : left.start() + 20]!r}")
    return text, parts


def attributions(name, text, parts):
    """The attributions of parts, in the order of their first part. A kind is told by the quotation marks."""
    found = {}
    for role, number, start, end in parts:
        own = found.setdefault(number, {"id": number, "source": [], "cue": [], "content": []})
        spans = own[role]
        # Parts that only space separates are one: a quotation over paragraphs.
        if spans and not text[spans[-1][1] : start].strip():
            spans[-1][1] = end
        else:
            spans.append([start, end])
    for own in found.values():
        if len(own["cue"]) != 1 or len(own["source"]) > 1 or not own["content"]:
            raise Fault(f"{name}: attribution {own['id']} must have one cue, content, and one source at most")
        own["kind"] = kind(text, own["content"])
    return list(found.values())


def kind(text, spans):
    """`direct` if all words of spans stand in quotation marks, `indirect` if none, `mixed` if some."""
    inside = outside = 0
    for start, end in spans:
        words, quoted = text[start:end], False
        for at, character in enumerate(words):
            before, after = words[at - 1 : at] if at else "", words[at + 1 : at + 2]
            apostrophe = character in "’'" and before.isalnum() and (after.isalnum() or not quoted)
            if character in "“«" or (character == "‘" and not before.isalnum()):
                quoted = True
            elif character in "”»" or (character == "’" and not apostrophe):
                quoted = False
            elif character == '"' or (character == "'" and not apostrophe):
                quoted = not quoted
            elif character.isalnum():
                inside, outside = inside + quoted, outside + (not quoted)
    return "mixed" if inside and outside else "direct" if inside else "indirect"


def remarked(marked, marks):
    """The same marked text with other quotation marks in the place of curly ones. None if it holds other ones too."""
    if CURLY[0] not in marked or any(mark in marked for mark in ('"', "‘", "«")):
        return None
    if marks is SINGLE and re.search(r"\w’(?!\w)", marked):
        return None  # an apostrophe at the end of a word would close the quotation
    return marked.replace(CURLY[0], marks[0]).replace(CURLY[1], marks[1])


def reworded(marked, chance):
    """The same marked text with other verbs of saying."""

    def other(match):
        role, number, words = match.groups()
        if role == "c" and words in PLAIN:
            words = chance.choice(PLAIN)
        return f"[{role}{number}:{words}]"

    return PART.sub(other, marked)


def documents(texts, variants, seed):
    """The gold documents of marked texts, each followed by its variants."""
    chance = random.Random(seed)
    for name, marked in texts:
        forms = [marked]
        styles = [CURLY, STRAIGHT, STRAIGHT, SINGLE, FRENCH]
        for number in range(variants):
            form = remarked(marked, styles[(number + 1) % len(styles)]) or marked
            form = reworded(form, chance)
            if form not in forms:
                forms.append(form)
        for number, form in enumerate(forms):
            text, parts = parts_of(name, form)
            yield {"id": f"{name}-{number}" if number else name, "text": text, "attributions": attributions(name, text, parts)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--texts", type=pathlib.Path, default=PATH)
    parser.add_argument("--variants", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with options.out.open("w", encoding="utf-8") as file:
        for document in documents(read(options.texts), options.variants, options.seed):
            file.write(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
