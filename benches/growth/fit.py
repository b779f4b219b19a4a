"""Fits a line and a power of the size to measurements, by least squares, with 95 % intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Two-sided 95 % quantiles of Student's t for 1 to 10 degrees of freedom.
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


@dataclass(frozen=True)
class Line:
    """`start + slope * x`; `margin` is half of the slope's 95 % interval."""

    start: float
    slope: float
    margin: float

    def at(self, x: float) -> float:
        return self.start + self.slope * x


def line(xs: Sequence[float], ys: Sequence[float], weights: Sequence[float] | None = None) -> Line:
    """The line of the least weighted sum of squares. Three points are the fewest that have an interval."""
    if not 3 <= len(xs) <= len(STUDENT) + 2:
        raise ValueError(f"{len(xs)} points, in place of 3 to {len(STUDENT) + 2}")
    weights = weights or [1.0] * len(xs)
    total = sum(weights)
    x_mean = sum(w * x for w, x in zip(weights, xs)) / total
    y_mean = sum(w * y for w, y in zip(weights, ys)) / total
    spread = sum(w * (x - x_mean) ** 2 for w, x in zip(weights, xs))
    slope = sum(w * (x - x_mean) * (y - y_mean) for w, x, y in zip(weights, xs, ys)) / spread
    start = y_mean - slope * x_mean
    rest = sum(w * (y - start - slope * x) ** 2 for w, x, y in zip(weights, xs, ys))
    freedom = len(xs) - 2
    return Line(start, slope, STUDENT[freedom - 1] * math.sqrt(rest / freedom / spread))


def relative_line(xs: Sequence[float], ys: Sequence[float]) -> Line:
    """The line that is off by the least part of each value: sizes run over five powers of ten, and so do errors."""
    return line(xs, ys, [1 / y**2 for y in ys])


def exponent(xs: Sequence[float], ys: Sequence[float], start: float) -> tuple[float, float]:
    """`p` of `y = start + c * x ** p` over the upper half of the points, and half of its 95 % interval."""
    upper = len(xs) // 2
    found = line([math.log(x) for x in xs[upper:]], [math.log(y - start) for y in ys[upper:]])
    return found.slope, found.margin
