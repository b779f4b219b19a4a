"""Makes silver cases of coreference from news without annotation, in the form of `coref_data.py`:

- the later of two names of one person or organisation is replaced by a pronoun, or by the role phrase or the kind of
  organisation that the article gives: "Prime Minister Ana Ruiz ... the prime minister", "Skellmere Water Board ... the board";
- in some articles, one person or organisation loses all names: "a lawyer ... she", "the foreign minister". Such phrases
  mean nobody with a name, whoever else is around;
- role phrases of the article itself that fit the title of one person only.

    COPYDESK=... python -m copydesk_training.coref_silver DATA OUT     # writes OUT/train/silver.jsonl.gz

The text is the articles' own, so the cases are never published. Everything is drawn with one seed.
"""
import argparse
import bisect
import collections
import csv
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile

from .coref_data import GROUP_NOUNS, HE, SHE, PERSON_NOUNS, WEIGHTS, lexicon, read, shortened, write

COPYDESK = os.environ.get("COPYDESK", "copydesk")
SEED = 15
LONGEST = 4500  # characters of an article
MOST = 10  # cases of an article
CASES = 3000
LABELS = {"Person": "PERSON", "Organization": "ORG", "Location": "GPE", "Facility": "FAC", "NORP": "NORP"}

MEN, WOMEN = lexicon("nouns", "men") | lexicon("names", "titles_of_men"), lexicon("nouns", "women") | lexicon("names", "titles_of_women")
TITLES = PERSON_NOUNS | lexicon("names", "titles") | MEN | WOMEN
COURTESY = set("mr mrs ms miss mx dr prof sir lady madam madame".split())
WRITTEN_OUT = {"gen": "general", "sen": "senator", "rep": "representative", "gov": "governor", "prof": "professor", "lt": "lieutenant", "col": "colonel", "sgt": "sergeant", "capt": "captain"}
MODIFIERS = lexicon("nouns", "modifiers")
PREPOSITIONS = lexicon("function_words", "prepositions")
DETERMINERS = lexicon("function_words", "determiners") | set("his her its their".split())
CLAUSES = lexicon("function_words", "clauses") | lexicon("function_words", "conjunctions") | set("who then now so".split())
SPEECH = lexicon("verbs", "speech")
SUBJECT_VERBS = lexicon("verbs", "after_subjects") | SPEECH | lexicon("verbs", "finite") | lexicon("verbs", "reporting_forms")
OBJECT_VERBS = set("told asked called met saw accused urged helped thanked joined beat killed arrested charged named elected appointed described warned quoted sued fined praised criticised criticized blamed".split())
COMPANIES = set("inc corp corporation ltd limited llc plc holdings holding ag sa gmbh nv bv airlines motors".split())
STRANGERS = "official analyst resident lawyer student driver teacher farmer witness lawmaker doctor worker trader shopkeeper nurse neighbour colleague adviser activist journalist scientist soldier".split()
QUOTES = set("“\"‘'")


