"""Scores what `actors` makes of role phrases and of occupations:

- roles: of MEANTIME (dev, the sentences that are annotated as a whole) and NewsWCL50 (dev, type ACTOR), role phrases
  ("the prime minister", "the company") that are joined to the right named actor. A phrase counts if it has a determiner,
  no name of its participant in it, one participant, who has a name, and a head noun from the lists of `crates/text`.
- occupations: of WinoBias (dev), pronouns whose actor is the right occupation, for pro- and anti-stereotypical sentences.

    COPYDESK=... python -m copydesk_training.coref_score DATA [-p PIPELINE] [-v]
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

from .coref_data import DETERMINERS, GROUP_NOUNS, PERSON_NOUNS, PRONOUNS, noun_phrase, proper, read

COPYDESK = os.environ.get("COPYDESK", "copydesk")


def analyze(documents, pipeline):
    """Results of the program, one a document."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as lines:
        for document in documents:
            lines.write(json.dumps({"id": document["id"], "text": document["text"]}) + "\n")
        lines.flush()
        command = [COPYDESK, "analyze", "-p", pipeline, "--input-format", "jsonl", "-f", "json", lines.name]
        return [json.loads(line) for line in subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()]


def gold(document):
    """Returns the names, role phrases and places of other mentions of the participants that count, and what is annotated."""
    tokens, offsets = document["tokens"], document["offsets"]
    meantime = document["scheme"].startswith("MEANTIME")
    kinds = ("PER", "ORG") if meantime else ("ACTOR",)
    names, roles, others = [], [], []
    for number, (cluster, info) in enumerate(zip(document["clusters"], document["cluster_info"])):
        for first, last in cluster:
            words = tokens[first:last]
            span = (offsets[first][0], offsets[last - 1][1])
            if info["type"] not in kinds:
                others.append((*span, number))
                continue
            length, head = noun_phrase(words)
            common = head.lower() in PERSON_NOUNS or head in GROUP_NOUNS
            run = proper(words)
            if words[0].lower() in DETERMINERS and len(words) > 1 and common and words[0].lower() not in PRONOUNS - {"his", "her", "their", "its"}:
                roles.append((span[0], offsets[first + length - 1][1], number, span[1]))
            elif run and words[0].lower() not in PRONOUNS:
                names.append((offsets[first + run[0]][0], offsets[first + run[1] - 1][1], number))
            else:
                others.append((*span, number))
    for mention in document.get("singletons", []):
        others.append((offsets[mention[0]][0], offsets[mention[1] - 1][1], None))
    named = {name[2] for name in names}
    inside = lambda role: any(name[2] == role[2] and role[0] <= name[0] and name[1] <= role[3] for name in names)
    titles = lambda role: any(name[2] == role[2] and 0 <= name[0] - role[1] <= 2 for name in names)
    several = lambda role: any(other[:2] == role[:2] and other[2] != role[2] for other in roles)
    kept = [role for role in roles if not inside(role) and not titles(role) and not several(role)]
    areas = None
    if meantime:
        spans = [document["sents"][number] for number in document["gold_sents"]]
        areas = [(offsets[first][0], offsets[last - 1][1]) for first, last in spans]
        kept = [role for role in kept if any(start <= role[0] < end for start, end in areas)]
    others += [role[:3] for role in roles if role not in kept or role[2] not in named]
    return names, [role for role in kept if role[2] in named], others, areas


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


