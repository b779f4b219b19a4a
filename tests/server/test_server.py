"""Tests what the scripts of this folder stand on, with no server of ours: python3 -m unittest."""

import asyncio
import gzip
import json
import unittest

import articles
import kinds
import offered
import packed
from wire import Answer, Client, Closed, Connection, Cut, chunked, request


async def answers(data: bytes, count: int = 1, ask: bytes = b"GET / HTTP/1.1\r\n\r\n") -> list[Answer]:
    """What a client reads from a server that sends these bytes and closes."""
    async def serve(reader, writer) -> None:
        await reader.read(1)
        for place in range(0, len(data), 3):
            writer.write(data[place:place + 3])
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, Connection(server.sockets[0].getsockname()) as connection:
        await connection.send(ask)
        return [await connection.answer() for _ in range(count)]


class Wire(unittest.TestCase):
    def test_answers(self):
        head = b"HTTP/1.1 200 OK\r\nX-A:  b \r\n"
        rows = [
            (head + b"Content-Length: 5\r\n\r\nhello", [b"hello"]),
            (head + b"Content-Length: 0\r\n\r\n" + head + b"Content-Length: 1\r\n\r\nx", [b"", b"x"]),
            (head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(b"he", b"", b"llo") + head + b"\r\nend", [b"hello", b"end"]),
            (head + b"\r\nto the end", [b"to the end"]),
            (b"HTTP/1.1 100 Continue\r\n\r\n" + head + b"Content-Length: 1\r\n\r\nx", [b"", b"x"]),
        ]
        for data, bodies in rows:
            with self.subTest(data):
                found = asyncio.run(answers(data, len(bodies)))
                self.assertEqual([answer.body for answer in found], bodies)
                self.assertEqual(found[-1].headers["x-a"], "b")

    def test_ends(self):
        head = b"HTTP/1.1 200 OK\r\n"
        rows = [(b"", Closed), (head, Cut), (head + b"Content-Length: 5\r\n\r\nhell", Cut), (b"SSH-2.0\r\n", Cut),
                (head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", Cut),
                (head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n", Cut)]
        for data, error in rows:
            with self.subTest(data), self.assertRaises(error):
                asyncio.run(answers(data))

    def test_a_client_opens_a_closed_connection_anew(self):
        async def ask_twice() -> int:
            opened = 0

            async def serve(reader, writer) -> None:
                nonlocal opened
                opened += 1
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                writer.close()

            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            async with server:
                client = Client(server.sockets[0].getsockname())
                for _ in range(2):
                    self.assertEqual((await client.ask(request("GET", "/"))).status, 200)
                client.close()
            return opened

        self.assertEqual(asyncio.run(ask_twice()), 2)


class Packed(unittest.TestCase):
    def test_codings(self):
        for data in (b"", b"a", b"ab" * 200_000):
            self.assertEqual(packed.unpack(packed.pack(data, "gzip"), "gzip"), data)
            if packed.ZSTD:
                self.assertEqual(packed.unpack(packed.pack(data, "zstd"), "zstd"), data)
        self.assertEqual(gzip.decompress(packed.gzip_bomb(2 << 20)), b" " * (2 << 20))
        if packed.ZSTD:
            self.assertEqual(packed.unpack(packed.zstd_bomb(2 << 20), "zstd"), b" " * (2 << 20))

    def test_cut_answers(self):
        with self.assertRaises(ValueError):
            packed.unpack(packed.pack(b"hello", "gzip")[:-3], "gzip")


class Outcomes(unittest.TestCase):
    PROBLEM = {"type": "/problems#busy", "title": "Busy", "status": 429, "detail": "a", "remedy": "b", "request_id": "c"}

    def answer(self, sent: int, **changes) -> Answer:
        headers = {"content-type": "application/problem+json", "x-request-id": "c", "retry-after": "1"}
        body = {name: value for name, value in (self.PROBLEM | {"status": sent} | changes).items() if value is not None}
        return Answer(sent, headers, json.dumps(body).encode())

    def test_refusals(self):
        rows = [
            (self.answer(429), "429 busy"),
            (self.answer(429, remedy=None), "429 without ['remedy']"),
            (self.answer(429, status=400), "429 that says 400"),
            (self.answer(429, request_id="x"), "429 with two request ids"),
            (self.answer(413, type="/problems#too-large"), "413 without its limit"),
            (self.answer(413, type="/problems#too-large", limit=5), "413 too-large"),
            (self.answer(400), "400 of type /problems#busy"),
            (Answer(400), "400 bare"),
            (Answer(200), "200 without X-Request-Id"),
        ]
        for answer, outcome in rows:
            with self.subTest(outcome):
                self.assertEqual(kinds.heard(answer), outcome)

    def test_load(self):
        self.assertEqual(offered.outcome(Answer(200, {}, b"a"), b"a"), "200")
        self.assertEqual(offered.outcome(Answer(200, {}, b"b"), b"a"), "200 with another result")
        self.assertEqual(offered.outcome(self.answer(429), b""), "429")
        self.assertIn("without its problem", offered.outcome(self.answer(429, type="/problems#x"), b""))


class Articles(unittest.TestCase):
    def test_the_line_of_a_result(self):
        result = b'{"id":"a","source":{"file":null,"line":12,"encoding":"UTF-8"},"tokens":[]}\n'
        self.assertEqual(articles.at_line(result, 1), result.replace(b"12", b"1"))
        self.assertEqual(articles.at_line(result, None), result.replace(b"12", b"null"))

    def test_joined(self):
        for article in articles.joined(articles.made(40), 5000):
            self.assertGreaterEqual(len(article["text"].encode()), 5000)


if __name__ == "__main__":
    unittest.main()
