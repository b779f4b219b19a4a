"""Kinds of requests with a hostile first line, path, query or header, and shapes that smuggle one request in another."""

import json

from kinds import GONE, JSON, LINES, Run, ask, heard, kind, post, raw, right
from wire import Connection, chunked, request

# An answer of the HTTP layer to what it cannot read as a request, or an end.
UNREADABLE = ("400 bare", "400 bad-request", *GONE)


def variants(function_of: dict[str, bytes], *allowed: str, weight: float = 0.5) -> None:
    """Makes a kind of each row: bytes that are sent as they are."""
    for name, data in function_of.items():
        async def send(run: Run, data=data) -> str:
            return await raw(run, data)
        kind(*allowed, weight=weight, name=name)(send)


GOOD = request("POST", "/v1/analyze", b'{"text":"Hidden."}', JSON)

variants({
    "http_0_9": b"GET /\r\n",
    "http_2_preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "http_3_version": b"GET /livez HTTP/3.0\r\nHost: localhost\r\n\r\n",
    "http_no_version": b"GET /livez HTTP/\r\nHost: localhost\r\n\r\n",
    "tls_hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2,
    "ssh_hello": b"SSH-2.0-OpenSSH_9.2\r\n",
    "zeros": bytes(4096),
    "new_lines_alone": b"\r\n" * 8 + b"?\r\n\r\n",
    "space_before_colon": b"GET /livez HTTP/1.1\r\nHost : a\r\n\r\n",
    "no_colon": b"GET /livez HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n",
    "empty_header_name": b"GET /livez HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n",
    "folded_header": b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n c\r\n\r\n",
    "first_header_begins_with_space": b"GET /livez HTTP/1.1\r\n Host: localhost\r\n\r\n",
    "nul_in_header": b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: b\x00c\r\n\r\n",
    "bare_cr_in_header": b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: b\rX-B: c\r\n\r\n",
    "nul_in_path": b"GET /livez\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "space_in_path": b"GET /li vez HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "control_in_method": b"GE\x01T /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no_path": b"GET  HTTP/1.1\r\nHost: localhost\r\n\r\n",
}, *UNREADABLE)

# A bare LF ends a line, or the request is refused (RFC 9112, 2.2).
variants({"bare_lf": b"GET /livez HTTP/1.1\nHost: localhost\n\n"}, "200", *UNREADABLE)

variants({
    "connect": b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
    "options_star": b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
}, "404 not-found", "405 method-not-allowed", "421 misdirected", *UNREADABLE)

variants({f"method_{method.lower()}": request(method, "/v1/analyze", headers={"Connection": "close"})
          for method in ("GET", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "OPTIONS")}, "405 method-not-allowed")
variants({"lower_case_method": request("post", "/v1/analyze", b"{}", JSON)}, "405 method-not-allowed", *UNREADABLE)
variants({"long_method": request("A" * 5000, "/v1/analyze")}, "405 method-not-allowed", "431 bare", *UNREADABLE)

