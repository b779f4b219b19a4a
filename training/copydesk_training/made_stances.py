"""Makes sentences with stances whose labels hold by construction.

    python -m copydesk_training.made_stances --out OUT [--count 8000] [--seed 1]

Judged news lacks what these have: blame that is denied, criticism that is another's, misfortune, comparison, concession,
praise with negative words. `data/stances` holds the templates (`templates.txt` says how they are written) and the words.
A quarter of both is kept for OUT/made-held.jsonl, and the rest makes OUT/made-train.jsonl: nothing of a template or of a
word with an opinion is shared. A kind has as many texts as any other. The same seed gives the same bytes.

A line: `kind`, `sentence` (one, or two with a context), `holder` (who speaks, or null) and `targets` with `polarity`, three
probabilities where two labels are possible. In the words of the holder, the polarity is the holder's; elsewhere it is what
the author reports or thinks. Offsets are in characters.
"""
import argparse
import json
import pathlib
import random
import re

FOLDER = pathlib.Path(__file__).parent.parent / "data" / "stances"
HELD = 4  # each fourth template and word is held back
POLARITIES = {"+": 1, "-": -1, "0": 0, "0+": [0.0, 0.5, 0.5], "0-": [0.5, 0.5, 0.0]}
PARTS = ("clause+", "clause-", "view+", "view-", "context+", "context-")
VOICES = ("say", "tell", "critics")
SHARED = ("feminine", "masculine", "family", "organisation", "place", "role", "day", "said", "that", "critics", "matter", "closing", "accusation")
FORMED = ("good", "bad", "plain", "misfortune", "praising-verb", "blaming-verb", "defending-verb")
FORMS = {"base": 0, "past": 1, "done": 2, "ing": 3}
PRONOUNS = {
    "f": {"he": "she", "him": "her", "his": "her"},
    "m": {"he": "he", "him": "him", "his": "his"},
    "n": {"he": "it", "him": "it", "his": "its"},
}
# How often a text has each form.
SHARE_CONTEXT, SHARE_AGREEING, SHARE_ORGANISATION, SHARE_SHORT, SHARE_INDIRECT = 0.4, 0.4, 0.15, 0.25, 0.2
SHARE_BESIDE = 0.3  # of the mentions that a template has no label for: speakers, contexts; they are neutral
# What only people are or do.
PERSONAL = re.compile(r"\{(a:)?(role|misfortune|praising-noun|blaming-noun)|\{[pv]:|died|hospital|born|step down|job|Shame")
SLOT = re.compile(r"\{([^{}]+)\}")
CONTEXTS = (
    "{H} met {T} {day}.",
    "{H} was asked about {T} {day}.",
    "{H} spoke about {T} {day}.",
    "{T} and {H} sat in the same meeting {day}.",
    "{H} has known {T} for years.",
    "{T} leads the talks on {matter}.",
)
BEFORE = ("{T} {plain.past} {day}. ", "{T} will {plain.base} {day}. ", "{T} works in {place}. ")


class Actor:
    """A person or an organisation: `full` and `short` names, gender f, m or n."""

    def __init__(self, full, short, gender):
        self.full, self.short, self.gender = full, short, gender


