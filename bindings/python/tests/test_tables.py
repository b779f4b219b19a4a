"""Tables in and out: pyarrow, pandas and polars."""

import datetime
import tempfile
import subprocess
import sys
import unittest
from pathlib import Path

import copydesk

try:
    import pandas
    import polars
    import pyarrow
    import pyarrow.parquet
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

TEXTS = ["“We will vote on Monday,” said Ana Ruiz, the minister.", "It rains.", "Tom Reed praised Ana Ruiz."]
ROWS = {
    "body": TEXTS,
    "link": ["u1", "u2", "u3"],
    "paper": ["Herald", "Post", "Herald"],
    "date": [datetime.date(2024, 5, day) for day in (1, 2, 3)],
}

fast = copydesk.load("fast")


class Tables(unittest.TestCase):
    def frames(self):
        table = pyarrow.table(ROWS)
        yield "pyarrow", table
        yield "reader", table.to_reader(max_chunksize=1)
        yield "polars", polars.DataFrame(ROWS)
        yield "pandas", pandas.DataFrame(ROWS)
        yield "categories", polars.DataFrame(ROWS).with_columns(polars.col("paper").cast(polars.Categorical))
        yield "large", table.cast(pyarrow.schema([(f.name, pyarrow.large_string() if f.type == pyarrow.string() else f.type) for f in table.schema]))

    def test_frames_of_every_kind(self):
        expected = None
        for name, frame in self.frames():
            with self.subTest(name):
                table = fast.analyze_table(frame, text="body", id="link", columns={"outlet": "paper"}, layer="entities")
                rows = table.to_rows()
                expected = expected or rows
                self.assertEqual(rows, expected)
        self.assertEqual([(row["document"], row["text"]) for row in rows][-2:], [("u3", "Tom Reed"), ("u3", "Ana Ruiz")])
        self.assertEqual((rows[0]["outlet"], rows[0]["published"]), ("Herald", "2024-05-01"))

    def test_tables_are_those_of_the_program(self):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "articles.parquet"
            pyarrow.parquet.write_table(pyarrow.table(ROWS), source)
            arguments = ["analyze", "-p", "fast", "--text-column", "body", "--id-column", "link", str(source)]
            arguments += ["-f", "parquet", "-o", str(Path(folder) / "out")]
            subprocess.run([sys.executable, "-m", "copydesk", *arguments], check=True, timeout=120)
            for layer in copydesk.LAYERS:
                with self.subTest(layer):
                    file = pyarrow.parquet.read_table(Path(folder) / "out" / f"{layer}.parquet")
                    table = fast.analyze_table(pyarrow.table(ROWS), text="body", id="link", layer=layer, threads=2)
                    columns = [name for name in table.column_names if name not in ("file", "encoding", "detected_language")]
                    self.assertEqual(table.column_names, file.column_names)
                    self.assertTrue(table.to_arrow().select(columns).equals(file.select(columns)), layer)

    def test_nothing_is_copied_on_the_way_out(self):
        table = fast.analyze_table(pyarrow.table({"text": TEXTS * 50}), layer="sentences")
        address = lambda arrow: [chunk.buffers()[2].address for chunk in arrow["text"].chunks]
        arrow = table.to_arrow()
        self.assertEqual(address(table.to_arrow()), address(arrow))
        frame = table.to_pandas()
        self.assertEqual(str(frame["text"].dtype), "string[pyarrow]")
        self.assertEqual(address({"text": frame["text"].array._pa_array}), address(arrow))
        self.assertGreater(table.nbytes, 0)

    def test_polars_refers_to_the_same_texts(self):
        # A string of polars is a view: 16 bytes that say where the text is, unless it is short enough to be in them.
        table = fast.analyze_table(pyarrow.table({"text": TEXTS * 50}), layer="sentences")
        frame = polars.DataFrame(table)
        self.assertEqual(frame.shape, (len(table), len(table.column_names)))
        views = [chunk.to_arrow(compat_level=polars.CompatLevel.newest()) for chunk in frame["text"].get_chunks()]
        self.assertEqual({view.type for view in views}, {pyarrow.string_view()})
        self.assertEqual(
            [buffer.address for view in views for buffer in view.buffers()[2:]],
            [chunk.buffers()[2].address for chunk in table.to_arrow()["text"].chunks],
        )

    def test_several_layers_at_once(self):
        frame = pyarrow.table(ROWS)
        tables = fast.analyze_table(frame, layer=["stances", "quotes"], threads=2)
        self.assertEqual(list(tables), ["stances", "quotes"])
        for layer, table in tables.items():
            self.assertEqual(table.to_rows(), fast.analyze_table(frame, layer=layer).to_rows())
        self.assertEqual(fast.analyze_table(frame, layer=[]), {})

    def test_a_table_outlives_what_made_it(self):
        arrow = fast(TEXTS[0]).table("quotes").to_arrow()
        self.assertEqual(arrow["text"].to_pylist(), ["“We will vote on Monday,”"])

    def test_forms(self):
        table = fast(TEXTS[0]).table("quotes")
        self.assertEqual(len(table), 1)
        rows = table.to_rows()
        self.assertEqual({name: [row[name] for row in rows] for name in table.column_names}, table.to_dict())
        self.assertEqual(rows, table.to_arrow().to_pylist())
        self.assertIn("<td>Ana Ruiz</td>", table._repr_html_())
        self.assertEqual(pyarrow.schema(table), table.to_arrow().schema)
        self.assertRaisesRegex(ValueError, "there are quotes, actors", fast(TEXTS[0]).table, "nonsense")

    def test_errors(self):
        rows = {"id": ["a", "b", "c"], "text": [TEXTS[0], None, " "]}
        frame = pyarrow.table(rows)
        self.assertRaisesRegex(copydesk.InputError, 'document "b"', fast.analyze_table, frame)
        self.assertEqual(len(fast.analyze_table(frame, errors="skip")), 1)
        for threads in (1, 2):
            table = fast.analyze_table(frame, errors="row", threads=threads).to_rows()
            self.assertEqual([row["document"] for row in table], ["a", "b", "c"])
            self.assertEqual([row["error"] for row in table], [None] + ['no text in column "text"'] * 2)
        # A column of nothing but missing texts has no type of text.
        nothing = pyarrow.table({"text": pyarrow.nulls(2)})
        self.assertEqual([row["error"] for row in fast.analyze_table(nothing, errors="row").to_rows()], ['no text in column "text"'] * 2)
        documents = fast.analyze_table(frame, errors="row", layer="documents").to_rows()
        self.assertEqual([row["error"] is None for row in documents], [True, False, False])

    def test_wrong_tables(self):
        self.assertRaisesRegex(copydesk.InputError, "did you mean", fast.analyze_table, pyarrow.table(ROWS), text="bdy")
        self.assertRaisesRegex(copydesk.InputError, "hold the text", fast.analyze_table, pyarrow.table({"n": [1]}))
        self.assertRaisesRegex(TypeError, "list is no table", fast.analyze_table, TEXTS)
        for column in (pandas.Series(TEXTS), polars.Series(TEXTS), pyarrow.chunked_array([TEXTS])):
            self.assertRaisesRegex(TypeError, "is one column", fast.analyze_table, column)
        for frame in (pandas.DataFrame(ROWS), polars.DataFrame(ROWS), pyarrow.table(ROWS)):
            self.assertRaisesRegex(TypeError, "analyze_table", fast.pipe, frame)
        wrong = lambda: fast.analyze_table(pyarrow.table(ROWS), columns={"outlets": "paper"})
        self.assertRaisesRegex(ValueError, "outlet", wrong)

        def batches():
            yield pyarrow.record_batch({"text": TEXTS})
            raise RuntimeError("the disk is gone")

        reader = pyarrow.RecordBatchReader.from_batches(pyarrow.schema([("text", pyarrow.string())]), batches())
        self.assertRaisesRegex(copydesk.InputError, "the disk is gone", fast.analyze_table, reader)


if __name__ == "__main__":
    unittest.main()
