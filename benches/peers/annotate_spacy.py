"""The spaCy side of the comparison: text to names by a model that train_spacy.py made.

usage: annotate_spacy.py predict MODEL TEXTS OUT BATCH   writes {"id", "entities"} for each line of TEXTS
       annotate_spacy.py serve MODEL TEXTS               answers each line "BATCH LIMIT" on standard input with the
                                                         time that the first LIMIT texts took (0: all of them)
"""

import json
import sys
import time
from pathlib import Path

import spacy

import corpus


def names(nlp, texts: list[str], batch: int):
    """Lists of (start, end, label), in code points, one for each text."""
    for doc in nlp.pipe(texts, batch_size=batch):
        yield [(span.start_char, span.end_char, span.label_) for span in doc.ents]


def predict(nlp, source: Path, target: Path, batch: int) -> None:
    rows = list(corpus.texts(source))
    with target.open("w", encoding="utf-8") as file:
        for (id, _), found in zip(rows, names(nlp, [text for _, text in rows], batch)):
            entities = [{"start": start, "end": end, "label": label} for start, end, label in found]
            file.write(json.dumps({"id": id, "entities": entities}) + "\n")


def serve(nlp, source: Path) -> None:
    texts = [text for _, text in corpus.texts(source)]
    print(json.dumps({"texts": len(texts)}), flush=True)
    for line in sys.stdin:
        batch, limit = (int(word) for word in line.split())
        chosen = texts[:limit] if limit else texts
        wall, processor = time.perf_counter(), time.process_time()
        found = sum(len(spans) for spans in names(nlp, chosen, batch))
        answer = {"seconds": time.perf_counter() - wall, "processor": time.process_time() - processor, "names": found}
        print(json.dumps(answer), flush=True)


def main() -> None:
    command, model, source, *rest = sys.argv[1:]
    nlp = spacy.load(model)
    if nlp.pipe_names != ["tok2vec", "ner"]:
        raise SystemExit(f"{model} has the stages {nlp.pipe_names}: only tok2vec and ner would be a fair peer")
    if command == "predict":
        predict(nlp, Path(source), Path(rest[0]), int(rest[1]))
    else:
        serve(nlp, Path(source))


if __name__ == "__main__":
    main()
