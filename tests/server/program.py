"""Starts the program, asks the system what it takes, and stops it."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
READY = 30.0


class Server:
    """Runs `copydesk serve` on a free port. What it writes on standard error stands in the file `log`."""

    def __init__(self, program: str, *options: str, socket: str | None = None, port: int = 0):
        self.scratch = tempfile.TemporaryDirectory()
        self.log = pathlib.Path(self.scratch.name) / "log"
        command = [program, "serve", "--listen", f"127.0.0.1:{port}", *options]
        if socket:
            command += ["--socket", socket]
        begin = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.address = self.listening()
        self.ready_after = time.monotonic() - begin

    def listening(self) -> tuple[str, int]:
        """Waits for the line that names the address."""
        end = time.monotonic() + READY
        while time.monotonic() < end:
            for line in self.lines():
                if "listening on http://" in line:
                    host, _, port = line.split("listening on http://")[1].split()[0].strip('",}').rpartition(":")
                    return host, int(port)
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        raise SystemExit(f"the server does not listen: {self.log.read_text(errors='replace')}")

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.kill()
        self.scratch.cleanup()

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def signal(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8", errors="replace").split("\n")

    def read(self, name: str) -> str:
        return pathlib.Path(f"/proc/{self.process.pid}/{name}").read_text()

    def processor_seconds(self) -> float:
        """User and system time up to now."""
        fields = self.read("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def megabytes(self) -> float:
        """Resident memory."""
        return int(self.read("statm").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def analyze(program: str, pipeline: str, lines: bytes, *options: str) -> list[bytes]:
    """The results of `copydesk analyze` for JSON lines, each with its line break."""
    command = [program, "analyze", "-p", pipeline, "--input-format", "jsonl", "-f", "json", *options, "-"]
    run = subprocess.run(command, input=lines, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if run.returncode > 1:
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}")
    return run.stdout.splitlines(keepends=True)


def processor_seconds_of_analyze(program: str, pipeline: str, articles: pathlib.Path, output: pathlib.Path) -> float:
    """User and system time of a run of `copydesk analyze` on two threads, with its start."""
    command = [program, "analyze", "-p", pipeline, "-f", "json", "--threads", "2", "-o", str(output), str(articles)]
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return usage.ru_utime + usage.ru_stime


def tokens(results: list[bytes]) -> int:
    """The number of surface tokens in results."""
    return sum(len(json.loads(result).get("tokens", ())) for result in results)
