"""Tries limits of the server that need options of their own: connections, time, and work for clients that have gone."""

import asyncio
import statistics
import time

import articles as texts
from kinds import JSON, LINES, heard
from packed import zstd_bomb
from program import Server
from wire import Closed, Connection, request

GOOD = request("POST", "/v1/analyze", b'{"text":"Ana Ruiz spoke."}', JSON)


async def crowd(program: str) -> list[str]:
    """Clients that hold all connections and say nothing lose them, so that the next client gets its answer."""
    faults = []
    with Server(program, "-p", "fast", "--connections", "16", "--client-timeout", "2") as server:
        held = [await Connection(server.address).__aenter__() for _ in range(16)]
        await asyncio.sleep(0.3)
        begin = time.monotonic()
        try:
            async with Connection(server.address) as connection:
                found = heard(await asyncio.wait_for(connection.ask(GOOD), 10))
        except (Closed, OSError, TimeoutError) as error:
            found = type(error).__name__
        # It may be told to come again, but then the next one must be served.
        if found not in ("200", "503 busy", "429 busy", "Closed", "ConnectionResetError"):
            faults.append(f"with all connections held a client gets {found}")
        await asyncio.sleep(max(0.0, begin + 6 - time.monotonic()))
        async with Connection(server.address) as connection:
            if (found := heard(await asyncio.wait_for(connection.ask(GOOD), 10))) != "200":
                faults.append(f"after the silent clients a good one gets {found}")
        for connection in held:
            connection.close()
    return faults


async def time_limit(program: str) -> list[str]:
    """A document over the time limit costs no more processor time than the limit, and others are answered meanwhile."""
    faults = []
    long = request("POST", "/v1/analyze", texts.body({"text": texts.text(1, 4000)}), JSON)
    lines = texts.lines([{"text": "Ana Ruiz spoke."}, {"text": texts.text(2, 4000)}, {"text": "Bo Li spoke."}])
    with Server(program, "-p", "news", "--time-limit", "1", "--threads", "2") as server:
        async with Connection(server.address) as connection:
            before = server.processor_seconds()
            answer = await connection.ask(long)
            took = server.processor_seconds() - before
            if heard(answer) != "422 time-limit" or answer.problem().get("limit") != 1:
                faults.append(f"a document over the time limit gets {heard(answer)} {answer.body[:200]!r}")
            if took > 2:
                faults.append(f"a document over the time limit of 1 s takes {took:.1f} processor seconds")
        async with Connection(server.address) as connection:
            answer = await connection.ask(request("POST", "/v1/analyze/batch", lines, LINES))
            results = answer.body.splitlines()
            if len(results) != 3 or [b'"error"' in result for result in results] != [False, True, False]:
                faults.append(f"a batch with a document over the time limit gets {answer.status} {answer.body[-300:]!r}")
        if (spent := await until_idle(server)) > 1:
            faults.append(f"the work on a document over the time limit goes on for {spent:.2f} processor seconds")
    return faults


async def until_idle(server: Server) -> float:
    """Processor seconds until the server rests; infinite if it does not in half a minute."""
    begin = before = server.processor_seconds()
    for _ in range(60):
        await asyncio.sleep(0.5)
        now = server.processor_seconds()
        if now - before < 0.03:
            return now - begin
        before = now
    return float("inf")


async def until_nothing_waits(server: Server) -> list[float]:
    """Bytes and documents that wait by the metrics, once both are 0 or after a while."""
    for _ in range(40):
        async with Connection(server.address) as connection:
            lines = (await connection.ask(request("GET", "/metrics"))).body.decode().split("\n")
        found = [float(line.split()[1]) for line in lines if line.startswith(("copydesk_waiting_bytes ", "copydesk_waiting_documents "))]
        if found == [0.0, 0.0]:
            break
        await asyncio.sleep(0.5)
    return found


async def gone(program: str) -> list[str]:
    """The work for a client that has gone stops."""
    faults = []
    long = request("POST", "/v1/analyze", texts.body({"text": texts.text(1, 8000)}), JSON)
    batch = request("POST", "/v1/analyze/batch", texts.lines([{"text": texts.text(1, 6)}] * 400), LINES)
    with Server(program, "-p", "news", "--threads", "2") as server:
        for name, data in (("request", long), ("batch", batch)):
            for _ in range(4):
                async with Connection(server.address) as connection:
                    await connection.send(data)
                    await asyncio.sleep(0.3)
            if (spent := await until_idle(server)) > 4:
                faults.append(f"the work on a {name} of a client that has gone goes on for {spent:.2f} processor seconds")
            if (waiting := await until_nothing_waits(server)) != [0.0, 0.0]:
                faults.append(f"after a {name} of a client that has gone, bytes and documents that wait are {waiting}")
    return faults