# Both lengths: refused, or read in chunks and then closed (RFC 9112, 6.1). What is hidden must never be answered.
TE = {"Transfer-Encoding": "chunked"}
HIDDEN = b"0\r\n\r\n" + GOOD
variants({
    "length_then_chunked": request("POST", "/v1/analyze", headers=JSON | {"Content-Length": str(len(HIDDEN))} | TE) + HIDDEN,
    "chunked_then_length": request("POST", "/v1/analyze", headers=JSON | TE | {"Content-Length": str(len(HIDDEN))}) + HIDDEN,
}, *UNREADABLE)
variants({
    "two_lengths": request("POST", "/v1/analyze", b'{"text":"a"}', JSON | {"content-length": "0"}) + GOOD,
    "two_lengths_in_one": request("POST", "/v1/analyze", headers=JSON | {"Content-Length": "12, 0"}) + b'{"text":"a"}',
    "chunked_twice": request("POST", "/v1/analyze", headers=JSON | {"Transfer-Encoding": "chunked, identity"}) + HIDDEN,
    "chunked_not_last": request("POST", "/v1/analyze", headers=JSON | {"Transfer-Encoding": "chunked, gzip"}) + HIDDEN,
    "xchunked": request("POST", "/v1/analyze", headers=JSON | {"Transfer-Encoding": "xchunked"}) + HIDDEN,
    "chunked_in_http_1_0": b"POST /v1/analyze HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + HIDDEN,
    "vertical_tab_before_chunked": request("POST", "/v1/analyze", headers=JSON | {"Transfer-Encoding": "\vchunked"}) + HIDDEN,
    "space_in_header_name": request("POST", "/v1/analyze", headers=JSON | {"Transfer-Encoding ": "chunked"}) + HIDDEN,
}, *UNREADABLE)
for number, length in enumerate(("-1", "+5", "0x10", "1e3", "5 5", "", "99999999999999999999999999", "abc", "１")):
    async def odd_length(run: Run, length=length) -> str:
        head = f"POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        return await raw(run, head.encode() + b'{"text":"a"}')
    kind(*UNREADABLE, *(["413 too-large"] if length.startswith("999") else []), weight=0.3,
         name=f"length_{number}_{length.encode().hex()[:12]}")(odd_length)

# Chunks whose sizes are no sizes. The rest of the stream must not become a request.
CHUNKED = request("POST", "/v1/analyze", headers=JSON | TE)
variants({
    "chunk_size_negative": CHUNKED + b"-1\r\n{}\r\n0\r\n\r\n" + GOOD,
    "chunk_size_overflows": CHUNKED + b"FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n" + GOOD,
    "chunk_size_with_0x": CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n" + GOOD,
    "chunk_size_of_letters": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n" + GOOD,
    "chunk_size_empty": CHUNKED + b"\r\n{}\r\n0\r\n\r\n" + GOOD,
    "chunk_longer_than_its_size": CHUNKED + b"2\r\n{\"text\":\"a\"}\r\n0\r\n\r\n" + GOOD,
    "chunk_extension_flood": CHUNKED + b"2;" + b"a" * (1 << 20) + b"\r\n{}\r\n0\r\n\r\n" + GOOD,
    "chunk_extensions_many": CHUNKED + b"1;a=b;c=d;e=f;g=h;i=j;k=l\r\n \r\n" * 5000 + b"2\r\n{}\r\n0\r\n\r\n" + GOOD,
    "trailer_flood": CHUNKED + b"2\r\n{}\r\n0\r\n" + b"X-A: b\r\n" * 200_000 + b"\r\n",
}, *UNREADABLE, "413 too-large")

variants({
    "header_of_1_MB": b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"v" * (1 << 20) + b"\r\n\r\n",
    "headers_1000": b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: v\r\n" % n for n in range(1000)) + b"\r\n",
    "headers_without_end": b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: vvvvvvvvvvvvvvvvvvvvvvvvv\r\n" * 100_000,
}, "431 bare", *UNREADABLE)
variants({
    "path_of_1_MB": b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "path_of_70_kB": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
}, "414 bare", "431 bare", "404 not-found", *UNREADABLE)
variants({
    "no_host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two_hosts": b"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: b\r\n\r\n",
}, *UNREADABLE)

HOSTS = ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "user@127.0.0.1", "169.254.169.254", "[::2]", "a b", "",
         "evil.example:8017", "0.0.0.0", "localhost/evil", "\u00e9"]


@kind("421 misdirected", *UNREADABLE, weight=2)
async def host_of_another(run: Run) -> str:
    """A page of another site may point its name at this machine; it gets nothing by that name."""
    host = run.chance.choice(HOSTS)
    return await ask(run, b"GET /v1/pipelines HTTP/1.1\r\nHost: %s\r\n\r\n" % host.encode())


