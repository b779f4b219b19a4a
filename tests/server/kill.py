#!/usr/bin/env python3
"""Stops, kills and reloads `copydesk serve` under load. No admitted request may be lost, no result may be of two pipelines.

    tests/server/kill.py target/release/copydesk [--rounds N] [--clients N] [--short]
"""

import argparse
import asyncio
import collections
import pathlib
import random
import signal
import sys
import tempfile
import time

import articles as texts
from program import Server, analyze
from wire import Answer, Closed, Connection, Cut, request

JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}
GRACE = 4.0
# A request that was sent so long before the signal has been read by the server.
MARGIN = 0.2
OLD = 'name = "desk"\nextends = "fast"\n'
NEW = 'name = "desk"\nextends = "fast"\nremove = ["stance"]\n[[stage]]\nid = "quotes"\nconfig = { acts = ["writing"] }\n'
BROKEN = ['name = "desk"\nextends = "fast"\nremove = ["nothing"]\n', "this is no TOML [", 'extends = "missing.toml"\n', "",
          'name = "desk"\n[[stage]]\nplugin = "ner"\nconfig = { model = "missing.model" }\n']


class Load:
    """Keeps clients asking until told to stop, and notes when each request was sent and what became of it."""

    def __init__(self, address, samples: list[tuple[dict, set[bytes]]], lines: int = 6):
        self.address, self.samples, self.lines = address, samples, lines
        self.over = asyncio.Event()
        self.notes: list[tuple[float, float, str]] = []

    def right(self, answer: Answer, wanted: list[set[bytes]]) -> str:
        if answer.status != 200:
            return f"{answer.status} {answer.problem().get('type')}"
        found = answer.body.splitlines(keepends=True)
        if len(found) != len(wanted):
            return f"200 with {len(found)} results of {len(wanted)}"
        for result, allowed in zip(found, wanted):
            if result not in allowed:
                return f"200 with another result: {result[:120]!r}"
        return "200"

    async def client(self, chance: random.Random) -> None:
        connection = None
        while not self.over.is_set():
            chosen = [chance.choice(self.samples) for _ in range(self.lines if chance.random() < 0.2 else 1)]
            if len(chosen) == 1:
                data = request("POST", "/v1/analyze", texts.body(chosen[0][0]), JSON)
                wanted = [{texts.at_line(result, 1) for result in chosen[0][1]}]
            else:
                data = request("POST", "/v1/analyze/batch", texts.lines([article for article, _ in chosen]), LINES)
                wanted = [{texts.at_line(result, line) for result in allowed} for line, (_, allowed) in enumerate(chosen, 1)]
            sent = 0.0
            try:
                if connection is None:
                    connection = await Connection(self.address).__aenter__()
                await connection.send(data)
                sent = time.monotonic()
                answer = await connection.answer()
                found = self.right(answer, wanted)
                if answer.headers.get("connection", "").lower() == "close":
                    connection.close()
                    connection = None
            except (Closed, Cut, OSError) as error:
                found = "refused" if isinstance(error, ConnectionRefusedError) else type(error).__name__
                if connection is not None:
                    connection.close()
                    connection = None
                await asyncio.sleep(0.01)
            self.notes.append((sent, time.monotonic(), found))
        if connection is not None:
            connection.close()

    async def during(self, clients: int, action) -> None:
        """Runs `action` while the clients ask."""
        work = [asyncio.ensure_future(self.client(random.Random(number))) for number in range(clients)]
        try:
            await action()
        finally:
            self.over.set()
            await asyncio.wait_for(asyncio.gather(*work, return_exceptions=True), 60)


async def stuck(address) -> list[Connection]:
    """Opens connections that would hold a shutdown for ever: half a body, half a head, an answer that nobody reads."""
    out = []
    large = request("POST", "/v1/analyze", texts.body({"text": texts.text(1, 2000)}), JSON)
    for data in (request("POST", "/v1/analyze", b'{"text":"a"}', JSON)[:-3], b"GET /livez HTTP/1.1\r\nHo", large, b"",
                 request("POST", "/v1/analyze/batch", headers=LINES | {"Transfer-Encoding": "chunked"}) + b"3\r\n{\"a\r\n"):
        connection = await Connection(address, receive_buffer=1 << 12).__aenter__()
        await connection.send(data)
        out.append(connection)
    return out


