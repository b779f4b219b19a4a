"""Copydesk on Spark, with the workers on this machine. It needs Java."""

import os
import shutil
import subprocess
import sys
import unittest

import copydesk

try:
    import pyarrow
    import pyspark
    from pyspark.sql import SparkSession
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

import copydesk.spark

if shutil.which("java") is None:
    raise unittest.SkipTest("no java")

TEXT = "“We will vote on Monday,” said Ana Ruiz, the minister. She met Tom Reed."


def articles(count: int) -> dict:
    texts = [None if n == 5 else TEXT + f" It has {n} votes." * (n % 50) for n in range(count)]
    return {"url": [f"u{n:04}" for n in range(count)], "body": texts, "paper": ["Herald"] * count}


def rows(frame) -> list[dict]:
    return sorted((row.asDict() for row in frame.collect()), key=lambda row: (row["document"], row["quote"] or 0))


class Spark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.environ["PYSPARK_PYTHON"] = sys.executable
        builder = SparkSession.builder.master("local[2, 4]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", copydesk.spark.RECORDS_PER_BATCH)
        cls.spark = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
        cls.spark.sparkContext.setLogLevel("OFF")

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()

    def frame(self, count: int, partitions: int = 4):
        return self.spark.createDataFrame(pyarrow.table(articles(count))).repartition(partitions)

    def analyze(self, frame, **arguments):
        arguments = {"text": "body", "id": "url", "pipeline": "fast", "columns": {"outlet": "paper"}, **arguments}
        return copydesk.spark.analyze(frame, **arguments)

    def expected(self, count: int) -> list[dict]:
        table = copydesk.load("fast").analyze_table(
            pyarrow.table(articles(count)), text="body", id="url", columns={"outlet": "paper"}, errors="row"
        )
        return sorted(table.to_rows(), key=lambda row: (row["document"], row["quote"] or 0))

    def test_results_are_those_of_one_process(self):
        expected = self.expected(300)
        self.assertEqual([row["error"] for row in expected if row["error"]], ['no text in column "body"'])
        self.assertTrue(rows(self.analyze(self.frame(300))) == expected)

    def test_columns_are_plain(self):
        for layer in copydesk.LAYERS:
            kinds = {field.dataType.simpleString() for field in self.analyze(self.frame(9), layer=layer).schema}
            self.assertLessEqual(kinds, {"string", "int", "bigint", "float", "boolean"})

    def test_mistakes_are_told_before_the_job(self):
        self.assertRaises(copydesk.PipelineError, self.analyze, self.frame(9), pipeline="nonsense")
        self.assertRaises(ValueError, self.analyze, self.frame(9), layer="nonsense")

    @unittest.skipUnless(sys.platform == "linux", "looks for processes in /proc")
    def test_a_worker_is_killed(self):
        count = 20_000
        job = self.analyze(self.frame(count, 8))
        job.limit(1).collect()
        killer = subprocess.Popen([sys.executable, "-c", KILLER], stdout=subprocess.PIPE)
        got = rows(job)
        killed = int(killer.communicate(timeout=60)[0] or 0)
        self.assertGreater(killed, 0)
        self.assertTrue(got == self.expected(count))


# Kills a process of Python that a daemon of Spark started.
KILLER = """
import os, signal, time
from pathlib import Path

def workers():
    found = []
    for folder in Path('/proc').iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / 'cmdline').read_bytes()
                parent = int((folder / 'stat').read_text().rsplit(')', 1)[1].split()[1])
            except OSError:
                continue
            if b'pyspark' in line and b'daemon' in line:
                found.append((int(folder.name), parent))
    pids = {pid for pid, _ in found}
    return [pid for pid, parent in found if parent in pids]

end = time.monotonic() + 30
time.sleep(1)
while time.monotonic() < end:
    pids = workers()
    if pids:
        os.kill(pids[-1], signal.SIGKILL)
        print(pids[-1])
        break
    time.sleep(0.05)
"""


if __name__ == "__main__":
    unittest.main()
