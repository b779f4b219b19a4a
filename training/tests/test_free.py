"""Tests of the permissive set: python3 -m unittest discover --start-directory training/tests (no package is needed)."""
import pathlib
import random
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from copydesk_training import free_made_names, free_names, free_prune, free_quotes, free_silver, free_stances, model_file  # noqa: E402

MARKED = "[q1:“No,”] [c1:said] [s1:Ana Ruiz]. [q1:“Never.”]\n\n[s2:She] [c2:added] [q2:that it was “over”]."


def parts(document, number):
    one = document["attributions"][number]
    return {role: [document["text"][start:end] for start, end in one[role]] for role in ("source", "cue", "content")}


class Quotes(unittest.TestCase):
    def test_marks_become_spans(self):
        (document,) = free_quotes.documents([("a", MARKED)], 0, 1)
        self.assertEqual(document["text"], "“No,” said Ana Ruiz. “Never.”\n\nShe added that it was “over”.")
        self.assertEqual(parts(document, 0), {"source": ["Ana Ruiz"], "cue": ["said"], "content": ["“No,”", "“Never.”"]})
        self.assertEqual(parts(document, 1)["content"], ["that it was “over”"])
        self.assertEqual([one["kind"] for one in document["attributions"]], ["direct", "mixed"])

    def test_a_quotation_over_paragraphs_is_one_span(self):
        (document,) = free_quotes.documents([("a", "[s1:He] [c1:said]: [q1:“One.]\n\n[q1:“Two.”]")], 0, 1)
        self.assertEqual(parts(document, 0)["content"], ["“One.\n\n“Two.”"])

    def test_kinds_follow_from_the_marks(self):
        cases = (
            ("“It isn’t ours,”", "direct"),
            ('"It isn\'t ours"', "direct"),
            ("‘It isn’t ours’", "direct"),
            ("« Non »,", "direct"),
            ("that it isn’t ours", "indirect"),
            ("the dogs’ bowl", "indirect"),
            ("that it was 'over'", "mixed"),
        )
        for content, kind in cases:
            with self.subTest(content):
                self.assertEqual(free_quotes.kind(f"x {content}", [[2, 2 + len(content)]]), kind)

    def test_faults_are_told(self):
        cases = (
            ("[q1:“No,”] said Ana.", "one cue"),
            ("[s1:Ana] [c1:said].", "content"),
            ("[s1:Ana] [c1:said] then [c1:wrote] [q1:no].", "one cue"),
            ("[s1:Ana] and [s1:Bo] [c1:said] [q1:no].", "one source"),
            ("[s1:Ana ][c1:said] [q1:no].", "space"),
            ("[s1:Ana [c1:said] [q1:no].", "bracket"),
        )
        for marked, fault in cases:
            with self.subTest(marked):
                with self.assertRaisesRegex(free_quotes.Fault, fault):
                    list(free_quotes.documents([("a", marked)], 0, 1))

    def test_variants_have_other_marks_and_verbs(self):
        made = list(free_quotes.documents([("a", MARKED)], 4, 1))
        self.assertEqual(len({one["text"] for one in made}), len(made))
        self.assertTrue(any("«" in one["text"] for one in made) and any("‘" in one["text"] for one in made))
        for one in made:
            self.assertEqual(parts(one, 0)["source"], ["Ana Ruiz"])
            self.assertEqual([own["kind"] for own in one["attributions"]], ["direct", "mixed"], one["text"])

    def test_our_texts_are_marked_right(self):
        documents = list(free_quotes.documents(free_quotes.read(), 4, 1))
        plain = [one for one in documents if "-" not in one["id"] or one["id"] in dict(free_quotes.read())]
        found = [own for one in plain for own in one["attributions"]]
        self.assertGreaterEqual(len(found), 300)
        self.assertEqual({own["kind"] for own in found}, {"direct", "mixed", "indirect"})
        self.assertGreaterEqual(sum(not one["attributions"] for one in plain), 5)


class Silver(unittest.TestCase):
    def test_doubtful_quotes_take_their_paragraph_with_them(self):
        text = "One said a.\n\nTwo said b.\n\nThree said c."
        blocks = [{"start": start, "end": end} for start, end in ((0, 11), (13, 24), (26, 39))]
        quotes = []
        for number, (start, score) in enumerate(((0, 0.99), (13, 0.4), (26, 0.98))):
            end = text.index(" ", start)
            spans = {"source": [[start, end]], "cue": [[end + 1, end + 5]], "content": [[end + 6, end + 7]]}
            quotes.append({"id": str(number), "kind": "indirect", "score": score} | spans)
        line = {"id": "x", "text": text, "blocks": blocks, "quotes": quotes}
        made = list(free_silver.documents(line, 0.95))
        self.assertEqual([one["text"] for one in made], ["One said a.", "Three said c."])
        self.assertEqual(parts(made[1], 0), {"source": ["Three"], "cue": ["said"], "content": ["c"]})


