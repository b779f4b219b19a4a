"""The peers, each behind the same two commands.

usage: systems.py predict SYSTEM MODELS TEXTS OUT BATCH   writes a line for each line of TEXTS, as `copydesk analyze` does
       systems.py serve SYSTEM MODELS TEXTS               answers each line "BATCH NUMBER" on standard input with the time that
                                                          so many texts took, over and over if there are fewer

SYSTEM is a name in SYSTEMS, MODELS the folder of what was trained and made for the peers, TEXTS JSON lines with "id" and "text".
What a system imports it imports itself, so that its start-up and its memory are its own, and modules named in HIDDEN are for it as if
they were not installed.
"""

import json
import os
import pickle
import re
import sys
import time
from importlib.machinery import PathFinder
from itertools import cycle, islice
from pathlib import Path
from typing import Iterator, NamedTuple, Protocol

import corpus

Rows = list[tuple[str, str]]
Span = tuple[int, int]
# Words of one surface token for Universal Dependencies, which these tokenizers cut off.
CLITICS = {"n't", "n’t", "na", "ta", "not"} | {mark + end for mark in "'’" for end in ("s", "re", "ve", "ll", "d", "m")}
HOSTS = {"na": {"gon", "wan"}, "ta": {"got"}, "not": {"can"}}


class System(Protocol):
    def __init__(self, models: Path, texts: Path): ...

    def annotate(self, rows: Rows, batch: int) -> Iterator[dict]:
        """What is found in each text, offsets in code points."""


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Returns the lines of a text that are not empty, and their beginnings."""
    for line in re.finditer(r"[^\n]+", text):
        yield line.start(), line[0]


def joined(text: str, tokens: list[Span]) -> list[Span]:
    """Returns tokens with the cut-off parts of words put back, as Universal Dependencies counts them."""
    out = []
    for start, end in tokens:
        word = text[start:end].lower()
        if out and out[-1][1] == start and word in CLITICS:
            if word not in HOSTS or text[out[-1][0] : start].lower() in HOSTS[word]:
                out[-1] = (out[-1][0], end)
                continue
        out.append((start, end))
    return out


class SpacyBoundaries:
    """spaCy's rules for English words, and its sentencizer; a sentence also ends with its line."""

    def __init__(self, models: Path, texts: Path):
        import spacy

        self.nlp = spacy.blank("en")
        self.nlp.add_pipe("sentencizer")

    def annotate(self, rows: Rows, batch: int) -> Iterator[dict]:
        for doc in self.nlp.pipe((text for _, text in rows), batch_size=batch):
            tokens, sentences, begins = [], [], True
            for token in doc:
                begins |= token.is_sent_start
                if token.is_space:
                    begins |= "\n" in token.text
                    continue
                start, end = token.idx, token.idx + len(token)
                tokens.append((start, end))
                if begins:
                    sentences.append((start, end))
                    begins = False
                else:
                    sentences[-1] = (sentences[-1][0], end)
            yield {"tokens": joined(doc.text, tokens), "sentences": sentences}


class NltkWords:
    """Punkt for sentences within a line, and NLTK's tokenizer for words."""

    def __init__(self, models: Path):
        from nltk.tokenize import NLTKWordTokenizer
        from nltk.tokenize.punkt import PunktSentenceTokenizer

        with (models / "nltk-punkt" / "punkt.pickle").open("rb") as file:
            self.sentences = PunktSentenceTokenizer(pickle.load(file))
        self.words = NLTKWordTokenizer()

    def __call__(self, text: str) -> Iterator[list[Span]]:
        """The tokens of each sentence."""
        for at, line in paragraphs(text):
            for start, end in self.sentences.span_tokenize(line):
                begin = at + start
                tokens = [(begin + a, begin + b) for a, b in self.words.span_tokenize(line[start:end])]
                if tokens:
                    yield tokens


class NltkBoundaries:
    def __init__(self, models: Path, texts: Path):
        self.words = NltkWords(models)

    def annotate(self, rows: Rows, batch: int) -> Iterator[dict]:
        for _, text in rows:
            found = list(self.words(text))
            tokens = [token for sentence in found for token in sentence]
            sentences = [(sentence[0][0], sentence[-1][1]) for sentence in found]
            yield {"tokens": joined(text, tokens), "sentences": sentences}


