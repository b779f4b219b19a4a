"""Kinds of clients that are slow, vanish, or never end. They cost themselves their answer, and nobody else anything."""

import asyncio
import json
import time

from kinds import GONE, JSON, LINES, TEXT, Run, heard, kind, right
from wire import Closed, Connection, Cut, request

BATCH = "/v1/analyze/batch"
# How many client time limits may pass until the server has let go of a client.
LIMITS = 6


async def drip(run: Run, connection: Connection, pieces) -> str:
    """Sends a piece each quarter of a second until the server answers or closes."""
    async def send() -> None:
        for piece in pieces:
            await connection.send(piece)
            await asyncio.sleep(0.25)

    sending = asyncio.ensure_future(send())
    try:
        return heard(await asyncio.wait_for(connection.answer(), LIMITS * run.client_timeout))
    except TimeoutError:
        return f"still open after {LIMITS} time limits"
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


def forever(piece: bytes):
    while True:
        yield piece


@kind("408 timeout", "408 bare", *GONE, weight=1)
async def slow_headers(run: Run) -> str:
    async with run.open() as connection:
        await connection.send(b"POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\n")
        return await drip(run, connection, (b"X-%d: a\r\n" % n for n in range(10_000)))


@kind("408 timeout", "408 bare", *GONE, weight=1)
async def slow_first_line(run: Run) -> str:
    async with run.open() as connection:
        return await drip(run, connection, (bytes([byte]) for byte in b"GET /" + b"a" * 10_000))


@kind("408 timeout", weight=1)
async def slow_body(run: Run) -> str:
    async with run.open() as connection:
        await connection.send(request("POST", "/v1/analyze", headers=JSON | {"Content-Length": "100000"}))
        return await drip(run, connection, forever(b" "))


@kind("408 timeout", weight=1)
async def slow_chunks(run: Run) -> str:
    async with run.open() as connection:
        await connection.send(request("POST", "/v1/analyze", headers=TEXT | {"Transfer-Encoding": "chunked"}))
        return await drip(run, connection, forever(b"1\r\na\r\n"))


@kind("408 timeout", weight=1)
async def body_that_stops(run: Run) -> str:
    sample = run.sample()
    data = request("POST", "/v1/analyze", sample.body, JSON)
    async with run.open() as connection:
        await connection.send(data[:-run.chance.randint(1, len(sample.body))])
        return heard(await connection.answer())


@kind(*GONE, "408 bare", "408 timeout", weight=1)
async def nothing_at_all(run: Run) -> str:
    async with run.open() as connection:
        return heard(await connection.answer())


@kind("400 bad-request", *GONE, weight=2)
async def body_that_ends_early(run: Run) -> str:
    sample = run.sample()
    data = request("POST", "/v1/analyze", sample.body, JSON)
    async with run.open() as connection:
        await connection.send(data[:-run.chance.randint(1, len(sample.body))])
        connection.end_of_sending()
        return heard(await connection.answer())


@kind("200", *GONE, weight=1)
async def half_closed(run: Run) -> str:
    """A client that has sent all and ends its side may still get its result."""
    sample = run.sample()
    async with run.open() as connection:
        await connection.send(request("POST", "/v1/analyze", sample.body, JSON))
        connection.end_of_sending()
        return right(await connection.answer(), sample.result)


@kind("left", weight=4)
async def vanishes_in_headers(run: Run) -> str:
    data = request("POST", "/v1/analyze", run.sample().body, JSON)
    async with run.open() as connection:
        await connection.send(data[:run.chance.randint(0, 60)])
        if run.chance.random() < 0.5:
            connection.reset()
    return "left"


@kind("left", weight=4)
async def vanishes_in_its_body(run: Run) -> str:
    data = request("POST", run.chance.choice(["/v1/analyze", BATCH]), run.sample().body * 3, JSON)
    async with run.open() as connection:
        await connection.send(data[:-run.chance.randint(1, 200)])
        await asyncio.sleep(run.chance.choice([0, 0.05]))
        if run.chance.random() < 0.5:
            connection.reset()
    return "left"


