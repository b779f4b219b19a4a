#!/usr/bin/env python3
"""Compares results of `copydesk serve` with those of `copydesk analyze`: they must be the same bytes.

    tests/server/same.py target/release/copydesk [--articles FILE] [--clients 1,32] [--pipelines fast,news]
        [--kinds json,text,batch] [--in-turns] [--short]

FILE holds JSON lines with `id` and `text`; without it the articles are made. Every combination of pipeline, number of
clients, kind of request and coding is tried. With --in-turns each article has one coding; --short tries a few articles.
"""

import argparse
import asyncio
import itertools
import sys
import time
import urllib.parse

import articles as texts
from packed import ZSTD, pack, unpack
from program import Server, analyze
from wire import Client, Connection, request

KINDS = ("json", "text", "batch")
CODINGS = ("", "gzip", "zstd")


def headers(media: str, coding: str) -> dict[str, str]:
    out = {"Content-Type": media}
    if coding:
        out |= {"Content-Encoding": coding, "Accept-Encoding": coding}
    return out


def packed(data: bytes, coding: str) -> bytes:
    return pack(data, coding) if coding else data


class Comparison:
    """Asks for all articles in one way and counts the results that differ."""

    def __init__(self, address, pipeline: str, articles: list[dict], expected: list[bytes]):
        self.address, self.pipeline, self.articles, self.expected = address, pipeline, articles, expected
        self.wrong: list[str] = []
        self.count = 0

    def compare(self, name: str, found: bytes, expected: bytes) -> None:
        self.count += 1
        if found != expected:
            place = next((n for n, (a, b) in enumerate(zip(found, expected)) if a != b), min(len(found), len(expected)))
            around = slice(max(0, place - 40), place + 80)
            self.wrong.append(f"{name} differs from byte {place}: {found[around]!r} in place of {expected[around]!r}")

    async def one(self, client: Client, number: int, kind: str, coding: str) -> None:
        article, expected = self.articles[number], self.expected[number]
        query = {"pipeline": self.pipeline}
        if kind == "json":
            data, media, expected = texts.body(article), "application/json", texts.at_line(expected, 1)
        else:
            data, media, expected = article["text"].encode(), "text/plain", texts.at_line(expected, None)
            query["id"] = article["id"]
        path = "/v1/analyze?" + urllib.parse.urlencode(query)
        answer = await client.ask(request("POST", path, packed(data, coding), headers(media, coding)))
        name = f"{kind} {coding or 'plain'} {article['id']}"
        if answer.status != 200:
            self.wrong.append(f"{name}: {answer.status} {answer.body[:200]!r}")
            return
        self.compare(name, unpack(answer.body, answer.headers.get("content-encoding", "")), expected)

    async def singles(self, clients: int, kind: str, codings: list[str]) -> None:
        """Each article is asked for once, by whichever client is free, and in the next coding."""
        numbers = iter(range(len(self.articles)))

        async def work() -> None:
            client = Client(self.address)
            for number in numbers:
                await self.one(client, number, kind, codings[number % len(codings)])
            client.close()

        await asyncio.gather(*[work() for _ in range(clients)])

    async def batch(self, numbers: range, coding: str) -> None:
        data = texts.lines([self.articles[number] for number in numbers])
        path = f"/v1/analyze/batch?pipeline={self.pipeline}"
        async with Connection(self.address) as connection:
            body = packed(data, coding)
            answer = await connection.ask(request("POST", path, body, headers("application/x-ndjson", coding)))
        if answer.status != 200:
            self.wrong.append(f"batch {coding}: {answer.status} {answer.body[:200]!r}")
            return
        results = unpack(answer.body, answer.headers.get("content-encoding", "")).splitlines(keepends=True)
        if len(results) != len(numbers):
            self.wrong.append(f"batch {coding}: {len(results)} results of {len(numbers)} articles")
        for place, (number, result) in enumerate(zip(numbers, results), 1):
            self.compare(f"batch {coding or 'plain'} {number}", result, texts.at_line(self.expected[number], place))

    async def batches(self, clients: int, codings: list[str]) -> None:
        """Each client sends as many articles as there are for each, beginning at other places, and in the next coding."""
        length = max(1, len(self.articles) // clients)
        starts = [client * length % len(self.articles) for client in range(clients)]
        await asyncio.gather(*[
            self.batch(range(start, min(start + length, len(self.articles))), codings[client % len(codings)])
            for client, start in enumerate(starts)])


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--articles")
    options.add_argument("--clients", default="1,32")
    options.add_argument("--pipelines", default="fast,news")
    options.add_argument("--kinds", default=",".join(KINDS))
    options.add_argument("--in-turns", action="store_true")
    options.add_argument("--short", action="store_true")
    options = options.parse_args()
    articles = texts.read(options.articles, 12 if options.short else None)
    codings = [[coding] for coding in CODINGS if coding != "zstd" or ZSTD]
    if options.in_turns:
        codings = [[coding for (coding,) in codings]]
    kinds = [kind for kind in KINDS if kind in options.kinds.split(",")]
    wrong = []
    with Server(options.program, "-p", "fast", "-p", "news") as server:
        for pipeline in options.pipelines.split(","):
            expected = analyze(options.program, pipeline, texts.lines(articles))
            alone = analyze(options.program, pipeline, texts.lines(articles[-1:]))
            if alone != [texts.at_line(expected[-1], 1)]:
                sys.exit("a result of `copydesk analyze` depends on more than its article and line")
            for clients, kind, coding in itertools.product(map(int, options.clients.split(",")), kinds, codings):
                comparison = Comparison(server.address, pipeline, articles, expected)
                begin = time.monotonic()
                if kind == "batch":
                    asyncio.run(comparison.batches(clients, coding))
                else:
                    asyncio.run(comparison.singles(clients, kind, coding))
                name = "/".join(one or "plain" for one in coding)
                print(f"{pipeline:4} {clients:2} clients, {kind:5} {name:5}: {comparison.count} results, "
                      f"{len(comparison.wrong)} differ, {time.monotonic() - begin:.1f} s", flush=True)
                wrong += comparison.wrong
    for line in wrong[:20]:
        print(line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
