"""Runs articles through one process, through the program, through Spark and through Ray, on this machine, in turns.

    python bindings/python/benches/cluster.py ARTICLES [--pipeline fast] [--repeat N] [--rounds N] [--kill] [ENGINE...]

ARTICLES is a file of JSON lines with `id` and `text`. Each engine also runs a function that returns what it gets; rows of
both go to the same place. The difference is the cost of the analysis. What it exceeds that of one process by, in the same
rounds, is our part of the overhead. Figures are medians of the rounds. It fails if the rows of quotes of two engines
differ. With --kill a process that analyzes is killed in the middle of one more run.

The processor seconds are those of a control group if one can be made, which takes root. Otherwise they are those of all
processes that are found; then processes of Ray that have ended are missing.
"""

import argparse
import atexit
import hashlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow
import pyarrow.parquet

import copydesk

ENGINES = ["program", "local[1]", "local[2]", "standalone", "ray 1", "ray 2"]
FILES = 16
BATCH = 128
# Rounds that are not counted: machine code is made in them, and their rows are compared.
WARM = 2
TICKS = os.sysconf("SC_CLK_TCK")


def family() -> dict[int, tuple[int, float, str]]:
    """Returns the parent, the processor seconds and the command of each process that this one started, and of those they
    started."""
    every = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            every[int(folder.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICKS, command)
    found = {os.getpid()}
    while True:
        more = {pid for pid, (parent, _, _) in every.items() if parent in found} | {
            pid for pid, (_, _, command) in every.items() if "raylet" in command or "ray::" in command
        }
        if more <= found:
            return {pid: every[pid] for pid in found if pid in every}
        found |= more


class Meter:
    """Counts the processor seconds of this process and of all that it starts, those that have ended included."""

    def __init__(self) -> None:
        self.group: Path | None = None
        for parent, name, scale in self.groups():
            group = parent / f"copydesk-{os.getpid()}"
            try:
                group.mkdir()
            except OSError:
                continue
            try:
                (group / "cgroup.procs").write_text(str(os.getpid()))
            except OSError:
                group.rmdir()
                continue
            self.group, self.file, self.scale = group, group / name, scale
            atexit.register(self.close)
            return

    @staticmethod
    def groups() -> Iterator[tuple[Path, str, float]]:
        """Yields the groups of this process that count, of version 2 and 1: folder, file and units a second."""
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if not controllers and Path("/sys/fs/cgroup/cgroup.controllers").exists():
                yield Path("/sys/fs/cgroup") / path.lstrip("/"), "cpu.stat", 1e6
            elif "cpuacct" in controllers.split(",") and Path("/sys/fs/cgroup/cpuacct").is_dir():
                yield Path("/sys/fs/cgroup/cpuacct") / path.lstrip("/"), "cpuacct.usage", 1e9

    def used(self) -> float:
        """Returns the seconds up to now."""
        if self.group is None:
            return sum(seconds for _, seconds, _ in family().values())
        return next(int(word) for word in self.file.read_text().split() if word.isdecimal()) / self.scale

    def close(self) -> None:
        """Puts this process back, and removes the group."""
        if self.group is not None:
            for pid in (self.group / "cgroup.procs").read_text().split():
                with suppress(OSError):
                    (self.group.parent / "cgroup.procs").write_text(pid)
            with suppress(OSError):
                self.group.rmdir()


def busy() -> float:
    """Returns the seconds that all cores of the machine have worked."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return (sum(map(int, fields[:8])) - int(fields[3]) - int(fields[4])) / TICKS


def digest(table: pyarrow.Table) -> str:
    """Returns a hash of rows that does not depend on their order. Scores are those of the file."""
    names = sorted(name for name in table.column_names if name != "error")
    table = table.select(names).sort_by([("document", "ascending"), ("quote", "ascending")])
    rows = hashlib.sha256()
    for row in table.to_pylist():
        rows.update(json.dumps(row, sort_keys=True).encode())
    return rows.hexdigest()[:16]


class Process:
    """One process, with `analyze_table`."""

    def __init__(self, pipeline: str) -> None:
        self.nlp = copydesk.load(pipeline)

    def tables(self, folder: Path):
        for path in sorted(folder.glob("*.parquet")):
            yield from pyarrow.parquet.ParquetFile(path).iter_batches(batch_size=BATCH)

    def identity(self, folder: Path) -> None:
        sum(batch.num_rows for batch in self.tables(folder))

    def analyze(self, folder: Path) -> pyarrow.Table:
        work = (self.nlp.analyze_table(batch, id="id", text="text", errors="row") for batch in self.tables(folder))
        return pyarrow.concat_tables([table.to_arrow() for table in work])

    def close(self) -> None:
        pass


class Program:
    """The program, on one thread, with a table of Parquet."""

    def __init__(self, pipeline: str) -> None:
        self.pipeline = pipeline

    def run(self, folder: Path, *more: str) -> pyarrow.Table:
        with tempfile.TemporaryDirectory() as out:
            file = Path(out) / "quotes.parquet"
            command = [sys.executable, "-m", "copydesk", "analyze", "-p", self.pipeline, "--threads", "1", *more]
            subprocess.run([*command, str(folder), "-o", str(file)], check=True, stderr=subprocess.DEVNULL)
            return pyarrow.parquet.read_table(file)

    def identity(self, folder: Path) -> None:
        self.run(folder, "--limit", "1")

    def analyze(self, folder: Path) -> pyarrow.Table:
        return self.run(folder)

    def close(self) -> None:
        pass


class Spark:
    """Spark, in this machine's threads or with two workers of one core each."""

    def __init__(self, pipeline: str, master: str) -> None:
        import pyspark
        from pyspark.sql import SparkSession

        import copydesk.spark

        self.pipeline = pipeline
        self.servers = []
        os.environ["PYSPARK_PYTHON"] = sys.executable
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
        if master == "standalone":
            master = "spark://127.0.0.1:7077"
            start = [str(Path(os.environ["SPARK_HOME"]) / "bin" / "spark-class")]
            self.server(start + ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "7077"])
            time.sleep(6)
            for _ in range(2):
                work = tempfile.mkdtemp()
                worker = ["org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", "2g", "-d", work]
                self.server(start + worker + ["--host", "127.0.0.1", master])
            time.sleep(6)
        # A thread of this machine gives up at the first failure, unless it is told how many there may be.
        master = master.replace("]", ", 4]")
        builder = SparkSession.builder.master(master).config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH)
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.executor.memory", "1g").config("spark.driver.memory", "2g")
        builder = builder.config("spark.sql.files.minPartitionNum", FILES)
        self.spark = builder.getOrCreate()
        self.spark.sparkContext.setLogLevel("OFF")

    def server(self, command: list[str]) -> None:
        self.servers.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def frame(self, folder: Path):
        return self.spark.read.parquet(str(folder))

    def identity(self, folder: Path) -> None:
        frame = self.frame(folder)
        frame.mapInArrow(lambda batches: batches, frame.schema).write.format("noop").mode("overwrite").save()

    def quotes(self, folder: Path):
        return copydesk.spark.analyze(self.frame(folder), id="id", text="text", pipeline=self.pipeline)

    def analyze(self, folder: Path) -> pyarrow.Table:
        return self.quotes(folder).toArrow()

    def measured(self, folder: Path) -> None:
        # The rows go where those of the identity function go.
        self.quotes(folder).write.format("noop").mode("overwrite").save()

    def close(self) -> None:
        self.spark.stop()
        for server in reversed(self.servers):
            server.terminate()
            server.wait()


