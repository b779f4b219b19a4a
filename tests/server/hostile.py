#!/usr/bin/env python3
"""Sends `copydesk serve` a seeded mix of good and hostile requests. Each must have the outcome that its kind allows.

    tests/server/hostile.py target/release/copydesk [--requests 24000] [--seed N] [--only KIND] [--short]

Afterwards the server must answer a good request rightly, hold no more memory, descriptors and threads than before, and
its log must have no panic and no word of a document.
"""

import argparse
import asyncio
import collections
import random
import sys
import time

import articles as texts
import kinds_bodies  # noqa: F401
import kinds_clients  # noqa: F401
import kinds_good  # noqa: F401
import kinds_heads  # noqa: F401
import limits
import tokens
from kinds import JSON, KINDS, Kind, Run, Sample, outcome, right
from program import Server, analyze
from wire import Connection, request

# The server runs with these limits, so that slow clients and large bodies are cheap to try.
LARGEST_MB, CLIENT_TIMEOUT = 1, 2.0
# Memory may grow by this part and by these megabytes over the run.
GROWTH, SLACK = 1.25, 48.0
PATIENCE = 60.0
# Stands in every text, and may stand in no line of the log.
MARKER = "Zwolsman"

BAD_LINES = [b'{"text":5}', b"nonsense", b"", b'{"id":"x"}', b"[]", b'{"text":"a","id":[1]}', b'{"text":"a","published":"soon"}',
             b'{"text":"\\ud800"}', b'{"text":"a","entities":[{"start":0,"end":9,"label":"PERSON"}]}', b"{" * 1000]
WORSE_LINES = [b'{"text":"a\xff"}', b"\xff\xfe", b'{"text":"a\x00"}', b"\x00", b" \t ", b'{"text":"a"', b'{"text":"a"}}', b"null"]


def sample(program: str, article: dict) -> Sample:
    body = texts.body(article)
    (result,) = analyze(program, "fast", body + b"\n")
    return Sample(article, body, result, texts.at_line(result, None))


def samples(program: str, count: int) -> list[Sample]:
    articles = texts.made(count)
    for article in articles:
        article["text"] += f" {MARKER} agreed."
    results = analyze(program, "fast", texts.lines(articles))
    return [Sample(article, texts.body(article), texts.at_line(result, 1), texts.at_line(result, None))
            for article, result in zip(articles, results)]


def known(program: str, whole: Sample) -> dict[str, Sample]:
    """Right answers that take long to make, or that the command line must give."""
    out = {
        "large": sample(program, {"id": "large", "text": (texts.text(1, 2000) + f" {MARKER}.")}),
        "nul": sample(program, {"id": "nul", "text": f"Ana Ruiz\0 spoke to {MARKER}.\0"}),
    }
    for name, bad in (("bad lines", BAD_LINES), ("worse lines", WORSE_LINES)):
        body = b"".join(line + b"\n" + whole.body + b"\n" for line in bad)
        out[name] = Sample({}, body, b"".join(analyze(program, "fast", body)), b"")
    return out


def draw(chance: random.Random, count: int, chosen: list[Kind]) -> list[Kind]:
    """Draws by weight, and each kind at least once."""
    drawn = chance.choices(chosen, [kind.weight for kind in chosen], k=max(0, count - len(chosen)))
    drawn += chosen
    chance.shuffle(drawn)
    return drawn


async def send_all(run: Run, drawn: list[Kind], clients: int) -> dict[str, collections.Counter]:
    """Sends all, so many at a time, and counts outcomes by kind."""
    found = collections.defaultdict(collections.Counter)
    todo = iter(enumerate(drawn))

    async def work() -> None:
        for number, kind in todo:
            own = Run(run.address, random.Random(f"{run.chance.random()} {number}"), run.samples, run.largest,
                      run.client_timeout, run.known)
            found[kind.name][await outcome(kind, own, PATIENCE)] += 1

    await asyncio.gather(*[work() for _ in range(clients)])
    return found


async def good_answer(run: Run) -> str:
    async with Connection(run.address) as connection:
        first = run.samples[0]
        return right(await connection.ask(request("POST", "/v1/analyze", first.body, JSON)), first.result)


def settled(read, limit: int, seconds: float) -> int:
    """Waits until a count is at the limit or below, and returns the last count."""
    end = time.monotonic() + seconds
    while (count := read()) > limit and time.monotonic() < end:
        time.sleep(0.2)
    return count


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--requests", type=int, default=24_000)
    options.add_argument("--clients", type=int, default=96)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", help="kinds whose names have this in them")
    options.add_argument("--kinds", action="store_true", help="shows the outcomes of each kind")
    options.add_argument("--short", action="store_true")
    options = options.parse_args()
    if options.short:
        options.requests = 2400
    faults = [] if options.only else tokens.faults(options.program) + limits.faults(options.program)
    right_ones = samples(options.program, 24)
    chance = random.Random(options.seed)
    chosen = [kind for kind in KINDS if not options.only or options.only in kind.name]
    with Server(options.program, "-p", "fast", "--largest", str(LARGEST_MB), "--client-timeout", f"{CLIENT_TIMEOUT:g}") as server:
        run = Run(server.address, chance, right_ones, LARGEST_MB << 20, CLIENT_TIMEOUT, known(options.program, right_ones[3]))
        asyncio.run(send_all(run, draw(chance, len(chosen) if options.only else max(400, options.requests // 10), chosen),
                             options.clients))
        time.sleep(3 * CLIENT_TIMEOUT)
        before = server.descriptors(), server.threads(), server.megabytes()
        begin = time.monotonic()
        drawn = draw(chance, options.requests, chosen)
        found = asyncio.run(send_all(run, drawn, options.clients))
        took = time.monotonic() - begin
        by_name = {kind.name: kind for kind in chosen}
        for name, outcomes in sorted(found.items()):
            if options.kinds:
                print(f"  {name}: " + ", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common(6)))
            wrong = [(count, outcome) for outcome, count in outcomes.items() if outcome not in by_name[name].allowed]
            for count, outcome in sorted(wrong, reverse=True)[:4]:
                faults.append(f"{name}: {count} of {sum(outcomes.values())} had the outcome {outcome}")
        hostile = sum(kind.hostile for kind in drawn)
        print(f"{len(drawn)} requests of {len(chosen)} kinds, {hostile} of them hostile, in {took:.0f} s, seed {options.seed}")
        if server.process.poll() is not None:
            sys.exit(f"the server ended with {server.process.returncode}: {server.log.read_text(errors='replace')[-2000:]}")
        if (last := asyncio.run(good_answer(run))) != "200":
            faults.append(f"afterwards a good request gets {last}")
        descriptors = settled(server.descriptors, before[0], 4 * CLIENT_TIMEOUT)
        threads = settled(server.threads, before[1], 15)
        memory = server.megabytes()
        print(f"before: {before[0]} descriptors, {before[1]} threads, {before[2]:.0f} MB; "
              f"after: {descriptors} descriptors, {threads} threads, {memory:.0f} MB")
        if descriptors > before[0]:
            faults.append("descriptors leak")
        if threads > before[1]:
            faults.append("threads leak")
        if memory > before[2] * GROWTH + SLACK and not options.only:
            faults.append("memory leaks")
        log = server.log.read_text(errors="replace")
        if "panicked" in log:
            faults.append("a panic is in the log: " + next(line for line in log.split("\n") if "panicked" in line))
        if MARKER in log:
            faults.append("a text is in the log: " + next(line for line in log.split("\n") if MARKER in line)[:300])
    for fault in faults:
        print(f"fault: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
