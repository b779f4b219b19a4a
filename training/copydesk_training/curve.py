"""Fits the curve of a linear model's scores, so that they mean the share that is right (Platt 1999).

    python -m copydesk_training.curve TASK MODEL --gold FILE [LABELS] [--gold FILE [LABELS] ...]

TASK is entities, quotes or sentiment. Nothing was learned from the FILEs; LABELS is what `copydesk eval entities` calls so.
Scores each FILE through the pipeline `fast` with MODEL in it, fits slope and offset to all, and goes on from there while the sum
of the expected calibration errors falls. The first FILE is of the kind that MODEL was made for: its error counts twice. Writes
the curve into MODEL; prints the errors before and after.
"""
import argparse
import json
import math
import pathlib
import struct
import subprocess
import tempfile

from . import COPYDESK, model_file

STAGES = {"entities": "ner", "quotes": "quotes", "sentiment": "stance"}
SECTION = "calibration"
STEPS = ((0.06, 0.0), (-0.06, 0.0), (0.0, 0.1), (0.0, -0.1))
GAIN = 0.05  # points, of the sum


def fit(bins):
    """Slope and offset of the logistic curve from a score's log odds to the share that is right (Platt 1999)."""
    inside = lambda p: min(max(p / 100, 1e-4), 1 - 1e-4)
    filled = [one for one in bins if one["count"]]
    odds = [math.log(inside(one["mean_score"]) / (1 - inside(one["mean_score"]))) for one in filled]

    def loss(scale, shift):
        shares = [inside(100 / (1 + math.exp(-(scale * x + shift)))) for x in odds]
        pairs = [(one["count"], one["right"] / 100, p) for one, p in zip(filled, shares)]
        return -sum(count * (right * math.log(p) + (1 - right) * math.log(1 - p)) for count, right, p in pairs)

    # Ten points and two numbers: a grid will do.
    grid = [(scale / 50, shift / 50) for scale in range(5, 101) for shift in range(-100, 101)]
    return min(grid, key=lambda pair: loss(*pair))


def with_curve(data, scale, shift):
    """A model file's bytes with this curve in place of its own."""
    kind, metadata, sections = model_file.read(data)
    return model_file.write(kind, metadata, sections | {SECTION: struct.pack("<2f", scale, shift)})


def calibration(task, model, gold, labels=None):
    """What `copydesk eval` says of the scores of a model in the pipeline `fast`."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline = pathlib.Path(folder) / "pipeline.toml"
        stage = f'[[stage]]\nid = "{STAGES[task]}"\nconfig = {{ model = {json.dumps(str(model.resolve()))} }}\n'
        pipeline.write_text(f'extends = "fast"\n{stage}', encoding="utf-8")
        command = [COPYDESK, "eval", task, gold, "-p", pipeline, "--json"] + (["--labels", labels] if labels else [])
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["scores"]["calibration"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("task", choices=list(STAGES))
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--gold", nargs="+", action="append", required=True, metavar=("FILE", "LABELS"))
    options = parser.parse_args()

    def put(curve):
        options.model.write_bytes(with_curve(options.model.read_bytes(), *curve))

    def measured(curve):
        put(curve)
        return [calibration(options.task, options.model, *gold) for gold in options.gold]

    errors = lambda found: [one["ece"] for one in found]
    summed = lambda found: errors(found)[0] + sum(errors(found))
    before = measured((1.0, 0.0))
    best = fit([one for found in before for one in found["bins"]])
    found, goes_on = measured(best), True
    while goes_on:
        goes_on = False
        for scale, shift in STEPS:
            tried = (round(best[0] + scale, 2), round(best[1] + shift, 2))
            other = measured(tried) if tried[0] > 0 else found
            if summed(other) < summed(found) - GAIN:
                best, found, goes_on = tried, other, True
    put(best)
    print(f"{options.model.name}: scale {best[0]}, shift {best[1]}; errors {errors(before)} to {errors(found)}")


if __name__ == "__main__":
    main()
