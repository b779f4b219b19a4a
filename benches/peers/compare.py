"""Scores and times Copydesk and its peers on the same texts, and prints one Markdown table.

usage: compare.py COPYDESK DATA OUT ROUNDS TASK...

COPYDESK is the binary, DATA the folder of the corpora, OUT what was trained and made (run.sh). Standard library alone, but for
what tells how big packages are, so that this process stays small beside those it measures.
"""

import difflib
import json
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Callable, NamedTuple

import corpus

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# The gold labels of worldwide-newswire and what `ner` calls them.
LABELS = {
    "Person": "PERSON", "Organization": "ORG", "Location": "LOC+GPE", "Facility": "FAC", "NORP": "NORP",
    "Product": "PRODUCT", "Date": "DATE", "Money": "MONEY", "Misc": "MISC",
}
# Processor seconds of a turn: a system gets as many texts, or the same texts so many times, as take about that.
TURN = 1.0
# spaCy imports click, and does not require it.
SPACY = ("spacy", "click")
# How many times the start of each system is timed.
STARTS = 7
# Packages and libraries that only graphics processors need.
GRAPHICS = ("nvidia", "cuda", "triton")


class Time(NamedTuple):
    """Seconds of wall clock and of processor."""

    wall: float
    processor: float


@dataclass
class System:
    title: str
    # For Copydesk the name of a pipeline, for its word pieces "pieces", else a name in systems.SYSTEMS.
    name: str
    # What of Copydesk's models/ or of OUT the task needs.
    models: list[str]
    # Python packages that it is; none for Copydesk.
    packages: tuple[str, ...] = ()
    # Sizes of batch of which it is given the fastest.
    batches: tuple[int, ...] = (1,)

    @property
    def ours(self) -> bool:
        return not self.packages


@dataclass
class Task:
    title: str
    # Gold files under DATA.
    gold: list[str]
    # What Copydesk writes for it.
    layers: str
    # The first is what the others are compared with.
    systems: list[System]
    # The figures of a system, of what it found in the texts of each gold file.
    score: Callable[["Bench", System, list[Path]], str]


