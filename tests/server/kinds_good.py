"""Kinds of requests that any client may send. Each must get its result."""

import asyncio
import json

import articles as texts
from kinds import GONE, JSON, LINES, TEXT, Run, ask, good, heard, kind, post, right
from packed import pack, unpack
from wire import Client, chunked, request


@good(weight=60)
async def single(run: Run) -> str:
    sample = run.sample()
    return await post(run, sample.body, expected=sample.result)


@good(weight=20)
async def keep_alive(run: Run) -> str:
    client = Client(run.address)
    try:
        for _ in range(5):
            sample = run.sample()
            found = right(await client.ask(request("POST", "/v1/analyze", sample.body, JSON)), sample.result)
            if found != "200":
                return found
    finally:
        client.close()
    return "200"


@good(weight=20)
async def plain_text(run: Run) -> str:
    sample = run.sample()
    path = "/v1/analyze?id=" + sample.article["id"]
    return await post(run, sample.article["text"].encode(), TEXT, path, expected=sample.of_text)


@good(weight=20)
async def batch(run: Run) -> str:
    samples = [run.sample() for _ in range(run.chance.randint(1, 12))]
    body = b"".join(sample.body + b"\n" for sample in samples)
    expected = b"".join(texts.at_line(sample.result, line) for line, sample in enumerate(samples, 1))
    return await post(run, body, LINES, "/v1/analyze/batch", expected=expected)


async def coded(run: Run, coding: str) -> str:
    sample = run.sample()
    headers = JSON | {"Content-Encoding": coding, "Accept-Encoding": "gzip"}
    async with run.open() as connection:
        answer = await connection.ask(request("POST", "/v1/analyze", pack(sample.body, coding), headers))
    answer.body = unpack(answer.body, answer.headers.get("content-encoding", ""))
    return right(answer, sample.result)


@good()
async def gzip_both_ways(run: Run) -> str:
    return await coded(run, "gzip")


@good()
async def zstd_in(run: Run) -> str:
    return await coded(run, "zstd")


