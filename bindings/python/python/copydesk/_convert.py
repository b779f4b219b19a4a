"""Tables as those of other packages. Each is imported when it is asked for."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._copydesk import Table

SHOWN_ROWS = 20


def _package(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(f"this needs the package {name}: pip install {name}") from error


def to_arrow(table: Table) -> Any:
    """Returns a pyarrow.Table, without a copy."""
    return _package("pyarrow").table(table)


def to_pandas(table: Table) -> Any:
    """Returns a pandas.DataFrame with Arrow's types, without a copy of the texts."""
    pandas = _package("pandas")
    return to_arrow(table).to_pandas(types_mapper=pandas.ArrowDtype)


def to_polars(table: Table) -> Any:
    """Returns a polars.DataFrame."""
    return _package("polars").DataFrame(table)


def to_html(table: Table) -> str:
    """Returns the first rows as a table for a notebook."""
    rows = table.to_rows()
    names = table.column_names

    def line(tag: str, cells: list[object]) -> str:
        shown = ("" if cell is None else html.escape(str(cell)) for cell in cells)
        return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in shown) + "</tr>"

    body = "".join(line("td", [row[name] for name in names]) for row in rows[:SHOWN_ROWS])
    more = f"<p>{len(rows):,} rows</p>" if len(rows) > SHOWN_ROWS else ""
    return f"<table><thead>{line('th', list(names))}</thead><tbody>{body}</tbody></table>{more}"
