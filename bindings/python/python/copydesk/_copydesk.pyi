"""The native part of the package. Offsets are Unicode code points, as Python's slices have them."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, Literal, Protocol, TypeVar, final, overload

__version__: str
"""The version of the package, the program and the models."""

LAYERS: list[str]
"""The names of the tables: quotes, actors, mentions, entities, stances, sentences, tokens, documents."""

_Layer = Literal["quotes", "actors", "mentions", "entities", "stances", "sentences", "tokens", "documents"]
_Offsets = Literal["char", "byte", "utf16"]
_Text = str | Mapping[str, Any]
_Context = TypeVar("_Context")
_Result_co = TypeVar("_Result_co", covariant=True)

class _ArrowStream(Protocol):
    """A data frame of pandas or polars, a table of pyarrow, or any other object with Arrow's PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

def load(
    pipeline: str | os.PathLike[str] | None = None,
    *,
    set: Mapping[str, Any] | None = None,
    acts: Sequence[str] | None = None,
    plugin_dirs: Sequence[str | os.PathLike[str]] | None = None,
    models: str | os.PathLike[str] | None = None,
    locked: str | os.PathLike[str] | None = None,
) -> Pipeline:
    """Loads a pipeline.

    Args:
        pipeline: "news" (the default) or "fast", or the path of a pipeline file.
        set: Values of the pipeline's variables, such as {"min_score": 0.9}.
        acts: Keeps quotes of these acts: speech, writing, thought, intention.
        plugin_dirs: Folders to look for plugins in, before the others.
        models: A folder with models that are not inside the package.
        locked: A lock file that the pipeline must not differ from.

    Raises:
        PipelineError: If the pipeline is wrong. The message lists every fault.
        LoadError: If a plugin or a model cannot be loaded.
    """

