"""Makes sentences with names of open lists, whose labels hold by construction.

    python -m copydesk_training.free_made_names DATA OUT [--given NAMES.json] [--count 6000] [--seed 1]

data/free/names.txt has the sentences and the patterns of organisations. Places are those of GeoNames and of the country
codes, parties those of Party Facts, companies those of the S&P 500. Given names come from a list of the world (`--given`, the
`name_data.json` of nomquamgender) or from the US census and Kantrowitz; surnames from the US census, from that list and from
the leaders in the World Factbook. OUT gets JSON lines with PERSON, ORG and LOC by characters.
"""
import argparse
import csv
import gzip
import json
import pathlib
import random
import re

PATH = pathlib.Path(__file__).parent.parent / "data" / "free" / "names.txt"
SLOT = re.compile(r"\{([a-z]+)(\d?)\}")
LABELS = {"p": "PERSON", "s": "PERSON", "o": "ORG", "a": "ORG", "l": "LOC"}
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
SHARE_LISTED = 0.12  # of organisations that come from a list of parties or companies
SHARE_KNOWN = 0.25  # of places that the news names every day
SHARE_SHORT = 0.12  # of organisations that have capitals alone
SHARE_CAPITALS = 0.03  # of sentences in capitals
SENTENCES = 4  # of a text
LISTS, BEARERS = 3, 50  # how many lists and people must know a given name of the world


def read_sections(path=PATH):
    """The lines under each `[name]` of a file."""
    sections, lines = {}, None
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif line.strip():
            lines.append(line)
    return sections


def _rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_lists(data, given=None):
    """The lists that fill slots: places, countries, demonyms, given names, surnames, parties and companies."""
    lists = pathlib.Path(data) / "lexicons"
    words = re.compile(r"[A-Z][\w'’.-]+( [A-Z][\w'’.-]+)?$")
    with gzip.open(lists / "factbook" / "countries.jsonl.gz", "rt", encoding="utf-8") as lines:
        countries = [json.loads(line) for line in lines]
    surnames = []
    for country in countries:
        for key in ("chief_of_state", "head_of_government"):
            found = re.findall(r"\b[A-Z][A-Z'-]{2,}\b", country.get(key) or "")
            surnames.extend(word.title() for word in found if set(word) - set("IVX"))
    census = [line.split()[0].title() for line in (lists / "us-census-names" / "last-names.txt").read_text().split("\n") if line.strip()]
    own = []
    for name in ("female.txt", "male.txt"):
        text = (lists / "kantrowitz-names" / name).read_text(encoding="utf-8", errors="replace")
        own.extend(line.strip() for line in text.split("\n") if words.match(line.strip()))
    world = []
    if given:
        world = sorted(name.title() for name in world_names(given))
    return {
        "town": sorted({name for row in _rows(lists / "world-cities" / "world-cities.csv") for name in (row["name"], row["subcountry"]) if words.match(name)}),
        "country": sorted({c["short"] for c in countries if words.match(c.get("short") or "")}),
        "demonym": sorted({d for d in (demonym(c) for c in countries) if d}),
        "given": own,
        "world": world or own,
        "surname": census[:3000],
        "leader": surnames,
        "party": sorted({n for row in _rows(lists / "political-parties" / "parties.csv") for n in [row["name_english"].split(" / ")[0].strip()] if 1 < len(n.split()) < 7 and n[0].isupper()}),
        "company": sorted({row["Security"].split(" (")[0] for row in _rows(lists / "companies" / "sp500.csv")}),
    }


def demonym(country):
    """The adjective of a country in the World Factbook, or an empty string."""
    text = country.get("demonym_adj") or ""
    found = re.match(r"[A-Z][a-z]+", text)
    return found.group() if found else ""


def world_names(path):
    """Given names in Latin letters of the list of nomquamgender, in small letters."""
    data = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    known = (name for name, (lists, bearers, *_) in data.items() if lists >= LISTS and bearers >= BEARERS)
    return {name for name in known if 3 <= len(name) <= 11 and name.isalpha() and name.isascii()}


