"""Tests of the comparison itself: python3 -B -m unittest, in this folder. They need no package."""

import tempfile
import unittest
from pathlib import Path

import corpus
from compare import LABELS, TASKS, Row, System, Time, fit
from systems import SYSTEMS, joined, paragraphs, read_bio, word_features

TREEBANK = """\
# newdoc id = a
# newpar
# text = She can't.
1\tShe\tshe\tPRON\t_\tCase=Nom\t2\tnsubj\t_\t_
2-3\tcan't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
2\tca\tcan\tAUX\t_\t_\t0\troot\t_\t_
3\tn't\tnot\tPART\t_\t_\t2\tadvmod\t_\t_
4\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

# newpar
1\tNo\tno\tINTJ\t_\t_\t0\troot\t_\t_
1.1\tleft\tleave\tVERB\t_\t_\t_\t_\t_\t_

"""


def spans(text: str, *words: str) -> list[tuple[int, int]]:
    out, at = [], 0
    for word in words:
        at = text.index(word, at)
        out.append((at, at + len(word)))
        at += len(word)
    return out


class Corpora(unittest.TestCase):
    def test_treebank(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "dev.conllu"
            path.write_text(TREEBANK, encoding="utf-8")
            (document,) = corpus.treebank(path)
        text = "She can't.\n\nNo"
        self.assertEqual((document.id, document.text), ("a", text))
        first, second = document.sentences
        self.assertEqual(first.tokens, spans(text, "She", "can't", "."))
        self.assertEqual([(word.start, word.end) for word in first.words], spans(text, "She", "ca", "n't", "."))
        self.assertEqual([word.head for word in first.words], [1, 1, 1, 1])
        self.assertEqual(second.tokens, spans(text, "No"))

    def test_articles_without_text(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "dev.jsonl"
            path.write_text('{"tokens": ["Ana", "left"], "entities": [[0, 1, "Person"]]}\n', encoding="utf-8")
            (article,) = corpus.articles(path)
        self.assertEqual((article.text, article.tokens), ("Ana left", [(0, 3), (4, 8)]))


class Systems(unittest.TestCase):
    def test_joined(self):
        text = "I can not, cannot, don't, gonna"
        apart = spans(text, "I", "can", "not", ",", "can", "not", ",", "do", "n't", ",", "gon", "na")
        whole = spans(text, "I", "can", "not", ",", "cannot", ",", "don't", ",", "gonna")
        self.assertEqual(joined(text, apart), whole)

    def test_paragraphs(self):
        self.assertEqual(list(paragraphs("a b\n\nc\n")), [(0, "a b"), (5, "c")])

    def test_read_bio(self):
        tokens = [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]
        tags = ["B-X", "I-X", "B-X", "I-Y", "O"]
        self.assertEqual(list(read_bio(tokens, tags)), [(0, 3, "X"), (4, 5, "X"), (6, 7, "Y")])
        self.assertEqual(list(read_bio(tokens[:1], ["I-X"])), [(0, 1, "X")])

    def test_word_features(self):
        features = word_features(["In", "Port-au-Prince", "1999"], 1)
        self.assertEqual(features["shape"], "Xx-x-Xx")
        self.assertEqual((features["-1:word"], features["1:word"]), ("in", "1999"))
        self.assertTrue(features["-2:none"])


class Measuring(unittest.TestCase):
    def test_every_peer_is_in_a_task(self):
        named = {system.name for task in TASKS.values() for system in task.systems if not system.ours}
        self.assertEqual(named, set(SYSTEMS))

    def test_a_turn_is_as_long_as_it_should_be(self):
        class Asked:
            def ask(self, number: int, batch: int) -> Time:
                return Time(number * 0.01, number * (0.01 if batch == 16 else 0.02))

        row = Row(System("a peer", "peer", [], ("package",), (1, 16)))
        self.assertEqual(fit(row, Asked(), [10, 20]), 50)
        self.assertEqual((row.batch, row.tokens), (16, 25 * 30))

    def test_labels(self):
        self.assertEqual(len(LABELS), 9)


if __name__ == "__main__":
    unittest.main()
