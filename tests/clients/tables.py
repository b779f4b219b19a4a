"""Reads the tables of results with pyarrow, DuckDB, polars and pandas, and compares them with the JSON lines of the same
articles. Then it reads Parquet files that these programs write, and runs the examples of docs/corpora.md: three answers
to a question must be one.

    pip install -r tests/clients/requirements.txt
    COPYDESK=target/release/copydesk python tests/clients/tables.py
"""

import contextlib
import csv
import io
import json
import math
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import duckdb
import pandas
import polars
import pyarrow.parquet

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("COPYDESK", str(ROOT / "target/debug/copydesk"))
EXAMPLES = ROOT / os.environ.get("COPYDESK_EXAMPLES", "docs/corpora.md")
TABLES = ["quotes", "actors", "mentions", "entities", "stances", "sentences", "tokens", "documents"]

WOMEN = ["Ana Ruiz", "Zoë Lind", "Mary Cole"]
MEN = ["Bo Li", "Peter Stone", "Omar Haddad"]
TOPICS = ["the harbour", "Norwood", "the budget", "the school on Mill Street"]
SAID = ["“We will vote on {topic},” said {name}.", "{name} said that {topic} was “a scandal”.", "“{topic} can’t wait,” {name} told the =Desk."]


def articles():
    """A hundred articles of our own, with metadata, marks that CSV must quote, and letters outside ASCII."""
    for number in range(100):
        name, other = (WOMEN + MEN)[number % 6], (MEN + WOMEN)[(number * 5 + 1) % 6]
        topic = TOPICS[number % 4]
        said = SAID[number % 3].format(name=name, topic=topic[0].upper() + topic[1:] if number % 3 == 2 else topic)
        text = f"{name} met {other} in Norwood on Monday, \"as planned\".\n\n{said} {other} disagreed. 😀\n"
        yield {
            "id": f"-{number}" if number % 10 == 0 else f"a{number}",
            "text": text,
            "title": f"=Day {number}, \"late\"",
            "authors": ["Kim Park", "Lee, Jo"] if number % 2 else None,
            "published": f"2024-{2 + number // 12 % 3:02}-{1 + number % 28:02}T09:30:00+01:00",
            "outlet": ["The Desk", "Evening; Post"][number % 2],
            "language": "en",
            "meta": {"page": number} if number % 5 == 0 else {},
        }


