"""Copydesk on Ray, with the actors on this machine."""

import os
import signal
import tempfile
import unittest
from pathlib import Path

import copydesk

try:
    import pyarrow
    import ray
    import ray.data
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

import copydesk.ray

TEXT = "“We will vote on Monday,” said Ana Ruiz, the minister. She met Tom Reed."
ARGUMENTS = {"text": "body", "id": "url", "pipeline": "fast"}


def articles(count: int) -> pyarrow.Table:
    texts = [None if n == 5 else TEXT + f" It has {n} votes." * (n % 50) for n in range(count)]
    return pyarrow.table({"url": [f"u{n:04}" for n in range(count)], "body": texts})


def key(row: dict) -> tuple:
    return row["document"], row["quote"] or 0


class Once(copydesk.ray.Analyze):
    """An actor whose process is killed at its third batch, the first time only."""

    def __init__(self, mark: str, **arguments):
        super().__init__(**arguments)
        self.mark = Path(mark)
        self.batches = 0

    def __call__(self, batch):
        self.batches += 1
        if self.batches == 3:
            try:
                self.mark.touch(exist_ok=False)
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(batch)


class Ray(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False, object_store_memory=200 << 20)
        ray.data.DataContext.get_current().enable_progress_bars = False

    @classmethod
    def tearDownClass(cls):
        ray.shutdown()

    def rows(self, ds) -> list[dict]:
        return sorted(ds.take_all(), key=key)

    def expected(self, count: int) -> list[dict]:
        table = copydesk.load("fast").analyze_table(articles(count), text="body", id="url", errors="row")
        return sorted(table.to_rows(), key=key)

    def test_results_are_those_of_one_process(self):
        for actors in (1, 2):
            ds = ray.data.from_arrow(articles(300)).repartition(6)
            got = self.rows(copydesk.ray.analyze(ds, actors=actors, batch_size=32, **ARGUMENTS))
            self.assertTrue(got == self.expected(300), actors)

    def test_an_actor_is_killed(self):
        with tempfile.TemporaryDirectory() as folder:
            mark = Path(folder) / "killed"
            ds = ray.data.from_arrow(articles(1000)).repartition(20)
            ds = ds.map_batches(
                Once,
                fn_constructor_kwargs={"mark": str(mark), **ARGUMENTS},
                batch_format="pyarrow",
                batch_size=32,
                compute=ray.data.ActorPoolStrategy(size=2),
            )
            got = self.rows(ds)
            self.assertTrue(mark.exists())
            self.assertTrue(got == self.expected(1000))


if __name__ == "__main__":
    unittest.main()