class Tokenizers:
    """BERT's word pieces by Hugging Face's `tokenizers`, with the vocabulary of the shipped encoder."""

    def __init__(self, models: Path, texts: Path):
        from tokenizers import Tokenizer, models as kinds, normalizers, pre_tokenizers

        vocabulary = str(models / "checkpoint" / "vocab.txt")
        self.tokenizer = Tokenizer(kinds.WordPiece.from_file(vocabulary, unk_token="[UNK]"))
        self.tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        self.tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()

    def annotate(self, rows: Rows, batch: int) -> Iterator[dict]:
        for at in range(0, len(rows), batch):
            texts = [text for _, text in rows[at : at + batch]]
            # Without offsets, which Copydesk does not make either.
            for found in self.tokenizer.encode_batch_fast(texts, add_special_tokens=False):
                yield {"pieces": found.ids}


def entities(spans: Iterator[tuple[int, int, str]]) -> dict:
    return {"entities": [{"start": start, "end": end, "label": label} for start, end, label in spans]}


class SpacyNames:
    def __init__(self, models: Path, texts: Path):
        import spacy

        self.nlp = spacy.load(models / "spacy-names" / "model-best")

    def annotate(self, rows: Rows, batch: int) -> Iterator[dict]:
        for doc in self.nlp.pipe((text for _, text in rows), batch_size=batch):
            yield entities((span.start_char, span.end_char, span.label_) for span in doc.ents)


def read_bio(tokens: list[Span], tags: list[str]) -> Iterator[tuple[int, int, str]]:
    """Returns the names of a sentence with the tags O, B-LABEL, I-LABEL. An I with nothing before it begins a name."""
    begin, label, end = None, "", 0
    for (start, stop), tag in zip([*tokens, (0, 0)], [*tags, "O"]):
        if begin is not None and tag != f"I-{label}":
            yield begin, end, label
            begin = None
        if begin is None and tag != "O":
            begin, label = start, tag[2:]
        end = stop


class NltkNames:
    """NLTK's perceptron tagger, trained on names instead of parts of speech."""

    def __init__(self, models: Path, texts: Path):
        from nltk.tag.perceptron import PerceptronTagger

        self.words = NltkWords(models)
        with (models / "nltk-names" / "tagger.json").open(encoding="utf-8") as file:
            self.tagger = PerceptronTagger.decode_json_obj(json.load(file))

    def annotate(self, rows: Rows, batch: int) -> Iterator[dict]:
        for _, text in rows:
            found = []
            for tokens in self.words(text):
                tags = self.tagger.tag([text[start:end] for start, end in tokens])
                found += read_bio(tokens, [tag for _, tag in tags])
            yield entities(found)


def word_features(words: list[str], at: int) -> dict:
    """The features of sklearn-crfsuite's own tutorial, but for parts of speech, with longer affixes and a wider window."""
    word = words[at]
    features = {
        "bias": 1.0,
        "word": word.lower(),
        "shape": re.sub(r"(.)\1+", r"\1", re.sub(r"\d", "d", re.sub(r"[a-z]", "x", re.sub(r"[A-Z]", "X", word)))),
        "isupper": word.isupper(),
        "istitle": word.istitle(),
        "isdigit": word.isdigit(),
    }
    for length in (1, 2, 3, 4):
        features[f"prefix{length}"] = word[:length]
        features[f"suffix{length}"] = word[-length:]
    for step in (-2, -1, 1, 2):
        if 0 <= at + step < len(words):
            near = words[at + step]
            features[f"{step}:word"] = near.lower()
            features[f"{step}:istitle"] = near.istitle()
            features[f"{step}:isupper"] = near.isupper()
        else:
            features[f"{step}:none"] = True
    return features


class CrfNames:
    """sklearn-crfsuite on NLTK's words, since it has no tokenizer of its own."""

    def __init__(self, models: Path, texts: Path):
        import sklearn_crfsuite

        self.words = NltkWords(models)
        self.crf = sklearn_crfsuite.CRF(model_filename=str(models / "crf-names" / "model.crfsuite"))

    def annotate(self, rows: Rows, batch: int) -> Iterator[dict]:
        for _, text in rows:
            sentences = list(self.words(text))
            words = [[text[start:end] for start, end in tokens] for tokens in sentences]
            tags = self.crf.predict([[word_features(line, at) for at in range(len(line))] for line in words])
            yield entities(name for tokens, line in zip(sentences, tags) for name in read_bio(tokens, line))