class Names(unittest.TestCase):
    def test_names_are_drawn_alike(self):
        titles = free_names.read_titles()
        cases = (
            ("the Red Cross 's", "ORG", False, "Red Cross"),
            ("Foreign Minister Ana Ruiz", "PERSON", True, "Ana Ruiz"),
            ("Foreign Minister Ana Ruiz", "PERSON", False, "Foreign Minister Ana Ruiz"),
            ("@anaruiz", "PERSON", False, None),
            ("the rebels", "ORG", True, None),
            ("The President", "PERSON", True, None),
        )
        for words, label, mentions, name in cases:
            with self.subTest(words):
                tokens = words.split()
                span = free_names.drawn(tokens, 0, len(tokens), label, titles, mentions)
                self.assertEqual(span and " ".join(tokens[span[0] : span[1]]), name)

    def test_licences_have_classes(self):
        cases = (("CC BY 4.0", "open"), ("CC BY-SA 3.0", "share-alike"), ("CC BY-NC-SA 4.0", "closed"), (None, "closed"))
        for licence, expected in cases:
            self.assertEqual(free_names.licence_class(licence), expected)

    def maker(self):
        lists = {
            "town": ["Oslo"], "country": ["Peru"], "demonym": ["Peruvian"], "given": ["Ana"], "world": ["Bo"],
            "surname": ["Ruiz"], "leader": ["Lee"], "party": ["The Green List"], "company": ["Acme"],
        }
        return free_made_names.Maker(free_made_names.read_sections(), lists, 3)

    def test_made_names_have_the_offsets_of_their_names(self):
        maker = self.maker()
        for document in free_made_names.documents(maker, 400):
            self.assertNotRegex(document["text"], r"[{}]|  ")
            last = 0
            for name in document["entities"]:
                self.assertGreaterEqual(name["start"], last)
                last = name["end"]
                words = document["text"][name["start"] : name["end"]]
                self.assertRegex(words, r"^\S.*\S$|^\S$")
                self.assertFalse(words.startswith("The ") and document["text"][: name["start"]].endswith("he "))


class Stances(unittest.TestCase):
    def test_uncertain_targets_are_left_out(self):
        line = {"sentence": "a b", "targets": [{"start": 0, "end": 1, "polarity": [0, 0.5, 0.5]}, {"start": 2, "end": 3, "polarity": 1}]}
        self.assertEqual(free_stances.converted(line)["targets"], line["targets"][1:])
        self.assertIsNone(free_stances.converted({"sentence": "a", "targets": line["targets"][:1]}))


class Prune(unittest.TestCase):
    def setUp(self):
        chance = random.Random(1)
        self.features = chance.sample(range(1 << 32), 3000)
        rows = b"".join(struct.pack("8b", *(row % 100 for _ in range(8))) for row in range(3000))
        table = free_prune.build(rows, 8, 0.5, [(feature, row) for row, feature in enumerate(self.features)])
        self.sections = dict(zip(("a.table", "a.index", "a.rows"), table, strict=True))

    def find(self, sections, feature):
        """As the program does."""
        width, index_bits, row_bits, _ = struct.unpack("<IIIf", sections["a.table"])
        slots = struct.unpack(f"<{1 << index_bits}I", sections["a.index"])
        low = (1 << row_bits) - 1
        at = feature >> (32 - index_bits)
        while slots[at]:
            if slots[at] & ~low == feature << row_bits & 0xFFFFFFFF:
                row = (slots[at] & low) - 1
                return sections["a.rows"][row * width : (row + 1) * width]
            at = (at + 1) % len(slots)
        return None

    def test_the_strongest_features_keep_their_weights(self):
        cut = free_prune.cut(self.sections, "a", 0.3)
        self.assertLess(len(cut["a.rows"]), len(self.sections["a.rows"]) * 0.31)
        for row, feature in enumerate(self.features):
            if row % 100 > 70:
                self.assertEqual(self.find(cut, feature), bytes([row % 100] * 8), row)
            elif row % 100 < 69:
                self.assertIsNone(self.find(cut, feature), row)

    def test_a_shift_leaves_words_outside_names_as_they_are(self):
        chain = struct.pack("<I", 3) + b"tags and transitions" + struct.pack("<3f", 0.5, 1.0, -1.0)
        made = free_prune.shifted(chain, 0.25)
        self.assertEqual((made[:24], struct.unpack("<3f", made[24:])), (chain[:24], (0.5, 1.25, -0.75)))

    def test_a_file_is_read_as_it_is_written(self):
        data = model_file.write("quotes", '{"a":1}', self.sections)
        self.assertEqual(model_file.read(data), ("quotes", '{"a":1}', self.sections))
        self.assertEqual(len(data), struct.unpack_from("<Q", data, 16)[0])
        kind, metadata, sections = model_file.read(free_prune.pruned(data, 0.5))
        self.assertEqual((kind, metadata), ("quotes", '{"a":1,"kept_features":0.5}'))
        self.assertEqual(self.find(sections, self.features[99]), bytes([99] * 8))


if __name__ == "__main__":
    unittest.main()
