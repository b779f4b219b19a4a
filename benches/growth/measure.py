"""Times `copydesk analyze` on documents and corpora of growing size, and writes all runs as JSON.

usage: measure.py COPYDESK WORK MEASUREMENTS

COPYDESK is the binary. Texts and results lie in the folder WORK until it ends, some hundred megabytes. Standard library
alone, and texts are made by another process (inputs.py), since on Linux the peak memory of a program counts what the
process held that started it.
"""

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

PIPELINES = ("fast", "news")
# Words of one document, and articles of a corpus: 1 and 3 of every power of ten. 0 is an empty file, for start-up.
DOCUMENTS = (0, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
CORPORA = (0, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
# One document is never shared among threads.
THREADS = {"document": 1, "corpus": 2}
# An article ends with the sentence in which it reaches so many words.
ARTICLE = 15
# A point is run until so many seconds of processor time went into it, but no oftener than this.
SECONDS, RUNS = 10.0, 9


@dataclass
class Point:
    """One size of one axis by one pipeline, and the cost of each of its runs."""

    axis: str
    pipeline: str
    size: int
    articles: int
    words: int
    bytes: int
    wall_seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)
    peak_bytes: list[int] = field(default_factory=list)

    def done(self) -> bool:
        return sum(self.processor_seconds) >= SECONDS or len(self.processor_seconds) >= RUNS


def input_file(out: Path, axis: str, size: int) -> Path:
    return out / f"{axis}-{size}.jsonl"


def count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 16), b""))


def run(copydesk: str, out: Path, point: Point) -> None:
    """Runs a point once more and adds its cost."""
    results = out / "results.jsonl"
    given = input_file(out, point.axis, point.size)
    command = [copydesk, "analyze", "-p", point.pipeline, "--threads", str(THREADS[point.axis])]
    command += [str(given), "-o", str(results)]
    start = time.perf_counter()
    child = os.posix_spawn(copydesk, command, os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    # Kilobytes on Linux, bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    peak, own = usage.ru_maxrss * unit, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    if (code := os.waitstatus_to_exitcode(status)) != 0:
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    if (lines := count_lines(results)) != point.articles:
        raise SystemExit(f"{' '.join(command)} gave {lines} results for {point.articles} articles")
    if peak <= own:
        raise SystemExit(f"the peak of {peak} bytes may be that of this script, which held {own}")
    results.unlink()
    point.wall_seconds.append(round(wall, 4))
    point.processor_seconds.append(round(usage.ru_utime + usage.ru_stime, 4))
    point.peak_bytes.append(peak)


def processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0].splitlines()
        known = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
        return f"{known['model name']} (family {known['cpu family']}, model {known['model']})"
    except (OSError, KeyError):
        return platform.processor() or platform.machine()


def as_json(measured: dict) -> str:
    """A line for each key and each point, so that a person can read it."""
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in measured.items() if key != "points"]
    points = ",\n".join(f"  {json.dumps(point)}" for point in measured["points"])
    lines.append(f' "points": [\n{points}\n ]')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    copydesk, out, measurements = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, Path(__file__).with_name("inputs.py"), out], check=True)
    points = [Point(**point) for point in json.loads((out / "inputs.json").read_text(encoding="utf-8"))]
    points.sort(key=lambda point: point.words)

    measured = {
        "version": subprocess.run([copydesk, "--version"], capture_output=True, text=True, check=True).stdout.strip(),
        "date": date.today().isoformat(),
        "machine": f"{processor_name()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "article_words": ARTICLE,
        "threads": THREADS,
        "load": [round(os.getloadavg()[0], 1)],
    }
    # By turns, so that no size has the machine's bad minutes alone. Large points are done after one or two.
    for turn in range(1, RUNS + 1):
        for point in points:
            if not point.done():
                run(copydesk, out, point)
                print(
                    f"turn {turn}: {point.pipeline}, {point.axis} of {point.size:,}: {point.processor_seconds[-1]:.2f} s "
                    f"of processor, {point.wall_seconds[-1]:.2f} s, {point.peak_bytes[-1] / 1e6:.0f} MB",
                    file=sys.stderr,
                )
        measured["load"].append(round(os.getloadavg()[0], 1))
        measured["points"] = [asdict(point) for point in points]
        measurements.write_text(as_json(measured), encoding="utf-8")
    shutil.rmtree(out)


if __name__ == "__main__":
    main()
