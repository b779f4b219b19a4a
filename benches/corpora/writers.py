#!/usr/bin/env python3
"""Writes 100,000 articles in each format: memory must stay flat, and the order must be kept.

    benches/corpora/writers.py target/release/copydesk [ARTICLES]

For each format it prints the seconds, and the memory for a tenth of the articles and for all. It fails if all take more
than 1.3 times the memory of a tenth, or if documents are missing or in another order.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

NAMES = ["Ana Ruiz", "Tom Reed", "Karen Holt", "Bo Li", "Lindiwe Khumalo", "José Muñoz", "Priya Nair", "Yusuf Demir"]
PLACES = ["Port Vell", "Norwood", "Paris", "Lagos", "Mumbai", "Lima"]
FORMATS = ["json", "parquet", "csv", "tsv", "conllu", "webannotation", "gkg", "tei"]


def articles(path, count):
    """Makes articles that differ, with names, quotes and pronouns."""
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            one, other = NAMES[number % 8], NAMES[(number * 5 + 3) % 8]
            place = PLACES[number % 6]
            text = (f"{place} votes again\n\n“We will vote {number} times if we must,” said {one}, the mayor of {place}.\n\n"
                    f"{other} praised the plan on Monday. “It is a good one,” she said. Nobody else spoke that day.")
            line = {"id": f"a{number}", "title": f"{place} votes again", "published": f"2024-03-{number % 28 + 1:02}",
                    "text": text * (1 + number % 3)}
            out.write(json.dumps(line) + "\n")


def run(program, articles, output, format):
    """Seconds and megabytes of a run."""
    command = [program, "analyze", "-p", "fast", articles, "-f", format, "-o", output]
    start = time.monotonic()
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {status}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def ids(path, format):
    """The ids of the documents in an output, in its order; None if a format is read by tests/clients."""
    if format == "json":
        with open(path, encoding="utf-8") as lines:
            return [json.loads(line)["id"] for line in lines]
    if format in ("csv", "tsv"):
        import csv
        csv.field_size_limit(1 << 30)
        with open(path / f"documents.{format}", encoding="utf-8", newline="") as rows:
            return [row["document"] for row in csv.DictReader(rows, delimiter="\t" if format == "tsv" else ",")]
    if format == "conllu":
        with open(path, encoding="utf-8") as lines:
            return [line[len("# newdoc id = "):].rstrip("\n") for line in lines if line.startswith("# newdoc id = ")]
    if format == "gkg":
        with open(path, encoding="utf-8") as lines:
            return [line.split("\t")[4] for line in lines]
    if format == "webannotation":
        with open(path, encoding="utf-8") as lines:
            heads = (line for line in lines if line.startswith('{"@context"'))
            return [line.partition(":document:")[2].partition(":")[0] for line in heads]
    if format == "parquet":
        try:
            import pyarrow.parquet
        except ImportError:
            return None
        return pyarrow.parquet.read_table(path / "documents.parquet", columns=["document"])["document"].to_pylist()
    return None


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        articles(folder / "all.jsonl", count)
        articles(folder / "tenth.jsonl", count // 10)
        expected = [f"a{number}" for number in range(count)]
        # All runs come first: the memory of a child counts that of this program at its start.
        taken = {}
        for format in FORMATS:
            # All tables of a format with tables go to a folder, which has no ending.
            _, few = run(program, folder / "tenth.jsonl", folder / f"tenth-{format}", format)
            taken[format] = (few, *run(program, folder / "all.jsonl", folder / f"all-{format}", format))
        failed = []
        print(f"{'format':14} {'seconds':>8} {'MB, tenth':>10} {'MB, all':>8}  order")
        for format, (few, seconds, many) in taken.items():
            found = ids(folder / f"all-{format}", format)
            order = "not read" if found is None else "kept" if found == expected else "WRONG"
            print(f"{format:14} {seconds:8.1f} {few:10.0f} {many:8.0f}  {order}", flush=True)
            if order == "WRONG" or many > 1.3 * few:
                failed.append(format)
    if failed:
        sys.exit(f"memory grows, or the order is lost: {', '.join(failed)}")


if __name__ == "__main__":
    main()