@final
class Pipeline:
    """A loaded pipeline. Threads may share it; a pickled one is loaded again; so is one in a process after a fork.

    `nlp(text)` analyzes one text, `nlp.pipe(texts)` many, and `nlp.analyze_table(frame)` the rows of a data frame.
    """

    @property
    def name(self) -> str:
        """The pipeline's name."""
    @property
    def provenance(self) -> dict[str, Any]:
        """Which stages, versions and models make the results."""
    def __call__(self, text: _Text, *, id: str | None = None, time_limit: float | None = None) -> Article:
        """Analyzes one text on this thread. Other threads run meanwhile, and Ctrl-C ends it.

        Args:
            text: A text, or a dict with a text, an id, metadata, `meta`, and layers to take as given. Its keys are those
                of a line of JSON for the program.
            id: The article's id; "1" if there is none.
            time_limit: The most seconds that the stages may take.

        Raises:
            InputError: If the text is not Unicode, or the dict has no text.
            DocumentError: If a stage fails.
            TimeLimitError: If it takes too long.
        """
    @overload
    def pipe(
        self,
        texts: Iterable[_Text],
        *,
        as_tuples: Literal[False] = False,
        threads: int = 1,
        errors: Literal["raise"] = "raise",
        time_limit: float | None = None,
    ) -> Pipe[Article]: ...
    @overload
    def pipe(
        self,
        texts: Iterable[_Text | None],
        *,
        as_tuples: Literal[False] = False,
        threads: int = 1,
        errors: Literal["yield"],
        time_limit: float | None = None,
    ) -> Pipe[Article | DocumentError]: ...
    @overload
    def pipe(
        self,
        texts: Iterable[tuple[_Text, _Context]],
        *,
        as_tuples: Literal[True],
        threads: int = 1,
        errors: Literal["raise"] = "raise",
        time_limit: float | None = None,
    ) -> Pipe[tuple[Article, _Context]]: ...
    @overload
    def pipe(
        self,
        texts: Iterable[tuple[_Text | None, _Context]],
        *,
        as_tuples: Literal[True],
        threads: int = 1,
        errors: Literal["yield"],
        time_limit: float | None = None,
    ) -> Pipe[tuple[Article | DocumentError, _Context]]:
        """Analyzes many texts, and gives the results one by one in their order.

        With one thread nothing is read ahead. With more, up to 128 texts a thread or 32 MB are under way. The texts are
        taken on the thread that takes the results. A text without an id gets its number, from 1.

        Args:
            texts: Texts or dicts, as for a call of the pipeline.
            as_tuples: True if each item is a pair of a text and anything, which comes back beside the result.
            threads: Threads that analyze; 0 means one a core.
            errors: "raise" raises the error of a text in its place, and the iterator goes on if it is asked for more;
                "yield" gives the exception as a result.
            time_limit: The most seconds that the stages may take for one text.

        Raises:
            DocumentError: See `errors`.
        """
    @overload
    def analyze_table(
        self,
        frame: _ArrowStream,
        *,
        text: str | None = None,
        layer: _Layer | None = None,
        id: str | None = None,
        columns: Mapping[str, str] | None = None,
        threads: int = 1,
        errors: Literal["raise", "row", "skip"] = "raise",
        offsets: _Offsets = "char",
        time_limit: float | None = None,
    ) -> Table: ...
    @overload
    def analyze_table(
        self,
        frame: _ArrowStream,
        *,
        text: str | None = None,
        layer: list[_Layer],
        id: str | None = None,
        columns: Mapping[str, str] | None = None,
        threads: int = 1,
        errors: Literal["raise", "row", "skip"] = "raise",
        offsets: _Offsets = "char",
        time_limit: float | None = None,
    ) -> dict[str, Table]:
        """Analyzes the rows of a table, and gives the rows of one layer.

        Args:
            frame: A data frame of pandas or polars, a table of pyarrow, or another object with `__arrow_c_stream__`.
            text: The column with the text; by default one with a usual name, such as body.
            layer: The table of the result, by default the quotes; or a list of tables, which gives a dict of them.
            id: The column with the id; by default one with a usual name, or else the number of the row.
            columns: Columns of metadata, such as {"outlet": "paper"}; others are found by usual names.
            threads: Threads that analyze; 0 means one a core.
            errors: "raise" raises the first error, "skip" leaves such a text out, "row" gives it a row with its id and
                the reason in a last column `error`.
            offsets: The unit of offsets.
            time_limit: The most seconds that the stages may take for one text.

        Raises:
            InputError: If there is no such column.
            DocumentError: If `errors` is "raise" and a text has no result.
        """
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Pipe(Generic[_Result_co]):
    """The results of `Pipeline.pipe`."""

    def __iter__(self) -> Iterator[_Result_co]: ...
    def __next__(self) -> _Result_co: ...
    def close(self) -> None:
        """Ends the work. No more results come."""

