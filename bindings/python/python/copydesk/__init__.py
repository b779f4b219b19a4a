"""Reads news articles: who is in them, who said what, and how each speaker stands toward whom.

>>> import copydesk
>>> nlp = copydesk.load("fast")
>>> article = nlp("“We will vote on Monday,” said Ana Ruiz, the minister.")
>>> [(quote.text, quote.speaker.name) for quote in article.quotes]
[('“We will vote on Monday,”', 'Ana Ruiz')]
"""

from ._copydesk import (
    LAYERS,
    Actor,
    Article,
    Block,
    Entity,
    Mention,
    Pipe,
    Pipeline,
    Quote,
    Sentence,
    Span,
    Stance,
    Table,
    Token,
    __version__,
    load,
)
from ._errors import (
    CopydeskError,
    DocumentError,
    InputError,
    InputTypeError,
    LoadError,
    PipelineError,
    TimeLimitError,
)

__all__ = [
    "LAYERS",
    "Actor",
    "Article",
    "Block",
    "CopydeskError",
    "DocumentError",
    "Entity",
    "InputError",
    "InputTypeError",
    "LoadError",
    "Mention",
    "Pipe",
    "Pipeline",
    "PipelineError",
    "Quote",
    "Sentence",
    "Span",
    "Stance",
    "Table",
    "TimeLimitError",
    "Token",
    "__version__",
    "load",
]