def read_sections(path):
    """The lines under each `[name]` of a file; empty lines and those with # are left out."""
    sections, lines = {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return sections


def part_of(lines, held):
    """The lines that are held back, or the others."""
    return [line for number, line in enumerate(lines) if (number % HELD == HELD - 1) == held]


class Grammar:
    """The templates and words of one part."""

    def __init__(self, held):
        words, templates = read_sections(FOLDER / "words.txt"), read_sections(FOLDER / "templates.txt")
        self.words = {name: lines if name in SHARED else part_of(lines, held) for name, lines in words.items()}
        self.parts = {name: part_of(templates[name], held) for name in PARTS}
        self.kinds = {}
        for kind, lines in templates.items():
            if kind not in PARTS:
                self.kinds[kind] = [template(line) for line in part_of(lines, held)]


def template(line):
    """A line of templates.txt: (voice, {actor: label}, text)."""
    voice, *rest = line.split()
    labels = {}
    while re.fullmatch(r"[TUH](0[+-]|[+0-])", rest[0]):
        labels[rest[0][0]] = rest[0][1:]
        rest = rest[1:]
    if voice not in VOICES or not labels:
        raise ValueError(f"a template needs a voice and a label: {line}")
    return voice, labels, " ".join(rest)


class Maker:
    """Makes one text after another."""

    def __init__(self, held, seed):
        self.grammar, self.chance = Grammar(held), random.Random(f"{seed} {held}")

    def text(self, kind):
        """One text of a kind."""
        voice, labels, text = self.chance.choice(self.grammar.kinds[kind])
        text = self._parts(text)
        actors = self._actors(text)
        if voice == "tell":
            if set(labels) == {"T"} and "{H}" not in text and self.chance.random() < SHARE_CONTEXT / 2:
                before = self.chance.choice(BEFORE)
                return self._line(kind, before + _sentence(text), labels, actors, begin=len(before))
            return self._line(kind, _sentence(text), labels, actors)
        if voice == "critics":
            return self._critics(kind, text, labels, actors)
        return self._spoken(kind, text, labels, actors)

    def _parts(self, text):
        """Puts a clause or a view where the template asks for one."""

        def part(found):
            kind, actor, sign = found.groups()
            chosen = self.chance.choice(self.grammar.parts[("clause" if kind == "p" else "view") + sign])
            if actor == "U":
                chosen = chosen.replace("{T", "{U")
                chosen = re.sub(r"\{(good|bad)\.", r"{U:\1.", chosen)
            return chosen

        return re.sub(r"\{([pv]):([TU])([+-])\}", part, text)

    def _actors(self, text):
        """Chooses who the targets and the speaker are, all with other family names."""
        families = self.chance.sample(self.grammar.words["family"], 3)
        actors = {}
        for letter, family in zip("TUH", families):
            gender = self.chance.choice("fm")
            if letter != "H" and self.chance.random() < SHARE_ORGANISATION and not PERSONAL.search(text):
                name = self.chance.choice(self.grammar.words["organisation"])
                actors[letter] = Actor(name, name, "n")
                continue
            given = self.chance.choice(self.grammar.words["feminine" if gender == "f" else "masculine"])
            title = "Ms. " if gender == "f" else "Mr. "
            short = self.chance.choice((family, title + family, given))
            full = f"{given} {family}"
            actors[letter] = Actor(short if self.chance.random() < SHARE_SHORT else full, short, gender)
        if actors["T"].full == actors["U"].full:
            actors["U"] = Actor(families[1], families[1], self.chance.choice("fm"))
        return actors

    def _critics(self, kind, text, labels, actors):
        """What nameless people say."""
        said = self.chance.choice(("say", "say that", "claim that", "have said that", "argue that"))
        return self._line(kind, _sentence("{critics} " + said + " " + text), labels, actors, holder="critics")

    def _spoken(self, kind, text, labels, actors):
        """Words of a speaker, in marks or not, with a sentence before them or not; then the target may be a pronoun."""
        context, agreeing = "", False
        if self.chance.random() < SHARE_CONTEXT:
            agreeing = set(labels) == {"T"} and labels["T"] in "+-" and self.chance.random() < SHARE_AGREEING
            context = self.chance.choice(self.grammar.parts["context" + labels["T"]] if agreeing else CONTEXTS) + " "
            # A pronoun is clear where the speaker has another gender.
            actors["H"] = self._speaker(actors)
        speaker = "{H:he}" if "{H}" in context else "{H}"
        said, after = self.chance.choice(self.grammar.words["said"]), self.chance.choice(("", " {day}"))
        if self.chance.random() < SHARE_INDIRECT and not re.match(r"(thank you|shame on|give me|not a|poor|far from it)", text, re.I):
            told = re.sub(r"\bI\b", "{H:he}", text) if not context and _third_person(text) else None
            if told:
                said = self.chance.choice(self.grammar.words["that"])
                return self._line(kind, f"{{H}} {said} that {told}.", labels, actors, holder="H")
        spoken = _capital(text)
        framed = self.chance.choice((
            f"“{spoken},” {said} {speaker}{after}." if said == "said" and speaker == "{H}" else f"“{spoken},” {speaker} {said}{after}.",
            f"“{spoken},” {speaker} said{after}.",
            f"{_capital(speaker)} {said}{after}: “{spoken}.”",
            f"“{spoken}. {{closing}},” {speaker} {said}{after}.",
        ))
        return self._line(kind, context + framed, labels, actors, begin=len(context), agreeing=agreeing, holder="H")

    def _speaker(self, actors):
        """A speaker whose pronoun is another than the target's."""
        gender = "m" if actors["T"].gender == "f" else "f"
        given = self.chance.choice(self.grammar.words["feminine" if gender == "f" else "masculine"])
        taken = {actor.full.split()[-1] for actor in actors.values()} | {actor.short.split()[-1] for actor in actors.values()}
        family = self.chance.choice([name for name in self.grammar.words["family"] if name not in taken])
        return Actor(f"{given} {family}", family, gender)

    def _line(self, kind, text, labels, actors, begin=0, agreeing=False, holder=None):
        """Fills the slots, left to right, and notes where the actors are. The labels count from `begin` on, and before it
        if the sentence there agrees."""
        out, targets, held, named, used = "", [], None, set(), set()
        pronouns = begin and self.chance.random() < 0.6
        begun = 0
        for found in SLOT.finditer(text):
            out += text[begun : found.start()]
            begun = found.end()
            letter, form = _slot(found.group(1))
            inside = found.start() >= begin
            if letter in actors and form in ("", "he", "him", "his"):
                actor = actors[letter]
                plain = form == "" and not (pronouns and inside and letter == "T" and letter in named)
                word = actor.full if plain and letter not in named else actor.short
                if not plain:
                    word = PRONOUNS[actor.gender][form or _case(text, found)]
                named.add(letter)
                word = _capital(word) if _begins(out) else word
                told = (inside or agreeing) and letter in labels
                label = labels[letter] if told else "0"
                if letter == holder and held is None:
                    held = {"start": len(out), "end": len(out) + len(word), "mention": word}
                if told or self.chance.random() < SHARE_BESIDE:
                    targets.append({"start": len(out), "end": len(out) + len(word), "mention": word, "polarity": POLARITIES[label]})
            else:
                word = self._word(letter, form, used)
                word = _capital(word) if _begins(out) else word
                own, doer = word.find("{his}"), letter if letter in actors else "T"
                if own >= 0:
                    his, place = PRONOUNS[actors[doer].gender]["his"], len(out) + own
                    word = word.replace("{his}", his)
                    if inside and doer in labels:
                        label = POLARITIES[labels[doer]]
                        targets.append({"start": place, "end": place + len(his), "mention": his, "polarity": label})
                if holder == "critics" and form == "critics" and held is None:
                    held = {"start": len(out), "end": len(out) + len(word), "mention": word}
            out += word
        out += text[begun:]
        return {"kind": kind, "sentence": out, "holder": held, "targets": targets}

    def _word(self, letter, form, used):
        """A word of a list; `used` keeps a text from saying it twice."""
        name, _, kind = form.partition(".")
        lines = [line for line in self.grammar.words[name] if line not in used] or self.grammar.words[name]
        line = self.chance.choice(lines)
        used.add(line)
        word = line.split(" / ")[FORMS[kind]] if name in FORMED else line
        if letter == "a":
            word = ("an " if word[0] in "aeiou" or word.startswith(("honest", "hono")) else "a ") + word
        return word


def _slot(slot):
    """(actor or article, form) of a slot: `T`, `T:he`, `U:good.past`, `a:role`, `role`."""
    first, _, form = slot.partition(":")
    if form:
        return first, form
    return (first, "") if first in ("T", "U", "H") else ("", first)


def _case(text, found):
    """Whether a target's place is that of a subject or of an object, by the words around it."""
    after = text[found.end() :].lstrip()
    subject = re.match(r"(\{(good|bad|plain|misfortune)\.past\}|(is|has|does|always|again|never|did|didn't|isn't|may|must|should|will|"
                       r"would|could|cannot|had|was|made|broke|kept|bears|deserves|speaks|promised)\b)", after)
    return "he" if subject else "him"


def _third_person(text):
    """Whether words can be reported without changing their persons: of the first person, at most `I` as a subject of a past
    verb or a modal would stay right, so that only texts without it count."""
    return not re.search(r"\b(I|we|us|our|me|my|you|him|her)\b", text)


def _begins(out):
    """Whether a sentence begins here."""
    return not out or out.endswith(("“", ". ", ": “"))


def _capital(text):
    return text[:1].upper() + text[1:]


def _sentence(text):
    return _capital(text) + "."


def make(held, count, seed):
    """`count` different texts, of all kinds alike, in a shuffled order."""
    maker, seen, out = Maker(held, seed), set(), []
    kinds, tries = list(maker.grammar.kinds), 0
    while len(out) < count:
        tries += 1
        if tries > 50 * count:
            raise ValueError(f"the templates give no {count} different texts")
        line = maker.text(kinds[len(out) % len(kinds)])
        if line["sentence"] not in seen:
            seen.add(line["sentence"])
            out.append(line)
    maker.chance.shuffle(out)
    return [{"id": f"made-{'held' if held else 'train'}-{number}", **line} for number, line in enumerate(out)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=8000, help="of the texts to learn from; a sixth as many are held back")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name, held, count in (("made-train", False, options.count), ("made-held", True, options.count // 6)):
        with open(options.out / f"{name}.jsonl", "w", encoding="utf-8") as out:
            for line in make(held, count, options.seed):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
