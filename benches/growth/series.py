"""Measurements by axis and pipeline: medians of runs, and the fits to them."""

import json
import statistics
from dataclasses import dataclass
from pathlib import Path

import fit

AXES = ("document", "corpus")
PIPELINES = ("fast", "news")


@dataclass(frozen=True)
class Series:
    """One pipeline on one axis, the smallest size first. `start` and `start_memory` are those of an empty file."""

    sizes: list[int]
    words: list[int]
    seconds: list[float]
    wall: list[float]
    memory: list[float]
    runs: list[int]
    start: float
    start_memory: float

    def time(self) -> fit.Line:
        """Seconds of processor time by words, the empty file among the points."""
        return fit.relative_line([0, *self.words], [self.start, *self.seconds])

    def exponent(self) -> tuple[float, float]:
        """Of which power of the words the time is, start-up taken off; and half of the 95 % interval."""
        return fit.exponent(self.words, self.seconds, self.start)

    def peak(self) -> fit.Line:
        """Bytes by words, the empty file among the points."""
        return fit.relative_line([0, *self.words], [self.start_memory, *self.memory])


def load(path: Path) -> tuple[dict, dict[tuple[str, str], Series]]:
    """The file's head, and a series for each axis and pipeline."""
    measured = json.loads(path.read_text(encoding="utf-8"))
    series = {}
    for axis in AXES:
        for pipeline in PIPELINES:
            found = [p for p in measured["points"] if (p["axis"], p["pipeline"]) == (axis, pipeline)]
            empty, *found = sorted(found, key=lambda point: point["size"])
            series[axis, pipeline] = Series(
                sizes=[point["size"] for point in found],
                words=[point["words"] for point in found],
                seconds=[statistics.median(point["processor_seconds"]) for point in found],
                wall=[statistics.median(point["wall_seconds"]) for point in found],
                memory=[statistics.median(point["peak_bytes"]) for point in found],
                runs=[len(point["wall_seconds"]) for point in found],
                start=statistics.median(empty["processor_seconds"]),
                start_memory=statistics.median(empty["peak_bytes"]),
            )
    return measured, series
