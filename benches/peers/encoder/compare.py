"""Copydesk's encoder, ONNX Runtime and rten on the same weights and windows, one thread each, in one interleaved run.

usage: compare.py WORKER FOLDER ONNX TEXT ROUNDS

WORKER is the program of this folder, FOLDER the Hugging Face model, ONNX what export.py made, TEXT a file whose pieces
fill the windows. Prints a table in Markdown.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

SHAPES = {
    "1x32": [32],
    "1x128": [128],
    "16x32": [32] * 16,
    "8x128": [128] * 8,
    "1x256": [256],
    "16, 8 to 128 long": list(range(8, 129, 8)),
}

worker, folder, onnx, text, rounds = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5])
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
tokenizer.no_truncation()
tokenizer.no_padding()
ids = np.array(tokenizer.encode(text.read_text(encoding="utf-8")).ids, dtype="<u4")
ids_file = onnx / "ids.bin"
ids.tofile(ids_file)


class OnnxRuntime:
    """In this process; windows of different lengths are padded, which is part of the time."""

    def __init__(self, name, file):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        start = time.perf_counter()
        self.session = onnxruntime.InferenceSession(onnx / file, options, providers=["CPUExecutionProvider"])
        self.name = name
        self.note = f"{(onnx / file).stat().st_size / 1e6:.1f} MB, loaded in {1e3 * (time.perf_counter() - start):.0f} ms"

    def states(self, lengths):
        return self.run(lengths)[1]

    def run(self, lengths):
        pieces = np.resize(ids, sum(lengths)).astype(np.int64)
        start = time.process_time()
        words = np.zeros((len(lengths), max(lengths)), dtype=np.int64)
        mask = np.zeros_like(words)
        at = 0
        for row, length in enumerate(lengths):
            words[row, :length] = pieces[at : at + length]
            mask[row, :length] = 1
            at += length
        inputs = {"input_ids": words, "attention_mask": mask, "token_type_ids": np.zeros_like(words)}
        states = self.session.run(None, inputs)[0]
        taken = time.process_time() - start
        return taken, np.concatenate([row[:length] for row, length in zip(states, lengths)])

    def seconds(self, lengths):
        return self.run(lengths)[0]


class Worker:
    """A process that waits for lengths."""

    def __init__(self, name, *arguments):
        command = [worker, *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.name = name
        self.note = self.process.stdout.readline().strip()

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def seconds(self, lengths):
        return self.ask(" ".join(map(str, lengths)))

    def states(self, lengths):
        file = onnx / "states.bin"
        self.ask(f"states {file} " + " ".join(map(str, lengths)))
        return np.fromfile(file, dtype="<f4").reshape(sum(lengths), -1)


reference = OnnxRuntime("ONNX Runtime, floats", "float.onnx")
systems = [
    Worker("**Copydesk**, bytes", "copydesk", folder, ids_file),
    OnnxRuntime("ONNX Runtime, bytes", "int8.onnx"),
    OnnxRuntime("ONNX Runtime, bytes, fused", "fused-int8.onnx"),
    Worker("rten, bytes", "rten", onnx / "int8.onnx", ids_file),
    reference,
]
base = systems[1]
# The kernels below the best one that this machine has: each worker says which one it took.
taken = systems[0].note.split(",")[0]
slower = {"Amx": ["Avx512Vnni", "Avx2"], "Avx512Vnni": ["Avx2"], "AvxVnni": ["Avx2"]}
systems[1:1] = [
    Worker(f"Copydesk, bytes, {name} alone", "copydesk", folder, ids_file, name) for name in slower.get(taken, [])
]

times = {(system.name, shape): [] for system in systems for shape in SHAPES}
for shape, lengths in SHAPES.items():
    # As many calls a turn as make about 2,000 pieces: a turn is the least of them.
    calls = max(1, 2000 // sum(lengths))
    for turn in range(rounds + 1):
        for system in systems:
            least = min(system.seconds(lengths) for _ in range(calls))
            if turn > 0:
                times[system.name, shape].append(least)

load = os.getloadavg()[0]
print(f"Tokens a second on one thread, by processor time; ratio to ONNX Runtime in bytes. Median of {rounds} turns; "
      f"load of the machine {load:.1f}. onnxruntime {onnxruntime.__version__}.\n")
print("| system | " + " | ".join(SHAPES) + " | |")
print("| --- |" + " ---: |" * len(SHAPES) + " --- |")
for system in systems:
    cells = []
    for shape, lengths in SHAPES.items():
        own = times[system.name, shape]
        ratio = statistics.median(b / a for a, b in zip(own, times[base.name, shape]))
        cells.append(f"{sum(lengths) / statistics.median(own):,.0f} ({ratio:.2f})")
    print(f"| {system.name} | " + " | ".join(cells) + f" | {system.note} |")

lengths = [256] * max(1, len(ids) // 256)
exact = reference.states(lengths)
print(f"\nHidden states of {sum(lengths)} pieces in windows of 256, against ONNX Runtime in floats:\n")
print("| system | mean cosine | least cosine | greatest difference |")
print("| --- | ---: | ---: | ---: |")
for system in systems[:-1]:
    states = system.states(lengths)
    cosines = (states * exact).sum(1) / np.linalg.norm(states, axis=1) / np.linalg.norm(exact, axis=1)
    print(f"| {system.name} | {cosines.mean():.4f} | {cosines.min():.4f} | {np.abs(states - exact).max():.2f} |")
