"""The examples of docs/python.md, block after block in one namespace. A block of text after one is what it prints."""

import contextlib
import doctest
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path

import copydesk

ROOT = Path(__file__).resolve().parents[3]


def blocks(page: str) -> list[tuple[int, str, str]]:
    """Returns the line, the language and the text of each fenced block of a page."""
    found, lines = [], page.splitlines()
    start = None
    for number, line in enumerate(lines):
        if line.startswith("```"):
            if start is None:
                start = number
            else:
                found.append((start + 1, lines[start][3:], "\n".join(lines[start + 1 : number])))
                start = None
    return found


def run(case: unittest.TestCase, page: str, mark: str | None, packages: tuple[str, ...]) -> None:
    """Runs the Python blocks of a page: all of them, or those with these words."""
    for package in packages:
        try:
            __import__(package)
        except ImportError:
            case.skipTest(f"no {package}")
    text = (ROOT / page).read_text("utf-8")
    found = blocks(text)
    namespace: dict = {"__name__": "tour"}
    ran = 0
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for at, (line, language, block) in enumerate(found):
                marked = mark is None or mark in block
                if language != "python" or not marked:
                    continue
                said = io.StringIO()
                with contextlib.redirect_stdout(said):
                    exec(compile("\n" * line + block, page, "exec"), namespace)
                following = found[at + 1] if at + 1 < len(found) else (0, "", "")
                expected = following[2] if following[1] == "text" else ""
                case.assertEqual(said.getvalue().rstrip(), expected, f"{page}, line {line}")
                ran += 1
        finally:
            os.chdir(before)
    case.assertGreater(ran, 0)


def stop_spark() -> None:
    if "pyspark" in sys.modules:
        session = sys.modules["pyspark.sql"].SparkSession.getActiveSession()
        if session is not None:
            session.stop()


def stop_ray() -> None:
    if "ray" in sys.modules:
        sys.modules["ray"].shutdown()


class Documentation(unittest.TestCase):
    def test_the_tour(self):
        run(self, "docs/python.md", None, ("pandas", "pyarrow", "matplotlib", "spacy"))

    # An engine that goes on would be that of the next tests, with other settings than they ask for.
    def test_spark(self):
        os.environ["PYSPARK_PYTHON"] = sys.executable
        self.addCleanup(stop_spark)
        run(self, "docs/cluster.md", "copydesk.spark", ("pyspark", "pyarrow"))

    def test_ray(self):
        self.addCleanup(stop_ray)
        run(self, "docs/cluster.md", "copydesk.ray", ("ray.data", "pyarrow"))

    def test_examples_of_the_modules(self):
        failed, tried = doctest.testmod(copydesk)
        self.assertEqual((failed, tried > 2), (0, True))


if __name__ == "__main__":
    unittest.main()