class Ray:
    """Ray Data, with one or two actors."""

    def __init__(self, pipeline: str, actors: int) -> None:
        import ray
        import ray.data

        import copydesk.ray

        self.pipeline, self.actors = pipeline, actors
        ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False, object_store_memory=400 << 20)
        ray.data.DataContext.get_current().enable_progress_bars = False

    def read(self, folder: Path):
        import ray.data

        # Ray reads so little data as one block, which one actor would get.
        return ray.data.read_parquet(str(folder)).repartition(FILES)

    def identity(self, folder: Path) -> None:
        import ray.data

        class Identity:
            def __call__(self, batch):
                return batch

        pool = ray.data.ActorPoolStrategy(size=self.actors)
        ds = self.read(folder).map_batches(Identity, batch_format="pyarrow", batch_size=BATCH, compute=pool)
        sum(batch.num_rows for batch in ds.iter_batches(batch_format="pyarrow"))

    def analyze(self, folder: Path) -> pyarrow.Table:
        arguments = {"id": "id", "text": "text", "pipeline": self.pipeline}
        ds = copydesk.ray.analyze(self.read(folder), actors=self.actors, batch_size=BATCH, **arguments)
        return pyarrow.concat_tables([batch for batch in ds.iter_batches(batch_format="pyarrow") if batch.num_rows])

    def close(self) -> None:
        import ray

        ray.shutdown()


