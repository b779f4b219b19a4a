"""What a kind of request is: what it sends, and which outcomes it may have.

An outcome is the status of the answer, and the type of its problem: `200`, `413 too-large`. `400 bare` is an answer
without a problem document: a server may give it to what it cannot read as a request. Several answers are joined by
commas. `closed` is an end without an answer, `reset` one by RST, `cut` an answer that ends early, and `left` is a client
that goes away itself. Anything else says what is wrong.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from wire import Answer, Closed, Connection, Cut, request

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
LINES = {"Content-Type": "application/x-ndjson"}
# What a client may see that an early answer overtakes: the rest of its body is never read.
GONE = ("closed", "reset")
UNREAD = {400: "bad-request", 401: "unauthorized", 404: "not-found", 405: "method-not-allowed", 408: "timeout",
          413: "too-large", 415: "unsupported-media-type", 421: "misdirected", 429: "busy", 503: "shutting-down"}


@dataclass
class Sample:
    """Holds an article, the body and the result of a single request for it, and the line of a batch of it alone."""

    article: dict
    body: bytes
    result: bytes
    of_text: bytes


@dataclass
class Run:
    """Holds what a request needs: where the server is, its limits, right answers, and chance."""

    address: tuple[str, int]
    chance: random.Random
    samples: list[Sample]
    largest: int
    client_timeout: float
    known: dict[str, object]

    def sample(self) -> Sample:
        return self.chance.choice(self.samples)

    def open(self, receive_buffer: int | None = None) -> Connection:
        return Connection(self.address, receive_buffer)


@dataclass(frozen=True)
class Kind:
    """Names a kind. `weight` says how often it is drawn, `allowed` which outcomes are right."""

    name: str
    send: Callable[[Run], Awaitable[str]]
    weight: float
    allowed: frozenset[str]
    hostile: bool


KINDS: list[Kind] = []


def kind(*allowed: str, weight: float = 1.0, hostile: bool = True, name: str | None = None):
    """Makes a kind of an asynchronous function."""
    def add(send):
        KINDS.append(Kind(name or send.__name__, send, weight, frozenset(allowed), hostile))
        return send
    return add


def good(weight: float = 4.0):
    return kind("200", weight=weight, hostile=False)


def heard(answer: Answer, field: str | None = None) -> str:
    """Returns the outcome of an answer, and checks what every answer must have."""
    if answer.status < 400:
        if "x-request-id" not in answer.headers:
            return f"{answer.status} without X-Request-Id"
        return str(answer.status)
    problem = answer.problem()
    if not problem:
        return f"{answer.status} bare" if not answer.body else f"{answer.status} with {answer.body[:80]!r}"
    if missing := {"type", "title", "status", "detail", "remedy", "request_id"} - problem.keys():
        return f"{answer.status} without {sorted(missing)}"
    if problem["status"] != answer.status:
        return f"{answer.status} that says {problem['status']}"
    if problem["request_id"] != answer.headers.get("x-request-id"):
        return f"{answer.status} with two request ids"
    kind = problem["type"].removeprefix("/problems#")
    if answer.status in UNREAD and kind != UNREAD[answer.status]:
        return f"{answer.status} of type {problem['type']}"
    if answer.status == 429 and not answer.headers.get("retry-after", "").isdigit():
        return "429 without Retry-After"
    if answer.status == 401 and not answer.headers.get("www-authenticate", "").startswith("Bearer"):
        return "401 without WWW-Authenticate"
    if answer.status == 405 and not answer.headers.get("allow"):
        return "405 without Allow"
    if answer.status == 413 and not isinstance(problem.get("limit"), int):
        return "413 without its limit"
    if field is not None and problem.get("field") != field:
        return f"{answer.status} {kind} that names the field {problem.get('field')} in place of {field}"
    return f"{answer.status} {kind}"


def right(answer: Answer, *expected: bytes) -> str:
    """Returns the outcome of an answer whose body must be one of those."""
    found = heard(answer)
    if found != "200" or answer.body in expected:
        return found
    place = next((n for n, (a, b) in enumerate(zip(answer.body, expected[0])) if a != b), min(len(answer.body), len(expected[0])))
    around = slice(max(0, place - 40), place + 80)
    return f"200 with {answer.body[around]!r} in place of {expected[0][around]!r}, from byte {place}"


async def ended(connection: Connection) -> bool:
    """Reads to the end of the stream; true if there was one, and nothing before it."""
    while await connection.receive():
        pass
    return not connection.buffer


async def ask(run: Run, data: bytes, expected: bytes | None = None, field: str | None = None) -> str:
    """Sends a request on a connection of its own and returns the outcome."""
    async with run.open() as connection:
        answer = await connection.ask(data)
    return heard(answer, field) if expected is None else right(answer, expected)


async def post(run: Run, body: bytes, headers: dict[str, str] = JSON, path: str = "/v1/analyze",
               expected: bytes | None = None, field: str | None = None) -> str:
    return await ask(run, request("POST", path, body, headers), expected, field)


async def raw(run: Run, data: bytes, end: bool = False, most: int = 8) -> str:
    """Sends bytes and returns the outcomes of all answers to them, until the server closes or has nothing more to say."""
    found = []
    async with run.open() as connection:
        sending = asyncio.ensure_future(connection.send(data))
        try:
            while len(found) < most:
                try:
                    found.append(heard(await asyncio.wait_for(connection.answer(), 0.7 if found else 3 * run.client_timeout)))
                except TimeoutError:
                    break
                except Closed:
                    found += [] if found else ["closed"]
                    break
                except ConnectionError:
                    found += [] if found else ["reset"]
                    break
                if end and len(found) == 1:
                    connection.end_of_sending()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    return ",".join(found) or "nothing"


async def outcome(kind: Kind, run: Run, patience: float) -> str:
    """Runs a kind once; an error of the connection is an outcome."""
    try:
        return await asyncio.wait_for(kind.send(run), patience)
    except Closed:
        return "closed"
    except Cut as error:
        return "cut" if "stream ends" in str(error) else f"no HTTP: {error}"
    except (BrokenPipeError, ConnectionResetError):
        return "reset"
    except TimeoutError:
        return f"nothing for {patience:.0f} s"
    except (OSError, ValueError, KeyError, json.JSONDecodeError) as error:
        return f"{type(error).__name__}: {error}"
