"""Runs `copydesk serve` for tests of what others see of it."""

import os
import pathlib
import re
import shlex
import signal
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = os.environ.get("COPYDESK", str(ROOT / "target/release/copydesk"))

# Loading takes a second at most. A machine under load may need more.
START = 120
STOP = 60


def options():
    """The options of `copydesk serve`."""
    text = subprocess.run([PROGRAM, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", text, re.M))


class Server:
    """A server, from its first line on standard error to its end. Any free port takes the place of the usual one.

    `address` is `http://127.0.0.1:PORT`, or `unix:PATH`. `log` has the lines of standard error.
    """

    def __init__(self, *arguments, folder=None, environment=None):
        arguments = [re.sub(r":8017$", ":0", argument) for argument in arguments]
        if "--listen" not in arguments and "--socket" not in arguments:
            arguments += ["--listen", "127.0.0.1:0"]
        self.log = []
        self._listens = threading.Event()
        self._addresses = []
        self._process = subprocess.Popen(
            [PROGRAM, "serve", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._listens.wait(START)
        if not self._addresses:
            self._process.kill()
            self._reader.join()
            raise RuntimeError(f"copydesk serve {shlex.join(arguments)} does not listen:\n" + "\n".join(self.log))
        self.address = self._addresses[0]

    def _read(self):
        with self._process.stderr as lines:
            for line in lines:
                self.log.append(line.rstrip("\n"))
                found = re.match(r"listening on (\S+)", line)
                if found:
                    self._addresses.append(found[1])
                    self._listens.set()
        self._listens.set()

    @property
    def local(self):
        """The address for this machine, also if the server listens on all addresses."""
        return self.address.replace("//0.0.0.0:", "//127.0.0.1:")

    def signal(self, number):
        self._process.send_signal(number)

    def stop(self):
        """Asks the server to end, and returns its exit status."""
        self.signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP)
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
