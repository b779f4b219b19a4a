"""Times and scores Copydesk and spaCy on the same texts, and prints one Markdown table.

usage: compare.py COPYDESK MODEL DEV ROUNDS OUT [TEXTS]

COPYDESK is the binary, MODEL a folder that train_spacy.py made, TEXTS the JSON lines to time (DEV, if left out).
Standard library alone, so that this process stays small beside those it measures.
"""

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import time
from datetime import date
from pathlib import Path

import corpus

HERE = Path(__file__).resolve().parent
PIPELINE = HERE / "entities.toml"
# What `entities.toml` reads of models/; the binary holds these and those of the other stages.
MODELS = [HERE.parents[1] / "models" / name for name in ("tokenizer-boundaries.cdm", "ner-news-fast.cdm")]
# The gold labels of worldwide-newswire and what `ner` calls them.
LABELS = (
    "Person=PERSON,Organization=ORG,Location=LOC+GPE,Facility=FAC,NORP=NORP,"
    "Product=PRODUCT,Date=DATE,Money=MONEY,Misc=MISC"
)
# Texts are repeated until a run has this many tokens: ten seconds of spaCy, half a second of Copydesk.
TOKENS = 250_000
# Of 99 articles of 650 tokens, 256 a batch were never faster than 64 and took 2.5 GB.
BATCHES = (16, 64)
# How many times the start of each program is timed.
STARTS = 7
ONE_THREAD = {
    name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS")
}


def pinned() -> list[str]:
    """The prefix that holds a command to one processor, where the system has one."""
    if shutil.which("taskset") is None:
        return []
    return ["taskset", "-c", str(max(os.sched_getaffinity(0)))]


class Programs:
    """Runs both systems with one thread on one processor."""

    def __init__(self, copydesk: Path, model: Path, out: Path):
        self.copydesk, self.model, self.out = copydesk, model, out
        self.prefix = pinned()
        self.environment = os.environ | ONE_THREAD

    def copydesk_command(self, texts: Path, results: Path, layer: str = "entities") -> list[str]:
        command = [self.copydesk, "analyze", "-p", PIPELINE, "--threads", "1", "--layers", layer, texts, "-o", results]
        return self.prefix + [str(word) for word in command]

    def spacy_command(self, *words) -> list[str]:
        return self.prefix + [sys.executable, str(HERE / "annotate_spacy.py"), *map(str, words)]

    def timed(self, command: list[str]) -> tuple[float, float]:
        """Seconds of wall clock and of processor that a command took, start-up and all."""
        before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, env=self.environment)
        wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
        return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def peak_memory(self, command: list[str]) -> int | None:
        """The most bytes that a command had in memory. An extra run: reading it along would disturb the timing."""
        process = subprocess.Popen(command, env=self.environment)
        status, peak = Path(f"/proc/{process.pid}/status"), None
        while process.poll() is None:
            try:
                for line in status.read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        peak = max(peak or 0, int(line.split()[1]) * 1024)
            except OSError:
                pass
            time.sleep(0.002)
        if process.returncode != 0:
            raise SystemExit(f"{command} failed with status {process.returncode}")
        return peak

    def serve_spacy(self, texts: Path) -> subprocess.Popen:
        process = subprocess.Popen(
            self.spacy_command("serve", self.model, texts),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment,
        )
        answer(process)  # loaded
        return process


def answer(process: subprocess.Popen) -> dict:
    line = process.stdout.readline()
    if not line:
        raise SystemExit("spaCy ended unasked; its message is above")
    return json.loads(line)


def ask(process: subprocess.Popen, batch: int, limit: int = 0) -> dict:
    process.stdin.write(f"{batch} {limit}\n")
    process.stdin.flush()
    return answer(process)


def count_tokens(results: Path) -> int:
    with results.open(encoding="utf-8") as file:
        return sum(len(json.loads(line)["tokens"]) for line in file)


def write_texts(rows: list[tuple[str, str]], times: int, target: Path) -> None:
    """Writes the texts as JSON lines, so many times over, each with an id of its own."""
    with target.open("w", encoding="utf-8") as file:
        for repeat in range(times):
            for id, text in rows:
                file.write(json.dumps({"id": f"{id}/{repeat}" if times > 1 else id, "text": text}) + "\n")


