"""Kinds of requests with a hostile body: bombs, cut and wrong codings, bytes that are no text, wrong JSON, wrong fields."""

import functools
import gzip
import json

import articles as texts
from kinds import GONE, JSON, LINES, TEXT, Run, ask, heard, kind, post, raw, right
from packed import MAGIC, WINDOW, block, gzip_bomb, pack, zstd, zstd_bomb
from wire import chunked, request

BATCH = "/v1/analyze/batch"


@functools.cache
def bomb(coding: str, size: int) -> bytes:
    """A body that unpacks to so many bytes of white space: valid before a JSON value, and blank lines of a batch."""
    return {"gzip": gzip_bomb, "zstd": zstd_bomb}[coding](size)


@kind("413 too-large", weight=4)
async def bomb_of_100_MB(run: Run) -> str:
    coding = run.chance.choice(["gzip", "zstd"])
    headers, text = run.chance.choice([(JSON, b""), (TEXT, b""), ({"Content-Type": "text/html"}, b"")])
    return await post(run, bomb(coding, 100 << 20), headers | {"Content-Encoding": coding})


@kind("413 too-large", weight=2)
async def bomb_just_over_the_limit(run: Run) -> str:
    coding = run.chance.choice(["gzip", "zstd"])
    return await post(run, pack(b" " * (run.largest + 1), coding), TEXT | {"Content-Encoding": coding})


@kind("413 too-large", "415 unsupported-media-type", "400 bad-request", weight=1)
async def bomb_in_a_bomb(run: Run) -> str:
    return await post(run, gzip.compress(bomb("gzip", 100 << 20)), JSON | {"Content-Encoding": "gzip, gzip"})


@kind("200", "413 too-large", weight=1)
async def bomb_as_a_batch(run: Run) -> str:
    """A line longer than the limit is that line's error, and takes no more memory than the limit."""
    coding = run.chance.choice(["gzip", "zstd"])
    async with run.open() as connection:
        body = bomb(coding, 20 << 20)
        answer = await connection.ask(request("POST", BATCH, body, LINES | {"Content-Encoding": coding}))
    lines = answer.body.splitlines()
    if answer.status == 200 and not (len(lines) == 1 and json.loads(lines[0])["error"]["line"] == 1):
        return f"200 with {answer.body[:200]!r}"
    return heard(answer)


@kind("400 bad-request", weight=4)
async def cut_packed_body(run: Run) -> str:
    coding = run.chance.choice(["gzip", "zstd"])
    data = pack(run.sample().body, coding)
    return await post(run, data[:run.chance.randrange(1, len(data))], JSON | {"Content-Encoding": coding})


@kind("400 bad-request", weight=2)
async def no_packed_body(run: Run) -> str:
    coding = run.chance.choice(["gzip", "zstd"])
    return await post(run, run.chance.choice([b"{}", bytes(100), run.sample().body]), JSON | {"Content-Encoding": coding})


@kind("400 bad-request", weight=1)
async def packed_body_with_a_wrong_sum(run: Run) -> str:
    data = bytearray(gzip.compress(run.sample().body))
    data[-run.chance.randint(1, 8)] ^= 0x40
    return await post(run, bytes(data), JSON | {"Content-Encoding": "gzip"})


@kind("400 bad-request", "413 too-large", weight=1)
async def zstd_with_a_huge_window(run: Run) -> str:
    # RFC 9659: at most 8 MB, exponent 13.
    exponent = run.chance.randint(14, 31)
    body = run.sample().body
    data = MAGIC + b"\x00" + bytes([exponent << 3]) + block(0, len(body), True) + body
    return await post(run, data, JSON | {"Content-Encoding": "zstd"})


@kind("200", "400 bad-request", weight=1)
async def packed_body_in_two_parts(run: Run) -> str:
    """RFC 1952 and RFC 8878 let parts follow one another."""
    sample = run.sample()
    coding = run.chance.choice(["gzip", "zstd"])
    data = pack(sample.body[:10], coding) + pack(sample.body[10:], coding)
    async with run.open() as connection:
        answer = await connection.ask(request("POST", "/v1/analyze", data, JSON | {"Content-Encoding": coding}))
    return right(answer, sample.result) if answer.status == 200 else heard(answer)


@kind("400 bad-request", "200", weight=1)
async def packed_body_and_rubbish(run: Run) -> str:
    sample = run.sample()
    data = gzip.compress(sample.body) + b"rubbish"
    return await post(run, data, JSON | {"Content-Encoding": "gzip"})