async def ends(server: Server, seconds: float) -> float | None:
    """Seconds until the server has ended; none if it does not in time."""
    begin = time.monotonic()
    while time.monotonic() < begin + seconds:
        if server.process.poll() is not None:
            return time.monotonic() - begin
        await asyncio.sleep(0.01)
    return None


async def terminate(program: str, samples, options, with_stuck: bool, number: int, faults: list[str]) -> str:
    """Sends SIGTERM under load."""
    with Server(program, "-p", "fast", "--grace", f"{GRACE:g}") as server:
        load = Load(server.address, samples)
        took, when, refused = None, 0.0, ""

        async def action() -> None:
            nonlocal took, when, refused
            held = await stuck(server.address) if with_stuck else []
            await asyncio.sleep(0.7 + 0.13 * number)
            server.signal(signal.SIGINT if number % 2 else signal.SIGTERM)
            when = time.monotonic()
            await asyncio.sleep(MARGIN)
            try:
                async with Connection(server.address) as late:
                    refused = f"answered with {(await late.ask(request('GET', '/readyz'))).status}"
            except (Closed, OSError) as error:
                refused = type(error).__name__
            took = await ends(server, GRACE + 4)
            for connection in held:
                connection.close()

        await load.during(options.clients, action)
        name = f"SIG{'INT' if number % 2 else 'TERM'}{' with stuck clients' if with_stuck else ''}"
        before = collections.Counter(found for sent, _, found in load.notes if 0 < sent < when - MARGIN)
        around = collections.Counter(found for sent, _, found in load.notes if when - MARGIN <= sent)
        open_ = collections.Counter(found for sent, end, found in load.notes if 0 < sent < when < end)
        if lost := sum(before.values()) - before["200"]:
            faults.append(f"{name}: {lost} requests that were admitted are lost: {dict(before)}")
        for found in around.keys() - {"200", "503 /problems#shutting-down", "Closed", "ConnectionResetError", "refused"}:
            faults.append(f"{name}: {around[found]} requests at the signal had the outcome {found}")
        if took is None:
            faults.append(f"{name}: the server has not ended {GRACE + 4:.0f} s after the signal")
        elif server.process.returncode != 0:
            faults.append(f"{name}: the server ended with {server.process.returncode}: {server.lines()[-3:]}")
        elif not with_stuck and took > 2:
            faults.append(f"{name}: the shutdown took {took:.1f} s with no stuck client")
        elif took > GRACE + 2:
            faults.append(f"{name}: the shutdown took {took:.1f} s, with a grace of {GRACE:.0f} s")
        if refused.startswith("answered with 2"):
            faults.append(f"{name}: after the signal a new connection is {refused}")
        return (f"{name}: {before['200']} answered before, {sum(open_.values())} open at the signal {dict(open_)}, "
                f"after it {dict(around)}, a new connection: {refused}, ended after {took and round(took, 2)} s")


async def half_sent(program: str, samples, faults: list[str]) -> str:
    """Requests and batches that are half sent at the signal are answered, if the rest comes within the grace."""
    article, (result,) = samples[3]
    right = texts.at_line(result, 1)
    line = texts.body(article) + b"\n"
    with Server(program, "-p", "fast", "--grace", f"{GRACE:g}") as server:
        async with Connection(server.address) as single, Connection(server.address) as batch:
            data = request("POST", "/v1/analyze", texts.body(article), JSON)
            await single.send(data[:-20])
            await batch.send(request("POST", "/v1/analyze/batch", headers=LINES | {"Transfer-Encoding": "chunked"}))
            await batch.send(b"%x\r\n%s\r\n" % (len(line), line))
            await asyncio.sleep(0.3)
            server.signal()
            await asyncio.sleep(0.5)
            found = []
            try:
                await single.send(data[-20:])
                found.append("200" if (await single.answer()).body == right else "another result")
            except (Closed, Cut, OSError) as error:
                found.append(type(error).__name__)
            try:
                await batch.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(line), line))
                found.append("200" if (await batch.answer()).body == right + texts.at_line(result, 2) else "another result")
            except (Closed, Cut, OSError) as error:
                found.append(type(error).__name__)
        took = await ends(server, GRACE + 4)
        if found != ["200", "200"]:
            faults.append(f"a request and a batch that were half sent at the signal: {found}")
        if took is None or server.process.returncode != 0:
            faults.append(f"after half-sent requests the server ends after {took} s with {server.process.returncode}")
        return f"half sent at the signal: a request {found[0]}, a batch {found[1]}, ended {took and round(took, 2)} s after both"


