"""The work of one process of a cluster: it loads a pipeline once, and analyzes batches on one thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._copydesk import LAYERS, Pipeline, _empty_table, load


@dataclasses.dataclass(frozen=True)
class Work:
    """What is to be done with batches of a table. It travels to the workers; models do not."""

    pipeline: str
    text: str | None
    id: str
    layer: str
    columns: tuple[tuple[str, str], ...]
    set: tuple[tuple[str, Any], ...]
    plugin_dirs: tuple[str, ...]
    models: str | None

    @classmethod
    def new(
        cls,
        pipeline: str,
        text: str | None,
        id: str,
        layer: str,
        columns: Mapping[str, str] | None,
        set: dict[str, Any] | None,
        plugin_dirs: Iterable[str] | None,
        models: str | None,
    ) -> Work:
        """Returns work that has been checked: the pipeline is loaded here once.

        Raises:
            PipelineError: If the pipeline is wrong.
            LoadError: If a plugin or a model cannot be loaded.
            ValueError: If there is no such layer.
        """
        if layer not in LAYERS:
            raise ValueError(f"there is no table {layer!r}; there are {', '.join(LAYERS)}")
        variables = tuple(sorted((set or {}).items()))
        work = cls(
            str(pipeline), text, id, layer, tuple(sorted((columns or {}).items())), variables, tuple(map(str, plugin_dirs or ())), models
        )
        work.loaded()
        return work

    def loaded(self) -> Pipeline:
        """Returns the pipeline of this process."""
        if self not in _loaded:
            _loaded.clear()
            _loaded[self] = load(
                self.pipeline, set=dict(self.set), plugin_dirs=self.plugin_dirs, models=self.models
            )
        return _loaded[self]

    def schema(self) -> Any:
        """Returns the `pyarrow.Schema` of the results."""
        import pyarrow  # type: ignore[import-untyped]

        return pyarrow.schema(_empty_table(self.layer, True))

    def table(self, batch: Any) -> Any:
        """Returns the results of a `pyarrow.RecordBatch` or `pyarrow.Table` as a `pyarrow.Table`."""
        import pyarrow

        layer: Any = self.layer
        table = self.loaded().analyze_table(
            batch,
            text=self.text,
            id=self.id,
            layer=layer,
            columns=dict(self.columns),
            errors="row",
        )
        return pyarrow.table(table)

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Returns the results of batches, as `mapInArrow` of Spark wants them."""
        for batch in batches:
            yield from self.table(batch).to_batches()


_loaded: dict[Work, Pipeline] = {}
