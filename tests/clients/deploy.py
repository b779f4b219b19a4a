"""Checks the files of deploy/ by the tools that read them, and against the program.

    pip install -r tests/clients/requirements.txt
    COPYDESK=target/release/copydesk python tests/clients/deploy.py

What needs `systemd-analyze`, `promtool` or `nginx` is skipped if there is none.
"""

import configparser
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import httpx
import yaml

from serving import PROGRAM, ROOT, Server, options

DEPLOY = ROOT / "deploy"
BIN = pathlib.Path(sys.executable).parent


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"there is no {program}")


def read(name):
    return (DEPLOY / name).read_text(encoding="utf-8")


def seconds(arguments, option):
    """The value of an option in a command, or its default by the program's help."""
    if option in arguments:
        return int(arguments[arguments.index(option) + 1])
    text = subprocess.run([PROGRAM, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    return int(re.search(rf"{option} .*?\[default: (\d+)\]", text, re.S)[1])


class Case(unittest.TestCase):
    def run_tool(self, *command, **options):
        ended = subprocess.run(command, capture_output=True, text=True, **options)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout + ended.stderr

    def folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def serves(self, arguments):
        """Starts the program as a file does, asks it, and ends it."""
        server = Server(*arguments)
        self.addCleanup(server.stop)
        for path in ("/livez", "/readyz"):
            self.assertEqual(httpx.get(server.local + path).text.strip(), "ok")
        self.assertEqual(server.stop(), 0)


class Systemd(Case):
    def setUp(self):
        unit = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes="#", delimiters="=")
        unit.optionxform = str
        unit.read_string(read("copydesk.service"))
        self.service = unit["Service"]

    def test_it_starts_the_server(self):
        program, command, *arguments = shlex.split(self.service["ExecStart"])
        self.assertEqual((program, command), ("/usr/local/bin/copydesk", "serve"))
        self.serves(arguments)
        self.assertGreater(int(self.service["TimeoutStopSec"]), seconds(arguments, "--grace"))

    @needs("systemd-analyze")
    def test_systemd_reads_it(self):
        unit = self.folder() / "copydesk.service"
        program = str(pathlib.Path(PROGRAM).resolve())
        unit.write_text(read("copydesk.service").replace("/usr/local/bin/copydesk", program), encoding="utf-8")
        self.assertEqual(self.run_tool("systemd-analyze", "verify", str(unit)).strip(), "")

    @needs("systemd-analyze")
    def test_it_has_few_rights(self):
        # The number is ten times the exposure that systemd reports.
        self.run_tool("systemd-analyze", "security", "--offline=true", "--threshold=15", str(DEPLOY / "copydesk.service"))


class Docker(Case):
    def instructions(self):
        """Pairs of an instruction and its argument."""
        lines = [line for line in read("Dockerfile").splitlines() if line and not line.startswith("#")]
        joined = "\n".join(lines).replace("\\\n", " ")
        return [tuple(line.split(maxsplit=1)) for line in joined.splitlines()]

    def entry(self):
        return json.loads(dict(self.instructions())["ENTRYPOINT"])

    def test_hadolint(self):
        self.run_tool(str(BIN / "hadolint"), str(DEPLOY / "Dockerfile"))

    def test_what_is_copied_is_there(self):
        stages, built = {}, ""
        for name, argument in self.instructions():
            words = argument.split()
            if name == "FROM":
                stages[words[2] if words[1:2] == ["AS"] else ""] = words[0]
            elif name == "RUN":
                built += argument
            elif name == "COPY" and words[0].startswith("--from="):
                self.assertIn(words[0].removeprefix("--from="), stages)
                self.assertIn(f"cp target/release/copydesk {words[1]}", built)
            elif name == "COPY":
                self.assertTrue((ROOT / words[0]).exists(), argument)
        build, base = stages["build"], stages[""]
        self.assertEqual(build.rsplit("-", 1)[1], base.split(":")[1].split("-")[0], "the program needs the libc of its build")
        wanted = re.search(r'^rust-version = "(.*)"', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.M)[1]
        self.assertTrue(build.startswith(f"rust:{wanted}-"), "the image builds with the least Rust that is promised")

    def test_the_build_has_all_that_it_compiles(self):
        ignored = [line for line in read("Dockerfile.dockerignore").splitlines() if line and line[0] not in "#*"]
        for source in ROOT.glob("crates/*/src/**/*.rs"):
            if "tests" in source.relative_to(ROOT).with_suffix("").parts:
                continue
            code = source.read_text(encoding="utf-8").split("#[cfg(test)]")[0]
            for name in re.findall(r'include_(?:str|bytes)!\(\s*"([^"]+)"', code):
                path = (source.parent / name).resolve().relative_to(ROOT).as_posix()
                self.assertFalse(any(path == start or path.startswith(f"{start}/") for start in ignored), path)

    def test_the_base_has_all_libraries(self):
        # All of them are in debian:*-slim: libc6 and libgcc-s1.
        base = {"linux-vdso.so.1", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
        found = self.run_tool("ldd", PROGRAM)
        self.assertLessEqual({pathlib.Path(line.split()[0]).name for line in found.splitlines()}, base)

    def test_the_entry_point_starts_the_server(self):
        program, command, *arguments = self.entry()
        self.assertEqual((program, command), ("copydesk", "serve"))
        self.serves(arguments)

    def test_its_user_is_not_root(self):
        self.assertNotIn(dict(self.instructions())["USER"].split(":")[0], ("0", "root"))


class Kubernetes(Case):
    def setUp(self):
        self.deployment, self.service = yaml.safe_load_all(read("kubernetes.yaml"))
        self.pod = self.deployment["spec"]["template"]["spec"]
        [self.container] = self.pod["containers"]

    def test_it_fits_the_schema(self):
        self.run_tool(str(BIN / "kubernetes-validate"), "--strict", str(DEPLOY / "kubernetes.yaml"))

    def test_its_parts_fit(self):
        labels = self.deployment["spec"]["template"]["metadata"]["labels"].items()
        self.assertLessEqual(self.service["spec"]["selector"].items(), labels)
        self.assertLessEqual(self.deployment["spec"]["selector"]["matchLabels"].items(), labels)
        ports = {port["name"] for port in self.container["ports"]}
        self.assertIn(self.service["spec"]["ports"][0]["targetPort"], ports)
        mounts = {mount["name"] for mount in self.container["volumeMounts"]}
        self.assertEqual(mounts, {volume["name"] for volume in self.pod["volumes"]})

    def test_it_starts_the_server(self):
        arguments = self.container["args"]
        mounted = arguments[arguments.index("--token-file") + 1]
        self.assertTrue(mounted.startswith(self.container["volumeMounts"][0]["mountPath"] + "/"))
        token = self.folder() / "token"
        token.write_text("open-sesame", encoding="utf-8")
        entry = Docker().entry()[2:]
        self.serves([*entry, *(str(token) if argument == mounted else argument for argument in arguments)])

    def test_probes_ask_paths_without_a_token(self):
        probes = {key: value["httpGet"] for key, value in self.container.items() if key.endswith("Probe")}
        paths = {key: probe["path"] for key, probe in probes.items()}
        self.assertEqual(paths, {"startupProbe": "/readyz", "readinessProbe": "/readyz", "livenessProbe": "/livez"})

    def test_it_ends_in_time(self):
        pause = int(self.container["lifecycle"]["preStop"]["exec"]["command"][1])
        grace = seconds(self.container["args"], "--grace")
        self.assertGreater(self.pod["terminationGracePeriodSeconds"], pause + grace)


class Prometheus(Case):
    @needs("promtool")
    def test_promtool(self):
        self.run_tool("promtool", "check", "config", str(DEPLOY / "prometheus.yml"))

    def metrics(self):
        """The metrics of a server that has answered and refused a request, and failed to load a pipeline again."""
        pipeline = self.folder() / "desk.toml"
        pipeline.write_text('extends = "fast"\n', encoding="utf-8")
        with Server("-p", str(pipeline), "--no-watch") as server:
            httpx.post(f"{server.address}/v1/analyze", json={"text": "Ana Ruiz left."}).raise_for_status()
            self.assertEqual(httpx.post(f"{server.address}/v1/analyze", json={}).status_code, 422)
            pipeline.write_text("[[stage]]\n", encoding="utf-8")
            server.signal(signal.SIGHUP)
            for _ in range(100):
                metrics = httpx.get(f"{server.address}/metrics").text
                if "copydesk_reloads_total{" in metrics:
                    return metrics
                time.sleep(0.1)
        self.fail("no reload is counted:\n" + metrics)

    def test_alerts_ask_for_metrics_and_values_that_there_are(self):
        page = (ROOT / "docs/server.md").read_text(encoding="utf-8")
        problems = set(re.findall(r"^\| \d{3} \| `([a-z-]+)` \|", page, re.M))
        metrics = self.metrics()
        made = set(re.findall(r"^# TYPE (\S+)", metrics, re.M))
        rules = [rule for group in yaml.safe_load(read("alerts.yml"))["groups"] for rule in group["rules"]]
        for rule in rules:
            for name in re.findall(r"copydesk_\w+", rule["expr"]):
                self.assertIn(re.sub(r"_(total|bucket)$", "", name), made)
            self.assertLessEqual(set(re.findall(r'type="([^"]+)"', rule["expr"])), problems)
            for outcome in re.findall(r'outcome="([^"]+)"', rule["expr"]):
                self.assertIn(f'outcome="{outcome}"', metrics)
            for route in re.findall(r'route="([^"]+)"', rule["expr"]):
                self.assertIn(f'route="{route}"', metrics)


class Nginx(Case):
    """The real nginx in front of a real server, without TLS."""

    def configuration(self, folder, address):
        site = read("nginx.conf").replace("127.0.0.1:8017", address.removeprefix("http://"))
        site = re.sub(r"\n    ssl_certificate.*", "", site).replace("listen 443 ssl;", f"listen unix:{folder}/nginx.sock;")
        # The test asks faster than a client should.
        site = site.replace("rate=20r/s", "rate=1000r/s")
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        path = folder / "nginx.conf"
        # As root, nginx would give its work to a user who may not write here.
        user = "user root;\n" if os.getuid() == 0 else ""
        path.write_text(f"{user}daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n"
                        f"{temporary}{site}\n}}\n", encoding="utf-8")
        return path

    @needs("nginx")
    def test_lines_go_through_as_they_come(self):
        folder = self.folder()
        command = re.search(r"copydesk serve (.*)", read("nginx.conf"))[1]
        with Server("-p", "fast", *command.split()) as server:
            path = self.configuration(folder, server.address)
            nginx = subprocess.Popen(["nginx", "-e", "stderr", "-p", str(folder), "-c", str(path)], stderr=subprocess.PIPE, text=True)
            try:
                transport = httpx.HTTPTransport(uds=str(folder / "nginx.sock"))
                with httpx.Client(transport=transport, base_url="http://copydesk.example", timeout=30) as client:
                    for _ in range(100):
                        if (folder / "nginx.sock").exists():
                            break
                        time.sleep(0.1)
                    self.assertEqual(client.get("/readyz").text.strip(), "ok")
                    self.assertEqual(client.get("/metrics").status_code, 403)
                    answer = client.post("/v1/analyze", json={"text": "x" * 9_000_000})
                    self.assertEqual(answer.json()["type"], "/problems#too-large")
                self.answers_before_the_end(folder / "nginx.sock")
            finally:
                nginx.terminate()
                nginx.communicate(timeout=30)

    def answers_before_the_end(self, socket):
        """A second line is sent once the first has its result."""
        command = ["curl", "-sN", "--unix-socket", str(socket), "-X", "POST", "-T", ".", "-H", "Expect:",
                   "-H", "Content-Type: application/x-ndjson", "http://copydesk.example/v1/analyze/batch?layers=quotes"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as curl:
            for id in ("first", "second"):
                curl.stdin.write(json.dumps({"id": id, "text": "Ana Ruiz left."}) + "\n")
                curl.stdin.flush()
                self.assertEqual(json.loads(curl.stdout.readline())["id"], id)
            curl.stdin.close()
            self.assertEqual(curl.wait(30), 0)


class Options(unittest.TestCase):
    def test_all_options_that_are_named_are_there(self):
        there = options()
        for path in [*DEPLOY.iterdir(), ROOT / "docs/server.md"]:
            named = re.findall(r"`(--[a-z-]+)|copydesk serve([^`\n]*)", path.read_text(encoding="utf-8"))
            named = {option for alone, rest in named for option in [alone, *re.findall(r"--[a-z-]+", rest)] if option}
            self.assertLessEqual(named, there, path.name)


if __name__ == "__main__":
    unittest.main()
