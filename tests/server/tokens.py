"""Tries right and wrong bearer tokens on a server that wants one."""

import asyncio
import pathlib
import tempfile

from kinds import JSON, heard
from program import Server
from wire import Connection, request

TOKEN = "s3cret-token-of-the-desk"
WRONG = [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN.upper()}", f"Basic {TOKEN}",
         TOKEN, f"Bearer {TOKEN} {TOKEN}", "Bearer " + "a" * 60_000, f"Bearer\t{TOKEN[:-1]}", "Bearer \u00e9", f"Bearer \"{TOKEN}\""]
GUARDED = [("POST", "/v1/analyze"), ("POST", "/v1/analyze/batch"), ("GET", "/v1/pipelines"), ("GET", "/v1/pipelines/fast"),
           ("GET", "/v1/schema"), ("GET", "/metrics")]
OPEN = ["/", "/livez", "/readyz", "/openapi.json", "/problems"]


async def ask(address, method: str, path: str, value: str | None) -> str:
    headers = dict(JSON) if value is None else JSON | {"Authorization": value}
    async with Connection(address) as connection:
        return heard(await connection.ask(request(method, path, b'{"text":"a"}' if method == "POST" else None, headers)))


async def tried(address) -> list[str]:
    faults = []

    async def expect(wanted: str, *case) -> None:
        if (found := await ask(address, *case)) != wanted:
            faults.append(f"{case[0]} {case[1]} with the token {str(case[2])[:60]!r} gets {found}")

    for method, path in GUARDED:
        for value in WRONG:
            await expect("401 unauthorized", method, path, value)
        if not path.endswith("batch"):
            await expect("200", method, path, f"Bearer {TOKEN}")
            await expect("200", method, path, f"bearer {TOKEN}")
    for path in OPEN:
        await expect("200", "GET", path, None)
    return faults


def faults(program: str) -> list[str]:
    """Returns what goes wrong with tokens."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "token"
        file.write_text(TOKEN + "\n")
        file.chmod(0o600)
        with Server(program, "-p", "fast", "--token-file", str(file)) as server:
            found = asyncio.run(tried(server.address))
            if TOKEN in server.log.read_text(errors="replace"):
                found.append("the token is in the log")
            return found
