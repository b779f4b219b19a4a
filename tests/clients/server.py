"""Runs the examples of docs/server.md and of the OpenAPI description against a real server.

    pip install -r tests/clients/requirements.txt
    COPYDESK=target/release/copydesk python tests/clients/server.py

It needs `bash`, `curl`, `openssl` and `node`.
"""

import json
import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import httpx
import jsonschema_rs
from openapi_spec_validator import validate

from serving import ROOT, Server, options
from serving.pages import blocks, fits

PAGE = ROOT / "docs/server.md"
DESCRIPTION = ROOT / "crates/server/src/openapi.json"
USUAL = "http://127.0.0.1:8017"
LIMIT = 120


def setUpModule():
    global server
    server = Server()


def tearDownModule():
    server.stop()


class Page(unittest.TestCase):
    """Each example of the page, in the page's order, in one folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_program(self, command, source, address):
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        ended = subprocess.run(command, input=source.replace(USUAL, address), cwd=self.folder, env=environment,
                               capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout

    def check(self, shown, output):
        self.assertTrue(fits(shown, output), f"\n{output}\n-- in place of --\n{shown}")

    def console(self, block):
        """A block of commands. A server that one of them starts is asked by those after it."""
        address = server.address
        for command, shown in block.commands():
            with self.subTest(line=block.line, command=command):
                words = shlex.split(command.removesuffix("&"))
                if words[:2] == ["copydesk", "serve"]:
                    own = Server(*words[2:], folder=self.folder)
                    self.addCleanup(own.stop)
                    address = own.local
                    listens = next(line for line in own.log if line.startswith("listening"))
                    self.check(shown, re.sub(r"127\.0\.0\.1:\d+", USUAL.removeprefix("http://"), listens))
                else:
                    self.check(shown, self.run_program(["bash", "-euo", "pipefail"], command, address))

    def programs(self, address):
        """Writes the files of the page, and runs its programs: each with its output, which comes after it."""
        found = blocks(PAGE.read_text(encoding="utf-8"))
        commands = {"python": [sys.executable, "-"], "js": ["node", "--input-type=module", "-"]}
        ran = []
        for block, after in zip(found, found[1:] + [None]):
            if block.file:
                (self.folder / block.file).write_text(block.body.replace(USUAL, address), encoding="utf-8")
            elif block.language in commands:
                ran.append(block.language)
                with self.subTest(line=block.line):
                    self.assertEqual(after and after.language, "text", "the output of a program comes after it")
                    self.check(after.body, self.run_program(commands[block.language], block.body, address))
        self.assertEqual(ran, ["python", "js"])

    def test_commands(self):
        found = [block for block in blocks(PAGE.read_text(encoding="utf-8")) if block.language == "console"]
        self.assertGreater(len(found), 5)
        for block in found:
            self.console(block)

    def test_programs(self):
        self.programs(server.address)

    def test_programs_wait_for_a_busy_server(self):
        with Server("-p", "fast", "--largest", "1", "--waiting", "1") as busy:
            whole = 1 << 20
            host, port = busy.address.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))) as slow:
                slow.sendall(b"POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                             b"Content-Length: %d\r\n\r\n" % whole + b" " * (whole - 1))
                threading.Timer(3, slow.sendall, [b" "]).start()
                self.programs(busy.address)
            metrics = httpx.get(f"{busy.address}/metrics").text
        self.assertRegex(metrics, r'copydesk_errors_total\{type="busy"\} [1-9]')

    def test_the_page_names_what_there_is(self):
        page = PAGE.read_text(encoding="utf-8")
        named = set(re.findall(r"`(?:-p`, `)?(--[a-z-]+)", page)) | set(re.findall(r"`copydesk serve[^`]*?(--[a-z-]+)", page))
        self.assertEqual(options() - named - {"--help"}, set(), "options that the page does not name")
        httpx.post(f"{server.address}/v1/analyze", json={"text": "Ana Ruiz left."}).raise_for_status()
        httpx.post(f"{server.address}/v1/analyze", json={})
        server.signal(signal.SIGHUP)
        for _ in range(100):
            if "copydesk_reloads_total{" in httpx.get(f"{server.address}/metrics").text:
                break
            time.sleep(0.1)
        metrics = httpx.get(f"{server.address}/metrics").text
        made = set(re.findall(r"^# TYPE (\S+)", metrics, re.M))
        named = {name.removesuffix("_total") for name in re.findall(r"`((?:copydesk|process)_\w+)", page)}
        self.assertEqual({name.removesuffix("_total") for name in made}, named)
        types = re.findall(r"#([a-z-]+)", json.dumps(read()["components"]["schemas"]["Problem"]["properties"]["type"]))
        rows = re.findall(r"^\| (\d{3}) \| `([a-z-]+)` \|", page, re.M)
        self.assertEqual(sorted(type for _, type in rows), sorted(types))


def read():
    return json.loads(DESCRIPTION.read_text(encoding="utf-8"))


class Description(unittest.TestCase):
    def test_it_is_what_the_server_gives(self):
        given = httpx.get(f"{server.address}/openapi.json").json()
        self.assertTrue(given == read(), "the program has another openapi.json: build it anew")

    def test_it_is_valid(self):
        validate(read())

    def test_examples(self):
        """An example of a body has an example of the answer with the same name, or is the only one of its type."""
        description = read()
        schemas = description["components"]["schemas"]
        whole = lambda name: {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        result = jsonschema_rs.validator_for(whole("Result"))
        count = 0
        for path, operations in description["paths"].items():
            for method, operation in operations.items():
                answers = operation["responses"]["200"]["content"]
                [(answer_type, answer)] = answers.items()
                for type, content in operation.get("requestBody", {}).get("content", {}).items():
                    examples = content.get("examples") or {None: {"value": content["example"]}}
                    for name, example in examples.items():
                        with self.subTest(path=path, type=type, example=name):
                            value = example["value"]
                            body = value if isinstance(value, str) else json.dumps(value)
                            response = httpx.request(method, f"{server.address}{path}", content=body.encode(),
                                                     params={} if name else {"pipeline": "fast", "layers": "quotes"},
                                                     headers={"Content-Type": type})
                            self.assertEqual(response.status_code, 200, response.text)
                            self.assertEqual(response.headers["Content-Type"].split(";")[0], answer_type)
                            lines = [json.loads(line) for line in response.text.split("\n")[:-1]]
                            for line in lines:
                                result.validate(line)
                            if name:
                                self.assertEqual(lines, [answer["examples"][name]["value"]])
                            elif "example" in answer:
                                self.assertEqual(response.text, answer["example"])
                            count += 1
        self.assertGreaterEqual(count, 7)

    def test_problems_are_those_of_the_server(self):
        explained = httpx.get(f"{server.address}/problems").text
        explained = re.findall(r"^#(\S+)  \(status (\d+)\)\n  (.*)\.\n  (.*)\n", explained, re.M)
        described = read()["components"]
        types = described["schemas"]["Problem"]["properties"]["type"]["enum"]
        self.assertEqual([f"/problems#{name}" for name, *_ in explained], types)
        explained = {name: (int(status), title, remedy) for name, status, title, remedy in explained}
        for name, response in described["responses"].items():
            with self.subTest(response=name):
                example = response["content"]["application/problem+json"]["example"]
                said = example["status"], example["title"], example["remedy"]
                self.assertEqual(said, explained[example["type"].split("#")[1]])

    def test_examples_of_reading(self):
        description = read()
        for path, operations in description["paths"].items():
            answer = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
            if answer.get("application/json", {}).get("example"):
                with self.subTest(path=path):
                    self.assertEqual(httpx.get(f"{server.address}{path}").json(), answer["application/json"]["example"])


if __name__ == "__main__":
    unittest.main()
