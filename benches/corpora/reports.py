#!/usr/bin/env python3
"""Makes reports of large corpora: their size, the time they take, and the memory of a million articles.

    benches/corpora/reports.py target/release/copydesk FOLDER [ARTICLES [RESULTS]]

ARTICLES (10,000) are our own gold texts with other people in them: 6,000 names by a Zipf law, 24 outlets, 120 days with
gaps. `report -p fast` analyzes them straight. RESULTS (1,000,000, or 0) are results of the same texts, with new ids and
surnames of the same length, down a pipe. It prints seconds, megabytes and sizes, and fails if shards that are merged in
another order give another report.
"""

import bisect
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
GIVEN = ("Ana Maria Olga Ingrid Fatima Aisha Mei Priya Lindiwe Chloe Emma Julia Sofia Elena Ruth Grace Hanna Zofia Leila Yuki "
         "Tom José Karim Yusuf Bo Wei Rajesh Sipho Pierre Lars Piotr Ivan Ahmed Mohammed David Peter Mark Paul Luca Hiroshi").split()
SURNAMES = ("Ruiz Reed Holt Okafor Khumalo Muñoz Nair Demir Silva Kowalski Novák Haddad Tanaka Nguyen Dubois Rossi Larsen Petrov "
            "Schmidt Jansen Costa Mensah Diallo Ahmed Singh Khan Chen Park Suzuki Garcia Lopez Martin Bernard Moreau Weber Fischer "
            "Andersen Nilsson Virtanen Horvat Popescu Ivanova Yilmaz Cohen Levi Mwangi Otieno Banda Phiri Castro Flores Rojas "
            "Vargas Mendes Pereira Santos Oliveira Keller Meier Huber Novak Kovács Nagy Tóth Szabo Marković Jovanović Hassan "
            "Ibrahim Abdullah Rahman Hossain Sharma Patel Gupta Iyer Menon Reddy Perera Fernando Wijesinghe").split()
TITLES = ["", "", "", " Jr"]
OUTLETS = [f"{place} {kind}" for place in ("Vell", "Norwood", "Harbour", "Lindow", "Karst", "Mirefield")
           for kind in ("Courier", "Post", "Ledger", "Observer")]


def zipf(count, exponent=1.05):
    """Cumulative weights of ranks."""
    return list(itertools.accumulate(1 / (rank + 1) ** exponent for rank in range(count)))


def draw(weights, chance):
    return bisect.bisect(weights, chance.random() * weights[-1])


def run(command, stdin=None):
    """Seconds, processor seconds and megabytes of a run."""
    start = time.monotonic()
    child = subprocess.Popen([str(part) for part in command], stdin=stdin)
    if stdin is not None:
        stdin.close()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def people(program):
    """Our texts, and the people in each: spans of names and whether a span is the whole name."""
    texts = [json.loads(line) for line in open(ROOT / "tests/gold/speakers.jsonl", encoding="utf-8")]
    lines = "\n".join(json.dumps({"id": text["id"], "text": text["text"]}) for text in texts)
    out = subprocess.run([program, "analyze", "-p", "fast", "-f", "json", "--input-format", "jsonl", "-"], input=lines,
                         capture_output=True, text=True, check=True).stdout
    found = []
    for line in out.splitlines():
        result = json.loads(line)
        actors = []
        for actor in result["actors"]:
            names = [(mention["start"], mention["end"]) for mention in actor["mentions"] if mention["type"] == "name"]
            if actor["label"] == "PERSON" and " " in actor["name"]:
                actors.append(names)
        found.append((result["text"], actors))
    return found


