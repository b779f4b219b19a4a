#!/usr/bin/env python3
"""Measures what a token costs in `copydesk serve` beside `copydesk analyze`, and how long single requests take.

    tests/server/load.py target/release/copydesk [--articles FILE] [--rounds N] [--seconds N] [--pipelines fast,news]

Both programs analyze the same articles in turns, and their user and system time is divided by the tokens. The start of
`copydesk analyze` is taken off. It fails if the median ratio is above 1.15 (--most). Then single requests are sent at
fixed times, at half of the rate that the server can do; their latency counts from the planned time.
"""

import argparse
import asyncio
import multiprocessing
import os
import pathlib
import statistics
import sys
import tempfile
import time

import articles as texts
from offered import offer, saturate
from program import Server, analyze, processor_seconds_of_analyze, tokens
from wire import Connection, request

CLIENTS = 4


def singles(address, pipeline: str, articles: list[dict], expected: list[bytes], copies: int) -> None:
    """Asks for each article `copies` times over a few connections, and checks the results."""
    requests = [request("POST", f"/v1/analyze?pipeline={pipeline}", texts.body(article),
                        {"Content-Type": "application/json"}) for article in articles]
    asyncio.run(saturate(address, requests * copies, expected * copies, CLIENTS))


def batch(address, pipeline: str, articles: list[dict], expected: list[bytes], copies: int) -> None:
    """Sends the articles `copies` times as one batch, and checks the results."""
    async def ask() -> None:
        body = texts.lines(articles * copies)
        async with Connection(address) as connection:
            data = request("POST", f"/v1/analyze/batch?pipeline={pipeline}", body, {"Content-Type": "application/jsonl"})
            answer = await connection.ask(data)
            results = answer.body.splitlines(keepends=True)
            if answer.status != 200 or len(results) != len(expected) * copies:
                raise SystemExit(f"a batch got {answer.status} and {len(results)} results")
            if results[:len(expected)] != expected:
                raise SystemExit("results of a batch differ from those of `copydesk analyze`")

    asyncio.run(ask())


def in_a_process(function, *arguments) -> tuple[float, float]:
    """Runs a client in a process of its own. Returns the seconds that pass, and the processor seconds it takes."""
    begin, before = time.monotonic(), os.times()
    child = multiprocessing.get_context("fork").Process(target=function, args=arguments)
    child.start()
    child.join()
    if child.exitcode != 0:
        raise SystemExit(f"a client ended with {child.exitcode}")
    after = os.times()
    return (time.monotonic() - begin,
            after.children_user + after.children_system - before.children_user - before.children_system)


def cost(program: str, server: Server, pipeline: str, articles: list[dict], options) -> bool:
    """Compares processor time a token. Returns true if the medians are within the limit."""
    lines = texts.lines(articles)
    expected = analyze(program, pipeline, lines)
    at_one = [texts.at_line(result, 1) for result in expected]
    copies = options.copies or {"fast": 24, "news": 1}.get(pipeline, 1)
    count = tokens(expected) * copies
    found = {"analyze": [], "requests": [], "batch": []}
    client = {"requests": [], "batch": []}
    with tempfile.TemporaryDirectory() as folder:
        source, nothing, output = (pathlib.Path(folder) / name for name in ("all.jsonl", "none.jsonl", "out.jsonl"))
        source.write_bytes(lines * copies)
        nothing.write_bytes(b"")
        start = min(processor_seconds_of_analyze(program, pipeline, nothing, output) for _ in range(5))
        for number in range(options.rounds + 1):
            row = {"analyze": processor_seconds_of_analyze(program, pipeline, source, output) - start}
            for name, send, right in (("requests", singles, at_one), ("batch", batch, expected)):
                before = server.processor_seconds()
                _, own = in_a_process(send, server.address, pipeline, articles, right, copies)
                row[name] = server.processor_seconds() - before
                if number:
                    client[name].append(own)
            # The first round fills caches.
            if number:
                for name, seconds in row.items():
                    found[name].append(seconds)
    print(f"{pipeline}: {len(articles) * copies} articles, {count} tokens, {options.rounds} rounds; "
          f"start of analyze {start * 1000:.0f} ms, taken off")
    fine = True
    for name, seconds in found.items():
        ratios = [one / other for one, other in zip(seconds, found["analyze"])]
        note = ""
        if name in client:
            ratio = statistics.median(ratios)
            fine &= ratio <= options.most
            note = (f", {ratio:.3f} times analyze ({min(ratios):.3f} to {max(ratios):.3f}); "
                    f"the client takes {statistics.median(client[name]) / count * 1e6:.3f}")
        print(f"  {name:8} {statistics.median(seconds) / count * 1e6:8.3f} processor µs a token{note}", flush=True)
    return fine


def latency(program: str, server: Server, pipeline: str, articles: list[dict], options) -> bool:
    """Measures latency at half of the rate that was measured before. Returns false if an answer was wrong."""
    expected = [texts.at_line(result, 1) for result in analyze(program, pipeline, texts.lines(articles))]
    requests = [request("POST", f"/v1/analyze?pipeline={pipeline}", texts.body(article),
                        {"Content-Type": "application/json"}) for article in articles]
    copies = {"fast": 24, "news": 1}.get(pipeline, 1)
    took, own = in_a_process(singles, server.address, pipeline, articles, expected, copies)
    capacity = len(articles) * copies / took
    print(f"{pipeline}: {capacity:.1f} articles a second with {CLIENTS} clients ({own / took:.2f} cores of it are the client's)")
    queue = multiprocessing.get_context("fork").Queue()

    def measure() -> None:
        queue.put(asyncio.run(offer(server.address, requests, expected, capacity / 2, options.seconds, 64)))

    before = server.processor_seconds()
    child = multiprocessing.get_context("fork").Process(target=measure)
    child.start()
    offered = queue.get()
    child.join()
    used = (server.processor_seconds() - before) / options.seconds
    times = sorted(offered.seconds)
    if not times:
        print("  no answer")
        return False
    at = {share: times[min(len(times) - 1, int(len(times) * share))] * 1000 for share in (0.5, 0.9, 0.99)}
    print(f"  at {capacity / 2:.1f} a second for {options.seconds} s: {offered.sent} requests, {dict(offered.outcomes)}, "
          f"p50 {at[0.5]:.1f} ms, p90 {at[0.9]:.1f} ms, p99 {at[0.99]:.1f} ms, most {times[-1] * 1000:.1f} ms; "
          f"server {used:.2f} cores, client {offered.processor / options.seconds:.2f}", flush=True)
    return offered.outcomes["200"] == offered.sent


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--articles")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--copies", type=int)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--most", type=float, default=1.15)
    options.add_argument("--pipelines", default="fast,news")
    options.add_argument("--short", action="store_true")
    options = options.parse_args()
    if options.short:
        options.rounds, options.copies, options.seconds, options.most = 1, 1, 3, 3.0
    articles = texts.read(options.articles, 24 if options.short else None)
    fine = True
    with Server(options.program, "-p", "fast", "-p", "news", "--threads", "2") as server:
        print(f"the server listens after {server.ready_after * 1000:.0f} ms")
        for pipeline in options.pipelines.split(","):
            fine &= cost(options.program, server, pipeline, articles, options)
            fine &= latency(options.program, server, pipeline, articles, options)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
