"""What the corpora of names call the labels of the head, and which of these labels each leaves out.

A corpus says less than the head has to know: Wikigold has no dates, and its LOC holds facilities. So a word of a corpus
has a set of tags that its annotation allows, and the loss is the negative logarithm of their summed probability. A word
outside all names allows "outside" and the tags of all labels that the corpus leaves out.
"""
import numpy as np

LABELS = [
    "Location", "Person", "Organization", "NORP", "Date", "Misc", "Money", "Facility", "Product", "Event", "Work", "Law",
]
TAGS = 1 + 4 * len(LABELS)  # O, then B I E S of each label
MISC = {"Event", "Work", "Law"}  # what Misc of worldwide-newswire holds beside the rest
# What a name of that Misc may be, unless its last word tells (`made_names`). No corpus tells what is no law, so with Law
# among these, a head gave it to nearly all of Misc.
UNTOLD = {"Misc", "Event", "Work"}
ANY = None  # a span of which the corpus tells too little to learn from

_PLACE = {"Location", "Facility"}
_OTHER = {"Misc", "Event", "Work", "Law", "Product", "NORP"}
_THREE = {"PER": {"Person"}, "ORG": {"Organization"}, "LOC": _PLACE}
_CROSSNER = {
    **dict.fromkeys(("person", "politician", "scientist", "musicalartist", "writer", "researcher"), {"Person"}),
    **dict.fromkeys(("organisation", "politicalparty", "university", "band"), {"Organization"}),
    **dict.fromkeys(("country", "location"), _PLACE),
    **dict.fromkeys(("event", "election", "conference"), {"Event"}),
    **dict.fromkeys(("book", "poem", "magazine", "academicjournal", "album", "song"), {"Work"}),
    **dict.fromkeys(("product", "programlang"), {"Product"}),
}
_OPEN = {"NORP", "Date", "Money", "Misc", "Product", "Event", "Work", "Law"}  # what corpora of three labels leave out

# Of each corpus: its labels (one that is not named is ANY), the labels that it leaves out, the share of its sentences
# that a pass reads.
SCHEMES = {
    "worldwide-newswire": ({name: {name} for name in LABELS} | {"Misc": UNTOLD}, set(), 1.0),
    "uner-ewt": (_THREE, _OPEN, 0.6),
    "wikigold": (_THREE | {"MISC": _OTHER}, {"Date", "Money"}, 1.0),
    "wnut17": (
        {"person": {"Person"}, "location": _PLACE, "corporation": {"Organization"}, "group": {"Organization"},
         "product": {"Product"}, "creative-work": {"Work"}},
        {"NORP", "Date", "Money", "Misc", "Event", "Law"},
        1.0,
    ),
    "btc": (_THREE, _OPEN, 0.5),
    "crossner-politics": (_CROSSNER, {"Date", "Money"}, 1.0),
    "crossner-science": (_CROSSNER, {"Date", "Money"}, 1.0),
    "crossner-music": (_CROSSNER, {"Date", "Money"}, 1.0),
    "crossner-literature": (_CROSSNER, {"Date", "Money"}, 1.0),
    "crossner-ai": (_CROSSNER, {"Date", "Money"}, 1.0),
    "re3d": (
        {"Person": {"Person"}, "Organisation": {"Organization"}, "Location": _PLACE, "Nationality": {"NORP"},
         "Temporal": {"Date"}, "Money": {"Money"}, "Weapon": {"Product"}, "Vehicle": {"Product", "Facility"},
         "MilitaryPlatform": {"Product", "Facility"}},
        {"NORP", "Misc", "Event", "Work", "Law"},
        1.0,
    ),
    "multiner-lk": (_THREE, _OPEN, 0.4),
    "gum": (
        {"person": {"Person"}, "organization": {"Organization"}, "place": _PLACE, "event": {"Event", "Misc"}, "time": {"Date"}},
        {"NORP", "Date", "Money", "Misc", "Product", "Work", "Law", "Facility"},
        0.5,
    ),
    "redocred": (
        {"PER": {"Person"}, "ORG": {"Organization"}, "LOC": _PLACE | {"NORP"}, "TIME": {"Date"}, "MISC": _OTHER | {"Facility"}},
        {"NORP", "Money"},
        0.6,
    ),
}
NAMES = list(SCHEMES)
NOMINAL = {"re3d"}  # its spans may be "the rebels": only those whose last word begins with a capital letter are names


def files(data, without=()):
    """Yields each corpus that is learned from, its file in the folder `data`, and the share that a pass reads."""
    for corpus, (_, _, share) in SCHEMES.items():
        if corpus not in without:
            part = "dev" if corpus == "redocred" else "train"
            yield corpus, data / "ner" / corpus / f"{part}.jsonl.gz", share


def tags_of(labels, place):
    """The tags of these labels at a place of a name: 0 begins, 1 inside, 2 ends, 3 alone."""
    return {1 + 4 * LABELS.index(label) + place for label in labels}


def outside(open_labels):
    """The tags of a word outside all names."""
    return {0}.union(*(tags_of(open_labels, place) for place in range(4)))


class Allowed:
    """Sets of tags, numbered as they come."""

    def __init__(self):
        self._numbers, self._rows = {}, []

    def __call__(self, tags):
        """The number of a set."""
        key = frozenset(tags)
        if key not in self._numbers:
            row = np.zeros(TAGS, bool)
            row[list(key)] = True
            self._numbers[key] = len(self._rows)
            self._rows.append(row)
        return self._numbers[key]

    def table(self):
        """All sets, [sets, TAGS]."""
        return np.stack(self._rows)


ALLOWED = Allowed()
EVERY = ALLOWED(range(TAGS))
