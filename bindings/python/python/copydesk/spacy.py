"""Copydesk in spaCy: the component "copydesk", and articles as `Doc`s.

>>> import spacy
>>> nlp = spacy.blank("en")
>>> _ = nlp.add_pipe("copydesk", config={"pipeline": "fast"})
>>> doc = nlp("“We will vote on Monday,” said Ana Ruiz, the minister.")
>>> [(span.text, span.label_) for span in doc.spans["quotes"]]
[('“We will vote on Monday,”', 'direct')]
>>> doc._.quotes[0]["speaker_name"]
'Ana Ruiz'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, raise_error
from spacy.vocab import Vocab

from ._copydesk import Article, Pipeline, load
from ._errors import DocumentError

ErrorHandler = Callable[[str, Any, list[Doc], Exception], None]

ATTRIBUTES = ("quotes", "actors", "stances")
"""Attributes `doc._.NAME`: the rows of that table as dicts, with offsets in characters of the text."""

OF_THE_DOCUMENT = {"document", "title", "published", "outlet", "quote_id"}
"""Columns that say which document a row is of. The rows of a `Doc` do not have them."""

for _name in ATTRIBUTES:
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=None)


@Language.factory(
    "copydesk",
    assigns=["doc.ents", "doc.spans", "doc._.quotes", "doc._.actors", "doc._.stances"],
    default_config={"pipeline": "news", "set": {}, "plugin_dirs": [], "threads": 1, "ents": True},
)
def make(
    nlp: Language,
    name: str,
    pipeline: str,
    set: dict[str, Any],
    plugin_dirs: list[str],
    threads: int,
    ents: bool,
) -> Component:
    """Makes the component. Its settings are those of `copydesk.load`, and these.

    Args:
        nlp: The pipeline of spaCy.
        name: The component's name.
        pipeline: The name or the file of a pipeline of Copydesk.
        set: Values of its variables.
        plugin_dirs: Folders of plugins.
        threads: Threads that analyze in `nlp.pipe`; 0 means one a core.
        ents: True if the names replace `doc.ents`.
    """
    return Component(name, load(pipeline, set=set, plugin_dirs=plugin_dirs), threads, ents)


class Component:
    """Writes `doc.ents`, `doc.spans["quotes"]`, `doc._.quotes`, `doc._.actors` and `doc._.stances`.

    The tokens of spaCy stay. A name or a quote that ends inside one of them takes all of it.
    """

    def __init__(self, name: str, pipeline: Pipeline, threads: int = 1, ents: bool = True) -> None:
        self.name = name
        self.pipeline = pipeline
        self.threads = threads
        self.ents = ents
        self._error_handler: ErrorHandler = raise_error

    def __call__(self, doc: Doc) -> Doc:
        """Analyzes one text."""
        try:
            annotate(doc, self.pipeline(doc.text), ents=self.ents)
        except DocumentError as error:
            self._error_handler(self.name, self, [doc], error)
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Analyzes many texts, in their order. A text that fails is left out if the error handler returns."""
        texts = ((doc.text, doc) for doc in stream)
        for result, doc in self.pipeline.pipe(texts, as_tuples=True, threads=self.threads, errors="yield"):
            if isinstance(result, DocumentError):
                self._error_handler(self.name, self, [doc], result)
                continue
            annotate(doc, result, ents=self.ents)
            yield doc

    def set_error_handler(self, error_handler: ErrorHandler) -> None:
        """Sets what is called if a text fails."""
        self._error_handler = error_handler

    def get_error_handler(self) -> ErrorHandler:
        """Returns what is called if a text fails."""
        return self._error_handler

    # The configuration of spaCy's pipeline has all that a component is made from.

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Writes nothing."""

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Component:
        """Reads nothing."""
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Returns no bytes."""
        return b""

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Component:
        """Takes no bytes."""
        return self


def annotate(doc: Doc, article: Article, *, ents: bool = True) -> None:
    """Writes what was found in a text to a `Doc` of the same text."""
    if ents:
        doc.ents = filter_spans(
            _spans(doc, ((entity.start, entity.end, entity.label) for entity in article.entities))
        )
    passages = ((part.start, part.end, quote.kind) for quote in article.quotes for part in quote.content)
    doc.spans["quotes"] = list(_spans(doc, passages))
    for name in ATTRIBUTES:
        rows = article.table(name).to_rows()  # type: ignore[arg-type]
        doc._.set(name, [{key: row[key] for key in row if key not in OF_THE_DOCUMENT} for row in rows])


def _spans(doc: Doc, places: Iterable[tuple[int, int, str]]) -> Iterator[Span]:
    for start, end, label in places:
        span = doc.char_span(start, end, label=label, alignment_mode="expand")
        if span is not None:
            yield span


def to_doc(article: Article, vocab: Vocab) -> Doc:
    """Returns a `Doc` with the tokens and sentences of Copydesk, and all that `annotate` writes."""
    text = article.text
    words: list[str] = []
    spaces: list[bool] = []
    starts: list[bool] = []
    begins = {sentence.start for sentence in article.sentences}

    def put(word: str, is_start: bool) -> None:
        words.append(word)
        spaces.append(False)
        starts.append(is_start)

    def between(gap: str) -> None:
        # A blank belongs to the token before it. White space beyond it is a token, as in spaCy.
        if words and gap.startswith(" "):
            spaces[-1] = True
            gap = gap[1:]
        if gap:
            put(gap, not words)

    end = 0
    for token in article.tokens:
        between(text[end : token.start])
        end = token.end
        put(text[token.start : end], token.start in begins)
    between(text[end:])
    doc = Doc(vocab, words=words, spaces=spaces, sent_starts=starts)  # type: ignore[arg-type]
    annotate(doc, article)
    return doc