class Window(NamedTuple):
    """The pieces that go through the encoder at a time, and the words that take their tags from them."""

    ids: list[int]
    types: list[int]
    # The first piece of each of these words, and the number of the first word in its text.
    firsts: list[int]
    word: int


class Encoder:
    """Names by the checkpoint that `copydesk model export` wrote: windows in batches of like length, each word's tag from
    the logits of its first piece. Words, pieces, types and windows were made beforehand (windows.py)."""

    def __init__(self, models: Path, texts: Path):
        import numpy

        self.numpy = numpy
        labels = json.loads((models / "checkpoint" / "config.json").read_text())["id2label"]
        self.tags = [labels[str(number)].partition("-")[::2] for number in range(len(labels))]
        # Names begin with B or S, go on with I of the same label, and end with E or S: what may follow what.
        ends = lambda kind: kind in "OES"
        begins = lambda kind: kind in "OBS"
        self.follows = numpy.array(
            [[begins(b) if ends(a) else not begins(b) and x == y for b, y in self.tags] for a, x in self.tags]
        )
        self.first = numpy.array([begins(kind) for kind, _ in self.tags])
        self.last = numpy.array([ends(kind) for kind, _ in self.tags])
        self.texts = {row["id"]: row for _, row in corpus.lines(texts.with_suffix(".windows"))}

    def logits(self, ids, types, mask):
        """Of arrays [windows, pieces], as an array [windows, pieces, tags]."""
        raise NotImplementedError

    def annotate(self, rows: Rows, batch: int) -> Iterator[dict]:
        numpy = self.numpy
        windows = [(at, Window(*window)) for at, (id, _) in enumerate(rows) for window in self.texts[id]["windows"]]
        windows.sort(key=lambda entry: len(entry[1].ids))
        scores = [numpy.zeros((len(self.texts[id]["words"]), len(self.tags)), "f4") for id, _ in rows]
        for begin in range(0, len(windows), batch):
            group = windows[begin : begin + batch]
            shape = (len(group), len(group[-1][1].ids))
            ids, types, mask = (numpy.zeros(shape, "i8") for _ in range(3))
            for row, (_, window) in enumerate(group):
                size = len(window.ids)
                ids[row, :size], types[row, :size], mask[row, :size] = window.ids, window.types, 1
            logits = self.logits(ids, types, mask)
            for row, (at, window) in enumerate(group):
                scores[at][window.word : window.word + len(window.firsts)] = logits[row, window.firsts]
        for (id, _), found in zip(rows, scores):
            yield entities(self.names(self.texts[id]["words"], self.texts[id]["sentences"], found))

    def names(self, words: list[Span], sentences: list[int], scores) -> Iterator[tuple[int, int, str]]:
        """The best names of each sentence, as the plugin `ner` decodes them."""
        for first, last in zip(sentences, [*sentences[1:], len(words)]):
            begin = 0
            for at, tag in enumerate(self.path(scores[first:last]), first):
                kind, label = self.tags[tag]
                if kind in "BS":
                    begin = words[at][0]
                if kind in "ES":
                    yield begin, words[at][1], label

    def path(self, scores) -> list[int]:
        """The likeliest tags in an order that is allowed: mostly those that are likeliest each by itself."""
        numpy, never = self.numpy, -1e9
        best = scores.argmax(1)
        if self.first[best[0]] and self.last[best[-1]] and self.follows[best[:-1], best[1:]].all():
            return best.tolist()
        # Probabilities: logits of different words are of different scales.
        scores = scores - numpy.logaddexp.reduce(scores, 1, keepdims=True)
        steps = numpy.where(self.follows, 0, never)
        back, reached = [], scores[0] + numpy.where(self.first, 0, never)
        for row in scores[1:]:
            paths = reached[:, None] + steps
            back.append(paths.argmax(0))
            reached = paths.max(0) + row
        path = [int((reached + numpy.where(self.last, 0, never)).argmax())]
        for row in reversed(back):
            path.append(int(row[path[-1]]))
        return path[::-1]


