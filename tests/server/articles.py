"""Makes articles, or reads them from a file of JSON lines, and says what the results of single requests must be."""

import json
import re

NAMES = ["Ana Ruiz", "Tom Reed", "Karen Holt", "Bo Li", "Lindiwe Khumalo", "José Muñoz", "Priya Nair", "Yusuf Demir"]
PLACES = ["Port Vell", "Norwood", "Paris", "Lagos", "Mumbai", "Lima"]
# What a run tells of the place at which it read a document.
PLACE = re.compile(rb'"source":\{"file":null,"line":(?:\d+|null)')


def text(number: int, length: int) -> str:
    """The text of an article with names, quotes and pronouns; `length` counts its paragraphs."""
    one, other, place = NAMES[number % 8], NAMES[(number * 5 + 3) % 8], PLACES[number % 6]
    paragraphs = [f"{place} votes again"]
    for part in range(length):
        paragraphs.append(f"“We will vote {number + part} times if we must,” said {one}, the mayor of {place}. {other} "
                          f"praised the plan on Monday. “It’s a good one 😀,” she said. Critics blamed {one} for it.")
    return "\n\n".join(paragraphs)


def made(count: int) -> list[dict]:
    """Makes articles of 1 to 20 paragraphs that differ."""
    return [{"id": f"a{number}", "text": text(number, 1 + number * 7 % 20)} for number in range(count)]


def read(path: str | None, count: int | None = None) -> list[dict]:
    """Reads `id` and `text` of each line; without a file, makes 84 articles."""
    if path is None:
        return made(count or 84)
    with open(path, encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    return [{"id": article["id"], "text": article["text"]} for article in articles][:count]


def body(article: dict) -> bytes:
    return json.dumps(article, ensure_ascii=False).encode()


def lines(articles: list[dict]) -> bytes:
    return b"".join(body(article) + b"\n" for article in articles)


def at_line(result: bytes, line: int | None) -> bytes:
    """The result as it is if the document stood in another line."""
    place = b'"source":{"file":null,"line":%s' % (b"null" if line is None else b"%d" % line)
    return PLACE.sub(place, result, count=1)


def joined(articles: list[dict], length: int) -> list[dict]:
    """Joins articles to longer ones, each of at least `length` bytes."""
    out, texts, total = [], [], 0
    for article in articles:
        texts.append(article["text"])
        total += len(article["text"].encode())
        if total >= length:
            out.append({"id": f"j{len(out)}", "text": "\n\n".join(texts)})
            texts, total = [], 0
    if texts and not out:
        raise SystemExit("the articles are too short to be joined")
    return out
