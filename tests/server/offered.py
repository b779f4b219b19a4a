"""Sends requests as fast as they are answered, or at fixed times however long the answers take."""

import asyncio
import collections
import itertools
import os
import time
from dataclasses import dataclass, field

from wire import Answer, Client, Closed, Cut


class Wrong(Exception):
    """An answer is not what it must be."""


@dataclass
class Offered:
    """Counts outcomes. `seconds` has the latency of each result, from the planned time of its request."""

    sent: int = 0
    late: int = 0
    outcomes: collections.Counter = field(default_factory=collections.Counter)
    seconds: list[float] = field(default_factory=list)
    refused_in: list[float] = field(default_factory=list)
    processor: float = 0.0


def outcome(answer: Answer, expected: bytes) -> str:
    """Returns `200` for the right result, `429` for a refusal with all that it needs, else what is wrong."""
    if answer.status == 200:
        return "200" if answer.body == expected else "200 with another result"
    if answer.status == 429:
        problem = answer.problem()
        if not answer.headers.get("retry-after", "").isdigit() or answer.headers["retry-after"] == "0":
            return f"429 with Retry-After {answer.headers.get('retry-after')}"
        if not problem.get("type", "").endswith("#busy") or problem.get("status") != 429 or not problem.get("remedy"):
            return f"429 without its problem document: {answer.body[:200]!r}"
        return "429"
    return f"{answer.status} {answer.body[:200]!r}"


async def saturate(address, requests: list[bytes], expected: list[bytes], clients: int) -> None:
    """Sends each request once, over so many connections, each as soon as its last is answered. Stops at a wrong one."""
    todo = iter(zip(requests, expected))

    async def work() -> None:
        client = Client(address)
        for data, right in todo:
            found = outcome(await client.ask(data), right)
            if found != "200":
                raise Wrong(f"a request got {found}")
        client.close()

    await asyncio.gather(*[work() for _ in range(clients)])


async def offer(address, requests: list[bytes], expected: list[bytes], rate: float, seconds: float,
                connections: int, grace: float = 120.0) -> Offered:
    """Sends `rate` requests a second for so many seconds. A request whose time comes while all connections wait is late."""
    found = Offered()
    before = os.times()
    begin = time.monotonic()
    total = int(rate * seconds)
    numbers = itertools.count()

    async def work() -> None:
        client = Client(address)
        while (number := next(numbers)) < total:
            planned = begin + number / rate
            wait = planned - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            elif time.monotonic() > begin + seconds:
                break
            elif wait < -0.25:
                found.late += 1
            found.sent += 1
            sent = time.monotonic()
            place = number % len(requests)
            try:
                kind = outcome(await client.ask(requests[place]), expected[place])
            except (Closed, Cut, OSError) as error:
                kind = f"{type(error).__name__} {error}"
                client.close()
            found.outcomes[kind] += 1
            if kind == "200":
                found.seconds.append(time.monotonic() - planned)
            elif kind == "429":
                found.refused_in.append(time.monotonic() - sent)
        client.close()

    await asyncio.wait_for(asyncio.gather(*[work() for _ in range(connections)]), seconds + grace)
    after = os.times()
    found.processor = after.user + after.system - before.user - before.system
    return found