async def waits_for_its_result(program: str) -> list[str]:
    """A client that waits for a result before it sends the next line is not slow, however long the result takes."""
    line = texts.lines([{"text": texts.text(1, 600)}])
    with Server(program, "-p", "news", "--client-timeout", "0.5", "--time-limit", "600") as server:
        async with Connection(server.address) as connection:
            head = request("POST", "/v1/analyze/batch", headers=LINES | {"Transfer-Encoding": "chunked"})
            await connection.send(head + b"%x\r\n%s\r\n" % (len(line), line))
            results = connection.pieces(await connection.head())
            found = bytearray()
            async for piece in results:
                found += piece
                if found.endswith(b"\n"):
                    break
            await connection.send(b"0\r\n\r\n")
            found += b"".join([piece async for piece in results])
    if found.count(b"\n") != 1 or b'"error"' in found:
        return [f"a batch that waits for its result gets {bytes(found[-200:])!r}"]
    return []


async def bombs_beside_good(program: str) -> list[str]:
    """Batches that unpack to gigabytes of blank lines, or of one line, slow a good client little and take no memory."""
    faults = []
    with Server(program, "-p", "fast") as server:
        for name, byte in (("blank lines", b"\n"), ("one line", b"a")):
            before = server.megabytes()
            bomb = request("POST", "/v1/analyze/batch", zstd_bomb(4 << 30, byte), LINES | {"Content-Encoding": "zstd"})
            held = []
            for _ in range(8):
                connection = await Connection(server.address).__aenter__()
                await connection.send(bomb)
                held.append(connection)
            seconds = []
            async with Connection(server.address) as connection:
                for _ in range(20):
                    begin = time.monotonic()
                    try:
                        await asyncio.wait_for(connection.ask(GOOD), 10)
                    except TimeoutError:
                        return [*faults, f"beside packed batches of {name} a small request gets no answer in 10 s"]
                    seconds.append(time.monotonic() - begin)
            memory = server.megabytes() - before
            for connection in held:
                connection.close()
            spent = await until_idle(server)
            print(f"beside 8 batches of 4 GB of {name}, packed: a small request takes at most {max(seconds) * 1000:.0f} ms, "
                  f"{memory:.0f} MB more; {spent:.1f} processor seconds after they have gone")
            if max(seconds) > 1:
                faults.append(f"packed batches of {name} hold up a request for {max(seconds):.1f} s")
            if memory > 200:
                faults.append(f"packed batches of {name} take {memory:.0f} MB")
            if spent > 2:
                faults.append(f"packed batches of {name} take {spent:.1f} processor seconds after their clients have gone")
    return faults


async def floods(program: str) -> list[str]:
    """Clients that send what is never answered, or never take answers, cost little memory each."""
    faults = []
    rows = [
        ("900 heads without end", 900, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 390_000, 120),
        ("200 floods of requests for a large page", 200, request("GET", "/openapi.json") * 20_000, 120),
        ("200 floods of documents", 200, GOOD * 5000, 120),
        ("100 large documents", 100, request("POST", "/v1/analyze", texts.body({"text": texts.text(1, 300)}), JSON), 200),
        ("30 large batches", 30, request("POST", "/v1/analyze/batch", texts.lines([{"text": texts.text(1, 300)}] * 100), LINES), 300),
    ]
    with Server(program, "-p", "fast") as server:
        for name, count, data, most in rows:
            before, held, peak = server.megabytes(), [], 0.0

            async def one(data: bytes, held: list[Connection]) -> None:
                connection = await Connection(server.address, receive_buffer=1 << 12).__aenter__()
                held.append(connection)
                try:
                    await asyncio.wait_for(connection.send(data), 3)
                except (OSError, TimeoutError):
                    pass

            await asyncio.gather(*[one(data, held) for _ in range(count)])
            for _ in range(12):
                await asyncio.sleep(0.25)
                peak = max(peak, server.megabytes())
            for connection in held:
                connection.close()
            if peak - before > most:
                faults.append(f"{name}, never read, take {peak - before:.0f} MB")
            print(f"{name}, never read: {peak - before:.0f} MB")
    return faults


async def slow_beside_good(program: str) -> list[str]:
    """Hundreds of slow clients do not slow a good one."""
    async def times(address) -> float:
        seconds = []
        async with Connection(address) as connection:
            for _ in range(100):
                begin = time.monotonic()
                await connection.ask(GOOD)
                seconds.append(time.monotonic() - begin)
        return statistics.median(seconds)

    with Server(program, "-p", "fast", "--client-timeout", "20") as server:
        alone = await times(server.address)
        held = []
        for number in range(400):
            connection = await Connection(server.address, receive_buffer=1 << 12).__aenter__()
            await connection.send([GOOD[:-5], GOOD[:30], b"", b"POST /v1/analyze HTTP/1.1\r\nA"][number % 4])
            held.append(connection)
        beside = await times(server.address)
        for connection in held:
            connection.close()
    print(f"a small request takes {alone * 1000:.2f} ms alone, {beside * 1000:.2f} ms beside 400 slow clients")
    return [f"beside slow clients a request takes {beside * 1000:.1f} ms"] if beside > 3 * alone + 0.01 else []


CHECKS = (crowd, time_limit, gone, waits_for_its_result, bombs_beside_good, floods, slow_beside_good)


def faults(program: str) -> list[str]:
    """Returns what goes wrong with the limits."""
    return [fault for check in CHECKS for fault in asyncio.run(check(program))]
