"""Measures `Pipeline.pipe` and `analyze_table` beside the program, in turns, each in a process of its own.

    python bindings/python/benches/pipe.py PROGRAM ARTICLE [--documents N] [--rounds N]

PROGRAM is a `copydesk` of the same build. ARTICLE is a text file, which is analyzed many times. The figures are tokens for
each second of the clock and for each second of the processor, start-up left out, medians of the rounds. It fails if the
results differ.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORK = {
    "pipe, 1 thread": "count(nlp.pipe(texts))",
    "pipe, 2 threads": "count(nlp.pipe(texts, threads=2))",
    "pipe, dicts": "count(nlp.pipe([{'text': text} for text in texts]))",
    "pipe, all rows": "sum(len(article.to_json()) > 0 for article in nlp.pipe(texts))",
    "analyze_table": "len(nlp.analyze_table(Frame(texts), layer='documents'))",
}

CHILD = """
import json, resource, sys, time
import copydesk

def count(articles):
    return sum(article.has("quotes") for article in articles)

def Frame(texts):
    import pyarrow
    return pyarrow.table({"text": texts})

text = open(sys.argv[1], encoding="utf-8").read()
texts = [text + " " * (n % 3) for n in range(int(sys.argv[2]))]
nlp = copydesk.load("fast")
nlp(text)
if "Frame" in sys.argv[3]:
    Frame([])
clock, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
done = eval(sys.argv[3])
clock, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_SELF)
assert done == len(texts), done
used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(json.dumps([clock, used, after.ru_maxrss]))
"""


def program(path: str, lines: Path, documents: int) -> tuple[float, float, int]:
    """Returns clock, processor seconds and kilobytes of a run of the program, without its start-up."""

    def run(limit: int) -> tuple[float, float, int]:
        clock, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [path, "analyze", "-p", "fast", "--threads", "1", "-f", "json", "--limit", str(limit), str(lines)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        clock, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return clock, used, after.ru_maxrss

    (start, start_used, _), (clock, used, memory) = run(1), run(documents)
    return clock - start, used - start_used, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("article", type=Path)
    parser.add_argument("--documents", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()

    import copydesk

    text = arguments.article.read_text("utf-8")
    tokens = len(copydesk.load("fast")(text).tokens) * arguments.documents
    samples: dict[str, list[tuple[float, float, int]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "articles.jsonl"
        with lines.open("w", encoding="utf-8") as file:
            for n in range(arguments.documents):
                file.write(json.dumps({"text": text + " " * (n % 3)}) + "\n")
        for _ in range(arguments.rounds):
            run = program(arguments.program, lines, arguments.documents)
            samples.setdefault("program, 1 thread", []).append(run)
            for name, work in WORK.items():
                command = [sys.executable, "-c", CHILD, str(arguments.article), str(arguments.documents), work]
                output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
                samples.setdefault(name, []).append(tuple(json.loads(output)))

    print(f"{arguments.documents:,} articles of {len(text):,} characters, {tokens:,} tokens, {arguments.rounds} rounds")
    print(f"{'':20} {'tokens/s':>10} {'of program':>10} {'tokens/cpu s':>12} {'of program':>10} {'MB':>6}")
    medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in samples.items()}
    base = medians["program, 1 thread"]
    for name, (clock, used, memory) in medians.items():
        speed, effort = tokens / clock, tokens / used
        print(
            f"{name:20} {speed:>10,.0f} {base[0] / clock:>10.2f} {effort:>12,.0f} {base[1] / used:>10.2f}"
            f" {memory / 1024:>6.0f}"
        )


if __name__ == "__main__":
    main()
