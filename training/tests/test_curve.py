"""Tests of the curve from scores to probabilities: python3 -m unittest discover --start-directory training/tests"""
import math
import pathlib
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from copydesk_training import curve, model_file  # noqa: E402


class Curve(unittest.TestCase):
    def test_a_fit_finds_the_curve_that_the_shares_come_from(self):
        share = lambda score: 100 / (1 + math.exp(-(0.6 * math.log(score / (1 - score)) - 0.4)))
        bins = [{"count": 100, "mean_score": 100 * p, "right": share(p)} for p in (0.35, 0.55, 0.75, 0.95)]
        scale, shift = curve.fit([*bins, {"count": 0, "mean_score": None, "right": None}])
        self.assertAlmostEqual(scale, 0.6, delta=0.03)
        self.assertAlmostEqual(shift, -0.4, delta=0.03)

    def test_a_model_keeps_all_but_its_curve(self):
        model = model_file.write("ner", "{}", {"names.chain": b"weights", "more": bytes(range(70))})
        once = curve.with_curve(model, 0.5, -0.25)
        kind, metadata, sections = model_file.read(curve.with_curve(once, 0.75, 0.5))
        self.assertEqual((kind, metadata), ("ner", "{}"))
        self.assertEqual(sections.pop(curve.SECTION), struct.pack("<2f", 0.75, 0.5))
        self.assertEqual(sections, {"names.chain": b"weights", "more": bytes(range(70))})


if __name__ == "__main__":
    unittest.main()