@final
class Article:
    """What was found in one text."""

    @property
    def id(self) -> str:
        """The id."""
    @property
    def text(self) -> str:
        """The text. The article holds it once, in UTF-8; this makes a str of it."""
    @property
    def title(self) -> str | None:
        """The headline."""
    @property
    def authors(self) -> list[str]:
        """The authors."""
    @property
    def published(self) -> str | None:
        """When it came out, in ISO 8601."""
    @property
    def modified(self) -> str | None:
        """When it was last changed, in ISO 8601."""
    @property
    def outlet(self) -> str | None:
        """The newspaper, agency, broadcaster or site."""
    @property
    def section(self) -> str | None:
        """The section of the outlet."""
    @property
    def language(self) -> str | None:
        """The language, as a BCP 47 tag."""
    @property
    def url(self) -> str | None:
        """The address."""
    @property
    def meta(self) -> dict[str, Any]:
        """Other metadata, unchanged."""
    @property
    def blocks(self) -> list[Block]:
        """The paragraphs, headlines and so on, in the order of the text."""
    @property
    def sentences(self) -> list[Sentence]:
        """The sentences."""
    @property
    def tokens(self) -> list[Token]:
        """The words."""
    @property
    def entities(self) -> list[Entity]:
        """The names, with dates, sums and the like."""
    @property
    def actors(self) -> list[Actor]:
        """The participants."""
    @property
    def mentions(self) -> list[Mention]:
        """The mentions of all actors, in the order of the text."""
    @property
    def quotes(self) -> list[Quote]:
        """Who said what, in the order of the text."""
    @property
    def stances(self) -> list[Stance]:
        """How holders stand toward actors."""
    def has(self, layer: str) -> bool:
        """Returns True if a stage wrote this layer, with or without rows."""
    def table(self, layer: _Layer = "quotes", *, offsets: _Offsets = "char") -> Table:
        """Returns one layer as a table."""
    def to_json(self, layers: Sequence[str] | None = None, *, offsets: _Offsets = "char") -> str:
        """Returns the line that the program writes: schema copydesk/1, with these parts or all."""
    def to_dict(self, layers: Sequence[str] | None = None, *, offsets: _Offsets = "char") -> dict[str, Any]:
        """Returns that line as a dict."""
    def to_html(self) -> str:
        """Returns the article report, a page that needs nothing beside it."""
    def to_spacy(self, vocab: Any) -> Any:
        """Returns a `spacy.tokens.Doc` with these tokens, sentences, names and quotes. It needs spaCy."""
    def _repr_html_(self) -> str: ...
    def __reduce__(self) -> Any: ...

@final
class Span:
    """A passage of the text."""

    @property
    def start(self) -> int:
        """The start."""
    @property
    def end(self) -> int:
        """The end, exclusive."""
    @property
    def text(self) -> str:
        """The words."""

@final
class Block:
    """A paragraph-like block."""

    @property
    def index(self) -> int:
        """The number of the row, from 0."""
    @property
    def kind(self) -> str:
        """headline, dateline, byline, paragraph, list_item, pull_quote or caption."""
    @property
    def text(self) -> str:
        """The words."""
    @property
    def start(self) -> int:
        """The start."""
    @property
    def end(self) -> int:
        """The end, exclusive."""

@final
class Sentence:
    """A sentence."""

    @property
    def index(self) -> int:
        """The number of the row, from 0."""
    @property
    def text(self) -> str:
        """The words."""
    @property
    def start(self) -> int:
        """The start."""
    @property
    def end(self) -> int:
        """The end, exclusive."""
    @property
    def block(self) -> Block:
        """The block that holds it."""

@final
class Token:
    """A word as in Universal Dependencies: "don't" is two."""

    @property
    def index(self) -> int:
        """The number of the row, from 0."""
    @property
    def text(self) -> str:
        """The words."""
    @property
    def start(self) -> int:
        """The start."""
    @property
    def end(self) -> int:
        """The end, exclusive."""
    @property
    def sentence(self) -> Sentence:
        """The sentence that holds it."""
    @property
    def space_after(self) -> bool:
        """True if white space or the end of the text follows."""

@final
class Entity:
    """A name, a date, a sum or the like."""

    @property
    def index(self) -> int:
        """The number of the row, from 0."""
    @property
    def label(self) -> str:
        """PERSON, ORG, GPE and so on."""
    @property
    def text(self) -> str:
        """The words."""
    @property
    def start(self) -> int:
        """The start."""
    @property
    def end(self) -> int:
        """The end, exclusive."""
    @property
    def score(self) -> float:
        """The probability, 0 to 1."""
    @property
    def actor(self) -> Actor | None:
        """The participant with this name."""