@good()
async def gzip_batch(run: Run) -> str:
    samples = [run.sample() for _ in range(5)]
    body = pack(b"".join(sample.body + b"\n" for sample in samples), "gzip")
    expected = b"".join(texts.at_line(sample.result, line) for line, sample in enumerate(samples, 1))
    headers = LINES | {"Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
    async with run.open() as connection:
        answer = await connection.ask(request("POST", "/v1/analyze/batch", body, headers))
    answer.body = unpack(answer.body, answer.headers.get("content-encoding", ""))
    return right(answer, expected)


@kind("200,200,200,200", weight=4, hostile=False)
async def pipelined(run: Run) -> str:
    samples = [run.sample() for _ in range(4)]
    found = []
    async with run.open() as connection:
        await connection.send(b"".join(request("POST", "/v1/analyze", sample.body, JSON) for sample in samples))
        for sample in samples:
            found.append(right(await connection.answer(), sample.result))
    return ",".join(found)


@good()
async def chunks(run: Run) -> str:
    sample = run.sample()
    at = run.chance.randrange(len(sample.body))
    body = chunked(sample.body[:at], sample.body[at:])
    head = request("POST", "/v1/analyze", headers=JSON | {"Transfer-Encoding": "chunked"})
    return await ask(run, head + body, sample.result)


@good(weight=1)
async def chunks_of_a_byte(run: Run) -> str:
    sample = min(run.samples, key=lambda sample: len(sample.body))
    body = chunked(*[sample.body[n:n + 1] for n in range(len(sample.body))])
    head = request("POST", "/v1/analyze", headers=JSON | {"Transfer-Encoding": "chunked"})
    return await ask(run, head + body, sample.result)


@good(weight=1)
async def chunks_with_extension_and_trailer(run: Run) -> str:
    sample = run.sample()
    body = b"%x;name=value;other=\"q\"\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(sample.body), sample.body)
    head = request("POST", "/v1/analyze", headers=JSON | {"Transfer-Encoding": "chunked", "Trailer": "X-Sum"})
    return await ask(run, head + body, sample.result)


@good(weight=1)
async def bytes_one_by_one(run: Run) -> str:
    sample = min(run.samples, key=lambda sample: len(sample.body))
    data = request("POST", "/v1/analyze", sample.body, JSON)
    async with run.open() as connection:
        for place in range(0, 200):
            await connection.send(data[place:place + 1])
            await asyncio.sleep(0)
        return right(await connection.ask(data[200:]), sample.result)


@good(weight=1)
async def batch_with_blank_lines(run: Run) -> str:
    samples, body, expected, line = [run.sample() for _ in range(4)], b"", b"", 0
    for sample in samples:
        blank = run.chance.choice([1, 10, 1000])
        body += b"\r\n" * blank + sample.body + b"\n"
        line += blank + 1
        expected += texts.at_line(sample.result, line)
    return await post(run, body, LINES, "/v1/analyze/batch", expected=expected)


@kind("100,200", weight=2, hostile=False)
async def expects_100(run: Run) -> str:
    sample = run.sample()
    data = request("POST", "/v1/analyze", sample.body, JSON | {"Expect": "100-continue"})
    head = len(data) - len(sample.body)
    async with run.open() as connection:
        await connection.send(data[:head])
        first = await connection.answer()
        if first.status != 100:
            return heard(first)
        return "100," + right(await connection.ask(data[head:]), sample.result)


@good(weight=2)
async def absolute_form(run: Run) -> str:
    sample = run.sample()
    return await post(run, sample.body, path="http://localhost/v1/analyze", expected=sample.result)


@good(weight=2)
async def http_1_0(run: Run) -> str:
    sample = run.sample()
    data = b"POST /v1/analyze HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
    async with run.open() as connection:
        found = right(await connection.ask(data % (len(sample.body), sample.body)), sample.result)
        return found if await ended(connection) else "200, and the connection stays open"


async def ended(connection) -> bool:
    try:
        return not await asyncio.wait_for(connection.receive(), 2) and not connection.buffer
    except TimeoutError:
        return False


@good(weight=2)
async def odd_but_right_headers(run: Run) -> str:
    sample = run.sample()
    lines = [b"POST /v1/analyze HTTP/1.1", b"hOST:localhost", b"content-TYPE:\t application/json ;charset=\"UTF-8\"",
             b"ACCEPT: text/html;q=0.1", b"Accept-Encoding: br;q=1, identity;q=0.5, *;q=0",
             b"content-length:   %d  " % len(sample.body)]
    lines += [b"X-%d: %s" % (n, b"v" * 100) for n in range(60)]
    return await ask(run, b"\r\n".join(lines) + b"\r\n\r\n" + sample.body, sample.result)


@good(weight=4)
async def other_routes(run: Run) -> str:
    path = run.chance.choice(["/livez", "/readyz", "/metrics", "/problems", "/openapi.json", "/v1/schema", "/v1/pipelines",
                              "/v1/pipelines/fast", "/"])
    return await ask(run, request("GET", path))


@good(weight=1)
async def head_of_livez(run: Run) -> str:
    async with run.open() as connection:
        await connection.send(request("HEAD", "/livez") + request("GET", "/livez"))
        first, second = await connection.answer(to_head=True), await connection.answer()
    return heard(first) if heard(first) != "200" else right(second, b"ok", b"ok\n")


@good(weight=2)
async def own_request_id(run: Run) -> str:
    name = "".join(run.chance.choice("abcXYZ019._-") for _ in range(run.chance.randint(1, 64)))
    async with run.open() as connection:
        answer = await connection.ask(request("GET", "/livez", headers={"X-Request-Id": name}))
    return heard(answer) if answer.headers.get("x-request-id") == name else "200 with another request id"


@good(weight=2)
async def options_in_body_and_query(run: Run) -> str:
    sample = run.sample()
    body = json.dumps(sample.article | {"layers": ["entities", "quotes"], "offsets": "byte", "pipeline": "fast"}).encode()
    async with run.open() as connection:
        one = await connection.ask(request("POST", "/v1/analyze?offsets=char", body, JSON))
        other = await connection.ask(request("POST", "/v1/analyze?layers=entities,quotes&offsets=byte&pipeline=fast",
                                             sample.body, JSON))
    if one.body != other.body or b'"offsets":"byte"' not in one.body:
        return "the query and the body do not mean the same"
    return heard(one)


@good(weight=2)
async def empty_batch(run: Run) -> str:
    return await post(run, run.chance.choice([b"", b"\n", b"\r\n\n"]), LINES, "/v1/analyze/batch", expected=b"")


@good(weight=1)
async def upgrade_is_ignored(run: Run) -> str:
    sample = run.sample()
    headers = run.chance.choice([
        {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"},
        {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAA"}])
    return await post(run, sample.body, JSON | headers, expected=sample.result)


@good(weight=1)
async def nul_in_a_text(run: Run) -> str:
    return await post(run, run.known["nul"].body, expected=run.known["nul"].result)


@good(weight=1)
async def other_json_type(run: Run) -> str:
    sample = run.sample()
    return await post(run, sample.body, {"Content-Type": "application/ld+json"}, expected=sample.result)


@good(weight=2)
async def page(run: Run) -> str:
    body = b"<!doctype html><title>Vote</title><article><h1>Vote</h1><p>\xe2\x80\x9cYes,\xe2\x80\x9d said Ana Ruiz.</p></article>"
    return await post(run, body, {"Content-Type": "text/html"})


@kind("200", "cut", weight=0.3, hostile=False)
async def read_slowly(run: Run) -> str:
    """A reader that takes little at a time gets all of a large result, or on a busy machine is too slow."""
    large = run.known["large"]
    async with run.open(receive_buffer=1 << 14) as connection:
        await connection.send(request("POST", "/v1/analyze", large.body, JSON))
        answer = await connection.head()
        body = bytearray()
        async for piece in connection.pieces(answer):
            body += piece
            if len(body) < 1 << 20:
                await asyncio.sleep(0.02)
        answer.body = bytes(body)
    return right(answer, large.result)


@kind("200", weight=1, hostile=False)
async def batch_read_late(run: Run) -> str:
    samples = [run.sample() for _ in range(60)]
    body = b"".join(sample.body + b"\n" for sample in samples)
    expected = b"".join(texts.at_line(sample.result, line) for line, sample in enumerate(samples, 1))
    async with run.open(receive_buffer=1 << 14) as connection:
        sending = asyncio.ensure_future(connection.send(request("POST", "/v1/analyze/batch", body, LINES)))
        await asyncio.sleep(run.client_timeout / 2)
        answer = await connection.answer()
        await sending
    return right(answer, expected)


@kind("200", *GONE, weight=1, hostile=False)
async def idle_then_ask(run: Run) -> str:
    """A connection that idles may be closed, but never answers wrongly."""
    sample = run.sample()
    async with run.open() as connection:
        await connection.ask(request("GET", "/livez"))
        await asyncio.sleep(run.chance.uniform(0, 1.5 * run.client_timeout))
        return right(await connection.ask(request("POST", "/v1/analyze", sample.body, JSON)), sample.result)