def engine(name: str, pipeline: str):
    if name == "program":
        return Program(pipeline)
    if name.startswith("ray"):
        return Ray(pipeline, int(name.split()[1]))
    return Spark(pipeline, name)


@contextmanager
def killer(name: str, after: float):
    """Kills one process that analyzes, so many seconds later. Yields the list of those killed."""
    killed, over = [], threading.Event()

    def kill() -> None:
        if over.wait(after):
            return
        wanted = "ray::" if name.startswith("ray") else "CoarseGrainedExecutorBackend" if name == "standalone" else "daemon"
        while not over.wait(0.02):
            every = family()
            pids = [pid for pid, (parent, _, command) in every.items() if wanted in command and pid != os.getpid()]
            if wanted == "daemon":
                pids = [pid for pid in pids if every[pid][0] in pids]
            if wanted == "ray::":
                pids = [pid for pid in pids if "MapBatches" in every[pid][2]]
            if pids:
                os.kill(pids[-1], signal.SIGKILL)
                killed.append(pids[-1])
                return

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("engines", nargs="*", default=ENGINES)
    parser.add_argument("--pipeline", default="fast")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kill", action="store_true")
    arguments = parser.parse_args()

    lines = [json.loads(line) for line in arguments.articles.read_text("utf-8").splitlines()]
    rows = [
        {"id": f"{line['id']}/{n}", "text": line["text"]} for n in range(arguments.repeat) for line in lines
    ]
    table = pyarrow.Table.from_pylist(rows)
    seen: dict[str, set[str]] = {}
    meter = Meter()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        size = -(-len(rows) // FILES)
        for n in range(FILES):
            pyarrow.parquet.write_table(table.slice(n * size, size), folder / f"{n:02}.parquet")
        nlp = copydesk.load(arguments.pipeline)
        tokens = sum(len(article.tokens) for article in nlp.pipe(line["text"] for line in lines)) * arguments.repeat
        print(f"{len(rows):,} articles, {tokens:,} tokens, pipeline {arguments.pipeline}, {arguments.rounds} rounds", flush=True)
        print(f"{'':12}    clock s: analysis, identity | processor s: analysis, identity | µs a token: engine, process, more")
        process = Process(arguments.pipeline)
        for name in arguments.engines:
            own = engine(name, arguments.pipeline)
            runs: list[dict[str, tuple[float, float]]] = []
            start, others = time.perf_counter(), busy() - meter.used()
            for turn in range(WARM + arguments.rounds):
                taken = {}
                for what, work, count in (
                    ("process", process.analyze, time.process_time),
                    ("identity", own.identity, meter.used),
                    ("analyze", own.analyze if turn == 0 else getattr(own, "measured", own.analyze), meter.used),
                ):
                    clock, before = time.perf_counter(), count()
                    result = work(folder)
                    taken[what] = (time.perf_counter() - clock, count() - before)
                    if isinstance(result, pyarrow.Table):
                        seen.setdefault(digest(result), set()).add(name if what == "analyze" else what)
                if turn >= WARM:
                    runs.append(taken)
            others = (busy() - meter.used() - others) / (time.perf_counter() - start)
            if arguments.kill and name != "program":
                after, killed = runs[-1]["analyze"][0] / 2, []
                while not killed and after > 0.1:
                    with killer(name, after) as killed:
                        result = own.analyze(folder)
                    after /= 2
                if not killed:
                    sys.exit(f"{name} ended before a process was killed")
                seen.setdefault(digest(result), set()).add(f"{name}, killed")
            own.close()

            middle = {what: [statistics.median(run[what][at] for run in runs) for at in (0, 1)] for what in runs[0]}
            (alone_clock, alone), (identity_clock, identity), (clock, used) = middle.values()
            more = statistics.median((run["analyze"][1] - run["identity"][1]) / run["process"][1] - 1 for run in runs)
            print(
                f"{name:12} {clock:17.1f} {identity_clock:10.1f} | {used:20.1f} {identity:10.1f}"
                f" | {(used - identity) / tokens * 1e6:17.2f} {alone / tokens * 1e6:8.2f} {more:+6.1%}"
                f" | clock without identity {clock - identity_clock:.1f} s; others took {others:.2f} cores",
                flush=True,
            )
    print({key: sorted(names) for key, names in seen.items()})
    if len(seen) != 1:
        sys.exit("the results differ")


if __name__ == "__main__":
    main()
