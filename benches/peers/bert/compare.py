"""Names by one checkpoint: bert_ner in the program beside transformers on PyTorch, in turns.

    compare.py COPYDESK OUT TEXTS ROUNDS DEVICE

OUT/exported is the exported encoder. It is read as an ordinary BERT (its own token types need Copydesk's tokens, which
transformers does not have); a second checkpoint has the size of BERT-base and random weights. Prints a Markdown table.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import torch
import transformers
from transformers import AutoTokenizer, BertConfig, BertForTokenClassification

BATCH, LENGTH, OVERLAP = 16, 256, 32


def checkpoints(out: pathlib.Path) -> list[tuple[str, pathlib.Path]]:
    """The exported encoder as an ordinary BERT, and one of BERT-base's size."""
    small, base = out / "small", out / "base"
    for folder in (small, base):
        folder.mkdir(exist_ok=True)
        for name in ("vocab.txt", "tokenizer_config.json"):
            shutil.copy(out / "exported" / name, folder / name)
    config = json.loads((out / "exported" / "config.json").read_text())
    del config["copydesk"]
    (small / "config.json").write_text(json.dumps(config))
    shutil.copy(out / "exported" / "model.safetensors", small / "model.safetensors")
    if not (base / "model.safetensors").exists():
        torch.manual_seed(1)
        own = BertConfig(vocab_size=config["vocab_size"], id2label={int(k): v for k, v in config["id2label"].items()},
                         label2id=config["label2id"])
        BertForTokenClassification(own).save_pretrained(base)
    return [("shipped encoder, 6 layers of 384", small), ("BERT-base, 12 layers of 768", base)]


def ours(program: str, folder: pathlib.Path, out: pathlib.Path, texts: str, threads: int, device: str) -> float:
    """Seconds from start to end of the program."""
    pipeline = out / "pipeline.toml"
    pipeline.write_text(f"""
[[stage]]
plugin = "tokenizer"
[[stage]]
plugin = "bert_ner"
config = {{ model = {json.dumps(str(folder))}, device = "{device}", batch_size = {BATCH}, max_length = {LENGTH}, overlap = {OVERLAP} }}
""")
    command = [program, "analyze", "-p", pipeline, "--threads", str(threads), "--layers", "entities", texts,
               "-o", out / "ours.jsonl"]
    if device == "cpu":
        # Windows go through the network one or a few at a time there: small groups keep all threads busy to the end.
        command += ["--batch", "4"]
    start = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


class Theirs:
    """transformers: windows of all articles in batches, each filled up to its longest."""

    def __init__(self, folder: pathlib.Path, threads: int, device: str) -> None:
        torch.set_num_threads(threads)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = BertForTokenClassification.from_pretrained(folder).eval().to(device)
        self.device = device

    def seconds(self, texts: list[str], by_length: bool) -> float:
        start = time.perf_counter()
        read = self.tokenizer(texts, truncation=True, max_length=LENGTH, stride=OVERLAP,
                              return_overflowing_tokens=True, return_offsets_mapping=True)
        windows = read["input_ids"]
        if by_length:
            windows = sorted(windows, key=len, reverse=True)
        with torch.inference_mode():
            for begin in range(0, len(windows), BATCH):
                batch = self.tokenizer.pad({"input_ids": windows[begin:begin + BATCH]}, return_tensors="pt")
                batch = batch.to(self.device)
                self.model(**batch).logits.softmax(-1).max(-1).indices.tolist()
        return time.perf_counter() - start


def main() -> None:
    transformers.logging.set_verbosity_error()
    program, out, file, rounds, device = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), *sys.argv[3:6]
    texts = [json.loads(line)["text"] for line in open(file, encoding="utf-8")]
    # The texts alone: layers that a line brings would be taken as given.
    file = str(out / "texts.jsonl")
    pathlib.Path(file).write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    cores = os.cpu_count() or 1
    print(f"{len(texts)} articles, {sum(map(len, texts)):,} characters; batches of {BATCH} windows of {LENGTH} pieces; "
          f"median of {rounds} turns; load of the machine {os.getloadavg()[0]:.1f}; torch {torch.__version__}; {device}\n")
    print("| model | threads | bert_ner, articles/s | transformers | ratio | transformers, sorted by length | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, folder in checkpoints(out):
        for threads in sorted({1, cores}) if device == "cpu" else [cores]:
            theirs = Theirs(folder, threads, device)
            turns = []
            for turn in range(int(rounds) + 1):
                # Loading is not counted, there as here.
                loading = ours(program, folder, out, os.devnull, threads, device)
                turn_seconds = (ours(program, folder, out, file, threads, device) - loading,
                                theirs.seconds(texts, False), theirs.seconds(texts, True))
                if turn > 0:
                    turns.append(turn_seconds)
            own, plain, by_length = (statistics.median(column) for column in zip(*turns))
            ratios = [statistics.median(turn[at] / turn[0] for turn in turns) for at in (1, 2)]
            print(f"| {name} | {threads} | {len(texts) / own:.2f} | {len(texts) / plain:.2f} | {ratios[0]:.2f} | "
                  f"{len(texts) / by_length:.2f} | {ratios[1]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
