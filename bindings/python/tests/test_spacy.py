"""Copydesk as a component of spaCy."""

import pickle
import tempfile
import unittest
from pathlib import Path

import copydesk

try:
    import spacy
    from spacy.tokens import Doc, DocBin
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

import copydesk.spacy

TEXT = "“We will vote on Monday,” said Ana Ruiz, the minister.\n\nShe met  Tom Reed’s aide. “No,” Reed said, “never.” "

fast = copydesk.load("fast")


class Broken:
    """A pipeline that fails."""

    def __call__(self, text):
        raise copydesk.DocumentError("it broke", id="7")

    def pipe(self, texts, **_):
        return ((copydesk.DocumentError("it broke", id="7"), context) for _, context in texts)


def pipeline(**config):
    nlp = spacy.blank("en")
    nlp.add_pipe("copydesk", config={"pipeline": "fast", **config})
    return nlp


def found(doc):
    ents = [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
    quotes = [(span.start_char, span.end_char, span.label_) for span in doc.spans["quotes"]]
    return ents, quotes, list(doc._.quotes), list(doc._.actors)


class Spacy(unittest.TestCase):
    def test_a_component(self):
        doc = pipeline()(TEXT)
        article = fast(TEXT)
        self.assertEqual([ent.text for ent in doc.ents], [entity.text for entity in article.entities])
        parts = [part.text for quote in article.quotes for part in quote.content]
        self.assertEqual([span.text for span in doc.spans["quotes"]], parts)
        self.assertEqual(len(parts), 3)
        rows = article.table("quotes").to_rows()
        self.assertEqual([quote.items() <= row.items() for quote, row in zip(doc._.quotes, rows, strict=True)], [True, True])
        self.assertEqual(doc._.actors[0]["name"], "Ana Ruiz")

    def test_it_leaves_names_if_told(self):
        nlp = pipeline(ents=False)
        ruler = nlp.add_pipe("entity_ruler", before="copydesk")
        ruler.add_patterns([{"label": "DAY", "pattern": "Monday"}])
        self.assertEqual([ent.label_ for ent in nlp(TEXT).ents], ["DAY"])

    def test_many(self):
        texts = [TEXT + f" It has {n} votes." for n in range(40)]
        expected = [found(pipeline()(text)) for text in texts]
        for threads in (1, 2):
            self.assertTrue([found(doc) for doc in pipeline(threads=threads).pipe(texts)] == expected, threads)
        self.assertTrue([found(doc) for doc in pipeline().pipe(texts, n_process=2)] == expected, "processes")
        pairs = pipeline().pipe(zip(texts, range(40)), as_tuples=True)
        self.assertEqual([n for _, n in pairs], list(range(40)))

    def test_saved_and_loaded(self):
        nlp = pipeline()
        expected = found(nlp(TEXT))
        with tempfile.TemporaryDirectory() as folder:
            nlp.to_disk(folder)
            self.assertEqual(found(spacy.load(folder)(TEXT)), expected)
        self.assertEqual(found(pickle.loads(pickle.dumps(nlp))(TEXT)), expected)
        again = spacy.blank("en")
        again.add_pipe("copydesk", config={"pipeline": "fast"})
        self.assertEqual(found(again.from_bytes(nlp.to_bytes())(TEXT)), expected)
        docs = DocBin(store_user_data=True, docs=[nlp(TEXT)])
        (doc,) = DocBin().from_bytes(docs.to_bytes()).get_docs(nlp.vocab)
        self.assertEqual(found(doc), expected)

    def test_errors(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "wrong.toml"
            path.write_text('name = "wrong"\n[[stage]]\nplugin = "tokenizr"\n')
            self.assertRaisesRegex(copydesk.PipelineError, "tokenizer", pipeline, pipeline=str(path))
        component = pipeline(threads=1).get_pipe("copydesk")
        component.pipeline = Broken()
        vocab = spacy.blank("en").vocab
        docs = [Doc(vocab, words=[word]) for word in ("a", "b")]
        self.assertRaises(copydesk.DocumentError, list, component.pipe(docs))
        self.assertRaises(copydesk.DocumentError, component, docs[0])
        seen = []
        component.set_error_handler(lambda name, own, docs, error: seen.append((name, docs[0].text.strip(), error.id)))
        self.assertEqual(list(component.pipe(docs)), [])
        self.assertEqual(seen, [("copydesk", "a", "7"), ("copydesk", "b", "7")])

    def test_articles_as_docs(self):
        for text in (TEXT, "", "  a", "\n\nIt rains.\t", "don't 😀 can’t"):
            article = fast(text)
            doc = article.to_spacy(spacy.blank("en").vocab)
            self.assertEqual(doc.text, text)
            self.assertEqual([word.text for word in doc if not word.is_space], [token.text for token in article.tokens])
            if text.strip():
                first = [sentence.text for sentence in article.sentences]
                self.assertEqual([sent.text.strip() for sent in doc.sents if sent.text.strip()], first)
            self.assertEqual([ent.text for ent in doc.ents], [entity.text for entity in article.entities])


if __name__ == "__main__":
    unittest.main()