async def second_signal(program: str, faults: list[str]) -> str:
    """A second signal ends the server at once, though a client is stuck."""
    with Server(program, "-p", "fast", "--grace", "30") as server:
        held = await stuck(server.address)
        await asyncio.sleep(0.2)
        server.signal()
        await asyncio.sleep(0.5)
        alive = server.process.poll() is None
        server.signal()
        took = await ends(server, 5)
        for connection in held:
            connection.close()
        if took is None or took > 1:
            faults.append(f"a second SIGTERM: ended after {took} s")
        return f"a second SIGTERM: alive after the first: {alive}, ended {took and round(took, 2)} s after the second"


async def reload(program: str, samples, old: Server, file: pathlib.Path, how: str, options, faults: list[str]) -> str:
    """Changes the pipeline file again and again under load, by a signal or by the change alone."""
    load = Load(old.address, samples)
    changes = 0

    async def action() -> None:
        nonlocal changes
        for number in range(options.reloads):
            await asyncio.sleep(0.6 if how == "SIGHUP" else 1.5)
            new = file.with_suffix(".new")
            new.write_text(NEW if number % 2 == 0 else OLD)
            new.replace(file)
            if how == "SIGHUP":
                old.signal(signal.SIGHUP)
            changes += 1
        await asyncio.sleep(2)

    await load.during(options.clients, action)
    outcomes = collections.Counter(found for *_, found in load.notes)
    for found in outcomes.keys() - {"200"}:
        faults.append(f"reload by {how}: {outcomes[found]} requests had the outcome {found}")
    return f"reload by {how}: {changes} changes, {dict(outcomes)}"


async def version(address, article: dict, results: dict[str, bytes]) -> str:
    """Which version of the pipeline answers."""
    async with Connection(address) as connection:
        answer = await connection.ask(request("POST", "/v1/analyze", texts.body(article), JSON))
    found = [name for name, result in results.items() if texts.at_line(result, 1) == answer.body]
    return found[0] if found else f"{answer.status} {answer.body[:120]!r}"


async def becomes(address, article, results, wanted: str, seconds: float = 5.0) -> str:
    end = time.monotonic() + seconds
    while (found := await version(address, article, results)) != wanted and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return found