def analyze(documents, pipeline):
    """Results of the program, one a document."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as lines:
        for document in documents:
            lines.write(json.dumps(document) + "\n")
        lines.flush()
        command = [COPYDESK, "analyze", "-p", pipeline, "--input-format", "jsonl", "-f", "json", lines.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            yield from (json.loads(line) for line in process.stdout)


def cut(text):
    if len(text) <= LONGEST:
        return text
    end = text.rfind("\n", LONGEST // 2, LONGEST)
    return text[: end if end > 0 else text.rfind(". ", 0, LONGEST) + 1]


def articles(data):
    """Analyzed articles: names of newswire are gold, those of the others are found."""
    given = []
    for document in read(data / "ner/worldwide-newswire/train.jsonl.gz"):
        text, offsets = cut(document["text"]), document["offsets"]
        spans = [(offsets[first][0], offsets[last - 1][1], LABELS[label]) for first, last, label in document["entities"] if label in LABELS]
        entities = [{"start": start, "end": end, "label": label} for start, end, label in spans if end <= len(text)]
        given.append({"id": f"nw/{len(given)}", "text": text, "entities": entities})
    yield from analyze(given, "fast")
    raw = []
    for path, most in (("raw/wikinews-2019-2020", 300), ("quotes/polnear/train", 400), ("raw/globalvoices-enswa", 260)):
        raw += [{"id": f"{path}/{number}", "text": cut(document["text"])} for number, document in enumerate(read(data / f"{path}.jsonl.gz")[:most])]
    yield from analyze(raw, "news")


def given_names(data, open_lists=False):
    """Returns {given name in lower case: probability of a man}. With `open_lists`, from lists without share-alike alone."""
    counts = collections.defaultdict(lambda: [0.01, 0.01])
    for side, name in enumerate(("male", "female")):
        for line in open(data / f"lexicons/kantrowitz-names/{name}.txt", encoding="utf-8", errors="replace"):
            if line.strip() and not line.startswith("#"):
                counts[line.strip().lower()][side] += 1
    if not open_lists:
        with open(data / "lexicons/firstnames/firstnames.csv", encoding="utf-8-sig") as lines:
            for row in csv.reader(lines, delimiter=";"):
                if len(row) > 2 and row[1].lstrip("1?") in ("M", "F"):
                    counts[row[0].lower()]["MF".index(row[1].lstrip("1?"))] += 0.5 if row[1][0] in "1?" else 2
    return {name: men / (men + women) for name, (men, women) in counts.items()}


def article_of(word):
    return ("an " if word[0].lower() in "aeiou" else "a ") + word


class Article:
    """An analyzed article: its tokens, sentences, and the names of its actors."""

    def __init__(self, result, men, rng):
        self.id, self.text, self.rng = result["id"], result["text"], rng
        words = {entry["token"]: entry["words"] for entry in result.get("multiword_tokens", [])}
        self.tokens = [word for number, token in enumerate(result["tokens"]) for word in words.get(number, [token])]
        self.starts = [start for start, _ in self.tokens]
        self.sentences = [start for start, _ in result["sentences"]]
        first = result["sentences"][0] if result["sentences"] else [0, 0]
        self.body = first[1] if self.text[first[0] : first[1]].rstrip()[-1:].isalnum() else 0  # A headline stays as it is.
        labels = {(e["start"], e["end"]): e["label"] for e in result["entities"]}
        self.names = []
        for actor in result["actors"]:
            for mention in actor["mentions"]:
                span = (mention["start"], mention["end"])
                if mention["type"] == "name" and labels.get(span) in {*LABELS.values(), "LOC"}:
                    self.names.append((*span, actor["id"], labels[span]))
        self.names.sort()
        self.taken = {name[:2] for name in self.names}
        self.by_actor = collections.defaultdict(list)
        for name in self.names:
            self.by_actor[name[2]].append(name)
        self.label = {actor: collections.Counter(name[3] for name in names).most_common(1)[0][0] for actor, names in self.by_actor.items()}
        self.pronouns = {a["id"]: [self.text[m["start"] : m["end"]].lower() in HE for m in a["mentions"] if self.text[m["start"] : m["end"]].lower() in HE | SHE] for a in result["actors"]}
        self.man = {actor: self._man(names, men) for actor, names in self.by_actor.items() if self.label[actor] == "PERSON"}
        self.roles = {actor: self._roles(names) for actor, names in self.by_actor.items()}

    def sentence(self, place):
        return bisect.bisect_right(self.sentences, place) - 1

    def token(self, number):
        if not 0 <= number < len(self.tokens):
            return ""
        return self.text[slice(*self.tokens[number])]

    def before(self, place):
        """Number of the last token before a place."""
        return bisect.bisect_left(self.starts, place) - 1

    def _man(self, names, men):
        """Whether a person is a man: by title, given name or the pronouns that the program links, else by chance."""
        for start, end, *_ in names:
            title = self.token(self.before(start)).lower().rstrip(".")
            if title in MEN or title in WOMEN:
                return title in MEN
        chance = [men[word] for start, end, *_ in names for word in [self.text[start:end].split()[0].lower()] if " " in self.text[start:end] and word in men]
        if chance and abs(sum(chance) / len(chance) - 0.5) > 0.2:
            return sum(chance) > len(chance) / 2
        linked = self.pronouns[names[0][2]]
        return sum(linked) > len(linked) / 2 if linked else self.rng.random() < 0.3

    def opens(self, place):
        """Whether a capital is due: at the beginning of a sentence or right after an opening mark of quotation."""
        before = self.text[:place].rstrip(" ")[-1:]
        return place in self.sentences or before in ("", "\n", ".", "?", "!") or self.text[place - 1] in QUOTES

    def title(self, start):
        """Returns (first place, modifiers, head) of the title before a name; the head is None if there is none."""
        number = self.before(start)
        word = self.token(number).lower().rstrip(".")
        glued = number >= 0 and self.text[self.tokens[number][1] : start].strip(".") == " "
        if not glued or word not in TITLES or word in ("the", "mp", "then"):
            return start, [], None
        place, modifiers = self.tokens[number][0], []
        while len(modifiers) < 4:
            number -= 1
            token = self.token(number)
            low = token.lower().rstrip(".")
            if number < 0 or self.text[self.tokens[number][1] : place] != " " or self.tokens[number][0] in self.sentences and low in PREPOSITIONS:
                break
            if not (token[:1].isupper() and token.lower() not in PREPOSITIONS | DETERMINERS | CLAUSES or low in MODIFIERS | TITLES):
                break
            if self.sentence(self.tokens[number][0]) != self.sentence(place):
                break
            modifiers.insert(0, token)
            place = self.tokens[number][0]
        if self.token(number).lower() in ("the", "a", "an") and number >= 0 and self.text[self.tokens[number][1] : place] == " ":
            place = self.tokens[number][0]
        return place, modifiers, WRITTEN_OUT.get(word, word)

    def _roles(self, names):
        """Role phrases of an actor: (end of the name that has it, modifiers, head)."""
        found = []
        for start, end, actor, label in names:
            if label == "PERSON":
                place, modifiers, head = self.title(start)
                if head and head not in COURTESY:
                    found.append((end, modifiers, head))
                after = re.match(r", (?:the |a |an |who is the |who is an? )?((?:[\w’'-]+ ){0,3}?)([a-z-]+)(?= (?:of|for|at|in|from|who|with)\b|,)", self.text[end : end + 90])
                if after and after.group(2) in PERSON_NOUNS and not {w.lower() for w in after.group(1).split()} & (PREPOSITIONS | DETERMINERS | SUBJECT_VERBS):
                    found.append((end, after.group(1).split(), after.group(2)))
                age = re.match(r", (\d\d),", self.text[end : end + 6]) or re.search(r"(\d\d)-year-old (?:\w+ ){0,2}$", self.text[max(0, start - 40) : start])
                if age:
                    found.append((end, [], f"{age.group(1)}-year-old"))
            elif label == "ORG":
                words = [word for word in re.findall(r"[\w’'-]+", self.text[start:end])]
                low = [word.lower() for word in words]
                if len(words) > 1 and low[-1] in GROUP_NOUNS:
                    found.append((end, [word for word in words[-2:-1] if word.lower() not in PREPOSITIONS and len(words) > 2], low[-1]))
                elif len(words) > 2 and low[0] in GROUP_NOUNS and low[1] in ("of", "for"):
                    found.append((end, words[2:3] if len(words) == 3 and low[0] in ("ministry", "department") else [], low[0]))
                elif set(low) & COMPANIES:
                    found.append((end, [], self.rng.choice(("company", "firm"))))
                after = re.match(r", an? ((?:[\w’'-]+ ){0,3}?)([a-z-]+)(?= (?:of|for|at|in|from|which|that|with|based)\b|,)", self.text[end : end + 90])
                if after and after.group(2) in GROUP_NOUNS and not {w.lower() for w in after.group(1).split()} & (PREPOSITIONS | DETERMINERS):
                    found.append((end, after.group(1).split(), after.group(2)))
                near = self.token(self.before(start)).lower()
                if near in GROUP_NOUNS - {"group", "city", "state", "country"} and self.text[self.tokens[self.before(start)][1] : start] == " ":
                    found.append((end, [], near))
        return found

    def slot(self, start, end):
        """Returns the part of the clause that a phrase has: subject, object, possessive, or None where it is unclear."""
        number, after = self.before(start), bisect.bisect_left(self.starts, end)
        left, right = self.token(number).lower(), self.token(after).lower()
        if left == "," and right in (",", "."):
            return None  # An apposition.
        opens = start in self.sentences or not left or not left[-1].isalnum() or left in CLAUSES or left in SPEECH
        closes = not right or not right[0].isalnum() or right in PREPOSITIONS or right in CLAUSES
        if right in ("'s", "’s"):
            return "possessive" if left not in ("mr", "dr") and (opens or left in PREPOSITIONS or left in OBJECT_VERBS | SUBJECT_VERBS) else None
        if right in ("(", "-", "–", "’", "'") or left in ("(", "-", "–"):
            return None
        if opens and (right in SUBJECT_VERBS or right.endswith("ed") and right.isalpha()):
            return "subject"
        if left in SPEECH - {"told", "asked"} and closes and right not in ("that",):
            return "subject"
        if (left in PREPOSITIONS or left in OBJECT_VERBS or left.endswith("ing")) and closes:
            return "object"
        return None


PRONOUN_FORMS = {
    True: {"subject": "he", "object": "him", "possessive": "his"}, False: {"subject": "she", "object": "her", "possessive": "her"},
    "it": {"subject": "it", "object": "it", "possessive": "its"}, "they": {"subject": "they", "object": "them", "possessive": "their"},
}


def wording(modifiers, head, rng, names):
    """A role phrase, with or without its modifiers: "the foreign minister", "the minister"."""
    kept = modifiers if rng.random() < 0.6 else modifiers[-1:] if rng.random() < 0.3 else []
    kept = [word for word in kept if word.lower().rstrip(".") not in COURTESY | {"former", "late", "acting", "then"} or rng.random() < 0.2]
    if head in ("minister", "secretary", "president", "officer", "director") and modifiers and modifiers[-1].lower() in ("prime", "vice", "chief", "executive"):
        kept = kept or modifiers[-1:]
    small = [word if word in names or any(c.isupper() for c in word[1:]) else word.lower() for word in kept]
    phrase = " ".join(small + [head])
    return "the " + (phrase.title() if rng.random() < 0.1 and not head[0].isdigit() else phrase)


def case(article, rng):
    """Returns a case of an article, or None."""
    edits = []  # (start, end, new text, kind or None, actor or None)
    names = {word for name in article.names for word in article.text[name[0] : name[1]].split()}
    touched = lambda start, end: any(start < edit[1] and edit[0] < end for edit in edits)
    hidden = None
    if rng.random() < 0.25:
        able = [a for a, ms in article.by_actor.items() if article.label[a] == "PERSON" and 2 <= len(ms) <= 6 and ms[0][0] > article.body
                and not any(article.token(article.before(article.title(m[0])[0])) == "," for m in ms)]
        hidden = rng.choice(able) if able else None
    if hidden is not None:
        mentions = article.by_actor[hidden]
        titled = [role for role in article.roles[hidden] if role[2] in TITLES]
        known, stranger = bool(titled), rng.choice(STRANGERS)
        for number, (start, end, *_rest) in enumerate(mentions):
            place, modifiers, head = article.title(start)
            slot = article.slot(place, end)
            if known:
                new = wording(titled[0][1], titled[0][2], rng, names)
                kind = "role"
            elif number == 0:
                new, kind = article_of(stranger), None
            else:
                new, kind = f"the {stranger}", "role"
            if number and slot and rng.random() < 0.5 and article.sentence(start) - article.sentence(mentions[number - 1][0]) <= 2:
                new, kind = PRONOUN_FORMS[article.man[hidden]][slot], "pronoun"
                if slot == "possessive":
                    end += 2
            if article.opens(place):
                new = new[0].upper() + new[1:]
            if not touched(place, end):
                edits.append((place, end, new, kind, None))
    last = {}
    order = collections.Counter()
    for start, end, actor, label in article.names:
        label = article.label[actor]
        if actor == hidden or label not in ("PERSON", "ORG") or touched(start, end):
            continue
        previous, replaced = last.get(actor), order[actor]
        last[actor] = (start, replaced)
        same = [name for name in article.by_actor[actor] if article.sentence(name[0]) == article.sentence(start) and name[0] > start]
        if previous is None or start < article.body or same or len(edits) >= MOST or rng.random() < 0.15:
            continue
        place, _, head = article.title(start) if label == "PERSON" else (start, [], None)
        if label == "ORG" and article.token(article.before(start)).lower() == "the":
            place = article.tokens[article.before(start)][0]
        slot = article.slot(place, end)
        if slot is None or touched(place, end):
            continue
        roles = [role for role in article.roles[actor] if role[0] < place]
        others = [name for name in article.names if name[2] != actor and article.label[name[2]] == label and previous[0] < name[0] < start]
        near = article.sentence(start) - article.sentence(previous[0])
        role = roles and rng.random() < 0.5
        if not role and slot == "object" and article.token(article.before(place)).lower() in ("of", "at"):
            continue
        if not role and (near > 2 or near == 2 and others or others and rng.random() < 0.5):
            continue
        if role:
            new, kind = wording(*rng.choice(roles)[1:], rng, names), "role"
        elif label == "PERSON":
            if article.man[actor] and rng.random() < 0.5:
                continue  # News has more men than women.
            new, kind = PRONOUN_FORMS[article.man[actor]][slot], "pronoun"
        else:
            if others or near > 1:
                continue
            verb = article.token(bisect.bisect_left(article.starts, end)).lower()
            singular = slot == "subject" and (verb in ("was", "is") or verb.endswith("s"))
            new, kind = PRONOUN_FORMS["they" if rng.random() < 0.3 and not singular else "it"][slot], "pronoun"
        if kind == "pronoun" and slot == "possessive":
            end += 2
        if article.opens(place):
            new = new[0].upper() + new[1:]
        edits.append((place, end, new, kind, actor))
        order[actor] += 1
        last[actor] = (start, replaced + 1)
    edits += natural(article, edits, touched)
    return build(article, sorted(edits)) if any(edit[3] for edit in edits) else None


def natural(article, edits, touched):
    """Role phrases of the article that fit the title of one person who was named before."""
    found = []
    heads = collections.defaultdict(set)
    for actor, roles in article.roles.items():
        for end, modifiers, head in roles:
            heads[head].add(actor)
    for number, token in enumerate(article.tokens):
        if article.token(number).lower() != "the":
            continue
        words = [article.token(number + more).lower() for more in range(1, 5)]
        length = next((more for more, word in enumerate(words) if word in heads), None)
        if length is None or not all(word in MODIFIERS | TITLES or article.token(number + 1 + more)[:1].isupper() for more, word in enumerate(words[:length])):
            continue
        start, end = token[0], article.tokens[number + 1 + length][1]
        actors = heads[words[length]]
        right = article.token(number + 2 + length).lower()
        left = article.token(number - 1)
        if left == "," or len(actors) != 1 or right in ("of", "for", "'s", "’s") or right in PERSON_NOUNS | GROUP_NOUNS or touched(start, end) or any(start < name[1] and name[0] <= end + 2 for name in article.names):
            continue
        actor = next(iter(actors))
        fits = [role for role in article.roles[actor] if role[2] == words[length] and role[0] < start and {w for w in words[:length]} <= {m.lower() for m in role[1]}]
        if fits and start > article.body:
            found.append((start, end, None, "role", actor))
    return found


def build(article, edits):
    """The article with its edits made."""
    text, place, moved, anaphors = "", 0, [], []
    for start, end, new, kind, actor in edits:
        text += article.text[place:start]
        moved.append((start, end, len(text)))
        words = article.text[start:end] if new is None else new
        if kind:
            anaphors.append({"start": len(text), "end": len(text) + len(words), "kind": kind, "answers": [] if actor is None else [str(actor)], "not": [],
                             "weight": WEIGHTS["silver"] * (0.75 if new is None else 1)})
        text += words
        place = end
    text += article.text[place:]

    def shift(offset):
        done = [edit for edit in zip(edits, moved) if edit[0][1] <= offset]
        return offset + sum(len(edit[2] if edit[2] is not None else article.text[edit[0] : edit[1]]) - (edit[1] - edit[0]) for edit, _ in done)

    names = [[shift(start), shift(end), str(actor), label] for start, end, actor, label in article.names
             if not any(start < edit[1] and edit[0] < end for edit in edits)]
    known = {name[2]: name[0] for name in reversed(names)}
    anaphors = [a for a in anaphors if not a["answers"] or known.get(a["answers"][0], a["start"]) < a["start"]]
    return {"id": f"silver/{article.id}", "source": "silver", "text": text, "given": True, "complete": True, "names": names, "anaphors": anaphors}


def main():
    parser = argparse.ArgumentParser(description="Makes silver cases of coreference from news.")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--analyzed", type=pathlib.Path, action="append", help="results of the program for the articles, JSON lines")
    parser.add_argument("--open", action="store_true", help="use no list of given names under share-alike")
    options = parser.parse_args()
    rng = random.Random(SEED)
    men = given_names(options.data, options.open)
    results = (json.loads(line) for path in options.analyzed for line in open(path, encoding="utf-8")) if options.analyzed else articles(options.data)
    cases = [case(Article(result, men, rng), rng) for result in results if "error" not in result]
    cases = [shortened(case, max(a["end"] for a in case["anaphors"])) for case in cases if case and len(case["anaphors"]) > 2]
    rng.shuffle(cases)
    total, kept = 0, []
    for item in cases:
        total += len(item["anaphors"])
        if total > CASES:
            break
        kept.append(item)
    write(options.out / "train/silver.jsonl.gz", sorted(kept, key=lambda case: case["id"]))


if __name__ == "__main__":
    main()