class TransformersNames(Encoder):
    def __init__(self, models: Path, texts: Path):
        import torch
        import transformers

        super().__init__(models, texts)
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(1)
        self.torch = torch
        self.model = transformers.BertForTokenClassification.from_pretrained(models / "checkpoint").eval()

    def logits(self, ids, types, mask):
        with self.torch.inference_mode():
            tensors = [self.torch.from_numpy(array) for array in (ids, types, mask)]
            return self.model(input_ids=tensors[0], token_type_ids=tensors[1], attention_mask=tensors[2]).logits.numpy()


class OnnxNames(Encoder):
    def __init__(self, models: Path, texts: Path):
        import onnxruntime

        super().__init__(models, texts)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        path = models / "onnx" / "int8.onnx"
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def logits(self, ids, types, mask):
        return self.session.run(None, {"input_ids": ids, "token_type_ids": types, "attention_mask": mask})[0]


class TextacyQuotes:
    """textacy's rules for direct quotations over a spaCy pipeline, line by line: it gives up on a text in which a quotation
    mark has no partner."""

    def __init__(self, models: Path, texts: Path):
        import spacy
        from textacy.extract.triples import direct_quotations

        self.nlp = spacy.load(models / "spacy-syntax" / "model-best")
        self.quotations = direct_quotations

    def annotate(self, rows: Rows, batch: int) -> Iterator[dict]:
        lines = [list(paragraphs(text)) for _, text in rows]
        docs = self.nlp.pipe((line for found in lines for _, line in found), batch_size=batch)
        for found in lines:
            quotes = []
            for (at, _), doc in zip(found, islice(docs, len(found))):
                try:
                    triples = list(self.quotations(doc))
                except ValueError:
                    continue
                for speaker, cue, content in triples:
                    place = lambda tokens: [[at + tokens[0].idx, at + tokens[-1].idx + len(tokens[-1])]]
                    quotes.append({"source": place(speaker), "cue": place(cue), "content": place(content)})
            yield {"quotes": quotes}


SYSTEMS: dict[str, type[System]] = {
    "spacy-boundaries": SpacyBoundaries,
    "nltk-boundaries": NltkBoundaries,
    "tokenizers": Tokenizers,
    "spacy-names": SpacyNames,
    "nltk-names": NltkNames,
    "crf-names": CrfNames,
    "transformers-names": TransformersNames,
    "onnx-names": OnnxNames,
    "textacy-quotes": TextacyQuotes,
}


def hide(modules: set[str]) -> None:
    """From here on imports find these no more."""

    class Seen(PathFinder):
        @classmethod
        def find_spec(cls, name, path=None, target=None):
            return None if name.partition(".")[0] in modules else super().find_spec(name, path, target)

    sys.meta_path[:] = [Seen if finder is PathFinder else finder for finder in sys.meta_path]


def predict(system: System, rows: Rows, target: Path, batch: int) -> None:
    with target.open("w", encoding="utf-8") as file:
        for (id, _), found in zip(rows, system.annotate(rows, batch)):
            file.write(json.dumps({"id": id, **found}) + "\n")


def serve(system: System, rows: Rows) -> None:
    print(json.dumps({"texts": len(rows)}), flush=True)
    for line in sys.stdin:
        batch, number = (int(word) for word in line.split())
        chosen = list(islice(cycle(rows), number))
        wall, processor = time.perf_counter(), time.process_time()
        found = sum(1 for _ in system.annotate(chosen, batch))
        answer = {"seconds": time.perf_counter() - wall, "processor": time.process_time() - processor, "found": found}
        print(json.dumps(answer), flush=True)


def main() -> None:
    command, name, models, texts, *rest = sys.argv[1:]
    hide(set(os.environ.get("HIDDEN", "").split(",")))
    system = SYSTEMS[name](Path(models), Path(texts))
    rows = list(corpus.texts(Path(texts)))
    if command == "predict":
        predict(system, rows, Path(rest[0]), int(rest[1]))
    else:
        serve(system, rows)


if __name__ == "__main__":
    main()
