"""Tests of the made sentences: python3 -m unittest discover --start-directory training/tests (no package is needed)."""
import collections
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from copydesk_training import made_stances  # noqa: E402


class Made(unittest.TestCase):
    def setUp(self):
        self.train, self.held = made_stances.make(False, 1600, 7), made_stances.make(True, 400, 7)

    def test_offsets_are_those_of_the_mentions(self):
        for line in self.train + self.held:
            for one in line["targets"] + ([line["holder"]] if line["holder"] else []):
                self.assertEqual(line["sentence"][one["start"] : one["end"]], one["mention"], line)

    def test_every_slot_is_filled(self):
        for line in self.train + self.held:
            self.assertNotRegex(line["sentence"], r"[{}]|  |\.\.|, \.", line["kind"])
            self.assertTrue(line["targets"], line["sentence"])

    def test_one_seed_gives_the_same_lines_and_another_gives_others(self):
        self.assertEqual(self.train, made_stances.make(False, 1600, 7))
        self.assertNotEqual(json.dumps(self.train), json.dumps(made_stances.make(False, 1600, 8)))

    def test_kinds_and_labels_are_balanced(self):
        kinds = collections.Counter(line["kind"] for line in self.train)
        self.assertEqual(len(kinds), 15)
        self.assertLessEqual(max(kinds.values()) - min(kinds.values()), 1)
        labels = collections.Counter(str(target["polarity"]) for line in self.train for target in line["targets"])
        total = sum(labels.values())
        for label, least in (("1", 0.2), ("-1", 0.2), ("0", 0.2), ("[0.0, 0.5, 0.5]", 0.05)):
            self.assertGreater(labels[label] / total, least, labels)
            self.assertLess(labels[label] / total, 0.45, labels)

    def test_nothing_with_an_opinion_is_both_learned_and_held_back(self):
        learned, held = made_stances.Grammar(False), made_stances.Grammar(True)
        words = lambda grammar: {word for name, lines in grammar.words.items() if name not in made_stances.SHARED for word in lines}
        self.assertFalse(words(learned) & words(held))
        templates = lambda grammar: {(voice, text) for lines in grammar.kinds.values() for voice, _, text in lines}
        self.assertFalse(templates(learned) & templates(held))

    def test_labels_of_kinds(self):
        """What may not be said of a target's polarity, by kind: (kind, label)."""
        wrong = {
            ("plain praise", -1), ("plain criticism", 1), ("denied blame", -1), ("denied blame", 1), ("denied praise", 1),
            ("misfortune", -1), ("misfortune", 1), ("praise with a negative word", -1), ("criticism with a positive word", 1),
            ("defended", -1), ("rejected", 1), ("neutral", 1), ("neutral", -1), ("not bad", 1),
        }
        for line in self.train + self.held:
            for target in line["targets"]:
                self.assertNotIn((line["kind"], str(target["polarity"])), {(kind, str(label)) for kind, label in wrong}, line)

    def test_a_template_without_a_label_is_an_error(self):
        with self.assertRaises(ValueError):
            made_stances.template("say {T} is here")


if __name__ == "__main__":
    unittest.main()
