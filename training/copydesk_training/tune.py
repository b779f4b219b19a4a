"""Step 6: sets the few numbers of the heads on the development parts, through the whole pipeline.

    python -m copydesk_training.tune --data DATA --out OUT

First those that decide what is found (how much the linear models count, what is taken from "no cue"), one after the other,
by F1; then those that make a score a probability, by the expected calibration error. Of equal ones the first counts, and
another must be better by GAIN. Writes them into OUT/checkpoint/config.json, and the models that have them to OUT/models.
"""
import argparse
import json
import pathlib
import shutil
import subprocess

from . import COPYDESK
from .curve import fit
from .train import TUNED, gold_path

ENTITIES = "Person=PERSON,Organization=ORG,Location=LOC+GPE,Facility=FAC,NORP=NORP,Product=PRODUCT,Date=DATE,Money=MONEY,Misc=MISC+EVENT+WORK+LAW"
GAIN = 0.1  # points
# In the order in which they are set: where a number stands, its task, the values that are tried.
DECIDE = (
    (("temperature", "ner"), "entities", (1.5, 1, 2, 2.5, 3, 3.5)),
    (("thresholds", "blend"), "entities", (0.5, 0, 0.25, 0.75, 1)),
    (("thresholds", "bias.cue"), "quotes", (0, -0.3, -0.15, 0.15, 0.3)),
    (("thresholds", "bias.source"), "quotes", (0, 0.3, 0.6)),
    (("thresholds", "bias.content"), "quotes", (0, -0.3, 0.3)),
    (("thresholds", "blend.stance"), "sentiment", (0, 0.25, 0.5, 0.75, 1)),
)
CALIBRATE = (
    (("temperature", "blend"), "entities", (1, 1.25, 1.5, 1.75, 2, 2.25)),
    (("temperature", "stance"), "sentiment", (1, 1.5, 2, 2.25, 2.5, 2.75, 3, 3.5, 4)),
)


class Trial:
    """The pipeline with the numbers of the moment."""

    def __init__(self, options):
        self.data, self.checkpoint, self.models = options.data, options.out / "checkpoint", options.out / "models"
        self.config = json.loads((self.checkpoint / "config.json").read_text(encoding="utf-8"))
        self.models.mkdir(exist_ok=True)
        shutil.copy(pathlib.Path(__file__).parent.parent / "news.toml", self.models)

    def put(self, place, value):
        group, name = place
        self.config["copydesk"].setdefault(group, {})[name] = value

    def write(self):
        text = json.dumps(self.config, indent=1) + "\n"
        (self.checkpoint / "config.json").write_text(text, encoding="utf-8")
        subprocess.run([COPYDESK, "model", "import", self.checkpoint, "-o", self.models], check=True, capture_output=True)

    def scores(self, task):
        """What `copydesk eval` says of the development part of a task."""
        self.write()
        command = [COPYDESK, "eval", task, gold_path(self.data, task, "dev"), "-p", self.models / "news.toml", "--json"]
        if task == "entities":
            command += ["--labels", ENTITIES]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["scores"]


def figure(task, scores):
    """What a task is judged by."""
    return {
        "entities": lambda: scores["all"]["f1"],
        "quotes": lambda: scores["relation/all"]["f1"],
        "sentiment": lambda: scores["f1_macro"],
    }[task]()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    trial = Trial(parser.parse_args())
    trial.config["copydesk"].update({group: dict(numbers) for group, numbers in TUNED.items()})

    for place, task, values in DECIDE:
        best = None
        for value in values:
            trial.put(place, value)
            found = figure(task, trial.scores(task))
            if best is None or found > best[0] + GAIN:
                best = (found, value)
        trial.put(place, best[1])
        print(f"{'.'.join(place)} = {best[1]}: {task} {best[0]}", flush=True)
    for place, task, values in CALIBRATE:
        best = None
        for value in values:
            trial.put(place, value)
            found = trial.scores(task)["calibration"]["ece"]
            if best is None or found < best[0]:
                best = (found, value)
        trial.put(place, best[1])
        print(f"{'.'.join(place)} = {best[1]}: {task}, expected calibration error {best[0]}", flush=True)
    # As scores come from the head, and as they are right.
    for task, ending in (("entities", ".names"), ("quotes", ""), ("sentiment", ".stance")):
        scale, shift = fit(trial.scores(task)["calibration"]["bins"])
        trial.put(("thresholds", f"scale{ending}"), scale), trial.put(("thresholds", f"shift{ending}"), shift)
        print(f"scale{ending} = {scale}, shift{ending} = {shift}", flush=True)
    for task in ("entities", "quotes", "sentiment"):
        scores = trial.scores(task)
        print(f"{task}: {figure(task, scores)}, expected calibration error {scores['calibration']['ece']}", flush=True)


if __name__ == "__main__":
    main()
