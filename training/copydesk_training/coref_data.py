"""Converts corpora of coreference to the one form that `actors` is trained and measured on:

    {"id", "source", "text", "given", "complete",
     "names": [[start, end, participant, label], ..], "nominals": [[start, end, participant], ..],
     "anaphors": [{"start", "end", "kind": "pronoun" | "role", "answers": [participant, ..] | null, "not": [..], "weight",
                   "nominal": participant}]}

Offsets are code points, ends are exclusive. `given`: the pipeline takes `names` as its entities; `complete`: they are all.
Otherwise the pipeline finds its own names, and `names` tells whom they mean. `answers` are the right participants, [] is
nobody with a name, null is open. `not` are participants that are wrong. `nominals` are noun phrases ("the mechanic"), and
`nominal` is the participant of an anaphor that has such phrases and no name.

    python -m copydesk_training.coref_data DATA OUT     # writes OUT/train/*.jsonl.gz and OUT/dev/*.jsonl.gz
"""
import argparse
import gzip
import json
import pathlib
import random
import re

LANGUAGE = pathlib.Path(__file__).parents[2] / "crates/text/src/lang/en"
OWN = pathlib.Path(__file__).parents[1] / "data"
REACH = 2500  # characters before an anaphor in which a name still counts as its antecedent
LONGEST = 4500  # characters of a text of fiction
# How much an anaphor counts in training. GAP and our own texts are the cleanest.
WEIGHTS = {"gap": 1.0, "own": 1.0, "gum": 0.6, "ecbplus": 0.6, "gicoref": 0.4, "silver": 0.4, "knowref": 0.3, "dpr": 0.3, "riddles": 0.3, "litbank": 0.3}


def lexicon(file, name):
    """Returns the words of a list of the crate `text`."""
    source = (LANGUAGE / f"{file}.rs").read_text(encoding="utf-8")
    found = re.search(rf'\b{name}:\s*words!\(\s*"((?:[^"\\]|\\\s*\n\s*)*)"', source)
    if found is None:
        raise ValueError(f"crates/text has no list {name} in {file}.rs")
    return set(re.sub(r"\\\s*\n\s*", "", found.group(1)).split())


