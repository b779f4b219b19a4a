"""What other programs read in the formats that Copydesk writes is what the JSON lines say.

COPYDESK names the program. The packages of requirements.txt must be installed:

    COPYDESK=target/release/copydesk python3 tests/clients/formats.py
"""

import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import conllu
from pyld import jsonld
from udapi.core.document import Document

HERE = pathlib.Path(__file__).parent
ODD = "e\u0301 \x00 \u2028 \r\n😀 \u05e9\u05dc\u05d5\u05dd \u200f\u3000\u3000|#;,<&>%\\ \ufffd \x1c\x85"
ARTICLES = [
    {"id": "plain", "title": "Vote on <Monday> & after", "url": "https://news.example/a?b=1", "authors": ["Bo Li"],
     "published": "2024-05-01T00:30:00+02:00",
     "text": "Vote on Monday\n\n“We don’t know,” said Ana Ruiz, the mayor of Port Vell. “But,” she added, “it’s "
             "late.” Critics blamed Ruiz. John Smith, a spokesman for Acme Corp., said he was disappointed."},
    {"id": "odd 1/é", "text": f"{ODD}\n\n“We can’t {ODD} go on,” said Ana Ruiz.{ODD}\n\nRuiz said she would leave."},
    {"id": "empty", "text": ""},
    {"id": "blank", "text": " \n\t"},
    {"id": "last", "text": "😀 Ana Ruiz praised Bo Li in Paris.\r\n“Thanks,” Li told Reuters.\r\n"},
]


def run(format, *ends):
    """Writes the articles in a format and returns the path of the file or folder."""
    source, out = FOLDER / "articles.jsonl", FOLDER / f"out.{format}"
    source.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), encoding="utf-8")
    command = [os.environ["COPYDESK"], "analyze", "-p", "fast", "-f", format, "-o", str(out), str(source)]
    subprocess.run(command, check=True)
    return out


def setUpModule():
    global FOLDER, RESULTS, scratch
    scratch = tempfile.TemporaryDirectory()
    FOLDER = pathlib.Path(scratch.name)
    RESULTS = [json.loads(line) for line in run("json").read_text(encoding="utf-8").split("\n")[:-1]]


def tearDownModule():
    scratch.cleanup()


def words(result, spans):
    return [result["text"][start:end] for start, end in spans]


