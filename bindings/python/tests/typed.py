"""What type checkers must see: `mypy --strict bindings/python/tests/typed.py`."""

import copydesk
from typing_extensions import assert_type

nlp = copydesk.load("fast", set={"least": 0.5})
assert_type(nlp("a"), copydesk.Article)
assert_type(nlp({"text": "a", "id": 7}).quotes[0].speaker, copydesk.Actor | None)
assert_type(next(nlp.pipe(["a"], threads=2)), copydesk.Article)
assert_type(next(nlp.pipe(["a", None], errors="yield")), copydesk.Article | copydesk.DocumentError)
assert_type(next(nlp.pipe([("a", 1)], as_tuples=True)), tuple[copydesk.Article, int])
assert_type(
    next(nlp.pipe([("a", 1), (None, 2)], as_tuples=True, errors="yield")),
    tuple[copydesk.Article | copydesk.DocumentError, int],
)
table = nlp("a").table("quotes")
assert_type(nlp.analyze_table(table, text="text", layer="quotes"), copydesk.Table)
assert_type(nlp.analyze_table(table, layer=["quotes", "actors"]), dict[str, copydesk.Table])