def roles(documents, results, verbose):
    """Counts (right, joined, gold) of role phrases."""
    right = joined = total = 0
    for document, result in zip(documents, results):
        names, phrases, others, areas = gold(document)
        total += len(phrases)
        whole = areas is not None
        text, hit = document["text"], set()
        for actor in result["actors"]:
            spans = [(m["start"], m["end"]) for m in actor["mentions"] if m["type"] == "name"]
            votes = [name[2] for name in names for span in spans if overlap(name, span)]
            participant = max(sorted(set(votes)), key=votes.count) if votes else None
            for mention in actor["mentions"]:
                span = (mention["start"], mention["end"])
                first = text[span[0] : span[1]].split()[0].lower()
                if mention["type"] in ("name", "pronoun") or not spans or first not in DETERMINERS:
                    continue
                if any(0 <= name[0] - span[1] <= 2 for name in spans):
                    continue  # A title.
                if whole and not any(start <= span[0] < end for start, end in areas):
                    continue
                same = lambda phrase, end: overlap(phrase, span) and (phrase[1] == span[1] or phrase[0] == span[0] and span[1] <= end)
                number = next((n for n, phrase in enumerate(phrases) if same(phrase, phrase[3])), None)
                else_where = {other[2] for other in others if same(other, other[1])}
                if number is None and not whole and not else_where:
                    continue  # NewsWCL50 leaves some phrases out.
                if number is None and any(other[2] in else_where - {None} and any(overlap(other, name) for name in spans) for other in others):
                    continue  # Right, but of a type that does not count.
                joined += 1
                good = number is not None and participant == phrases[number][2]
                if good and number not in hit:
                    hit.add(number)
                    right += 1
                if verbose and not good:
                    wanted = [text[n[0] : n[1]] for n in names if number is not None and n[2] == phrases[number][2]][:2]
                    print(f"wrong: {document['id']} [{text[span[0]:span[1]]}] joined to {actor['name']}, gold {wanted}")
        if verbose:
            for number, phrase in enumerate(phrases):
                if number not in hit:
                    print(f"missed: {document['id']} [{text[phrase[0]:phrase[1]]}] {[text[n[0]:n[1]] for n in names if n[2] == phrase[2]][:2]}")
    return right, joined, total


def occupations(documents, results):
    """Returns {stereotype: (right, linked, all)}."""
    counts = {}
    for document, result in zip(documents, results):
        pronoun = (document["pronoun"]["start"], document["pronoun"]["end"])
        wanted = [(name["start"], name["end"]) for name in document["candidates"] if name["coref"]]
        actor = next((a for a in result["actors"] if any((m["start"], m["end"]) == pronoun for m in a["mentions"])), None)
        spans = [(m["start"], m["end"]) for m in actor["mentions"] if (m["start"], m["end"]) != pronoun] if actor else []
        good = any(overlap(span, name) for span in spans for name in wanted)
        count = counts.setdefault(document["meta"]["stereotype"], [0, 0, 0])
        for place, add in enumerate((good, bool(spans), True)):
            count[place] += add
    return counts


def figures(right, found, total):
    precision, recall = 100 * right / max(1, found), 100 * right / max(1, total)
    return f"P {precision:.1f} R {recall:.1f} F1 {2 * precision * recall / max(1e-9, precision + recall):.1f} ({right} of {found}, gold {total})"


def main():
    parser = argparse.ArgumentParser(description="Scores role phrases and occupations that `actors` joins.")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("-p", "--pipeline", default="news")
    parser.add_argument("-v", "--verbose", action="store_true", help="print faults of role phrases")
    options = parser.parse_args()
    sums = [0, 0, 0]
    for corpus in ("meantime-en", "newswcl50"):
        documents = read(options.data / f"coref/{corpus}/dev.jsonl.gz")
        counts = roles(documents, analyze(documents, options.pipeline), options.verbose)
        sums = [a + b for a, b in zip(sums, counts)]
        print(f"{options.pipeline} roles {corpus}: {figures(*counts)}")
    print(f"{options.pipeline} roles: {figures(*sums)}")
    documents = read(options.data / "coref/winobias/dev.jsonl.gz")
    for stereotype, (right, linked, total) in sorted(occupations(documents, analyze(documents, options.pipeline)).items()):
        print(f"{options.pipeline} occupations {stereotype}: {100 * right / total:.1f} right of all, {100 * right / max(1, linked):.1f} of {linked} linked, {total} in all")


if __name__ == "__main__":
    main()