class ConllU(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.file = run("conllu")
        cls.sentences = conllu.parse(cls.file.read_text(encoding="utf-8"))

    def validate(self, *options):
        command = [sys.executable, "-m", "udtools.cli", "--lang", "en", *options, "--", str(self.file)]
        run = subprocess.run(command, capture_output=True, encoding="utf-8")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_the_official_validator_at_level_1_and_for_coreference(self):
        self.validate("--level", "1", "--coref")

    def test_level_2_misses_heads_alone(self):
        self.validate("--level", "2", "--exclude", "invalid-head", "unknown-head")

    def test_tokens(self):
        expected = [end - start for result in RESULTS for start, end in result.get("tokens", [])]
        found = []
        for sentence in self.sentences:
            for token in sentence:
                place = (token["misc"] or {}).get("TokenRange")
                if place:
                    start, end = map(int, place.split(":"))
                    found.append(end - start)
        self.assertEqual(found, expected)
        self.assertEqual(len(self.sentences), sum(len(result.get("sentences", [])) for result in RESULTS))

    def test_coreference(self):
        logging.disable(logging.WARNING)
        document = Document()
        document.load_conllu(str(self.file))
        logging.disable(logging.NOTSET)
        found = sorted(len(entity.mentions) for entity in document.coref_entities if "a" in entity.eid)
        expected = sorted(
            len({(mention["start"], mention["end"]) for mention in actor["mentions"]})
            for result in RESULTS for actor in result.get("actors", [])
        )
        self.assertEqual(found, expected)

    def test_quotes(self):
        found = self.file.read_text(encoding="utf-8").count("-content-")
        self.assertEqual(found, sum(len(quote["content"]) for result in RESULTS for quote in result.get("quotes", [])))


class WebAnnotation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        context = json.loads((HERE / "anno.json").read_text(encoding="utf-8"))

        def load(url, options=None):
            if url != "http://www.w3.org/ns/anno.jsonld":
                raise ValueError(f"{url} is no context of the model")
            return {"contextUrl": None, "documentUrl": url, "document": context}

        cls.value = json.loads(run("webannotation").read_text(encoding="utf-8"))
        cls.graph = jsonld.flatten(cls.value, options={"documentLoader": load})

    def of_type(self, name):
        return [node for node in self.graph if f"http://www.w3.org/ns/oa#{name}" in node.get("@type", [])]

    def test_every_annotation_is_in_the_graph(self):
        found = self.of_type("Annotation")
        self.assertEqual(len(found), sum(collection["total"] for collection in self.value))
        for node in found:
            self.assertIn("http://www.w3.org/ns/oa#hasTarget", node)
            self.assertIn("http://www.w3.org/ns/oa#motivatedBy", node)

    def test_layers(self):
        layers = [node["urn:copydesk:terms:layer"][0]["@value"] for node in self.of_type("Annotation")]
        for layer in ("entities", "quotes", "stances"):
            self.assertEqual(layers.count(layer), sum(len(result.get(layer, [])) for result in RESULTS), layer)
        mentions = sum(len(actor["mentions"]) for result in RESULTS for actor in result.get("actors", []))
        self.assertEqual(layers.count("mentions"), mentions)

    def test_selectors(self):
        for result, collection in zip(RESULTS, self.value, strict=True):
            for item in collection["first"]["items"]:
                targets = item["target"] if isinstance(item["target"], list) else [item["target"]]
                for target in targets:
                    position, quote = target["selector"][:2]
                    self.assertEqual(result["text"][position["start"]:position["end"]], quote["exact"])

    def test_speakers(self):
        speakers = [node["urn:copydesk:terms:speaker"][0]["@id"] for node in self.of_type("Annotation")
                    if "urn:copydesk:terms:speaker" in node]
        names = {node["@id"]: node["http://xmlns.com/foaf/0.1/name"][0]["@value"] for node in self.graph
                 if "http://xmlns.com/foaf/0.1/name" in node}
        expected = [quote["speaker_name"] for result in RESULTS for quote in result.get("quotes", [])
                    if quote["speaker"] is not None]
        self.assertEqual(sorted(names[speaker] for speaker in speakers), sorted(expected))


class Brat(unittest.TestCase):
    def test_spans(self):
        folder = run("brat")
        files = sorted(folder.rglob("*.ann"))
        self.assertEqual(len(files), len(RESULTS))
        counts = {"T": 0, "E": 0, "Quote": 0}
        for file in files:
            text = file.with_suffix(".txt").read_text(encoding="utf-8")
            for line in file.read_text(encoding="utf-8").splitlines():
                id, rest = line.split("\t", 1)
                counts[id[0]] = counts.get(id[0], 0) + 1
                if id[0] == "E" and rest.startswith("Quote:"):
                    counts["Quote"] += 1
                if id[0] == "T":
                    head, words = rest.split("\t")
                    spans = [tuple(map(int, span.split())) for span in head.split(" ", 1)[1].split(";")]
                    self.assertEqual(" ".join(text[start:end] for start, end in spans), words)
        self.assertEqual(counts["Quote"], sum(len(result.get("quotes", [])) for result in RESULTS))


class Gkg(unittest.TestCase):
    def test_columns(self):
        rows = [line.split("\t") for line in run("gkg").read_text(encoding="utf-8").split("\n")[:-1]]
        self.assertEqual([len(row) for row in rows], [27] * len(RESULTS))
        self.assertEqual(rows[0][1], "20240430223000")
        for result, row in zip(RESULTS, rows, strict=True):
            quotes = [quotation.split("|") for quotation in row[22].split("#") if quotation]
            expected = [span for quote in result.get("quotes", []) for span in quote["content"]]
            self.assertEqual([[int(at), int(at) + int(length)] for at, length, _, _ in quotes], expected)
            for name in filter(None, row[23].split(";")):
                words, at = name.rsplit(",", 1)
                self.assertTrue(result["text"][int(at):].startswith(words.split(" ")[0]), name)
            ElementTree.fromstring(f"<extras>{row[26]}</extras>")


class Tei(unittest.TestCase):
    def test_texts_and_quotes(self):
        tei = "{http://www.tei-c.org/ns/1.0}"
        articles = ElementTree.parse(run("tei")).getroot().findall(f"{tei}TEI")
        for result, article in zip(RESULTS, articles, strict=True):
            body = article.find(f".//{tei}body")
            found = "".join("".join(body.itertext()).split())
            # XML has no form for some control characters.
            expected = "".join(result["text"].translate({0: 0x2400, 0x1c: 0x241c}).split())
            self.assertEqual(found, expected)
            quotes = {said.get("n") for said in body.iter(f"{tei}said")}
            self.assertEqual(len(quotes), sum(bool(quote["content"]) for quote in result.get("quotes", [])))


if __name__ == "__main__":
    unittest.main()
