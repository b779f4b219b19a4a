"""Writes pieces.jsonl: the trainer's pieces for texts of our own, with a small vocabulary of our own.

    PYTHONPATH=training COPYDESK=target/release/copydesk python plugins/encoder/tests/data/freeze.py
"""
import json
import pathlib
import string

from copydesk_training.text import Pieces, analyse, encode

HERE = pathlib.Path(__file__).parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
FIRST = [*string.ascii_lowercase, *string.digits, *string.punctuation, *"“”‘’«»„…–—€£¿¡", *"中文北京日", *"שלום", *"москва", "ß", "ı", "ʼ", "²", "½"]
WORDS = ["the", "said", "minister", "we", "will", "vote", "un", "##aff", "##able", "##ing", "##s", "##ed", "caracas", "o", "##neil"]
LATER = ["##" + piece for piece in [*string.ascii_lowercase, *string.digits, *"שלום", *"москва", "ß", "²"]]

ARTICLE = """Minister: ‘We will vote’

By Zoë O’Brien

CARACAS (Reuters) – “We will vote on Monday,” said Ana Ruiz, the minister. 'It's ours,' she said of the players' union; he didn't reply.

The U.S.-backed plan — worth €2.5m (or $200 million) — failed in 2016, wasn't it? "Yes," he said. ``Never,'' said McDonald. « Oui », dit-elle. „Nein“, sagte er.

“One paragraph begins

“and another ends,” it says.
"""
TEXTS = [
    ARTICLE,
    ARTICLE.replace("\n", "\r\n"),
    ARTICLE.upper(),
    ARTICLE.replace("“", '"').replace("”", '"'),
    ARTICLE.replace("“", "'").replace("”", "'"),
    ARTICLE.replace("“", "‘").replace("”", "’"),
    "",
    " \t\n\u00a0\ufeff ",
    "Zoë, ZOE\u0308, cafe\u0301, Ångström, İstanbul, ıssız, ﬁnance, Straße, STRASSE, ǅungla, Ελλάδα, ὈΔΎΣΣΕΙΑ.",
    "👩‍👩‍👧 laughed 😀😀. 🇻🇪 won 3–1! a\u200db a\u200bb a\u00adb",
    "北京 said 日本 and 中文x. 東京2020。",
    "«الوزير» قال: “שלום”, said Москва. ‏שלום‏ 1٢٣ x² ½ ① Ⅳ",
    "a\u0000b \u0000 c\u0001d \ufffd e\u0085f g\u2028h",
    "z" + "\u0301" * 300 + "oe " + "x" * 100 + " " + "x" * 101 + " " + "a-" * 40 + " " + "unaffableunaffable" * 3,
    "A B. C I I'm I’m U.K. NATO iPhone eBay F-16 x-ray O'Neil mcdonald 5pm 1990s '90s rock 'n' roll http://x.y/z?q=1#f a.b@c.d",
    "' ' '' \" \"\" “” ‘’ ’ ’’ '“' “'a'” 'b “c” d' e' f'g 'h\n\n'i\n\nj'",
]


def main():
    vocabulary = list(dict.fromkeys([*SPECIAL, *FIRST, *WORDS, *LATER]))
    (HERE / "vocabulary.txt").write_text("".join(f"{piece}\n" for piece in vocabulary), encoding="utf-8")
    pieces = Pieces({piece: number for number, piece in enumerate(vocabulary)})
    with open(HERE / "pieces.jsonl", "w", encoding="utf-8") as out:
        for text, layout in zip(TEXTS, analyse(TEXTS)):
            found = encode(text, layout, pieces)
            row = {"text": text, **{name: found[name].tolist() for name in ("ids", "types", "first")}}
            out.write(json.dumps(row) + "\n")


main()