PERSON_NOUNS = lexicon("nouns", "men") | lexicon("nouns", "women") | lexicon("nouns", "person")
GROUP_NOUNS = lexicon("nouns", "organisation") | lexicon("nouns", "place")
HE, SHE, IT, THEY = ({*words.split()} for words in ("he him his himself", "she her hers herself", "it its itself", "they them their theirs themselves"))
PRONOUNS = HE | SHE | IT | THEY
DETERMINERS = set("the this that his her their its".split())
# A noun phrase ends before these: "the president | of France", "the man | who left".
ENDS = set("of in for at who whom which that , from on to with ( : ; - – — and or by as 's ’s".split())
NOT_HEADS = set("body other others one ones rest public former latter".split())
# These join the capitalised words of one name: "Bank of England".
JOINTS = set("of the de da dos du del la le van von der bin al and & - – ' ’ .".split())
NOT_NAMES = PRONOUNS | set("i we you me us my our your a an the this that these those mr mrs ms dr who which".split())


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write(path, cases):
    """Writes the cases that have anaphors."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cases = [case for case in cases if case["anaphors"]]
    # No time in the header, so that equal cases are equal bytes.
    with gzip.GzipFile(path, "wb", mtime=0) as out:
        for case in cases:
            out.write((json.dumps(case, ensure_ascii=False) + "\n").encode())
    anaphors = [anaphor for case in cases for anaphor in case["anaphors"]]
    nobody = sum(anaphor["answers"] == [] for anaphor in anaphors)
    roles = sum(anaphor["kind"] == "role" for anaphor in anaphors)
    print(f"{path}: {len(cases)} texts, {len(anaphors)} anaphors, {roles} of them roles; {nobody} mean nobody named")


def case(document, source, names, anaphors, given, complete=False, nominals=()):
    """Returns a case; anaphors are (start, end, kind, answers, wrong, weight, participant with noun phrases only)."""
    keys = ("start", "end", "kind", "answers", "not", "weight", "nominal")
    return {
        "id": document["id"], "source": source, "text": document["text"], "given": given, "complete": complete,
        "names": [list(name) for name in sorted(names)], "nominals": [list(nominal) for nominal in sorted(nominals)],
        "anaphors": [dict(zip(keys, anaphor)) for anaphor in sorted(anaphors, key=lambda a: a[:2])],
    }


def choices(documents, source, given=True):
    """Cases of corpora in the form of GAP: a pronoun and two names, which the pipeline is given or has to find."""
    for document in documents:
        pronoun = document["pronoun"]
        names = [(name["start"], name["end"], letter, "PERSON") for letter, name in zip("AB", document["candidates"])]
        right = [letter for letter, name in zip("AB", document["candidates"]) if name["coref"]]
        answers, wrong = (right, []) if right else (None, ["A", "B"])
        yield case(document, source, names, [(pronoun["start"], pronoun["end"], "pronoun", answers, wrong, WEIGHTS[source])], given)


OCCUPATIONS = (
    "farmer baker teacher nurse driver engineer lawyer clerk mechanic tailor doctor cook plumber painter librarian guard carpenter "
    "secretary manager accountant cleaner reporter waiter pilot chemist officer hairdresser gardener butcher judge receptionist sailor "
    "electrician surgeon banker postman landlord client customer visitor patient tenant neighbour student witness analyst trader "
    "firefighter cashier editor physician housekeeper supervisor sheriff tutor designer counsellor assistant auditor"
).split()
GENDERS = ({"he": "he", "him": "him", "his": "his"}, {"he": "she", "him": "her", "his": "her"})


def sentences(path, each=8):
    """Our sentences with two occupations and a pronoun, filled with occupations by chance, genders in equal shares."""
    rng = random.Random(7)
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for number, line in enumerate(lines):
        right, pattern = line.split("|")
        for turn in range(each):
            words = dict(zip("AB", rng.sample(OCCUPATIONS, 2)))
            text, spans, anaphors = "", [], []
            for piece in re.split(r"(\{\w+\})", pattern):
                key = piece[1:-1] if piece.startswith("{") else ""
                new = words.get(key) or GENDERS[turn % 2].get(key.lower(), piece)
                new = new.capitalize() if key == "He" else new
                if key in words:
                    spans.append((len(text) - 4, len(text) + len(new), key))
                elif key:
                    anaphors.append((len(text), len(text) + len(new), "pronoun", [], [], WEIGHTS["riddles"], right))
                text += new
            yield case({"id": f"riddles/{number}-{turn}", "text": text}, "riddles", [], anaphors, given=False, nominals=spans)


def riddles(documents):
    """DPR: a pronoun and two noun phrases. Those of people in the singular are kept."""
    for document in documents:
        pronoun, found = document["pronoun"], document["candidates"]
        if pronoun["mention"].lower() not in HE | SHE or not all(name["mention"].lower().startswith("the ") for name in found) or len(found) != 2 or sum(name["coref"] for name in found) != 1:
            continue
        nominals = [(name["start"], name["end"], letter) for letter, name in zip("AB", found)]
        right = next(letter for letter, name in zip("AB", found) if name["coref"])
        yield case(document, "dpr", [], [(pronoun["start"], pronoun["end"], "pronoun", [], [], WEIGHTS["dpr"], right)], given=False, nominals=nominals)


def occupations(documents):
    """WinoBias, to measure: the right one of two occupations is marked."""
    for document in documents:
        pronoun, name = document["pronoun"], document["candidates"][0]
        anaphor = (pronoun["start"], pronoun["end"], "pronoun", [], [], 1.0, "A")
        yield case(document, f"winobias-{document['meta']['stereotype']}", [], [anaphor], given=False, nominals=[(name["start"], name["end"], "A")])


def noun_phrase(tokens):
    """Returns the number of tokens up to the head noun of a phrase with a determiner in front, and the head."""
    length = next((number for number, token in enumerate(tokens) if number > 1 and token.lower() in ENDS), len(tokens))
    return length, tokens[length - 1]


def proper(tokens):
    """Returns the span of the name in a mention, or None: the last run of capitalised words before its complements."""
    run = None
    for number, token in enumerate(tokens):
        if token[:1].isupper() and token.lower() not in NOT_NAMES:
            run = (run[0], number + 1) if run and all(t.lower() in JOINTS for t in tokens[run[1] : number]) else (number, number + 1)
        elif run and token.lower() in (",", "who", "which", "'s", "’s", "(") or token in (":", ";"):
            break
    # A common noun after the name is the head, and the name does not mean the participant: "Boeing spokeswoman".
    if run is None or (run[1] < len(tokens) and tokens[run[1]][:1].islower() and tokens[run[1]].lower() not in ENDS):
        return None
    return run


def flat(names):
    """Names without those that overlap a shorter one."""
    kept = []
    for name in sorted(names, key=lambda name: (name[1] - name[0], name)):
        if all(name[1] <= other[0] or other[1] <= name[0] for other in kept):
            kept.append(name)
    return kept


def reachable(names, start, end, pronoun, text):
    """Participants with a name before the anaphor, or, for a pronoun, soon after it."""
    ahead = text.find("\n", end)
    ahead = min(ahead if ahead >= 0 else len(text), end + 150) if pronoun else start
    return {name[2] for name in names if start - REACH <= name[0] and name[0] < ahead and not (name[0] < end and start < name[1])}


def anaphors_of(document, mentions, names, nominals, weight, introduced=None):
    """Anaphors of a document with chains. `mentions` are (first token, past the last, participant or None, whether it is
    a pronoun). With `introduced` ({participant: first token of its first noun phrase}), a pronoun means nobody with a name
    only if such a phrase is before it: the chains of the corpus are not complete."""
    tokens, offsets, text = document["tokens"], document["offsets"], document["text"]
    named = {name[2] for name in names}
    found = {}
    for first, last, participant, pronoun in mentions:
        words = tokens[first:last]
        if introduced is not None and pronoun and participant not in named and introduced.get(participant, first) >= first:
            continue
        if not pronoun:
            length, _ = noun_phrase(words)
            last = first + length
        start, end = offsets[first][0], offsets[last - 1][1]
        if (start, end) in found:
            continue
        reach = reachable(names, start, end, pronoun, text)
        if participant in named and participant not in reach:
            continue  # The name is too far away: neither an answer nor nobody.
        answers = [participant] if participant in named else []
        phrase = not answers and any(nominal[2] == participant and nominal[0] < start for nominal in nominals)
        light = not answers and words[0].lower() in IT | THEY
        found[start, end] = (start, end, "pronoun" if pronoun else "role", answers, [], weight / 2 if light else weight)
        if phrase:
            found[start, end] += (participant,)
    return list(found.values())


def is_pronoun(words):
    return len(words) == 1 and words[0].lower() in PRONOUNS


def is_role(words, nouns):
    if len(words) < 2 or words[0].lower() not in DETERMINERS:
        return False
    length, head = noun_phrase(words)
    return 2 <= length <= 8 and head in nouns - NOT_HEADS


GUM_LABELS = {"person": "PERSON", "place": "GPE", "organization": "ORG"}


def shortened(case, end):
    """A case up to the paragraph or sentence that ends after a place."""
    text = case["text"]
    stop = min((place for place in (text.find("\n", end), text.find(". ", end) + 1) if place > 0), default=len(text))
    inside = lambda rows: [row for row in rows if row[1] <= stop]
    return case | {"text": text[:stop], "names": inside(case["names"]), "nominals": inside(case.get("nominals", [])), "anaphors": [a for a in case["anaphors"] if a["end"] <= stop]}


def gum(documents, entities):
    """GUM with the names of `ner/gum`; a name belongs to the smallest mention of its type around it."""
    entities = {document["id"].split("/")[-1]: document["entities"] for document in entities}
    for document in documents:
        key = document["id"].split("/")[-1]
        if key not in entities:
            continue
        offsets, tokens, names, inside = document["offsets"], document["tokens"], [], set()
        for first, last, label in entities[key]:
            around = [m for m in document["mentions"] if label in GUM_LABELS and m[0] <= first and last <= m[1] and m[2] == label]
            if around:
                mention = min(around, key=lambda m: m[1] - m[0])
                names.append((offsets[first][0], offsets[last - 1][1], mention[3], GUM_LABELS[label]))
                inside.add((tuple(mention[:2]), mention[3]))
        mentions, nominals, seen = [], {}, set()
        for first, last, kind, participant, *_ in document["mentions"]:
            words = tokens[first:last]
            if kind in ("person", "organization") and not is_pronoun(words) and ((first, last), participant) not in inside:
                nominals.setdefault(offsets[first][0], (offsets[first][0], offsets[first + noun_phrase(words)[0] - 1][1], participant))
            if is_pronoun(words):
                mentions.append((first, last, participant, True))
                seen.add(first)
            elif kind in ("person", "organization") and len(words) > 1 and words[0].lower() in DETERMINERS and ((first, last), participant) not in inside:
                length, head = noun_phrase(words)
                singular = not head.endswith("s") or head in PERSON_NOUNS | GROUP_NOUNS
                if 2 <= length <= 8 and singular and head.isalpha() and head.islower() and head not in NOT_HEADS:
                    mentions.append((first, last, participant, False))
        # "It rains": no mention, so nobody.
        mentions += [(number, number + 1, None, True) for number, token in enumerate(tokens) if token.lower() == "it" and number not in seen]
        nominals = list(nominals.values())
        yield case(document, "gum", names, anaphors_of(document, mentions, names, nominals, WEIGHTS["gum"]), True, True, nominals)


def chains(documents, source, people_only=False, nouns=frozenset(PERSON_NOUNS)):
    """Corpora with chains of mentions without labels. Names are the capitalised mentions; the pipeline finds their ends."""
    for document in documents:
        tokens, offsets = document["tokens"], document["offsets"]
        groups = list(enumerate(document["clusters"]))
        if source == "ecbplus":
            groups = [(n, c) for n, c in groups if any(tag.startswith(("HUMAN_PART_PER", "HUMAN_PART_ORG")) for tag in document["cluster_info"][n]["tags"])]
        alone = [m[:2] for m in document.get("singletons", []) if len(m) < 3 or str(m[2]).startswith(("HUMAN_PART_PER", "HUMAN_PART_ORG"))]
        groups += [(f"s{n}", [m]) for n, m in enumerate(alone)]
        names, mentions, introduced, nominals = [], [], {}, {}
        for number, mentioned in groups:
            participant = str(number)
            people = any(tokens[a].lower() in HE | SHE for a, b in mentioned if b - a == 1)
            for first, last in mentioned:
                words = tokens[first:last]
                run = proper(words)
                if source == "ecbplus" and first and tokens[first - 1].lower() in DETERMINERS and words[0].islower():
                    first, words = first - 1, tokens[first - 1 : last]  # The corpus leaves determiners out.
                before_name = last < len(tokens) and tokens[last][:1].isupper() and not words[-1][:1].isupper()
                if not is_pronoun(words) and any(word.islower() for word in words):
                    nominals.setdefault(offsets[first][0], (offsets[first][0], offsets[first + noun_phrase(words)[0] - 1][1], participant))
                if is_pronoun(words):
                    mentions.append((first, last, participant, True))
                elif is_role(words, nouns) and not before_name:
                    mentions.append((first, last, participant, False))
                    introduced[participant] = min(first, introduced.get(participant, first))
                elif run and last - first <= 12:
                    start = last - len(words)
                    names.append((offsets[start + run[0]][0], offsets[start + run[1] - 1][1], participant, "PERSON" if people or people_only else "ORG"))
                elif any(word.islower() for word in words):
                    introduced[participant] = min(first, introduced.get(participant, first))
        known = None if source == "litbank" else introduced
        nominals, names = list(nominals.values()), flat(names)
        yield case(document, source, names, anaphors_of(document, mentions, names, nominals, WEIGHTS[source], known), False, False, nominals)


MARK = re.compile(r"\[([^\]|]+)\|([^\]|]+)\|([A-Z]+)\]|\{([^}|]+)\|([^}|]*)\}")


def own(path):
    """Our own texts. `[Ana Ruiz|ruiz|PERSON]` is a name, `{she|ruiz}` or `{the minister|ruiz}` an anaphor; `{the driver|}`
    is nobody with a name. A line `# id` begins a text."""
    for number, part in enumerate(re.split(r"^# ", path.read_text(encoding="utf-8"), flags=re.M)[1:]):
        title, marked = part.split("\n", 1)
        text, names, anaphors, place = "", [], [], 0
        marked = marked.strip()
        for found in MARK.finditer(marked):
            text += marked[place : found.start()]
            words = found.group(1) or found.group(4)
            span = (len(text), len(text) + len(words))
            if found.group(1):
                names.append((*span, found.group(2), found.group(3)))
            else:
                kind = "pronoun" if words.lower() in PRONOUNS else "role"
                anaphors.append((*span, kind, [found.group(5)] if found.group(5) else [], [], WEIGHTS["own"]))
            text += words
            place = found.end()
        text += marked[place:]
        known = {name[2] for name in names}
        lost = [text[a[0] : a[1]] for a in anaphors if a[3] and a[3][0] not in known]
        if lost or re.search(r"[\[\]{}|]", text):
            raise ValueError(f"{path}: text {title}: participants without a name {lost}, or a broken mark")
        yield case({"id": f"own/{title.strip()}", "text": text}, "own", names, anaphors, given=True, complete=True)


def main():
    parser = argparse.ArgumentParser(description="Converts corpora of coreference to the form that `actors` is trained on.")
    parser.add_argument("data", type=pathlib.Path, help="the corpora, one folder each")
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    coref, ner, out = options.data / "coref", options.data / "ner", options.out
    short = lambda cases: [shortened(case, min(LONGEST, len(case["text"]))) for case in cases]
    for part in ("train", "dev"):
        write(out / part / "gap.jsonl.gz", list(choices(read(coref / f"gap/{part}.jsonl.gz"), "gap")))
        write(out / part / "gum.jsonl.gz", list(gum(read(coref / f"gum/{part}.jsonl.gz"), read(ner / f"gum/{part}.jsonl.gz"))))
        write(out / part / "ecbplus.jsonl.gz", list(chains(read(coref / f"ecbplus/{part}.jsonl.gz"), "ecbplus", nouns=PERSON_NOUNS | GROUP_NOUNS)))
        write(out / part / "litbank.jsonl.gz", short(chains(read(coref / f"litbank/{part}.jsonl.gz"), "litbank", people_only=True)))
    write(out / "dev/gap-found.jsonl.gz", list(choices(read(coref / "gap/dev.jsonl.gz"), "gap", given=False)))
    for stereotype in ("pro", "anti"):
        some = [document for document in read(coref / "winobias/dev.jsonl.gz") if document["meta"]["stereotype"] == stereotype]
        write(out / f"dev/winobias-{stereotype}.jsonl.gz", list(occupations(some)))
    write(out / "train/knowref.jsonl.gz", list(choices(read(coref / "knowref/train.jsonl.gz"), "knowref")))
    write(out / "train/gicoref.jsonl.gz", short(chains(read(coref / "gicoref/all.jsonl.gz"), "gicoref", people_only=True)))
    write(out / "train/dpr.jsonl.gz", list(riddles(read(coref / "dpr/train.jsonl.gz"))))
    write(out / "train/own.jsonl.gz", list(own(OWN / "roles.txt")))
    write(out / "train/riddles.jsonl.gz", list(sentences(OWN / "riddles.txt")))


if __name__ == "__main__":
    main()
