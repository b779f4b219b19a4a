"""Copydesk on a cluster of Ray: `Analyze` for `Dataset.map_batches`, and `analyze` of a data set.

The package must be installed on every node, with the models in it: nothing is downloaded there. Each actor loads the
pipeline once and analyzes on one thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._worker import Work

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped]
    from ray.data import Dataset


class Analyze:
    """An actor that turns batches of articles into rows of one layer.

    The arguments are those of `copydesk.spark.analyze`. Batches must be of the format "pyarrow".
    """

    def __init__(
        self,
        *,
        id: str,
        text: str | None = None,
        layer: str = "quotes",
        pipeline: str = "news",
        columns: Mapping[str, str] | None = None,
        set: dict[str, Any] | None = None,
        plugin_dirs: Iterable[str] | None = None,
        models: str | None = None,
    ) -> None:
        self.work = Work.new(pipeline, text, id, layer, columns, set, plugin_dirs, models)

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        """Returns the rows of a batch, with a last column `error`."""
        return self.work.table(batch)


def analyze(ds: Dataset, *, actors: int | tuple[int, int] = 1, batch_size: int = 128, **arguments: Any) -> Dataset:
    """Analyzes each row of a data set, and returns the rows of one layer.

    Args:
        ds: The articles.
        actors: How many actors there are, or the least and the most. Each takes one core.
        batch_size: Articles in a batch: some 64 to 256.
        arguments: Those of `Analyze`.
    """
    from ray.data import ActorPoolStrategy

    least, most = (actors, actors) if isinstance(actors, int) else actors
    return ds.map_batches(
        Analyze,
        fn_constructor_kwargs=arguments,
        batch_format="pyarrow",
        batch_size=batch_size,
        compute=ActorPoolStrategy(min_size=least, max_size=most),
        num_cpus=1,
    )
