"""What pickled pipelines are loaded with."""

from __future__ import annotations

from typing import Any

from ._copydesk import Pipeline
from ._copydesk import load as _load


def load(pipeline: str, settings: dict[str, Any]) -> Pipeline:
    """Loads a pipeline with the settings of the one that was pickled."""
    return _load(pipeline, **settings)
