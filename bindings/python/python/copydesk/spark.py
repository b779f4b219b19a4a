"""Copydesk on a cluster of Spark: `analyze` of a data frame.

The package must be installed on every worker, with the models in it: nothing is downloaded there. Each process of a worker
loads the pipeline once and analyzes on one thread, so that Spark's cores are the threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._worker import Work

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

RECORDS_PER_BATCH = 128
"""A good value of `spark.sql.execution.arrow.maxRecordsPerBatch` for articles: some 64 to 256."""


def analyze(
    df: DataFrame,
    *,
    id: str,
    text: str | None = None,
    layer: str = "quotes",
    pipeline: str = "news",
    columns: Mapping[str, str] | None = None,
    set: dict[str, Any] | None = None,
    plugin_dirs: Iterable[str] | None = None,
    models: str | None = None,
) -> DataFrame:
    """Analyzes each row of a data frame, and returns the rows of one layer.

    The columns are those of the layer's table, plain ones without structs, and a last column `error`. A text without a
    result has one row, with its id and the reason.

    Args:
        df: The articles.
        id: The column with the id.
        text: The column with the text; by default one with a usual name, such as body.
        layer: quotes, actors, mentions, entities, stances, sentences, tokens or documents.
        pipeline: The name of a shipped pipeline, or a file that every worker has.
        columns: Columns of metadata, such as {"outlet": "paper"}; others are found by usual names.
        set: Values of the pipeline's variables.
        plugin_dirs: Folders of plugins, on every worker.
        models: A folder of models, on every worker.

    Raises:
        PipelineError: If the pipeline is wrong.
        LoadError: If a plugin or a model cannot be loaded.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    work = Work.new(pipeline, text, id, layer, columns, set, plugin_dirs, models)
    return df.mapInArrow(work, from_arrow_schema(work.schema()))
