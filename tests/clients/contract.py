"""Holds the server to its OpenAPI description: schemathesis makes thousands of right and wrong requests of the description,
and checks status, headers, content type and body of each answer.

    pip install -r tests/clients/requirements.txt
    COPYDESK=target/release/copydesk python tests/clients/contract.py
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import httpx

from serving import ROOT, Server

PARTS = ["text", "meta", "title", "authors", "published", "modified", "outlet", "section", "language", "url", "source",
         "blocks", "sentences", "tokens", "entities", "actors", "quotes", "stances", "provenance"]
EXAMPLES = 200
LIMIT = 300
TOKEN = "open-sesame"


def description(address):
    """The server's description, with the values that depend on its pipelines."""
    found = httpx.get(f"{address}/openapi.json").json()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    names = [pipeline["name"] for pipeline in httpx.get(f"{address}/v1/pipelines", headers=headers).json()["pipelines"]]
    parameters, schemas = found["components"]["parameters"], found["components"]["schemas"]
    parameters["Pipeline"]["schema"]["enum"] = names
    # `layers=` asks for all.
    parameters["Layers"]["schema"]["items"]["enum"] = [*PARTS, ""]
    for schema in (schemas["TextRequest"], schemas["PageRequest"]):
        schema["properties"]["pipeline"]["enum"] = names
        schema["properties"]["layers"]["items"]["enum"] = PARTS
    return found


class Contract(unittest.TestCase):
    def schemathesis(self, server, description, *options):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "openapi.json")
            path.write_text(json.dumps(description), encoding="utf-8")
            hooks = ROOT / "tests/clients/serving/hooks.py"
            command = [sys.executable, "-m", "schemathesis.cli", "run", str(path), "--url", server.address,
                       "--seed", "1", "--continue-on-failure", "--request-timeout", "20", "--warnings", "off",
                       "--generation-database", "none", *options]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, cwd=folder,
                                   env={**os.environ, "SCHEMATHESIS_HOOKS": str(hooks), "COLUMNS": "150"})
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        self.assertEqual(httpx.get(f"{server.address}/livez").text.strip(), "ok")
        print(*re.findall(r"^.*generated.*$|^Filtered.*$", ended.stdout, re.M), sep="\n")

    def test_right_and_wrong_requests(self):
        with Server("-p", "fast") as server:
            phases = "examples,coverage,fuzzing"
            self.schemathesis(server, description(server.address), "--phases", phases, "--max-examples", str(EXAMPLES),
                              "--checks", "all", "--exclude-checks", "ignored_auth")

    def test_a_token(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "token").write_text(TOKEN + "\n", encoding="utf-8")
            with Server("-p", "fast", "--token-file", "token", folder=folder) as server:
                needed = description(server.address)
                for operations in needed["paths"].values():
                    for operation in operations.values():
                        operation["security"] = [choice for choice in operation["security"] if choice]
                self.schemathesis(server, needed, "--phases", "examples,coverage", "--max-examples", "5", "--checks",
                                  "not_a_server_error,status_code_conformance,response_headers_conformance,ignored_auth",
                                  "--header", f"Authorization: Bearer {TOKEN}")


if __name__ == "__main__":
    unittest.main()