class Bench:
    """Where everything lies, and how a process is run: one thread, one processor."""

    def __init__(self, copydesk: Path, data: Path, out: Path):
        self.copydesk, self.data, self.out = copydesk.resolve(), data, out
        self.work = out / "work"
        self.work.mkdir(exist_ok=True)
        self.environment = os.environ | {"COPYDESK": str(self.copydesk)}
        self.prefix = []
        if shutil.which("taskset"):
            self.prefix = ["taskset", "-c", str(max(os.sched_getaffinity(0)))]

    def command(self, system: System, layers: str, texts: Path, found: Path, batch: int) -> list[str]:
        """From JSON lines to JSON lines."""
        if system.name == "pieces":
            words = [self.worker, "pieces", "predict", self.out / "checkpoint" / "vocab.txt", texts, found]
        elif system.ours:
            pipeline = HERE / "pipelines" / f"{system.name}.toml"
            words = [self.copydesk, "analyze", "-p", pipeline, "--threads", "1", "--layers", layers, texts, "-o", found]
        else:
            words = [*peer(system, "predict"), self.out, texts, found, batch]
        return self.prefix + [str(word) for word in words]

    @property
    def worker(self) -> Path:
        return self.out / "encoder-worker" / "release" / "copydesk-encoder-peers"

    def run(self, command: list[str]) -> Time:
        """What a command took, start-up and all."""
        before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, env=self.environment)
        wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
        return Time(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    def peak_memory(self, command: list[str]) -> int | None:
        """The most bytes that a command had in memory. A run of its own: reading it along would disturb the timing."""
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

    def evaluate(self, kind: str, gold: str, found: Path, *options: str) -> dict:
        command = [self.copydesk, "eval", kind, self.data / gold, "--predictions", found, "--json", *options]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["scores"]


def peer(system: System, command: str) -> list[str]:
    """How a peer's process begins. It sees the packages that it requires and no others: spaCy would import PyTorch, and
    NLTK scikit-learn, if only they are there."""
    seen = needed(system.packages)
    hidden = [
        module
        for module, owners in metadata.packages_distributions().items()
        if not any(plain(owner) in seen or plain(owner).startswith(GRAPHICS) for owner in owners)
    ]
    return ["env", f"HIDDEN={','.join(sorted(hidden))}", sys.executable, str(HERE / "systems.py"), command, system.name]


class Analyses:
    """Copydesk's turns: `analyze` from JSON lines to JSON lines on disk, less its start-up."""

    def __init__(self, bench: Bench, system: System, layers: str, rows: list[tuple[str, str]], start: Time):
        self.bench, self.rows, self.start, self.number = bench, rows, start, 0
        self.texts = bench.work / f"{system.name}.turn.jsonl"
        self.command = bench.command(system, layers, self.texts, bench.work / "found.jsonl", 1)

    def ask(self, number: int, batch: int) -> Time:
        if number != self.number:
            write_texts([self.rows[at % len(self.rows)] for at in range(number)], self.texts)
            self.number = number
        took = self.bench.run(self.command)
        return Time(took.wall - self.start.wall, took.processor - self.start.processor)

    def close(self) -> None:
        self.texts.unlink()


class Server:
    """A process that has loaded a system and the texts, and times itself."""

    def __init__(self, bench: Bench, system: System, texts: Path):
        if system.ours:
            words = [bench.worker, "pieces", "serve", bench.out / "checkpoint" / "vocab.txt", texts]
        else:
            words = [*peer(system, "serve"), bench.out, texts]
        self.title, command = system.title, bench.prefix + [str(word) for word in words]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(command, text=True, env=bench.environment, **pipes)
        self.answer()  # loaded

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.title} ended unasked; its message is above")
        return json.loads(line)

    def ask(self, number: int, batch: int) -> Time:
        self.process.stdin.write(f"{batch} {number}\n")
        self.process.stdin.flush()
        answer = self.answer()
        return Time(answer["seconds"], answer["processor"])

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def write_texts(rows: list[tuple[str, str]], target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        for id, text in rows:
            file.write(json.dumps({"id": id, "text": text}) + "\n")


def read_gold(path: Path) -> list[tuple[str, str]]:
    if ".conllu" in path.name:
        return [(document.id, document.text) for document in corpus.treebank(path)]
    return list(corpus.texts(path))


def f1(scores: dict) -> str:
    return f"{scores['f1']:.1f}"


def score_words(bench: Bench, system: System, found: list[Path]) -> str:
    cells = []
    for gold, path in zip(WORDS.gold, found):
        scores = bench.evaluate("segmentation", gold, path)
        cells.append(f"{gold.split('/')[1].upper()} {f1(scores['tokens'])} / {f1(scores['sentences'])}")
    return ", ".join(cells)


def score_names(bench: Bench, system: System, found: list[Path]) -> str:
    # Peers call labels as the corpus does, from which they learned them.
    labels = ",".join(f"{gold}={ours if system.ours else gold}" for gold, ours in LABELS.items())
    scores = bench.evaluate("entities", NAMES.gold[0], found[0], "--labels", labels)["all"]
    return f"{f1(scores)} ({scores['p']:.1f} / {scores['r']:.1f})"


def score_quotes(bench: Bench, system: System, found: list[Path]) -> str:
    scores = bench.evaluate("quotes", QUOTES.gold[0], found[0])
    return f"{f1(scores['relation/all'])} / {f1(scores['relation/direct'])}"


def score_pieces(bench: Bench, system: System, found: list[Path]) -> str:
    """Returns the agreement with the output of the last system."""
    read = lambda path: {row["id"]: row["pieces"] for _, row in corpus.lines(path)}
    own, reference = read(found[0]), read(bench.work / f"{PIECES.systems[-1].name}.0.jsonl")
    same = 0
    for id, pieces in reference.items():
        matches = difflib.SequenceMatcher(None, own[id], pieces, autojunk=False) if own[id] != pieces else None
        same += sum(block.size for block in matches.get_matching_blocks()) if matches else len(pieces)
    alike = sum(own[id] == pieces for id, pieces in reference.items())
    share = 100 * same / sum(map(len, reference.values()))
    return f"{share:.2f} ({alike} of {len(reference)} texts)"


BOUNDARIES, NAMES_FAST, ENCODER = "tokenizer-boundaries.cdm", "ner-news-fast.cdm", "news-encoder.cdm"
WORDS = Task(
    "words and sentences (UD English, dev): F1 of words / sentences",
    ["ud/ewt/en_ewt-ud-dev.conllu.gz", "ud/gum/en_gum-ud-dev.conllu.gz"],
    "tokens,sentences",
    [
        System("**Copydesk**", "words", [BOUNDARIES]),
        System("spaCy, rules and sentencizer", "spacy-boundaries", [], SPACY, (16, 64)),
        System("NLTK, Punkt and its word tokenizer", "nltk-boundaries", ["nltk-punkt"], ("nltk",)),
    ],
    score_words,
)
PIECES = Task(
    "word pieces (worldwide-newswire dev): % that are `tokenizers`' own",
    ["ner/worldwide-newswire/dev.jsonl.gz"],
    "tokens",
    [
        System("**Copydesk**", "pieces", ["checkpoint/vocab.txt"]),
        System("`tokenizers`", "tokenizers", ["checkpoint/vocab.txt"], ("tokenizers",), (1, 16)),
    ],
    score_pieces,
)
NAMES = Task(
    "names, learned from the same articles (worldwide-newswire dev): F1 (P / R)",
    ["ner/worldwide-newswire/dev.jsonl.gz"],
    "entities",
    [
        System("**Copydesk `fast`**", "names-fast", [BOUNDARIES, NAMES_FAST]),
        System("**Copydesk `news`**", "names-news", [BOUNDARIES, ENCODER, "news-ner.cdm", NAMES_FAST]),
        System("spaCy, small CNN", "spacy-names", ["spacy-names/model-best"], SPACY, (16, 64)),
        System("NLTK, perceptron tagger", "nltk-names", ["nltk-punkt", "nltk-names"], ("nltk",)),
        System("sklearn-crfsuite", "crf-names", ["nltk-punkt", "crf-names"], ("sklearn-crfsuite", "nltk")),
    ],
    score_names,
)
WEIGHTS = Task(
    "names, by the weights of the same encoder (worldwide-newswire dev): F1 (P / R)",
    NAMES.gold,
    "entities",
    [
        System("**Copydesk `news`**, encoder alone, bytes", "names-encoder", [BOUNDARIES, ENCODER, "news-ner.cdm"]),
        System("ONNX Runtime, bytes", "onnx-names", ["onnx/int8.onnx"], ("onnxruntime",), (1, 4, 16)),
        System(
            "`transformers` on PyTorch, floats", "transformers-names", ["checkpoint/model.safetensors"],
            ("transformers", "torch"), (1, 4, 16),
        ),
    ],
    score_names,
)
QUOTES = Task(
    "quotes (PolNeAR dev): F1 of who said what, all / direct",
    ["quotes/polnear/dev.jsonl.gz"],
    "quotes",
    [
        System("**Copydesk `fast`**", "quotes-fast", [BOUNDARIES, "quotes-news-fast.cdm"]),
        System("**Copydesk `news`**", "quotes-news", [BOUNDARIES, ENCODER, "news-quotes.cdm"]),
        System("textacy on spaCy", "textacy-quotes", ["spacy-syntax/model-best"], ("textacy", *SPACY), (64, 256)),
    ],
    score_quotes,
)
TASKS = {"words": WORDS, "pieces": PIECES, "names": NAMES, "weights": WEIGHTS, "quotes": QUOTES}


@dataclass
class Row:
    """A line of the table, and its facts for the notes."""

    system: System
    score: str = ""
    starts: list[Time] = field(default_factory=list)
    memory: int | None = None
    batch: int = 1
    tokens: int = 0
    turns: list[Time] = field(default_factory=list)


def predictions(bench: Bench, task: Task, row: Row, ids: list[list[str]], everything: Path) -> None:
    """One run over all texts, which tells peak memory too; and its figures."""
    system, found = row.system, bench.work / f"{row.system.name}.jsonl"
    row.memory = bench.peak_memory(bench.command(system, task.layers, everything, found, system.batches[0]))
    lines = {json.loads(line)["id"]: line for line in found.open(encoding="utf-8")}
    for number, group in enumerate(ids):
        part = bench.work / f"{system.name}.{number}.jsonl"
        part.write_text("".join(lines[id] for id in group), encoding="utf-8")


def fit(row: Row, asked: Analyses | Server, tokens: list[int]) -> int:
    """How many texts make a turn; warms up, and finds the best size of batch on the way."""
    row.batch, number = row.system.batches[0], 2
    while (took := asked.ask(number, row.batch).processor) < TURN / 4 and number < 1_000_000:
        number *= 4
    number = max(2, round(number * TURN / max(took, 1e-3)))
    if len(row.system.batches) > 1:
        row.batch = min(row.system.batches, key=lambda batch: asked.ask(number, batch).processor)
    times, rest = divmod(number, len(tokens))
    row.tokens = times * sum(tokens) + sum(tokens[:rest])
    return number


def measure(bench: Bench, task: Task, rounds: int) -> list[Row]:
    rows = [Row(system) for system in task.systems]
    gold = [read_gold(bench.data / path) for path in task.gold]
    texts = [row for group in gold for row in group]
    everything, one = bench.work / "texts.jsonl", bench.work / "one.jsonl"
    # In an order of chance, so that the first few are like the rest.
    random.Random(1).shuffle(texts)
    write_texts(texts, everything)
    write_texts([("1", "Ana Ruiz left.")], one)
    if task is WEIGHTS:
        windows = [sys.executable, HERE / "windows.py", bench.out / "checkpoint" / "vocab.txt", everything, one]
        subprocess.run(windows, check=True, env=bench.environment)

    ids = [[id for id, _ in group] for group in gold]
    for row in rows:
        print(f"{row.system.title}: all texts", file=sys.stderr)
        predictions(bench, task, row, ids, everything)
    for row in rows:
        parts = [bench.work / f"{row.system.name}.{number}.jsonl" for number in range(len(ids))]
        row.score = task.score(bench, row.system, parts)
    for _ in range(STARTS):
        for row in rows:
            row.starts.append(bench.run(bench.command(row.system, task.layers, one, bench.work / "found.jsonl", 1)))

    # Tokens are Copydesk's, for all.
    counted = bench.work / "tokens.jsonl"
    bench.run(bench.command(WORDS.systems[0], "tokens", everything, counted, 1))
    tokens = [len(found["tokens"]) for _, found in corpus.lines(counted)]

    asked = []
    for row in rows:
        if row.system.ours and task is not PIECES:
            start = Time(*(statistics.median(column) for column in zip(*row.starts)))
            asked.append(Analyses(bench, row.system, task.layers, texts, start))
        else:
            asked.append(Server(bench, row.system, everything))
    numbers = [fit(row, system, tokens) for row, system in zip(rows, asked)]
    order = list(range(len(rows)))
    for number in range(rounds):
        for at in order[number % len(order) :] + order[: number % len(order)]:
            rows[at].turns.append(asked[at].ask(numbers[at], rows[at].batch))
        speeds = [f"{row.system.title} {row.tokens / row.turns[-1].wall:,.0f}" for row in rows]
        print(f"round {number + 1}, tokens a second: {', '.join(speeds)}", file=sys.stderr)
    for system in asked:
        system.close()
    return rows


def plain(package: str) -> str:
    return package.lower().replace("_", "-")


@cache
def needed(packages: tuple[str, ...]) -> set[str]:
    """The packages that packages need, themselves included; not those for graphics processors."""
    from packaging.requirements import Requirement

    found, open_ = set(), list(packages)
    while open_:
        name = plain(open_.pop())
        if name in found or name.startswith(GRAPHICS):
            continue
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another system or an option
        found.add(name)
        for requirement in map(Requirement, requirements):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                open_.append(requirement.name)
    return found


def package_size(name: str) -> int:
    files = [file for file in metadata.files(name) or [] if not any(word in file.name for word in GRAPHICS)]
    return sum(Path(file.locate()).lstat().st_size for file in files if Path(file.locate()).is_file())


def size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file() and file.name != "training.json")