@kind("400 bad-request", weight=4)
async def no_utf_8(run: Run) -> str:
    bad = run.chance.choice([b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x82", b"\x80"])
    headers = run.chance.choice([JSON, TEXT])
    body = run.sample().article["text"].encode() + bad
    return await post(run, b'{"text":"' + body + b'"}' if headers is JSON else body, headers)


@kind("400 bad-request", "422 invalid", weight=3)
async def lone_surrogate(run: Run) -> str:
    escape = run.chance.choice(["\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud83d", "\\ud800x"])
    key = run.chance.choice(["text", "id", "title"])
    return await post(run, ('{"text":"a","%s":"%s"}' % (key if key != "text" else "id", escape)).encode())


NO_JSON = [b"", b"{", b'{"text":"a"', b'{"text":"a"}}', b'{"text":"a"}{"text":"b"}', b"{'text':'a'}", b'{"text":NaN}',
           b'{"text":"a\x00"}', b'{"text":"a\nb"}', b'{"text":"\\x41"}', b"\x00", b'{"text":"a",}', b"nonsense",
           b'\xff\xfe{\x00"\x00', b"{\"text\":\"a\"", b'{"text":tru}', b'{"text":"a"} // comment', b'{"id":1e999999,"text":"a"']


@kind("400 bad-request", weight=6)
async def no_json(run: Run) -> str:
    return await post(run, run.chance.choice(NO_JSON))


@kind("400 bad-request", "422 invalid", weight=2)
async def no_object(run: Run) -> str:
    return await post(run, run.chance.choice([b"[]", b"null", b"5", b'"text"', b"true", b"[{\"text\":\"a\"}]"]))


@kind("400 bad-request", "422 invalid", weight=3)
async def deep_json(run: Run) -> str:
    depth = 100_000
    open_, close = run.chance.choice([(b"[", b"]"), (b'{"a":', b"}")])
    inside = open_ * depth + (b"1" if close == b"}" else b"") + run.chance.choice([close * depth, b""])
    return await post(run, run.chance.choice([inside, b'{"text":"a","meta":{"a":' + inside + b"}}",
                                              b'{"text":"a","entities":' + inside + b"}"]))


@kind("200", "400 bad-request", "422 invalid", weight=1)
async def key_twice(run: Run) -> str:
    return await post(run, run.chance.choice([b'{"text":"a","text":"b"}', b'{"text":"a","id":"1","id":"2"}',
                                              b'{"text":"a","meta":{"a":1,"a":2}}', b'{"text":"a","layers":[],"layers":[]}']))


@kind("200", weight=1)
async def huge_id(run: Run) -> str:
    name = "i" * 500_000
    async with run.open() as connection:
        answer = await connection.ask(request("POST", "/v1/analyze", texts.body({"id": name, "text": "a"}), JSON))
    if answer.status == 200 and json.loads(answer.body)["id"] != name:
        return "200 with another id"
    return heard(answer)


@kind("200", "400 bad-request", "422 invalid", weight=1)
async def huge_number(run: Run) -> str:
    number = run.chance.choice([b"1e999", b"-1e999", b"9" * 5000, b"0." + b"1" * 5000, b"1E400"])
    return await post(run, b'{"text":"a","%s":%s}' % (run.chance.choice([b"id", b"meta"]), number))


WRONG = {
    "text": [5, None, [], {}, True], "html": [5, [], {}], "id": [[], {}, True], "meta": [5, "a", []], "title": [5, [], {}],
    "authors": ["Ana", 5, [5], {}], "published": ["yesterday", 5, [], "2024-13-45"], "modified": ["soon", 5], "outlet": [5, []],
    "section": [5, {}], "url": [5, []], "language": [5, []], "pipeline": [5, [], "nws"],
    "layers": ["quots", 5, ["quots"], {}, [5]], "offsets": [5, "chars", [], "UTF8"],
    "blocks": [5, [5], [{"start": 0}], [{"start": 0, "end": 10**9, "kind": "paragraph"}]],
    "entities": [5, [[0, 1]], [{"start": -1, "end": 1, "label": "PERSON"}], [{"start": 0, "end": 10**9, "label": "PERSON"}],
                 [{"start": 1, "end": 0, "label": "PERSON"}], [{"start": 2**64, "end": 2**65, "label": "X"}]],
    "quotes": [5, [5], [{"content": [[0, 10**9]]}], [{"kind": "direct", "content": []}]],
    "txet": ["a"], "threads": [5], "__proto__": [{}], "": ["a"],
}


@kind("422 invalid", weight=10)
async def wrong_field(run: Run) -> str:
    key = run.chance.choice(sorted(WRONG))
    value = run.chance.choice(WRONG[key])
    fields = {key: value} if key in ("text", "html") else {"text": "Ana Ruiz spoke.", key: value}
    async with run.open() as connection:
        answer = await connection.ask(request("POST", "/v1/analyze", texts.body(fields), JSON))
    found = heard(answer)
    if found == "422 invalid":
        named = str(answer.problem().get("field"))
        if not named.startswith(key):
            found += f" that names {named} in place of {key}: {value!r}"
    elif found == "200":
        found += f" for {key}: {value!r}"
    return found


@kind("422 invalid", weight=2)
async def layers_that_do_not_fit(run: Run) -> str:
    fields = run.chance.choice([
        {"text": "a b", "sentences": [[0, 3]], "tokens": [[0, 9]]},
        {"text": "a b", "sentences": [[0, 9]], "tokens": [[0, 1]]},
        {"text": "é", "offsets": "byte", "entities": [{"start": 0, "end": 1, "label": "PERSON"}]},
        {"text": "😀", "offsets": "utf16", "entities": [{"start": 0, "end": 1, "label": "PERSON"}]},
        {"html": "<p>a</p>", "entities": [{"start": 0, "end": 1, "label": "PERSON"}]},
        {"text": "a", "html": "<p>a</p>"}, {}, {"id": "a"}, {"title": "a"},
    ])
    return await post(run, texts.body(fields))


@kind("413 too-large", weight=2)
async def body_over_the_limit(run: Run) -> str:
    return await post(run, texts.body({"text": "a " * (run.largest // 2 + 10)}))


@kind("413 too-large", weight=2)
async def length_over_the_limit_and_nothing(run: Run) -> str:
    length = run.chance.choice([run.largest + 1, 10**10, 2**63 - 1])
    head = request("POST", "/v1/analyze", headers=JSON | {"Content-Length": str(length)})
    async with run.open() as connection:
        await connection.send(head)
        return heard(await connection.answer())


@kind("413 too-large", weight=1)
async def expects_100_for_too_much(run: Run) -> str:
    """Nothing needs to be sent to hear that it is too much."""
    headers = JSON | {"Content-Length": str(run.largest * 100), "Expect": "100-continue"}
    async with run.open() as connection:
        await connection.send(request("POST", "/v1/analyze", headers=headers))
        return heard(await connection.answer())


@kind("413 too-large", weight=2)
async def endless_chunks(run: Run) -> str:
    """Sends chunks until the answer comes; a server that reads on for ever takes the client's patience."""
    headers = run.chance.choice([JSON, TEXT]) | {"Transfer-Encoding": "chunked"}
    piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
    async with run.open() as connection:
        await connection.send(request("POST", "/v1/analyze", headers=headers))
        return heard(await connection.ask(piece * (4 * run.largest // 65536)))


@kind("200", weight=1)
async def text_that_is_all_marks(run: Run) -> str:
    text = run.chance.choice(["\"", "“", "'", "(", "\n", "\u0301", "\u200d", "😀", ".", "Mr. ", "\r\n", "\u2028"])
    return await post(run, texts.body({"text": text * run.chance.choice([1, 1000, 20_000])}))


@kind("200", weight=1)
async def hostile_page(run: Run) -> str:
    page = run.chance.choice([b"<div>" * 50_000, b"<table><tr><td>" * 10_000, b"<!--" * 50_000, b"<a href='" * 20_000,
                              b"&" * 100_000, b"<script>" * 20_000, b"<svg><style>" * 10_000, b"<p>\xff</p>", b"",
                              b"<b>" * 5000 + b"<p>" * 5000, b"<p " + b"a=b " * 50_000 + b">"])
    return await post(run, page, {"Content-Type": "text/html"})


@kind("400 bad-request", weight=1)
async def page_that_is_no_text(run: Run) -> str:
    page = run.chance.choice([b"\x00<p>\xff</p>", b"\x89PNG\r\n\x1a\n\x00\x00"])
    return await post(run, page, {"Content-Type": "text/html"})


@kind("200", weight=4)
async def batch_with_bad_lines(run: Run) -> str:
    """Each bad line costs one line, with the words of the command line."""
    name = run.chance.choice(["bad lines", "worse lines"])
    known = run.known[name]
    return await post(run, known.body, LINES, BATCH, expected=known.result)


@kind("200", weight=1)
async def batch_with_a_line_over_the_limit(run: Run) -> str:
    sample = run.sample()
    body = texts.body({"text": "a " * run.largest}) + b"\n" + sample.body + b"\n"
    async with run.open() as connection:
        answer = await connection.ask(request("POST", BATCH, body, LINES))
    lines = answer.body.splitlines(keepends=True)
    if answer.status == 200 and not (len(lines) == 2 and json.loads(lines[0]).get("error", {}).get("line") == 1
                                     and lines[1] == texts.at_line(sample.result, 2)):
        return f"200 with {[line[:120] for line in lines]!r}"
    return heard(answer)


@kind("200", weight=1)
async def batch_cut_while_packed(run: Run) -> str:
    """What came whole is answered; the last line says that the rest could not be read."""
    samples = [run.sample() for _ in range(30)]
    data = zstd(b"".join(sample.body + b"\n" for sample in samples))
    async with run.open() as connection:
        answer = await connection.ask(request("POST", BATCH, data[:-50], LINES | {"Content-Encoding": "zstd"}))
    lines = answer.body.splitlines()
    if answer.status == 200 and not (lines and "error" in json.loads(lines[-1])):
        return f"200 without an error: {answer.body[-200:]!r}"
    return heard(answer) if answer.status == 200 else f"{answer.status}"


@kind("200", "400 bad-request", weight=1)
async def batch_with_a_bad_chunk(run: Run) -> str:
    sample = run.sample()
    line = sample.body + b"\n"
    head = request("POST", BATCH, headers=LINES | {"Transfer-Encoding": "chunked"})
    async with run.open() as connection:
        answer = await connection.ask(head + b"%x\r\n%s\r\nzz\r\n" % (len(line), line))
    lines = answer.body.splitlines(keepends=True)
    if answer.status == 200 and not (lines[0] == sample.result and "error" in json.loads(lines[-1])):
        return f"200 with {answer.body[-300:]!r}"
    return heard(answer)
