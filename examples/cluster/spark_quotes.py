"""Who is quoted how often, by outlet, on Spark.

    pip install pyspark pyarrow          # and Java 17; the wheel of copydesk on every worker
    spark-submit examples/cluster/spark_quotes.py ARTICLES.parquet OUT

ARTICLES has the columns `id`, `text` and `outlet`. OUT becomes a folder with all quotes as Parquet. For a try on one
machine: `spark-submit --master 'local[2]' ...`.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

import copydesk.spark


def main(articles: str, out: str) -> None:
    """Analyzes articles, writes the quotes and prints the most quoted speakers."""
    spark = SparkSession.builder.appName("quotes").getOrCreate()
    # An article is much work: small batches, and several times as many parts as cores.
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", copydesk.spark.RECORDS_PER_BATCH)
    df = spark.read.parquet(articles).select("id", "text", "outlet")
    df = df.repartition(4 * spark.sparkContext.defaultParallelism)

    quotes = copydesk.spark.analyze(df, id="id", text="text", layer="quotes", pipeline="fast")
    quotes.write.mode("overwrite").parquet(out)

    quotes = spark.read.parquet(out)
    print("texts without a result:", quotes.where("error is not null").count())
    counts = quotes.where("speaker_name is not null").groupBy("outlet", "speaker_name").count()
    counts.orderBy(f.desc("count"), "outlet", "speaker_name").show(20, truncate=False)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