@kind("200", weight=1)
async def host_of_this_machine(run: Run) -> str:
    host = run.chance.choice([b"localhost:8017", b"LOCALHOST", b"127.0.0.1", b"127.0.0.2:80", b"[::1]:8017", b"[::1]"])
    return await ask(run, b"GET /v1/pipelines HTTP/1.1\r\nHost: %s\r\n\r\n" % host)

PATHS = ["/../v1/analyze", "/v1/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//v1/analyze", "/v1//analyze",
         "/v1/analyze%00", "/v1/pipelines/..%2f..%2f..%2fetc%2fpasswd", "/v1/pipelines/%00", "/v1/analyze/",
         "/v1/pipelines/fast%ff", "/v1/pipelines/%2Fetc%2Fpasswd", "/v1/pipelines/fast.toml", "/v1/analyze;a=b",
         "/V1/ANALYZE", "/v1/pipelines/" + "a" * 5000, "/v1/%61nalyze%0d%0aSet-Cookie:%20a=b", "/.git/config", "/v1",
         "/%", "/%zz", "/v1\\analyze", "/v1/pipelines/fast/../fast", "/\u00e9", "file:///etc/passwd", "http://a/../etc/passwd"]


@kind("404 not-found", "405 method-not-allowed", *UNREADABLE, weight=8)
async def path_tricks(run: Run) -> str:
    path = run.chance.choice(PATHS)
    method = run.chance.choice(["GET", "POST"])
    async with run.open() as connection:
        answer = await connection.ask(request(method, path, b"{}" if method == "POST" else None, JSON))
    if "set-cookie" in answer.headers or b"root:" in answer.body:
        return f"{path} leads out: {answer.body[:80]!r}"
    return heard(answer)


@kind("422 invalid", weight=4)
async def pipeline_is_no_path(run: Run) -> str:
    sample = run.sample()
    name = run.chance.choice(["../../etc/passwd", "/etc/passwd", "pipelines/fast.toml", "", "fast\u0000", "FAST", "a" * 10_000])
    return await post(run, json.dumps(sample.article | {"pipeline": name}).encode(), field="pipeline")


@kind("422 invalid", weight=2)
async def query_names_no_pipeline(run: Run) -> str:
    name = run.chance.choice(["..%2f..%2fetc%2fpasswd", "%00", "nws", "fast%20", "%ff"])
    path = run.chance.choice(["/v1/analyze", "/v1/analyze/batch"])
    headers = LINES if path.endswith("batch") else JSON
    return await post(run, run.sample().body, headers, f"{path}?pipeline={name}", field="pipeline")


@kind("422 invalid", weight=2)
async def unknown_parameter(run: Run) -> str:
    path = run.chance.choice(["/v1/analyze?layer=quotes", "/v1/analyze?layers=quots", "/v1/analyze?offsets=utf32",
                              "/v1/analyze?text=a", "/v1/analyze/batch?threads=9", "/v1/analyze?=",
                              "/v1/analyze?pipeline=fast&pipeline=fast"])
    headers = LINES if "batch" in path else JSON
    return await post(run, run.sample().body, headers, path)


@kind("422 invalid", "414 bare", "431 bare", *UNREADABLE, weight=1)
async def parameters_10000(run: Run) -> str:
    path = "/v1/analyze?" + "&".join(f"a{n}=b" for n in range(run.chance.choice([5000, 10_000])))
    return await post(run, run.sample().body, path=path)


@kind("200", "431 bare", *UNREADABLE, weight=2)
async def request_id_is_not_taken(run: Run) -> str:
    """A request id that could break a header or a line of the log is replaced."""
    name = run.chance.choice(["a" * 65, "a b", "a;b", "a\tb", "caf\u00e9", "<script>", "a\"b", "", "a" * 60_000, "${jndi:x}",
                              "a%0d%0aSet-Cookie: x=y", "{\"a\":1}"])
    async with run.open() as connection:
        answer = await connection.ask(request("GET", "/livez", headers={"X-Request-Id": name}))
    if answer.status == 200 and answer.headers.get("x-request-id", "").strip() == name.strip():
        return f"the request id {name[:80]!r} was taken"
    return heard(answer)