class Maker:
    """Fills slots by chance."""

    def __init__(self, sections, lists, seed):
        self.sections, self.lists, self.chance = sections, lists, random.Random(seed)

    def pick(self, name):
        return self.chance.choice(self.lists[name])

    def place(self):
        if self.chance.random() < SHARE_KNOWN:
            return self.chance.choice(self.sections["places"])
        return self.pick("country" if self.chance.random() < 0.35 else "town")

    def surname(self):
        roll = self.chance.random()
        return self.pick("surname" if roll < 0.3 else "leader" if roll < 0.5 else "world")

    def person(self):
        """A full name and the surname in it."""
        given, surname = self.pick("given" if self.chance.random() < 0.3 else "world"), self.surname()
        roll = self.chance.random()
        if roll < 0.06:
            given += f" {self.chance.choice('ABCDEFGHJKLMNPRST')}."
        elif roll < 0.14:
            given += f" {self.pick('world')}"
        elif roll < 0.19:
            surname = self.chance.choice(("Al-", "el-", "Ben ", "Van ", "de ", "Mc", "O'")) + surname
        elif roll < 0.23:
            surname += f"-{self.surname()}"
        return f"{given} {surname}", surname

    def organisation(self):
        """A name and its short form."""
        roll = self.chance.random()
        if roll < SHARE_SHORT:
            word = "".join(self.chance.choice("AABCCDEFGHIIJKLMNNOPPRSSTUVWZ") for _ in range(self.chance.choice((2, 3, 3, 3, 4, 4, 5))))
            return word, word
        if roll < SHARE_SHORT + SHARE_LISTED:
            name = self.pick(self.chance.choice(("party", "company")))
            return name, initials(name)
        pattern, _, short = self.chance.choice(self.sections["organisations"]).partition(" = ")

        def fill(match):
            kind = match.group(1)
            if kind == "l":
                return self.place()
            if kind == "s":
                return self.surname()
            return self.pick("demonym") if kind == "d" else self.chance.choice(self.sections[kind])

        name = SLOT.sub(fill, pattern)
        return name, short if short and short != "#" else initials(name)

    def sentence(self):
        """A text and its names (start, end, label) in characters."""
        template, at, text, names, known = self.chance.choice(self.sections["sentences"]), 0, "", [], {}
        for match in SLOT.finditer(template):
            text += template[at : match.start()]
            at = match.end()
            kind, number = match.groups()
            key = (kind in "oa", number or match.start())
            if kind in ("p", "s"):
                pair = known.setdefault(key, self.person())
                word = pair[kind == "s"]
            elif kind in ("o", "a"):
                pair = known.setdefault(key, self.organisation())
                word = pair[kind == "a"]
            elif kind == "l":
                word = self.place()
            else:
                word = self.plain(kind)
            if kind in LABELS:
                # Names are told without an article.
                bare = word.removeprefix("The ") if text.endswith("he ") else word
                word = bare
                names.append((len(text), len(text) + len(word), LABELS[kind]))
            text += word
        text += template[at:]
        if self.chance.random() < SHARE_CAPITALS and len(text.upper()) == len(text):
            text = text.upper()
        return text, names

    def plain(self, kind):
        """A word of a slot that is no name."""
        if kind == "n":
            return str(self.chance.randint(2, 98))
        if kind == "d":
            return self.pick("demonym")
        return self.chance.choice({"day": DAYS, "month": MONTHS}.get(kind) or self.sections[kind])


def initials(name):
    """The short form of a name: the first letters of its words with capitals."""
    return "".join(word[0] for word in re.split(r"[ -]", name) if word[:1].isupper()) if " " in name else name


def documents(maker, count):
    """Gold documents of a few sentences each."""
    for number in range(count // SENTENCES):
        text, entities = "", []
        for _ in range(SENTENCES):
            sentence, names = maker.sentence()
            entities.extend({"start": start + len(text), "end": end + len(text), "label": label} for start, end, label in names)
            text += sentence + "\n\n"
        yield {"id": f"made-{number}", "text": text.strip(), "entities": entities}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--given", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    maker = Maker(read_sections(), read_lists(options.data, options.given), options.seed)
    with options.out.open("w", encoding="utf-8") as file:
        for document in documents(maker, options.count):
            file.write(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
