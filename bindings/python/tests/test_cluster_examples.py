"""The scripts of examples/cluster, as their first lines say."""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import pyarrow
    import pyarrow.parquet
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "cluster"
ROWS = {
    "id": ["a", "b", "c"],
    "text": ["“We will vote,” said Ana Ruiz. “Soon,” she said.", None, "“No,” said Tom Reed."],
    "outlet": ["Herald", "Herald", "Post"],
}


def has(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


class Scripts(unittest.TestCase):
    def said(self, script: str, environment: dict[str, str]) -> str:
        import os

        with tempfile.TemporaryDirectory() as folder:
            articles = Path(folder) / "articles.parquet"
            pyarrow.parquet.write_table(pyarrow.table(ROWS), articles)
            command = [sys.executable, str(EXAMPLES / script), str(articles), str(Path(folder) / "out")]
            run = subprocess.run(
                command, capture_output=True, encoding="utf-8", timeout=600, env={**os.environ, **environment}
            )
            self.assertEqual(run.returncode, 0, run.stderr)
            return run.stdout

    @unittest.skipUnless(has("pyspark") and shutil.which("java"), "no Spark")
    def test_spark(self):
        said = self.said("spark_quotes.py", {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"})
        self.assertIn("texts without a result: 1", said)
        self.assertIn("|Herald|Ana Ruiz    |2    |", said)

    @unittest.skipUnless(has("ray"), "no Ray")
    def test_ray(self):
        said = self.said("ray_quotes.py", {})
        self.assertIn("texts without a result: 1\n2 Herald Ana Ruiz\n1 Post Tom Reed", said)


if __name__ == "__main__":
    unittest.main()
