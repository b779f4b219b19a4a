#!/usr/bin/env python3
"""Offers `copydesk serve` ten times what it can do, and watches its memory and its answers.

    tests/server/overload.py target/release/copydesk [--articles FILE] [--seconds 300] [--pipeline fast] [--short]

Articles are joined to longer documents, so that the client can offer ten times the capacity. Each answer must be the
right result, or 429 with Retry-After and a problem document. Memory in the last minute must be as in the first two.
Afterwards the server must be as fast as before.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import threading
import time

import articles as texts
from offered import offer, saturate
from program import Server, analyze
from wire import request

CLIENTS = 4
# Memory may grow by this part and by these megabytes from the first two fifths of the run to the last.
GROWTH, SLACK = 1.05, 8.0
# The rate afterwards may be less by this part, since other programs share the machine.
SLOWER = 0.85


def rate(address, requests: list[bytes], expected: list[bytes], seconds: float) -> float:
    """Documents a second, with as many clients as keep the server busy."""
    copies = 1
    while True:
        begin = time.monotonic()
        asyncio.run(saturate(address, requests * copies, expected * copies, CLIENTS))
        took = time.monotonic() - begin
        if took >= seconds:
            return len(requests) * copies / took
        copies = max(copies + 1, round(copies * seconds * 1.2 / took))


class Memory(threading.Thread):
    """Notes the memory of the server twice a second."""

    def __init__(self, server: Server):
        super().__init__(daemon=True)
        self.server, self.notes, self.over = server, [], threading.Event()

    def run(self) -> None:
        begin = time.monotonic()
        while not self.over.wait(0.5):
            self.notes.append((time.monotonic() - begin, self.server.megabytes()))

    def most(self, begin: float, end: float) -> float:
        return max((megabytes for second, megabytes in self.notes if begin <= second <= end), default=0.0)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--articles")
    options.add_argument("--pipeline", default="fast")
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--times", type=float, default=10)
    options.add_argument("--bytes", type=int, help="the least length of a document")
    options.add_argument("--waiting", default="2", help="the option of the server, in MB")
    options.add_argument("--connections", type=int, default=400)
    options.add_argument("--short", action="store_true")
    options = options.parse_args()
    if options.short:
        options.seconds = 15
    articles = texts.read(options.articles)
    articles = texts.joined(articles * 8, options.bytes or {"fast": 60_000, "news": 12_000}.get(options.pipeline, 12_000))
    articles = articles[:32 if options.pipeline == "fast" else 24]
    expected = [texts.at_line(result, 1) for result in analyze(options.program, options.pipeline, texts.lines(articles))]
    requests = [request("POST", f"/v1/analyze?pipeline={options.pipeline}", texts.body(article),
                        {"Content-Type": "application/json"}) for article in articles]
    size = sum(map(len, requests)) / len(requests)
    faults = []
    with Server(options.program, "-p", options.pipeline, "--waiting", options.waiting) as server:
        before = rate(server.address, requests, expected, min(20, options.seconds / 3))
        print(f"{options.pipeline}: {before:.1f} documents of {size / 1000:.0f} kB a second; memory {server.megabytes():.0f} MB",
              flush=True)
        memory = Memory(server)
        memory.start()
        context = multiprocessing.get_context("fork")
        queue = context.Queue()

        def send() -> None:
            queue.put(asyncio.run(offer(server.address, requests, expected, before * options.times, options.seconds,
                                        options.connections)))

        child = context.Process(target=send)
        child.start()
        offered = queue.get()
        child.join()
        memory.over.set()
        memory.join()
        part = options.seconds / 5
        # In the first fifth memory still grows to what the load needs.
        first, last = memory.most(0, 2 * part), memory.most(options.seconds - part, options.seconds)
        print(f"{offered.sent} requests in {options.seconds:.0f} s, {offered.sent / options.seconds / before:.1f} times the "
              f"capacity, {offered.late} of them late; the client took {offered.processor / options.seconds:.2f} cores")
        for kind, count in offered.outcomes.most_common(12):
            print(f"  {count:7} {kind}")
        answered = offered.outcomes["200"] / options.seconds
        print(f"results: {answered:.1f} a second, {answered / before:.2f} of the capacity; "
              f"latency p50 {statistics.median(offered.seconds or [0]):.2f} s, most {max(offered.seconds, default=0):.2f} s; "
              f"refusals: p50 {statistics.median(offered.refused_in or [0]) * 1000:.1f} ms, "
              f"most {max(offered.refused_in, default=0) * 1000:.0f} ms")
        fifths = [f"{memory.most(n * part, (n + 1) * part):.0f}" for n in range(5)]
        print(f"memory: at most {', '.join(fifths)} MB in each fifth of the time; now {server.megabytes():.0f} MB")
        if last > first * GROWTH + SLACK:
            faults.append(f"memory grows from {first:.0f} to {last:.0f} MB")
        if bad := sum(offered.outcomes.values()) - offered.outcomes["200"] - offered.outcomes["429"]:
            faults.append(f"{bad} answers are neither a right result nor a right refusal")
        if not offered.outcomes["429"]:
            faults.append("nothing was refused")
        if offered.sent < 0.8 * before * options.times * options.seconds:
            faults.append("the client could not offer so much")
        after = rate(server.address, requests, expected, min(20, options.seconds / 3))
        if after < before * SLOWER:
            time.sleep(5)
            after = max(after, rate(server.address, requests, expected, min(20, options.seconds / 3)))
        print(f"afterwards {after:.1f} documents a second, {after / before:.2f} of the rate before")
        if after < before * SLOWER:
            faults.append("afterwards the server is slower than before")
        if "panicked" in server.log.read_text(errors="replace"):
            faults.append("a panic is in the log")
    for fault in faults:
        print(f"fault: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