@kind("left", weight=4)
async def vanishes_before_its_answer(run: Run) -> str:
    async with run.open() as connection:
        await connection.send(request("POST", "/v1/analyze", run.sample().body, JSON))
        if run.chance.random() < 0.5:
            connection.reset()
    return "left"


@kind("left", weight=1)
async def vanishes_in_its_answer(run: Run) -> str:
    async with run.open(receive_buffer=1 << 14) as connection:
        await connection.send(request("POST", "/v1/analyze", run.known["large"].body, JSON))
        await connection.head()
        if run.chance.random() < 0.5:
            connection.reset()
    return "left"


@kind("left", weight=2)
async def vanishes_in_its_batch(run: Run) -> str:
    async with run.open() as connection:
        await connection.send(request("POST", BATCH, headers=LINES | {"Transfer-Encoding": "chunked"}))
        for _ in range(run.chance.randint(1, 20)):
            line = run.sample().body + b"\n"
            await connection.send(b"%x\r\n%s\r\n" % (len(line), line))
        if run.chance.random() < 0.5:
            await connection.head()
        if run.chance.random() < 0.5:
            connection.reset()
    return "left"


@kind("cut", "reset", weight=0.5)
async def takes_nothing(run: Run) -> str:
    """The server lets go of a client that takes nothing of a large result."""
    async with run.open(receive_buffer=1 << 12) as connection:
        await connection.send(request("POST", "/v1/analyze", run.known["large"].body, JSON))
        await asyncio.sleep(LIMITS * run.client_timeout)
        answer = await connection.answer()
        return f"{answer.status} whole, though nothing was taken for {LIMITS} time limits"


@kind("cut", "reset", "left", weight=0.5)
async def batch_never_read(run: Run) -> str:
    """The server reads no more than it may hold from a client that takes no results, and then lets go of it."""
    async with run.open(receive_buffer=1 << 12) as connection:
        await connection.send(request("POST", BATCH, headers=LINES | {"Transfer-Encoding": "chunked"}))
        line = run.sample().body + b"\n"
        piece = b"%x\r\n%s\r\n" % (len(line) * 20, line * 20)
        sent, begin = 0, time.monotonic()
        while time.monotonic() < begin + 40:
            try:
                await asyncio.wait_for(connection.send(piece), 10)
            except TimeoutError:
                break
            sent += len(piece)
            if sent > 64 << 20:
                return f"took {sent} bytes in {time.monotonic() - begin:.1f} s without an end"
        return "left"


@kind("left", weight=1)
async def batch_that_never_ends(run: Run) -> str:
    """Results come while the batch goes on."""
    async with run.open() as connection:
        await connection.send(request("POST", BATCH, headers=LINES | {"Transfer-Encoding": "chunked"}))
        answer, results = None, None
        for number in range(1, 40):
            sample = run.sample()
            await connection.send(b"%x\r\n%s\n\r\n" % (len(sample.body) + 1, sample.body))
            if answer is None:
                answer = await connection.head()
                if answer.status != 200:
                    return heard(answer)
                results = connection.pieces(answer)
            rest = bytearray()
            while not rest.endswith(b"\n"):
                rest += await anext(results)
            if json.loads(rest)["id"] != sample.article["id"]:
                return f"result {number} is of {json.loads(rest)['id']}"
    return "left"


@kind("408 timeout", "200", *GONE, "cut", weight=1)
async def batch_that_stops(run: Run) -> str:
    """After the time limit of the client the batch ends, with a last line that says so."""
    sample = run.sample()
    async with run.open() as connection:
        await connection.send(request("POST", BATCH, headers=LINES | {"Transfer-Encoding": "chunked"}))
        await connection.send(b"%x\r\n%s\n\r\n" % (len(sample.body) + 1, sample.body))
        answer = await connection.answer()
    lines = answer.body.splitlines(keepends=True)
    if answer.status == 200 and not (lines[0] == sample.result and "error" in json.loads(lines[-1])):
        return f"200 with {answer.body[-300:]!r}"
    return heard(answer)