def sizes(bench: Bench, system: System) -> tuple[int, int]:
    """Bytes of the models, and of all that has to be installed."""
    models = ROOT / "models" if system.ours and system.name != "pieces" else bench.out
    model = sum(size(models / name) for name in system.models)
    if system.name == "pieces":
        return model, model + size(bench.worker)
    if system.ours:
        return model, size(bench.copydesk)  # which holds its models
    return model, model + sum(map(package_size, needed(system.packages)))


def spread(values: list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def megabytes(number: int | None) -> str:
    return "unknown" if number is None else f"{number / 1e6:,.1f} MB"


def lines_of(bench: Bench, task: Task, rows: list[Row]) -> list[str]:
    out, first = [], rows[0]
    for row in rows:
        # Of the same round, and by processor time, which other work on the machine lengthens least.
        ratios = [
            (mine.processor / row.tokens) / (base.processor / first.tokens) for mine, base in zip(row.turns, first.turns)
        ]
        model, installed = sizes(bench, row.system)
        cells = [
            task.title if row is first else "",
            row.system.title,
            row.score,
            spread([row.tokens / turn.wall for turn in row.turns], ",.0f"),
            f"{row.tokens / statistics.median(turn.processor for turn in row.turns):,.0f}",
            "1" if row is first else spread(ratios, ".2f" if statistics.median(ratios) < 10 else ".0f"),
            " / ".join(f"{statistics.median(column) * 1000:,.0f}" for column in zip(*row.starts)) + " ms",
            megabytes(row.memory),
            megabytes(model) if model else "none",
            megabytes(installed),
        ]
        out.append("| " + " | ".join(cells) + " |")
    return out


def training(bench: Bench, folder: str, title: str) -> str:
    record = json.loads((bench.out / folder / "training.json").read_text())
    steps = record["evaluations"]
    best = max(steps, key=lambda step: step["score"])
    how = "by the limit it was given" if record["cut_short"] else "by its own early stopping"
    return f"{title}: best at step {best['step']:,}, ended at step {steps[-1]['step']:,} {how}"


def processor_name() -> str:
    try:
        found = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        return found[0].split(":", 1)[1].strip()
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def main() -> None:
    copydesk, data, out = (Path(argument) for argument in sys.argv[1:4])
    rounds, tasks = int(sys.argv[4]), [TASKS[name] for name in sys.argv[5:]]
    bench, load = Bench(copydesk, data, out), os.getloadavg()[0]
    measured = [(task, measure(bench, task, rounds)) for task in tasks]

    version = subprocess.run([copydesk, "--version"], capture_output=True, text=True).stdout.strip()
    peers = sorted({package for task, _ in measured for system in task.systems for package in system.packages} - {"click"})
    lines = [
        f"{date.today():%-d %B %Y}, {processor_name()}, {os.cpu_count()} cores, load {load:.1f} at the start and "
        f"{os.getloadavg()[0]:.1f} at the end; {version}; Python {platform.python_version()}, "
        + ", ".join(f"{package} {metadata.version(package)}" for package in peers) + ".",
        "",
        "| task | system | accuracy | tokens a second | of processor time | times Copydesk's | start-up, clock / processor | "
        "peak memory | model | installed |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(line for task, rows in measured for line in lines_of(bench, task, rows)),
        "",
        f"Medians of {rounds} rounds (lowest to highest). *Times Copydesk's*: the processor time of the first line of the task, "
        "within a round.",
        "Tokens a turn: " + "; ".join(
            f"{name}: " + ", ".join(
                f"{row.system.title} {row.tokens:,}" + (f" in batches of {row.batch}" if len(row.system.batches) > 1 else "")
                for row in rows
            )
            for name, (_, rows) in zip(sys.argv[5:], measured)
        ) + ".",
    ]
    notes = []
    if NAMES in tasks:
        notes.append(training(bench, "spacy-names", "spaCy's training on names"))
    if QUOTES in tasks:
        notes.append(training(bench, "spacy-syntax", "spaCy's training on syntax, for textacy"))
    lines += [". ".join(notes) + "."] if notes else []
    table = "\n".join(lines) + "\n"
    (out / "table.md").write_text(table, encoding="utf-8")
    print("\n" + table, end="")


if __name__ == "__main__":
    main()
