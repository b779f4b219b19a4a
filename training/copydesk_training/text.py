"""Words, word pieces and token types: the input of the encoder, exactly as the plugin `encoder` makes it.

Words come from the plugin `tokenizer` itself, through `copydesk analyze`; the rest is written twice, here and in
`plugins/encoder`, whose tests hold the two equal.
"""
import bisect
import json
import os
import subprocess
import tempfile

import numpy as np
from tokenizers import normalizers, pre_tokenizers
from tokenizers.models import WordPiece

from . import COPYDESK

MAX_PIECES = 16  # of one word
SPECIAL_TYPE = 63  # of [CLS] and [SEP]
TYPES = 64

_NORMALIZER = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
_SPLITTER = pre_tokenizers.BertPreTokenizer()
_PIPELINE = 'name = "words"\n[[stage]]\nplugin = "tokenizer"\n'


def read_vocabulary(path):
    """A vocabulary file, one piece a line, as {piece: id}."""
    with open(path, encoding="utf-8") as lines:
        return {line.rstrip("\n"): number for number, line in enumerate(lines)}


class Pieces:
    """Word pieces of a word, remembered by word."""

    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        self._model = WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)
        self._known = {}

    def __call__(self, word):
        pieces = self._known.get(word)
        if pieces is None:
            parts = _SPLITTER.pre_tokenize_str(_NORMALIZER.normalize_str(word))
            pieces = [piece.id for part, _ in parts for piece in self._model.tokenize(part)]
            pieces = (pieces or [self.vocabulary["[UNK]"]])[:MAX_PIECES]
            self._known[word] = pieces
        return pieces


def analyse(texts):
    """Yields words (character spans), the first words of sentences and of blocks, for each text, in order."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline, lines = os.path.join(folder, "words.toml"), os.path.join(folder, "texts.jsonl")
        with open(pipeline, "w", encoding="utf-8") as out:
            out.write(_PIPELINE)
        with open(lines, "w", encoding="utf-8") as out:
            for number, text in enumerate(texts):
                out.write(json.dumps({"id": str(number), "text": text}) + "\n")
        command = [COPYDESK, "analyze", "-p", pipeline, "--input-format", "jsonl", "-f", "json", lines]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                yield _layout(json.loads(line))
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with status {process.returncode}")


def _layout(document):
    if "error" in document:
        raise RuntimeError(f"document {document['id']}: {document['error']['message']}")
    split = {entry["token"]: entry["words"] for entry in document.get("multiword_tokens", [])}
    words = [word for number, token in enumerate(document["tokens"]) for word in split.get(number, [token])]
    starts = [start for start, _ in words]
    first = lambda start: bisect.bisect_left(starts, start)
    return {
        "words": words,
        "sentences": [first(start) for start, _ in document["sentences"]],
        "blocks": {first(block["start"]) for block in document["blocks"]},
    }


def shape(word):
    """Returns the shape of a word, which an uncased vocabulary does not see."""
    if any(char.isdigit() for char in word):
        return 4
    if word.islower():
        return 0
    if word.isupper():
        return 1 if len(word) > 1 else 3
    if word[:1].isupper() and word[1:].islower():
        return 2
    if any(char.isupper() for char in word):
        return 5
    return 6


def quote_states(text, words, blocks):
    """Of each word: 0 outside quotation marks, 1 inside, 2 a mark. A block begins outside."""
    states, inside, single = [], False, False
    for number, (start, end) in enumerate(words):
        if number in blocks:
            inside = single = False
        word = text[start:end]
        opens_straight = (
            word == "'"
            and not inside
            and (number in blocks or words[number - 1][1] < start)
            and number + 1 < len(words)
            and words[number + 1][0] == end
        )
        if word in ("“", "«", "„", "``", "‘") or opens_straight:
            states.append(2)
            inside, single = True, word in ("‘", "'")
        elif word in ("”", "»", "''"):
            states.append(2)
            inside = single = False
        elif word == '"':
            states.append(2)
            inside, single = not inside, False
        elif word in ("’", "'") and single:
            states.append(2)
            inside = single = False
        else:
            states.append(int(inside))
    return states


def encode(text, layout, pieces):
    """Arrays of one text: `ids` and `types` of its pieces, `first` piece of each word (and their number), `words`
    (character spans), `sentences` (first words)."""
    states = quote_states(text, layout["words"], layout["blocks"])
    sentences = set(layout["sentences"])
    ids, types, first = [], [], []
    for number, (start, end) in enumerate(layout["words"]):
        word = text[start:end]
        first.append(len(ids))
        found = pieces(word)
        place = 2 if number in layout["blocks"] else 1 if number in sentences else 0
        ids += found
        types += [shape(word) * 9 + states[number] * 3 + place] * len(found)
    return {
        "text": text,
        "ids": np.array(ids, np.int64),
        "types": np.array(types, np.int64),
        "first": np.array(first + [len(ids)], np.int64),
        "words": np.array(layout["words"], np.int64).reshape(-1, 2),
        "sentences": np.array(layout["sentences"], np.int64),
    }