async def reloads(program: str, options, faults: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "desk.toml"
        articles = texts.made(16)
        both = {}
        for name, source in (("new", NEW), ("old", OLD)):
            file.write_text(source)
            both[name] = analyze(program, str(file), texts.lines(articles))
        if any(one == other for one, other in zip(both["new"], both["old"])):
            sys.exit("the two pipelines give the same result")
        samples = [(article, {old, new}) for article, old, new in zip(articles, both["old"], both["new"])]
        first = {name: results[0] for name, results in both.items()}
        for how, extra in (("SIGHUP", ["--no-watch"]), ("a changed file", [])):
            file.write_text(OLD)
            with Server(program, "-p", str(file), *extra) as server:
                if (found := await version(server.address, articles[0], first)) != "old":
                    faults.append(f"at first the server answers by {found}")
                print(await reload(program, samples, server, file, how, options, faults), flush=True)
                wanted = "old" if options.reloads % 2 == 0 else "new"
                if (found := await becomes(server.address, articles[0], first, wanted)) != wanted:
                    faults.append(f"reload by {how}: after the last change the server answers by {found}")
                if how == "SIGHUP":
                    file.write_text(OLD if wanted == "new" else NEW)
                    await asyncio.sleep(2)
                    if (found := await version(server.address, articles[0], first)) != wanted:
                        faults.append("with --no-watch a changed file was loaded")
                    file.write_text(OLD if wanted == "old" else NEW)
                for broken in BROKEN:
                    lines = len(server.lines())
                    file.write_text(broken)
                    if how == "SIGHUP":
                        server.signal(signal.SIGHUP)
                    await asyncio.sleep(2)
                    if (found := await version(server.address, articles[0], first)) != wanted:
                        faults.append(f"reload by {how}: after the broken file {broken!r} the server answers by {found}")
                    said = [line for line in server.lines()[lines - 1:] if "/v1/analyze" not in line and line.strip()]
                    if not said:
                        faults.append(f"reload by {how}: nothing is said of the broken file {broken!r}")
                    elif broken is BROKEN[0]:
                        print(f"  of a broken file: {' '.join(said)[:300]}")
                other = "new" if wanted == "old" else "old"
                file.write_text(NEW if other == "new" else OLD)
                if how == "SIGHUP":
                    server.signal(signal.SIGHUP)
                if (found := await becomes(server.address, articles[0], first, other)) != other:
                    faults.append(f"reload by {how}: after the broken files a right one is not loaded, the answer is by {found}")
                if server.process.poll() is not None:
                    faults.append(f"reload by {how}: the server ended with {server.process.returncode}")


async def alive(address) -> str:
    async with Connection(address) as connection:
        return str((await connection.ask(request("GET", "/readyz"))).status)


async def killed(program: str, samples, options, faults: list[str]) -> str:
    """kill -9 under load, then a start on the same port and the same Unix socket."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/copydesk.sock"
        port, times = 0, []
        for number in range(options.rounds):
            with Server(program, "-p", "fast", socket=path, port=port) as server:
                port = server.address[1]
                times.append(server.ready_after)
                for address in (server.address, path):
                    if (found := await alive(address)) != "200":
                        faults.append(f"start {number} after kill -9: {address} answers {found}")
                load = Load(path if number % 2 else server.address, samples)

                async def action() -> None:
                    await asyncio.sleep(0.5)
                    server.kill()

                await load.during(options.clients, action)
        with Server(program, "-p", "fast", socket=path, port=port) as server:
            server.signal()
            if await ends(server, 5) is None:
                faults.append("a server with a Unix socket does not end")
            if pathlib.Path(path).exists():
                faults.append("the Unix socket stays after a shutdown")
        return f"kill -9: {options.rounds} times, started again after {min(times) * 1000:.0f} to {max(times) * 1000:.0f} ms"


async def socket_in_use(program: str, faults: list[str]) -> None:
    """A second server must not take the socket of one that lives, nor a file that is no socket."""
    with tempfile.TemporaryDirectory() as folder:
        path, plain = f"{folder}/copydesk.sock", pathlib.Path(folder) / "plain"
        plain.write_text("kept")
        with Server(program, "-p", "fast", socket=path):
            for other in (path, str(plain)):
                command = [program, "serve", "-p", "fast", "--listen", "127.0.0.1:0", "--socket", other]
                child = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
                try:
                    _, said = await asyncio.wait_for(child.communicate(), 5)
                    if child.returncode != 2:
                        faults.append(f"--socket {pathlib.Path(other).name} in use: status {child.returncode}, {said[-300:]!r}")
                except TimeoutError:
                    child.kill()
                    await child.wait()
                    faults.append(f"a second server takes {pathlib.Path(other).name}")
            if not plain.is_file() or plain.read_text() != "kept":
                faults.append("--socket replaced a file")
            if await alive(path) != "200":
                faults.append("a second server broke the socket of the first")


async def all_of(options) -> list[str]:
    faults: list[str] = []
    articles = texts.made(16)
    samples = [(article, {result}) for article, result in zip(articles, analyze(options.program, "fast", texts.lines(articles)))]
    for number in range(options.rounds):
        print(await terminate(options.program, samples, options, False, number, faults), flush=True)
    for number in range(2):
        print(await terminate(options.program, samples, options, True, number, faults), flush=True)
    print(await half_sent(options.program, samples, faults))
    print(await second_signal(options.program, faults))
    await reloads(options.program, options, faults)
    print(await killed(options.program, samples, options, faults))
    await socket_in_use(options.program, faults)
    return faults


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--rounds", type=int, default=12)
    options.add_argument("--reloads", type=int, default=20)
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--short", action="store_true")
    options = options.parse_args()
    if options.short:
        options.rounds, options.reloads = 2, 3
    faults = asyncio.run(all_of(options))
    for fault in faults:
        print(f"fault: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
