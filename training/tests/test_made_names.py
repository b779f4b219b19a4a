"""Tests of the made names: python3 -m unittest discover --start-directory training/tests (no package is needed)."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from copydesk_training import made_names  # noqa: E402

TEXT = "Police closed Owen Bridge in Lagos. Ana Ruiz sued under the Port Act."


def document():
    tokens = ("Police", "Owen Bridge", "Lagos", ".", "Ana Ruiz", "Port Act", ".")
    labels = ("Organization", "Facility", "Location", None, "Person", "Misc", None)
    offsets, at = [], 0
    for token in tokens:
        at = TEXT.index(token, at) + len(token)
        offsets.append([at - len(token), at])
    entities = [[number, number + 1, label] for number, label in enumerate(labels) if label]
    return {"text": TEXT, "offsets": offsets, "sents": [[0, 4], [4, 7]], "entities": entities}


class MadeNames(unittest.TestCase):
    def setUp(self):
        self.made = made_names.variants([document()], seed=5)

    def test_offsets_are_those_of_names(self):
        self.assertEqual(len(self.made), 2 * made_names.VARIANTS)
        for line in self.made:
            found = [line["text"][start:end] for start, end in line["offsets"]]
            self.assertNotIn("", [name.strip() for name in found], line)
            self.assertEqual(len(found), len(line["entities"]))
        first = [line for line in self.made if line["text"].startswith("Police closed ")]
        self.assertEqual(len(first), made_names.VARIANTS)
        for line in first:
            (start, end), (_, where) = line["offsets"][1], line["offsets"][2]
            self.assertEqual(line["text"], f"Police closed {line['text'][start:end]} in Lagos.")
            self.assertEqual(line["text"][where - 5 : where], "Lagos")

    def test_labels_stay_and_misc_is_told_more_exactly(self):
        labels = {tuple(label for _, _, label in line["entities"]) for line in self.made}
        self.assertEqual(labels, {("Organization", "Facility", "Location"), ("Person", "Law")})

    def test_names_change_and_the_same_seed_gives_the_same(self):
        self.assertGreater(len({line["text"] for line in self.made}), made_names.VARIANTS)
        self.assertEqual(self.made, made_names.variants([document()], seed=5))

    def test_a_last_word_tells_a_label_only_of_misc_and_of_some_words(self):
        ends = {"Act": "Law"}
        self.assertEqual(made_names.refined("Misc", "Port Act", ends), "Law")
        self.assertEqual(made_names.refined("Misc", "Act", ends), "Misc")
        self.assertEqual(made_names.refined("Organization", "Port Act", ends), "Organization")

    def test_every_pattern_has_known_slots(self):
        patterns, ends = made_names.read_names()
        self.assertEqual(set(patterns), {"Facility", "Product", "Law", "Event"})
        self.assertEqual(ends["Prix"], "Event")
        for pattern in (one for some in patterns.values() for one in some):
            rest = pattern
            for slot in ("{place}", "{person}", "{surname}", "{organisation}", "{n}", "{w}"):
                rest = rest.replace(slot, "")
            self.assertNotIn("{", rest, pattern)

    def test_a_file_of_ones_own(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write("# a comment\nFacility: Gate {n}\n")
            file.flush()
            made = made_names.variants([document()], 1, pathlib.Path(file.name))
        self.assertTrue(any("Gate " in line["text"] for line in made))


if __name__ == "__main__":
    unittest.main()