def score(copydesk: Path, gold: Path, predictions: Path, labels: str) -> dict:
    command = [copydesk, "eval", "entities", gold, "--predictions", predictions, "--labels", labels, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["scores"]


def size(path: Path, without: tuple[str, ...] = ()) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(
        file.lstat().st_size
        for file in path.rglob("*")
        if file.is_file() and not any(str(file.relative_to(path)).startswith(name) for name in without)
    )


def megabytes(number: int | None) -> str:
    return "unknown" if number is None else f"{number / 1e6:,.1f} MB"


def processor_name() -> str:
    try:
        found = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        return found[0].split(":", 1)[1].strip()
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def spread(values: list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def main() -> None:
    copydesk, model, dev = (Path(argument) for argument in sys.argv[1:4])
    rounds, out = int(sys.argv[4]), Path(sys.argv[5])
    source = Path(sys.argv[6]) if len(sys.argv) > 6 else dev
    labels = os.environ.get("LABELS", LABELS)
    programs = Programs(copydesk, model, out)
    load = os.getloadavg()[0]

    # How right they are, on the development file.
    plain = out / "dev.texts.jsonl"
    write_texts(list(corpus.texts(dev)), 1, plain)
    subprocess.run(programs.copydesk_command(plain, out / "dev.copydesk.jsonl"), check=True, env=programs.environment)
    subprocess.run(
        programs.spacy_command("predict", model, plain, out / "dev.spacy.jsonl", 64),
        check=True,
        env=programs.environment,
    )
    own = ",".join(f"{pair.split('=')[0]}={pair.split('=')[0]}" for pair in labels.split(","))
    scores = {
        "Copydesk": score(copydesk, dev, out / "dev.copydesk.jsonl", labels),
        "spaCy": score(copydesk, dev, out / "dev.spacy.jsonl", own),
    }

    # The texts to time, and their tokens: Copydesk's, for both.
    rows = list(corpus.texts(source))
    once, texts, one = out / "once.jsonl", out / "texts.jsonl", out / "one.jsonl"
    results = out / "results.jsonl"
    write_texts(rows, 1, once)
    subprocess.run(programs.copydesk_command(once, results, "tokens"), check=True, env=programs.environment)
    tokens_once = count_tokens(results)
    times = max(1, -(-TOKENS // tokens_once))
    tokens = times * tokens_once
    write_texts(rows, times, texts)
    write_texts([("1", "Ana Ruiz left.")], 1, one)

    starts = {"Copydesk": [], "spaCy": []}
    start_processor = []
    for _ in range(STARTS):
        wall, processor = programs.timed(programs.copydesk_command(one, results))
        starts["Copydesk"].append(wall)
        start_processor.append(processor)
        starts["spaCy"].append(programs.timed(programs.spacy_command("predict", model, one, results, 1))[0])
    start, start_cpu = statistics.median(starts["Copydesk"]), statistics.median(start_processor)

    # spaCy is given the size of batch that is fastest here; this also warms it up.
    server = programs.serve_spacy(texts)
    tried = {batch: ask(server, batch, len(rows))["seconds"] for batch in (BATCHES[0], *BATCHES)}
    batch = min(tried, key=tried.get)

    def copydesk_run() -> tuple[float, float]:
        wall, processor = programs.timed(programs.copydesk_command(texts, results))
        return wall - start, processor - start_cpu

    # Copydesk before and after each run of spaCy: what else the machine does hits both.
    speeds, ratios, ratios_cpu = {"Copydesk": [], "spaCy": []}, [], []
    before = copydesk_run()
    for number in range(1, rounds + 1):
        slow = ask(server, batch)
        after = copydesk_run()
        fast, fast_cpu = (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
        before = after
        speeds["Copydesk"].append(tokens / fast)
        speeds["spaCy"].append(tokens / slow["seconds"])
        ratios.append(slow["seconds"] / fast)
        ratios_cpu.append(slow["processor"] / fast_cpu)
        print(
            f"round {number}: Copydesk {tokens / fast:,.0f}, spaCy {tokens / slow['seconds']:,.0f} tokens a second, "
            f"ratio {ratios[-1]:.1f} (processor time {ratios_cpu[-1]:.1f})",
            file=sys.stderr,
        )
    server.stdin.close()
    server.wait()

    memory = {
        "Copydesk": programs.peak_memory(programs.copydesk_command(texts, results)),
        "spaCy": programs.peak_memory(programs.spacy_command("predict", model, texts, results, batch)),
    }
    tools = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence")
    sizes = {
        "Copydesk": (sum(size(path) for path in MODELS), size(copydesk)),
        "spaCy": (size(model), size(model) + size(Path(sysconfig.get_paths()["purelib"]), tools)),
    }

    version = subprocess.run([copydesk, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"\n{date.today()}, {processor_name()}, {os.cpu_count()} cores, load {load:.1f} at the start; {version}\n")
    print("| system | F1 | P / R | tokens a second | ratio | start-up | peak memory | model | installed |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for system, ratio in (("Copydesk", spread(ratios, ".1f")), ("spaCy", "1")):
        right = scores[system]["all"]
        print(
            f"| {system} | {right['f1']:.1f} | {right['p']:.1f} / {right['r']:.1f} "
            f"| {spread(speeds[system], ',.0f')} | {ratio} "
            f"| {statistics.median(starts[system]) * 1000:,.0f} ms | {megabytes(memory[system])} "
            f"| {megabytes(sizes[system][0])} | {megabytes(sizes[system][1])} |"
        )
    print(
        f"\nMedian of {rounds} rounds (lowest to highest). {tokens:,} tokens a run "
        f"({len(rows):,} texts{f', {times} times over' if times > 1 else ''}); spaCy in batches of {batch}. "
        f"Ratio by processor time: {spread(ratios_cpu, '.1f')}."
    )
    record = json.loads((model.parent / "training.json").read_text())
    best = max(record["evaluations"], key=lambda row: row["f1"])
    last = record["evaluations"][-1]
    print(
        f"spaCy's training: best at step {best['step']:,} (its own F1 {best['f1']:.1f}), ended at step {last['step']:,}"
        + (", cut short by the limit it was given." if record["cut_short"] else " by its own early stopping.")
    )


if __name__ == "__main__":
    main()