@final
class Quote:
    """An attribution: who said what."""

    @property
    def index(self) -> int:
        """The number of the row, from 0."""
    @property
    def id(self) -> str:
        """16 hexadecimal digits that name the quote among those of all documents."""
    @property
    def kind(self) -> str:
        """direct, indirect or mixed."""
    @property
    def act(self) -> str:
        """speech, writing, thought or intention."""
    @property
    def text(self) -> str:
        """What was said, with a blank for each interruption."""
    @property
    def start(self) -> int | None:
        """The start of the content."""
    @property
    def end(self) -> int | None:
        """The end of the content, exclusive."""
    @property
    def content(self) -> list[Span]:
        """The passages of what was said. An interrupted quote has several."""
    @property
    def cue(self) -> list[Span]:
        """The words that tell of the act, such as "said"."""
    @property
    def source(self) -> list[Span]:
        """The words that name the speaker, such as "she"."""
    @property
    def speaker(self) -> Actor | None:
        """The speaker, if one is known."""
    @property
    def speaker_score(self) -> float | None:
        """The probability that the speaker is right, 0 to 1."""
    @property
    def score(self) -> float:
        """The probability of the attribution, 0 to 1."""

@final
class Actor:
    """A participant of the article."""

    @property
    def index(self) -> int:
        """The number of the row, from 0."""
    @property
    def name(self) -> str:
        """The longest name."""
    @property
    def label(self) -> str:
        """PERSON, ORG and so on."""
    @property
    def role(self) -> str | None:
        """The role in the article's own words, such as "senior advisor"."""
    @property
    def affiliation(self) -> str | None:
        """The organisation or place that the actor speaks for."""
    @property
    def kb_id(self) -> str | None:
        """The id in the knowledge base."""
    @property
    def kb_score(self) -> float | None:
        """The probability that this id is right, 0 to 1."""
    @property
    def mentions(self) -> list[Mention]:
        """All mentions, in the order of the text."""
    @property
    def quotes(self) -> list[Quote]:
        """The quotes of which the actor is the speaker."""

@final
class Mention:
    """A name, a nominal or a pronoun that means an actor."""

    @property
    def index(self) -> int:
        """The number of the row, from 0."""
    @property
    def kind(self) -> str:
        """name, nominal or pronoun."""
    @property
    def text(self) -> str:
        """The words."""
    @property
    def start(self) -> int:
        """The start."""
    @property
    def end(self) -> int:
        """The end, exclusive."""
    @property
    def actor(self) -> Actor:
        """The participant."""

@final
class Stance:
    """How a holder stands toward an actor, at one mention."""

    @property
    def index(self) -> int:
        """The number of the row, from 0."""
    @property
    def holder(self) -> Actor | None:
        """The speaker, or None for the article's own voice."""
    @property
    def target(self) -> Actor:
        """Toward whom it is."""
    @property
    def mention(self) -> Mention:
        """The mention of the target."""
    @property
    def polarity(self) -> float:
        """From -1 (against) to 1 (for)."""
    @property
    def score(self) -> float:
        """The probability of the polarity's class, 0 to 1."""
    @property
    def evidence(self) -> Span:
        """The passage that it was read from."""

@final
class Table:
    """Rows of one layer, in Arrow's memory. Packages that know Arrow's PyCapsule interface take it without a copy."""

    @property
    def layer(self) -> str:
        """The layer."""
    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""
    @property
    def nbytes(self) -> int:
        """The bytes that the rows take."""
    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def to_arrow(self) -> Any:
        """Returns a `pyarrow.Table`, without a copy."""
    def to_pandas(self) -> Any:
        """Returns a `pandas.DataFrame` with Arrow's types, without a copy of the texts."""
    def to_polars(self) -> Any:
        """Returns a `polars.DataFrame`."""
    def to_dict(self) -> dict[str, list[Any]]:
        """Returns the values of each column."""
    def to_rows(self) -> list[dict[str, Any]]:
        """Returns a dict for each row."""
    def _repr_html_(self) -> str: ...

def _empty_table(layer: str, errors: bool = False) -> Table: ...
def _run_program(arguments: Sequence[str]) -> int: ...

from ._errors import DocumentError
