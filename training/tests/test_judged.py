"""Tests of what the teacher judged: python3 -m unittest discover --start-directory training/tests (no package is needed)."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from copydesk_training.judged import labelled  # noqa: E402


class Judged(unittest.TestCase):
    def test_the_likeliest_class_is_the_label(self):
        for polarity, label, score in (
            ([0.7, 0.2, 0.1], -1, 0.7),
            ([0.1, 0.5, 0.4], 0, 0.5),
            ([0.0, 0.02, 0.98], 1, 0.98),
            ([0.4, 0.4, 0.2], -1, 0.4),
        ):
            line = {"sentence": "Ana Ruiz won.", "targets": [{"start": 0, "end": 8, "polarity": polarity}]}
            found = labelled(line)["targets"]
            self.assertEqual(found, [{"start": 0, "end": 8, "polarity": label, "score": score}])

    def test_what_else_stands_there_stays(self):
        line = {"sentence": "It rained.", "holder": None, "targets": []}
        self.assertEqual(labelled(line), line)


if __name__ == "__main__":
    unittest.main()