@kind(*UNREADABLE, "200", weight=1)
async def line_break_in_request_id(run: Run) -> str:
    data = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a%sSet-Cookie: b=c\r\n\r\n"
    async with run.open() as connection:
        answer = await connection.ask(data % run.chance.choice([b"\r", b"\x0b", b"\x85"]))
    if "set-cookie" in answer.headers:
        return "a header was put into the answer"
    return heard(answer)


MEDIA = ["", "text/csv", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/xml",
         "text/plain; charset=latin-1", "text/plain; charset=utf-16", "application/jsonx", "nonsense", "application/pdf",
         "json", "/", "*/*", "text/plain; charset=" + "x" * 5000]


@kind("415 unsupported-media-type", weight=4)
async def other_media(run: Run) -> str:
    return await post(run, run.sample().body, {"Content-Type": run.chance.choice(MEDIA)})


@kind("415 unsupported-media-type", weight=1)
async def no_media(run: Run) -> str:
    return await post(run, run.sample().body, {})


@kind("415 unsupported-media-type", weight=2)
async def other_media_of_a_batch(run: Run) -> str:
    return await post(run, run.sample().body, {"Content-Type": run.chance.choice(MEDIA[1:])}, "/v1/analyze/batch")


@kind("415 unsupported-media-type", weight=2)
async def other_coding(run: Run) -> str:
    coding = run.chance.choice(["br", "deflate", "compress", "gzip2", "gzip, br", "x" * 3000, "gzip;q=1"])
    return await post(run, run.sample().body, JSON | {"Content-Encoding": coding})


@kind("417 bare", "417 expectation-failed", "200", *UNREADABLE, weight=1)
async def other_expectation(run: Run) -> str:
    sample = run.sample()
    return await post(run, sample.body, JSON | {"Expect": "200-ok"})


@kind("200", "405 method-not-allowed", weight=2)
async def other_origin_gets_no_leave(run: Run) -> str:
    """Without --cors-origin no answer lets a page of another site read it."""
    sample = run.sample()
    origin = {"Origin": run.chance.choice(["https://evil.example", "null"]), "Access-Control-Request-Method": "POST",
              "Access-Control-Request-Headers": "content-type"}
    async with run.open() as connection:
        if run.chance.random() < 0.5:
            answer = await connection.ask(request("OPTIONS", "/v1/analyze", headers=origin))
        else:
            answer = await connection.ask(request("POST", "/v1/analyze", sample.body, JSON | origin))
    if any(name.startswith("access-control-") for name in answer.headers):
        return "another site gets leave"
    return heard(answer)


@kind("200", weight=2)
async def odd_accept_encoding(run: Run) -> str:
    sample = run.sample()
    value = run.chance.choice(["", "gzip;q=0", "*;q=0", "gzip;q=x", ",,,", "br, deflate", "identity;q=0", "\u00e9",
                               ", ".join(["gzip;q=0"] * 2000), "gzip" * 1000])
    async with run.open() as connection:
        answer = await connection.ask(request("POST", "/v1/analyze", sample.body, JSON | {"Accept-Encoding": value}))
    if answer.headers.get("content-encoding"):
        return heard(answer) if value == "identity;q=0" else f"{answer.headers['content-encoding']} for {value[:80]!r}"
    return right(answer, sample.result)


@kind("400 bad-request,closed", "400 bad-request", weight=1)
async def nothing_after_a_refusal(run: Run) -> str:
    """A body that cannot be read ends the connection: what follows it is no request."""
    async with Connection(run.address) as connection:
        await connection.send(CHUNKED + b"5\r\nhelloXX\r\n" + chunked(b"{}") + GOOD)
        found = heard(await connection.answer())
        try:
            return found + "," + heard(await connection.answer())
        except Exception as error:
            return found + (",closed" if type(error).__name__ == "Closed" else "")