def run(*arguments):
    done = subprocess.run([PROGRAM, "analyze", "-p", "fast", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Words:
    """The text of one document, sliced as its offsets count."""

    def __init__(self, text):
        self.text = text

    def of(self, spans):
        return " … ".join(self.text[start:end] for start, end in spans) if spans else None


def expected(results):
    """The rows of each table, made from JSON lines."""
    rows = {table: [] for table in TABLES}
    for result in results:
        words = Words(result["text"])
        article = {"document": result["id"], "title": result["title"], "published": result["published"], "outlet": result["outlet"]}
        actors = result["actors"]
        named = lambda row: None if row is None else actors[row]["name"]
        label = lambda row: None if row is None else actors[row]["label"]
        for number, quote in enumerate(result["quotes"]):
            content = quote["content"]
            rows["quotes"].append(article | {
                "quote": number, "kind": quote["kind"], "act": quote["act"], "text": words.of(content),
                "start": content[0][0] if content else None, "end": content[-1][1] if content else None,
                "cue": words.of(quote["cue"]), "source": words.of(quote["source"]), "speaker": quote["speaker"],
                "speaker_name": quote["speaker_name"], "speaker_label": label(quote["speaker"]), "score": quote["score"],
            })
        mentions = []
        for actor in actors:
            kinds = [mention["type"] for mention in actor["mentions"]]
            rows["actors"].append(article | {
                "actor": actor["id"], "name": actor["name"], "label": actor["label"], "mentions": len(kinds),
                "names": kinds.count("name"), "nominals": kinds.count("nominal"), "pronouns": kinds.count("pronoun"),
                "quotes": sum(quote["speaker"] == actor["id"] for quote in result["quotes"]),
            })
            mentions += [(mention, actor) for mention in actor["mentions"]]
        for mention, actor in mentions:
            span = mention["start"], mention["end"]
            rows["mentions"].append(article | {
                "actor": actor["id"], "actor_name": actor["name"], "actor_label": actor["label"], "type": mention["type"],
                "text": words.of([span]), "start": span[0], "end": span[1],
            })
        for number, entity in enumerate(result["entities"]):
            rows["entities"].append(article | {
                "entity": number, "label": entity["label"], "text": entity["text"], "start": entity["start"],
                "end": entity["end"], "score": entity["score"], "actor": entity["actor"], "actor_name": named(entity["actor"]),
            })
        for number, stance in enumerate(result["stances"]):
            author = stance["holder"] == "author"
            holder = None if author else stance["holder"]
            [evidence], mention = stance["evidence"], stance["mention"]
            rows["stances"].append(article | {
                "stance": number, "voice": "author" if author else "speaker", "holder": holder, "holder_name": named(holder),
                "target": stance["target"], "target_name": named(stance["target"]), "target_label": label(stance["target"]),
                "polarity": stance["polarity"], "score": stance["score"], "mention": words.of([mention]),
                "mention_start": mention[0], "mention_end": mention[1], "evidence": words.of([evidence]),
                "start": evidence[0], "end": evidence[1],
            })
        for number, (start, end) in enumerate(result["sentences"]):
            rows["sentences"].append({
                "document": result["id"], "sentence": number, "text": words.of([(start, end)]), "start": start, "end": end,
            })
        split = {token["token"]: token["words"] for token in result["multiword_tokens"]}
        word = 0
        for number, token in enumerate(result["tokens"]):
            for start, end in split.get(number, [token]):
                rows["tokens"].append({
                    "document": result["id"], "word": word, "token": number, "text": words.of([(start, end)]),
                    "start": start, "end": end,
                })
                word += 1
        authors = result["authors"]
        rows["documents"].append(article | {
            "authors": "; ".join(authors) if authors else None, "modified": result["modified"], "section": result["section"],
            "language": result["language"], "url": result["url"], "text": result["text"],
            "meta": json.dumps(result["meta"], separators=(",", ":")) if result["meta"] else None,
            "line": result["source"]["line"], "characters": len(result["text"]), "sentences": len(result["sentences"]),
            "tokens": word, "entities": len(result["entities"]), "actors": len(actors), "mentions": len(mentions),
            "quotes": len(result["quotes"]), "stances": len(result["stances"]), "duplicate_of": None, "error": None,
        })
    return rows


def plain(value):
    """A value with what is missing as None."""
    missing = value is None or value is pandas.NA or (isinstance(value, float) and math.isnan(value))
    return None if missing else value


def differs(own, given):
    """Floats have four decimals in JSON lines, and in CSV."""
    if isinstance(own, float) and isinstance(given, (int, float)):
        return abs(own - given) > 0.00006
    return own != given


def unguarded(text):
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if re.match(r"'[=+\-@\t\r]", text) else text


class Results(unittest.TestCase):
    """The results of the articles in each format."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        source = cls.folder / "articles.jsonl"
        source.write_text("".join(json.dumps(article) + "\n" for article in articles()))
        run("-f", "json", "-o", cls.folder / "results.jsonl", source)
        for format in ["parquet", "csv", "tsv"]:
            run("-f", format, "-o", cls.folder / format, source)
        results = [json.loads(line) for line in (cls.folder / "results.jsonl").read_bytes().splitlines()]
        assert len(results) == 100
        cls.rows = expected(results)


class Tables(Results):
    maxDiff = 4_000

    def compare(self, table, found):
        rows = self.rows[table]
        self.assertGreaterEqual(len(rows), 100 if table != "stances" else 1, table)
        self.assertEqual(len(found), len(rows), table)
        if table == "mentions":
            # JSON has them by actor.
            order = lambda row: (row["document"], row["start"], row["end"], row["actor"])
            rows, found = sorted(rows, key=order), sorted(found, key=order)
        for row, own in zip(rows, found):
            wrong = {name: (plain(own[name]), value) for name, value in row.items() if differs(plain(own[name]), value)}
            self.assertEqual(wrong, {}, f"{table}, document {row['document']}")

    def path(self, table):
        return str(self.folder / "parquet" / f"{table}.parquet")

    def test_pyarrow(self):
        for table in TABLES:
            with self.subTest(table):
                self.compare(table, pyarrow.parquet.read_table(self.path(table)).to_pylist())

    def test_duckdb(self):
        for table in TABLES:
            with self.subTest(table):
                found = duckdb.sql(f"SELECT * FROM '{self.path(table)}'")
                self.compare(table, [dict(zip(found.columns, row)) for row in found.fetchall()])

    def test_polars(self):
        for table in TABLES:
            with self.subTest(table):
                self.compare(table, polars.read_parquet(self.path(table)).to_dicts())

    def test_pandas(self):
        for table in TABLES:
            with self.subTest(table):
                frame = pandas.read_parquet(self.path(table), dtype_backend="numpy_nullable")
                self.compare(table, frame.to_dict("records"))

    def test_csv(self):
        kinds = {"INTEGER": int, "BIGINT": int, "FLOAT": float, "BOOLEAN": lambda text: text == "true", "VARCHAR": unguarded}
        for format, delimiter in [("csv", ","), ("tsv", "\t")]:
            for table in TABLES:
                with self.subTest(format=format, table=table):
                    columns = duckdb.sql(f"DESCRIBE SELECT * FROM '{self.path(table)}'").fetchall()
                    kind = {name: kinds[kind] for name, kind, *_ in columns}
                    with (self.folder / format / f"{table}.{format}").open(newline="") as file:
                        rows = list(csv.DictReader(file, delimiter=delimiter, strict=True))
                    self.assertFalse([cell for row in rows for name, cell in row.items()
                                      if kind[name] is unguarded and cell.startswith(("=", "+", "-", "@", "\t", "\r"))])
                    found = [{name: kind[name](cell) if cell else None for name, cell in row.items()} for row in rows]
                    self.compare(table, found)

    def test_no_column_is_nested(self):
        for table in TABLES:
            schema = pyarrow.parquet.read_schema(self.path(table))
            self.assertLessEqual({str(field.type) for field in schema}, {"string", "int32", "int64", "float", "bool"})


class ParquetIn(unittest.TestCase):
    """Articles in Parquet files of other programs are read as they were written."""

    def files(self, folder):
        """Yields files in all that the programs write: compressions, versions of pages, and encodings."""
        table = pyarrow.Table.from_pylist([article | {"meta": None} for article in articles()])
        table = table.drop_columns(["meta"])
        pages = dict(data_page_size=2_000, row_group_size=70)
        encodings = [{}] + [
            {"use_dictionary": False, "column_encoding": {name: encoding for name in ["id", "text", "title"]}}
            for encoding in ["PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"]
        ]
        path = folder / "articles.parquet"
        for compression in ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]:
            for version in ["1.0", "2.0"]:
                for encoding in encodings:
                    pyarrow.parquet.write_table(
                        table, path, compression=compression, data_page_version=version, **pages, **encoding)
                    yield f"pyarrow {compression} {version} {encoding}", path
            polars.from_arrow(table).write_parquet(path, compression=compression.replace("none", "uncompressed"))
            yield f"polars {compression}", path
            for version in ["V1", "V2"]:
                codec = compression.replace("none", "uncompressed")
                duckdb.sql(f"COPY (FROM \"table\") TO '{path}' (FORMAT parquet, CODEC '{codec}', PARQUET_VERSION {version})")
                yield f"duckdb {compression} {version}", path

    def test_files_of_other_programs(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        expected = [(article["id"], article["text"], article["authors"]) for article in articles()]
        for name, path in self.files(folder):
            with self.subTest(name):
                out = folder / "results.jsonl"
                out.unlink(missing_ok=True)
                run("-f", "json", "-o", out, path)
                results = map(json.loads, out.read_bytes().splitlines())
                self.assertEqual([(row["id"], row["text"], row["authors"]) for row in results], expected)


@unittest.skipUnless(EXAMPLES.exists(), "docs/corpora.md is not written")
class Examples(Results):
    """Each question of the page has its answer in DuckDB, pandas and polars."""

    def test_three_answers_are_one(self):
        given = self.folder / "parquet" / "given-names.csv"
        people = [(name, "f") for name in WOMEN] + [(name, "m") for name in MEN]
        given.write_text("name,gender\n" + "".join(f"{name.split()[0]},{gender}\n" for name, gender in people))
        questions = re.split(r"^### ", EXAMPLES.read_text(), flags=re.MULTILINE)[1:]
        asked = 0
        for question in questions:
            blocks = re.findall(r"^```python\n(.*?)^```", question, flags=re.MULTILINE | re.DOTALL)
            if len(blocks) != 3:
                continue
            asked += 1
            with self.subTest(question.splitlines()[0]), contextlib.chdir(self.folder / "parquet"):
                answers = []
                for block in blocks:
                    out = io.StringIO()
                    with contextlib.redirect_stdout(out):
                        exec(compile(block, "an example", "exec"), {})
                    answers.append(out.getvalue())
                self.assertTrue(answers[0].strip(" []\n"))
                self.assertEqual(answers, [answers[0]] * 3)
        self.assertEqual(asked, 3)


if __name__ == "__main__":
    unittest.main()
