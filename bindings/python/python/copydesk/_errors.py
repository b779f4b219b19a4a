"""The exceptions of the package. Their messages are those of the program."""

from __future__ import annotations


class CopydeskError(Exception):
    """The base of all errors of this package."""

    __module__ = "copydesk"


class PipelineError(CopydeskError, ValueError):
    """A pipeline file is wrong, cannot be read, or differs from its lock. The message lists every fault."""

    __module__ = "copydesk"


class LoadError(CopydeskError):
    """A plugin or a model cannot be loaded."""

    __module__ = "copydesk"


class DocumentError(CopydeskError):
    """A document has no result.

    Attributes:
        id: The document's id.
        stage: The id of the stage that failed, or None.
        reason: The message without the id and the stage.
    """

    __module__ = "copydesk"

    def __init__(self, message: str, *, id: str = "", stage: str | None = None, reason: str | None = None) -> None:
        super().__init__(message)
        self.id = id
        self.stage = stage
        self.reason = message if reason is None else reason


class InputError(DocumentError, ValueError):
    """An input cannot be a document: it has no text, or a text that is not Unicode, or layers that do not fit."""

    __module__ = "copydesk"


class InputTypeError(InputError, TypeError):
    """An input is neither a text nor a dict with a text in it."""

    __module__ = "copydesk"


class TimeLimitError(DocumentError, TimeoutError):
    """A document took longer than its time limit."""

    __module__ = "copydesk"
