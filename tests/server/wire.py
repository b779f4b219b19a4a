"""Speaks HTTP/1.1 over a raw socket, so that a test decides on every byte that it sends and sees every byte that it gets."""

import asyncio
import json
import socket
import struct
from dataclasses import dataclass, field

PIECE = 1 << 18
MAX_HEAD = 1 << 16


class Closed(Exception):
    """The server closed the connection before the first byte of an answer."""


class Cut(Exception):
    """An answer ended early, or is no HTTP."""


@dataclass
class Answer:
    """Holds an answer: its status, its headers by lower-case name, and its body as it was sent, without chunks."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def problem(self) -> dict:
        """Returns the problem document; an empty one if the answer has none."""
        if self.headers.get("content-type") != "application/problem+json":
            return {}
        return json.loads(self.body)


def request(method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
    """Returns the bytes of a request; with a body it has a Content-Length."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


def chunked(*pieces: bytes) -> bytes:
    """Returns a whole body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces if piece) + b"0\r\n\r\n"


class Connection:
    """Holds one connection. `address` is a path of a Unix socket, or a pair of host and port."""

    def __init__(self, address: str | tuple[str, int], receive_buffer: int | None = None):
        self.address = address
        self.buffer = bytearray()
        self.loop = asyncio.get_running_loop()
        self.socket = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.setblocking(False)

    async def __aenter__(self) -> "Connection":
        try:
            await self.loop.sock_connect(self.socket, self.address)
        except BaseException:
            self.close()
            raise
        if not isinstance(self.address, str):
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    async def __aexit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def reset(self) -> None:
        """Ends the connection as a machine does that is switched off and on: with RST in place of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def end_of_sending(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    async def send(self, data: bytes) -> None:
        await self.loop.sock_sendall(self.socket, data)

    async def receive(self) -> bool:
        """Adds what has come to the buffer. Returns false at the end of the stream."""
        data = await self.loop.sock_recv(self.socket, PIECE)
        self.buffer += data
        return bool(data)

    async def more(self) -> None:
        if not await self.receive():
            raise Cut(f"the stream ends after {bytes(self.buffer[-80:])!r}")

    def take(self, length: int) -> bytes:
        data = bytes(self.buffer[:length])
        del self.buffer[:length]
        return data

    async def line(self) -> bytes:
        """Reads to the next CR LF and returns what is before it."""
        begin = 0
        while (end := self.buffer.find(b"\r\n", begin)) < 0:
            if len(self.buffer) > MAX_HEAD:
                raise Cut(f"an endless line begins with {bytes(self.buffer[:80])!r}")
            begin = max(0, len(self.buffer) - 1)
            await self.more()
        data = self.take(end)
        del self.buffer[:2]
        return data

    async def head(self) -> Answer:
        """Reads the status and the headers of an answer."""
        while not self.buffer:
            if not await self.receive():
                raise Closed
        begin = await self.line()
        if not begin.startswith(b"HTTP/1.") or len(begin) < 12 or not begin[9:12].isdigit():
            raise Cut(f"no status line: {begin[:80]!r}")
        answer = Answer(int(begin[9:12]))
        while line := await self.line():
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon:
                raise Cut(f"no header: {line[:80]!r}")
            answer.headers[name.lower()] = value.strip()
        return answer

    async def pieces(self, answer: Answer):
        """Yields the body of an answer as it comes. Raises `Cut` if it ends early."""
        if "chunked" in answer.headers.get("transfer-encoding", ""):
            while True:
                size = int((await self.line()).split(b";")[0], 16)
                while len(self.buffer) < size + 2:
                    await self.more()
                piece = self.take(size)
                if self.take(2) != b"\r\n":
                    raise Cut("a chunk is longer than it says")
                if size == 0:
                    return
                yield piece
        elif "content-length" in answer.headers:
            left = int(answer.headers["content-length"])
            while left:
                if not self.buffer:
                    await self.more()
                piece = self.take(min(left, len(self.buffer)))
                left -= len(piece)
                yield piece
        else:
            if self.buffer:
                yield self.take(len(self.buffer))
            while await self.receive():
                yield self.take(len(self.buffer))

    async def answer(self, to_head: bool = False) -> Answer:
        """Reads one answer to its end. The answer to a HEAD request has no body."""
        answer = await self.head()
        if answer.status >= 200 and answer.status not in (204, 304) and not to_head:
            answer.body = b"".join([piece async for piece in self.pieces(answer)])
        return answer

    async def ask(self, data: bytes) -> Answer:
        """Sends while it reads, as a browser does, and returns the first answer that is no 1xx."""
        sending = asyncio.ensure_future(self.send(data))
        try:
            while (answer := await self.answer()).status < 200:
                pass
            return answer
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


class Client:
    """Keeps one connection alive over many requests, and opens it anew if the server has closed it."""

    def __init__(self, address: str | tuple[str, int]):
        self.address = address
        self.connection: Connection | None = None

    async def ask(self, data: bytes) -> Answer:
        """Asks on the open connection. If that was closed while idle, asks once more on a new one."""
        if self.connection is not None:
            try:
                return await self.once(data)
            except (Closed, ConnectionError):
                self.close()
        return await self.once(data)

    async def once(self, data: bytes) -> Answer:
        if self.connection is None:
            self.connection = await Connection(self.address).__aenter__()
        answer = await self.connection.ask(data)
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None
