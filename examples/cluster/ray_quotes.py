"""Who is quoted how often, by outlet, on Ray.

    pip install 'ray[data]'              # the wheel of copydesk on every node
    python examples/cluster/ray_quotes.py ARTICLES.parquet OUT [ACTORS]

ARTICLES has the columns `id`, `text` and `outlet`. OUT becomes a folder with all quotes as Parquet. Each actor takes a core;
leave one for reading and writing, or nothing moves.
On a cluster, start it there with `ray job submit`.
"""

import sys

import pyarrow.compute
import pyarrow.dataset
import ray.data

import copydesk.ray


def main(articles: str, out: str, actors: str = "1") -> None:
    """Analyzes articles, writes the quotes and prints the most quoted speakers."""
    ds = ray.data.read_parquet(articles, columns=["id", "text", "outlet"])
    quotes = copydesk.ray.analyze(ds, actors=int(actors), id="id", text="text", layer="quotes", pipeline="fast")
    quotes.write_parquet(out, mode=ray.data.SaveMode.OVERWRITE)

    table = pyarrow.dataset.dataset(out).to_table(columns=["outlet", "speaker_name", "error"])
    print("texts without a result:", len(table) - table["error"].null_count)
    counts = table.filter(pyarrow.compute.field("speaker_name").is_valid()).group_by(["outlet", "speaker_name"])
    counts = counts.aggregate([([], "count_all")]).sort_by([("count_all", "descending"), ("outlet", "ascending")])
    for row in counts.slice(0, 20).to_pylist():
        print(row["count_all"], row["outlet"], row["speaker_name"])


if __name__ == "__main__":
    main(*sys.argv[1:])
