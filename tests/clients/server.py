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
import subprocess
import sys
import tempfile
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

    def test_examples(self):
        counts = {"console": 0, "python": 0, "js": 0}
        found = blocks(PAGE.read_text(encoding="utf-8"))
        for block, after in zip(found, found[1:] + [None]):
            if block.language not in counts:
                continue
            counts[block.language] += 1
            if block.language == "console":
                self.console(block)
            elif block.file:
                (self.folder / block.file).write_text(block.body.replace(USUAL, server.address), encoding="utf-8")
            else:
                command = [sys.executable, "-"] if block.language == "python" else ["node", "--input-type=module", "-"]
                with self.subTest(line=block.line):
                    self.assertEqual(after and after.language, "text", "the output of a program comes after it")
                    self.check(after.body, self.run_program(command, block.body, server.address))
        self.assertTrue(all(counts.values()), counts)

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
        self.assertEqual(httpx.get(f"{server.address}/openapi.json").json(), read())

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

    def test_examples_of_reading(self):
        description = read()
        for path, operations in description["paths"].items():
            answer = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
            if answer.get("application/json", {}).get("example"):
                with self.subTest(path=path):
                    self.assertEqual(httpx.get(f"{server.address}{path}").json(), answer["application/json"]["example"])


if __name__ == "__main__":
    unittest.main()
