"""Tests of the texts, the fits and the reports. They need the standard library only."""

import io
import itertools
import json
import random
import tempfile
import unittest
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path

import fit
import measure
import report
import series
import texts


class Texts(unittest.TestCase):
    def test_one_seed_gives_one_text(self) -> None:
        self.assertEqual(texts.document(2_000), texts.document(2_000))
        self.assertNotEqual(texts.document(2_000), texts.document(2_000, seed=2))

    def test_a_text_begins_a_longer_one(self) -> None:
        short, long = texts.document(1_000)[0], texts.document(5_000)[0]
        self.assertTrue(long.startswith(short))

    def test_words_are_counted_and_reached_within_a_sentence(self) -> None:
        for wanted in (100, 1_000, 10_000):
            text, words = texts.document(wanted)
            self.assertEqual(words, len(text.split()))
            self.assertLess(words - wanted, 40)

    def test_new_words_go_on_coming(self) -> None:
        kinds = [len(set(texts.document(words)[0].split())) for words in (10_000, 100_000)]
        self.assertGreater(kinds[1], 3 * kinds[0])

    def test_articles_have_names_of_their_own(self) -> None:
        found = [text for text, _ in itertools.islice(texts.articles(60), 200)]
        self.assertEqual(len(set(found)), len(found))

    def test_no_name_of_the_examples_is_left(self) -> None:
        words = set(texts.WORD.findall(texts.document(20_000)[0]))
        names = {*texts.SURNAMES, *texts.PLACES, *texts.PEOPLES, *texts.FEMALE, *texts.MALE} - {*texts.WOMEN, *texts.MEN}
        self.assertFalse(words & names)


class Fits(unittest.TestCase):
    SIZES = [100.0, 300.0, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6]

    def test_a_line_is_found_exactly(self) -> None:
        found = fit.relative_line(self.SIZES, [0.02 + 3e-6 * x for x in self.SIZES])
        self.assertAlmostEqual(found.start, 0.02)
        self.assertAlmostEqual(found.slope, 3e-6)
        self.assertAlmostEqual(found.margin, 0)
        self.assertAlmostEqual(found.at(1e6), 3.02)

    def test_an_exponent_is_found_exactly(self) -> None:
        for power in (1.0, 1.3, 2.0):
            found, margin = fit.exponent(self.SIZES, [0.02 + 1e-6 * x**power for x in self.SIZES], 0.02)
            self.assertAlmostEqual(found, power)
            self.assertAlmostEqual(margin, 0)

    def test_intervals_hold_the_truth_as_often_as_they_say(self) -> None:
        chance, slopes, powers, times = random.Random(1), 0, 0, 2_000
        for _ in range(times):
            values = [(0.02 + 3e-6 * x) * chance.gauss(1, 0.02) for x in self.SIZES]
            line = fit.relative_line(self.SIZES, values)
            slopes += abs(line.slope - 3e-6) <= line.margin
            power, margin = fit.exponent(self.SIZES, values, 0.02)
            powers += abs(power - 1) <= margin
        for held in (slopes, powers):
            self.assertTrue(0.93 <= held / times <= 0.97, held / times)

    def test_two_points_have_no_interval(self) -> None:
        self.assertRaises(ValueError, fit.line, [1.0, 2.0], [1.0, 2.0])


class Reports(unittest.TestCase):
    def measured(self, power: float, off: float = 0) -> Path:
        """Measurements in which time goes with this power of the words; every other one is longer by such a part."""
        points = []
        for axis, sizes in (("document", measure.DOCUMENTS), ("corpus", measure.CORPORA)):
            for pipeline in measure.PIPELINES:
                for at, size in enumerate(sizes):
                    seconds = 0.02 + 1e-6 * size**power * (1 + off * (at % 2))
                    point = measure.Point(axis, pipeline, size, 1, size, 0, [seconds], [seconds], [20_000_000 + 400 * size])
                    points.append(asdict(point))
        head = {"version": "copydesk 0.0.0", "date": "2000-01-01", "machine": "a machine", "load": [0.5, 1.5]}
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "measurements.json"
        path.write_text(measure.as_json(head | {"points": points}), encoding="utf-8")
        self.assertEqual(json.loads(path.read_text(encoding="utf-8"))["points"], points)
        return path

    def test_growth_is_called_what_it_is(self) -> None:
        for power, off, said in ((1, 0, "yes"), (1.1, 0, "**no**"), (2, 0, "**no**"), (0.9, 0, "**no**"), (1, 0.5, "too noisy")):
            _, found = series.load(self.measured(power, off))
            self.assertEqual({report.linear(one) for one in found.values()}, {said}, (power, off))

    def test_the_tables_have_all_points(self) -> None:
        said = io.StringIO()
        with redirect_stdout(said):
            report.write(self.measured(1.0))
        lines = said.getvalue().splitlines()
        self.assertIn("| document | `fast` | 20 | 1.00 ± 0.00 | 1.000 ± 0.000 | yes | 20 to 420 | 400 ± 0 |", lines)
        self.assertIn("| 1,000,000 | 1.02 | 1.02 | 420 | 1 | 1.02 | 1.02 | 420 | 1 |", lines)
        self.assertEqual(len([line for line in lines if line.startswith("|")]), 6 + 2 * 11)


if __name__ == "__main__":
    unittest.main()
