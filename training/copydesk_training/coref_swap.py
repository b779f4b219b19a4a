"""Makes a second GAP with the other gender: pronouns, titles, words of kinship and given names change sides, so that the
head learns as much from "she" as from "he".

    python -m copydesk_training.coref_swap DATA OUT     # reads OUT/train/gap.jsonl.gz, writes OUT/train/gap-swapped.jsonl.gz
"""
import argparse
import pathlib
import random
import re

from .coref_data import read, write
from .coref_silver import CLAUSES, DETERMINERS, PREPOSITIONS, SUBJECT_VERBS, given_names

SEED = 16
PAIRS = """mr ms, sir dame, king queen, prince princess, actor actress, husband wife, son daughter, father mother, brother sister,
man woman, men women, boy girl, uncle aunt, nephew niece, grandfather grandmother, duke duchess, spokesman spokeswoman,
businessman businesswoman, lord lady, boyfriend girlfriend, widower widow, fathers mothers, sons daughters, brothers sisters"""
WORDS = {a: b for pair in PAIRS.split(",") for a, b in (pair.split(), pair.split()[::-1])} | {"he": "she", "she": "he", "himself": "herself", "herself": "himself", "his": "her", "him": "her", "hers": "his"}
NOT_NOUNS = PREPOSITIONS | DETERMINERS | CLAUSES | SUBJECT_VERBS | set("as down up out off away back not so too".split()) - set("most some other many several few".split())


def swapped(case, men, common, rng):
    """A case with the other gender."""
    text, changes, chosen = case["text"], [], {}
    words = list(re.finditer(r"\w+", text))
    for number, found in enumerate(words):
        word, low = found.group(), found.group().lower()
        new = WORDS.get(low)
        if low == "her":
            after = words[number + 1] if number + 1 < len(words) else None
            noun = after and text[found.end() : after.start()] == " " and after.group().lower() not in NOT_NOUNS
            new = "his" if noun else "him"
        if new is None and word[0].isupper() and len(word) > 2 and low in men and abs(men[low] - 0.5) > 0.4:
            chosen.setdefault(low, rng.choice(common[men[low] > 0.5]))
            new = chosen[low]
        if new is not None:
            changes.append((found.start(), found.end(), new.capitalize() if word[0].isupper() else new))
    parts, place, moved = [], 0, []
    for start, end, new in changes:
        parts += [text[place:start], new]
        moved.append((start, end, len(new) - (end - start)))
        place = end
    text = "".join(parts) + text[place:]
    shift = lambda offset, ending: offset + sum(more for start, end, more in moved if (end <= offset if ending else start < offset))
    spans = lambda rows: [[shift(row[0], False), shift(row[1], True), *row[2:]] for row in rows]
    anaphors = [anaphor | {"start": shift(anaphor["start"], False), "end": shift(anaphor["end"], True)} for anaphor in case["anaphors"]]
    return case | {"text": text, "source": "gap-swapped", "names": spans(case["names"]), "nominals": spans(case["nominals"]), "anaphors": anaphors}


def main():
    parser = argparse.ArgumentParser(description="Makes a second GAP with the other gender.")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    rng, men = random.Random(SEED), given_names(options.data)
    census = lambda name: [line.split()[0].lower() for line in open(options.data / f"lexicons/us-census-names/{name}-first-names.txt")][:250]
    lists = [[name for name in census(kind) if name in men and (men[name] > 0.95 if kind == "male" else men[name] < 0.05)] for kind in ("male", "female")]
    common = {True: lists[1], False: lists[0]}  # The key is whether the old name is a man's.
    write(options.out / "train/gap-swapped.jsonl.gz", [swapped(case, men, common, rng) for case in read(options.out / "train/gap.jsonl.gz")])


if __name__ == "__main__":
    main()
