"""Lets the shipped pipelines analyse many quotation marks and a quarter of them, and compares processor times.

usage: marks.py COPYDESK
"""

import os
import subprocess
import sys

MARKS = ("\"", "'", "“", "« ")
# With its encoder `news` takes a minute for a million.
COUNTS = {"fast": 1_000_000, "news": 200_000}
LONGER = 4
# Linear growth takes 4 times, quadratic growth 16 times.
MOST = 10.0


def processor_seconds(copydesk: str, pipeline: str, text: str) -> float:
    """Returns the processor time of a run, which must give one line and end well."""
    begin = os.times()
    run = subprocess.run(
        [copydesk, "analyze", "--pipeline", pipeline, "--format", "json", "--layers", "quotes"],
        input=text.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    end = os.times()
    lines = run.stdout.splitlines()
    if len(lines) != 1:
        raise SystemExit(f"{pipeline}: {len(lines)} lines for one text")
    return end.children_user + end.children_system - begin.children_user - begin.children_system


def main() -> None:
    """Prints a line for each pipeline and mark. Fails if time grows faster than the text."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    too_much = []
    for pipeline, count in COUNTS.items():
        for mark in MARKS:
            part = processor_seconds(sys.argv[1], pipeline, mark * (count // LONGER))
            whole = processor_seconds(sys.argv[1], pipeline, mark * count)
            line = f"{pipeline} {mark!r}: {part:.1f} s, {LONGER} times as many {whole:.1f} s, {whole / part:.1f} times"
            print(line, flush=True)
            if whole / part > MOST:
                too_much.append(line)
    if too_much:
        raise SystemExit("too much:\n" + "\n".join(too_much))


if __name__ == "__main__":
    main()