def articles(program, path, count):
    """Writes articles with new people in them."""
    chance = random.Random(7)
    names = [(given, f"{surname}{title}") for given in GIVEN for surname in SURNAMES for title in TITLES[:2]][:6000]
    chance.shuffle(names)
    of_outlets = zipf(len(OUTLETS))
    days = [day for day in range(120) if day % 17 not in (3, 4)]
    texts = people(program)
    # A name always plays one of our people, so that each keeps one role.
    first, slots = [], 0
    for _, actors in texts:
        first.append(slots)
        slots += len(actors)
    pools = [names[slot::slots] for slot in range(slots)]
    of_names = zipf(len(pools[-1]))
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            text, actors = texts[number % len(texts)]
            changes = []
            for at, spans in enumerate(actors):
                given, surname = pools[first[number % len(texts)] + at][draw(of_names, chance)]
                changes += [(start, end, f"{given} {surname}" if " " in text[start:end] else surname) for start, end in spans]
            for start, end, name in sorted(changes, reverse=True):
                text = text[:start] + name + text[end:]
            day = chance.choice(days)
            line = {"id": f"a{number}", "title": text.split("\n")[0][:120], "text": text, "outlet": OUTLETS[draw(of_outlets, chance)],
                    "published": f"2026-{1 + day // 30:02}-{1 + day % 28:02}", "url": f"https://news.example/{number}"}
            if number % 50 == 49:
                del line["published"]
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def results(path, count):
    """A pipe of results: those of a file again and again, with other ids, days and surnames."""
    lines = open(path, "rb").read().splitlines()
    by_length = {}
    for surname in SURNAMES:
        by_length.setdefault(len(surname), []).append(surname)
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        chance = random.Random(11)
        with os.fdopen(writing, "wb", 1 << 20) as out:
            for number in range(count):
                line = lines[number % len(lines)]
                round_ = number // len(lines)
                if round_:
                    # Offsets count characters, so that a name of the same length leaves them right.
                    old = chance.choice(SURNAMES)
                    line = line.replace(old.encode(), chance.choice(by_length[len(old)]).encode())
                line = line.replace(b'"id":"a', b'"id":"r%d-a' % round_, 1)
                out.write(line + b"\n")
        os._exit(0)
    os.close(writing)
    return os.fdopen(reading, "rb")


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    count, many = (int(argument) for argument in (sys.argv[3:] + ["10000", "1000000"][len(sys.argv) - 3:])[:2])
    folder.mkdir(parents=True, exist_ok=True)
    corpus = folder / "articles.jsonl"
    articles(program, corpus, count)
    report = folder / "report.html"
    seconds, processor, memory = run([program, "report", "-p", "fast", corpus, "-o", report])
    print(f"{count} articles, analyzed with fast: {seconds:.1f} s ({processor:.1f} s of processor time), {memory:.0f} MB; "
          f"report {report.stat().st_size / 1e6:.1f} MB", flush=True)

    analyzed = folder / "results.jsonl"
    layers = "text,title,outlet,published,url,actors,quotes,stances,provenance"
    run([program, "analyze", "-p", "fast", corpus, "-o", analyzed, "--layers", layers])
    whole = folder / "whole.html"
    seconds, processor, memory = run([program, "report", analyzed, "-o", whole])
    print(f"the same from results: {seconds:.1f} s, {memory:.0f} MB", flush=True)
    if whole.read_bytes() != report.read_bytes():
        sys.exit("the report of the results is another one than that of the articles")
    lines = open(analyzed, encoding="utf-8").readlines()
    shards = []
    for shard in range(3):
        part, state = folder / f"part{shard}.jsonl", folder / f"part{shard}.corpus"
        part.write_text("".join(lines[shard::3]), encoding="utf-8")
        run([program, "corpus", "merge", part, "-o", state])
        shards.append(state)
    for order in ([0, 1, 2], [2, 0, 1, 0], [1, 2, 2, 0]):
        merged = folder / "merged.html"
        run([program, "report", *(shards[shard] for shard in order), "-o", merged])
        if merged.read_bytes() != whole.read_bytes():
            sys.exit(f"shards in the order {order} give another report")
    print("shards in any order, and twice: the same bytes", flush=True)

    if many:
        report = folder / "many.html"
        seconds, processor, memory = run([program, "report", "-", "-o", report], stdin=results(analyzed, many))
        print(f"{many} results down a pipe: {seconds:.0f} s ({processor:.0f} s of processor time), {memory:.0f} MB; "
              f"report {report.stat().st_size / 1e6:.1f} MB", flush=True)


main()
