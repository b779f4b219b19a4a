"""The package as a user has it: `python -m unittest discover -s bindings/python/tests`, where it is installed."""

import gc
import itertools
import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import weakref
from pathlib import Path

import copydesk

TEXT = "“We will vote on Monday,” said Ana Ruiz, the minister. She met Tom Reed."
EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "articles.jsonl"

fast = copydesk.load("fast")


def program(*arguments: str, text: str = "") -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "copydesk", *arguments]
    return subprocess.run(command, input=text, capture_output=True, encoding="utf-8", timeout=120)


def without_source(result: dict) -> dict:
    return {key: value for key, value in result.items() if key != "source"}


def count_quotes(nlp, text):
    return len(nlp(text).quotes)


class Results(unittest.TestCase):
    def test_rows_and_what_they_refer_to(self):
        article = fast(TEXT)
        quote = article.quotes[0]
        ana, tom = article.actors
        self.assertEqual((quote.kind, quote.act, quote.text), ("direct", "speech", "“We will vote on Monday,”"))
        self.assertEqual((quote.speaker, quote.speaker.name, ana.role), (ana, "Ana Ruiz", "minister"))
        self.assertEqual([span.text for span in quote.cue + quote.source], ["said", "Ana Ruiz, the minister"])
        self.assertEqual(ana.quotes, [quote])
        self.assertEqual({mention.actor for mention in article.mentions}, {ana, tom})
        self.assertEqual([entity.label for entity in article.entities], ["DATE", "PERSON", "PERSON"])
        self.assertEqual(article.entities[1].actor, ana)
        self.assertEqual([sentence.block for sentence in article.sentences], article.blocks * 2)
        self.assertEqual(article.tokens[0].sentence, article.sentences[0])
        for stance in article.stances:
            self.assertIn(stance.target, article.actors)
            self.assertTrue(stance.holder is None or stance.holder in article.actors)
            self.assertIn(stance.mention.text, TEXT)
            self.assertTrue(-1 <= stance.polarity <= 1)
        self.assertTrue(article.has("quotes") and not article.has("vectors"))
        self.assertIn("Ana Ruiz", repr(quote))
        self.assertNotEqual(quote, fast(TEXT).quotes[0])

    def test_offsets_are_those_of_slices(self):
        text = "Äö\r\n😀 " + TEXT
        article = fast(text)
        rows = [article.quotes, article.entities, article.mentions, article.sentences, article.tokens, article.blocks]
        for row in itertools.chain(*rows, *(quote.source for quote in article.quotes)):
            self.assertEqual(text[row.start : row.end], row.text)
        self.assertEqual(article.text, text)

    def test_a_row_keeps_its_article(self):
        self.assertEqual(fast(TEXT).quotes[0].speaker.mentions[1].text, "Ana Ruiz")

    def test_metadata(self):
        given = {"text": TEXT, "id": 7, "title": "Vote", "date": "May 1, 2024", "outlet": "Herald", "pages": 3, "x": None}
        article = fast(given)
        self.assertEqual((article.id, article.title, article.published), ("7", "Vote", "2024-05-01"))
        self.assertEqual((article.outlet, article.authors, article.url), ("Herald", [], None))
        self.assertEqual(article.meta, {"pages": 3, "x": None})
        self.assertEqual(fast(TEXT, id="a").id, "a")
        named = fast(given, id="b")
        self.assertEqual((named.id, named.title, named.meta), ("b", "Vote", article.meta))

    def test_layers_that_are_given(self):
        article = fast({"text": "It rains in Spring.", "entities": [{"start": 12, "end": 18, "label": "GPE"}]})
        self.assertEqual([(entity.text, entity.label) for entity in article.entities], [("Spring", "GPE")])

    def test_forms(self):
        article = fast(TEXT)
        result = article.to_dict()
        self.assertEqual(result, json.loads(article.to_json()))
        self.assertEqual(result["provenance"]["pipeline"], "fast")
        self.assertEqual(result["provenance"], fast.provenance)
        self.assertEqual(set(article.to_dict(["quotes"])), {"schema", "id", "offsets", "quotes"})
        self.assertEqual(article.to_dict(["text"], offsets="utf16")["offsets"], "utf16")
        self.assertTrue(article.to_html().startswith("<!doctype html>"))
        self.assertIn("srcdoc=", article._repr_html_())
        self.assertRaisesRegex(TypeError, "to_dict", pickle.dumps, article)

    def test_an_empty_text_and_a_long_one(self):
        self.assertEqual(fast("").tokens, [])
        self.assertEqual(fast("a\0b").text, "a\0b")
        long = (TEXT + "\n\n") * 3000
        self.assertEqual(len(fast(long).quotes), 3000)


class Equality(unittest.TestCase):
    def test_the_program_gives_the_same(self):
        lines = [json.loads(line) for line in EXAMPLES.read_text("utf-8").splitlines()]
        for nlp in (fast, copydesk.load()):
            run = program("analyze", "-p", nlp.name, "-f", "json", str(EXAMPLES))
            self.assertEqual(run.returncode, 0, run.stderr)
            expected = [without_source(json.loads(line)) for line in run.stdout.splitlines()]
            for threads in (1, 2):
                with self.subTest(nlp.name, threads=threads):
                    given = [without_source(article.to_dict()) for article in nlp.pipe(lines, threads=threads)]
                    self.assertEqual(given, expected)

    def test_exit_statuses_and_help(self):
        self.assertEqual(program("--version").stdout.split()[:2], ["copydesk", copydesk.__version__])
        self.assertEqual(program("analyze", "--nonsense").returncode, 2)
        self.assertEqual(program("analyze", "-p", "nonsense", text="a").returncode, 2)

    def test_the_program_starts_itself_again(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "isolated.toml"
            path.write_text('name = "i"\n[[stage]]\nplugin = "tokenizer"\n[[stage]]\nplugin = { id = "ner", isolate = true }\n')
            run = program("analyze", "-p", str(path), "-f", "json", text=TEXT)
            self.assertEqual(run.returncode, 0, run.stderr)
            names = [entity["text"] for entity in json.loads(run.stdout)["entities"]]
            nlp = copydesk.load(path)
            self.assertEqual([entity.text for entity in nlp(TEXT).entities], names)
            self.assertIn("Ana Ruiz", names)
            if hasattr(os, "fork"):
                child = os.fork()
                if child == 0:
                    # The parent's process of the plugin must be left alone.
                    os._exit(0 if [entity.text for entity in nlp(TEXT).entities] == names else 1)
                self.assertEqual(os.waitpid(child, 0)[1], 0)
                self.assertEqual([entity.text for entity in nlp(TEXT).entities], names)


class Pipe(unittest.TestCase):
    def test_order_and_contexts(self):
        texts = [f"Ana Ruiz has {n} votes." + " It rained." * (n % 7) for n in range(500)]
        for threads in (0, 1, 2, 3):
            with self.subTest(threads=threads):
                results = list(fast.pipe(zip(texts, range(500)), as_tuples=True, threads=threads))
                self.assertEqual([context for _, context in results], list(range(500)))
                self.assertEqual([article.text for article, _ in results], texts)
                self.assertEqual([article.id for article, _ in results], [str(n + 1) for n in range(500)])

    def test_errors(self):
        texts = ["a", None, "\ud800", {"title": "x"}, 7, b"x", "b"]
        classes = [copydesk.InputTypeError, copydesk.InputError, copydesk.InputError]
        classes += [copydesk.InputTypeError, copydesk.InputTypeError]
        for threads in (1, 2):
            with self.subTest(threads=threads):
                results = list(fast.pipe(texts, threads=threads, errors="yield"))
                self.assertEqual([type(result) for result in results[1:-1]], classes)
                self.assertEqual([result.id for result in results], [str(n + 1) for n in range(7)])
                self.assertEqual(results[-1].text, "b")
                pipe = fast.pipe(texts, threads=threads)
                self.assertEqual(next(pipe).text, "a")
                for cls in classes:
                    self.assertRaises(cls, next, pipe)
                self.assertEqual(next(pipe).text, "b")
                self.assertRaises(StopIteration, next, pipe)
                self.assertRaises(StopIteration, next, pipe)

    def test_messages(self):
        self.assertRaisesRegex(copydesk.InputTypeError, "not NoneType", fast, None)
        self.assertRaisesRegex(copydesk.InputError, "surrogate pair at character 1,", fast, "a\udfff")
        self.assertRaisesRegex(copydesk.InputError, "surrogate", fast, {"text": "\udfff"})
        self.assertRaisesRegex(TypeError, "pipe takes many texts", fast.pipe, "a text")
        self.assertRaisesRegex(ValueError, '"raise" or "yield"', fast.pipe, [], errors="ignore")
        self.assertRaisesRegex(ValueError, "0 to 1024", fast.pipe, [], threads=1025)
        self.assertRaisesRegex(ValueError, "0 to 1024, not -1", fast.pipe, [], threads=-1)
        self.assertRaisesRegex(copydesk.InputTypeError, "as_tuples=True", next, fast.pipe([(TEXT, 1)]))
        self.assertRaisesRegex(copydesk.InputError, "bytes are no text", fast, {"text": TEXT.encode()})
        self.assertRaisesRegex(copydesk.InputError, "There are no keys", fast, {})
        for wrong in ("to_json", "to_dict"):
            self.assertRaisesRegex(ValueError, 'no part "quote"; there are', getattr(fast(TEXT), wrong), ["quote"])
        with self.assertRaises(copydesk.InputError) as caught:
            fast({"title": "x"})
        self.assertEqual(caught.exception.reason, 'no key is known to hold the text. The keys are "title"')
        self.assertRaisesRegex(copydesk.InputTypeError, "item 1", next, fast.pipe(["a"], as_tuples=True))
        with self.assertRaises(copydesk.InputError) as caught:
            fast("\ud800")
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((str(again), again.id), (str(caught.exception), "1"))

    def test_time_limits(self):
        text = (TEXT + " ") * 20_000
        self.assertRaises(copydesk.TimeLimitError, fast, text, time_limit=0.001)
        results = list(fast.pipe([text, TEXT], time_limit=0.02, threads=2, errors="yield"))
        self.assertIsInstance(results[0], TimeoutError)
        self.assertEqual(len(results[1].quotes), 1)
        self.assertRaisesRegex(ValueError, "no time", fast, TEXT, time_limit=0)

    def test_it_is_lazy(self):
        for threads, most in ((1, 1), (2, 257)):
            with self.subTest(threads=threads):
                taken = itertools.count()
                pipe = fast.pipe((f"{next(taken)} votes." for _ in itertools.count()), threads=threads)
                self.assertEqual(next(taken), 0)
                self.assertEqual(next(pipe).id, "1")
                time.sleep(0.1)
                self.assertLessEqual(next(taken), most + 2)
                pipe.close()
                self.assertRaises(StopIteration, next, pipe)

    def test_an_error_of_the_texts_comes_in_its_place(self):
        def texts():
            yield "a"
            yield "b"
            raise KeyError("c")

        for threads in (1, 2):
            pipe = fast.pipe(texts(), threads=threads)
            self.assertEqual([next(pipe).text, next(pipe).text], ["a", "b"])
            self.assertRaises(KeyError, next, pipe)
            self.assertRaises(StopIteration, next, pipe)

    def test_texts_are_taken_on_this_thread(self):
        names = set()

        def texts():
            for n in range(300):
                names.add(threading.current_thread().name)
                yield str(n)

        self.assertEqual(len(list(fast.pipe(texts(), threads=2))), 300)
        self.assertEqual(names, {threading.current_thread().name})

    def test_a_pipe_that_is_dropped_frees_its_texts(self):
        class Texts:
            def __iter__(self):
                return self

            def __next__(self):
                return TEXT

        texts = Texts()
        gone = weakref.ref(texts)
        pipe = fast.pipe(texts, threads=2)
        next(pipe)
        del texts, pipe
        self.assertIsNone(gone())

    def test_a_pipe_whose_texts_refer_to_it(self):
        class Owner:
            def __init__(self):
                self.pipe = fast.pipe(self.texts(), threads=2)
                next(self.pipe)

            def texts(self):
                while self:
                    yield TEXT

        owner = Owner()
        gone = weakref.ref(owner)
        del owner
        gc.collect()
        self.assertIsNone(gone())

    def test_a_pipe_within_its_own_texts(self):
        for threads in (1, 2):
            for wrong in ("next(pipe)", "pipe.close()"):
                with self.subTest(wrong, threads=threads):
                    names: dict = {}
                    names["pipe"] = fast.pipe((eval(wrong, names) for _ in "a"), threads=threads)
                    self.assertRaises(RuntimeError, next, names["pipe"])

    def test_other_threads_run_meanwhile(self):
        long = (TEXT + "\n\n") * 20_000
        done = threading.Event()
        ticks = itertools.count()

        def tick():
            while not done.wait(0.001):
                next(ticks)

        thread = threading.Thread(target=tick)
        thread.start()
        fast(long)
        done.set()
        thread.join()
        self.assertGreater(next(ticks), 20)


class Processes(unittest.TestCase):
    def test_pickle(self):
        nlp = copydesk.load("fast", acts=["thought"])
        again = pickle.loads(pickle.dumps(nlp))
        self.assertEqual((again.name, repr(again)), (nlp.name, repr(nlp)))
        self.assertEqual(again(TEXT).quotes, [])

    def test_processes_of_every_kind(self):
        for method in multiprocessing.get_all_start_methods():
            with self.subTest(method=method):
                context = multiprocessing.get_context(method)
                with context.Pool(2) as pool:
                    counts = pool.starmap_async(count_quotes, [(fast, TEXT)] * 8).get(timeout=60)
                self.assertEqual(counts, [1] * 8)

    @unittest.skipUnless(hasattr(os, "fork"), "no fork")
    def test_a_fork_while_threads_work(self):
        texts = (TEXT * 5 for _ in itertools.count())
        pipe = fast.pipe(texts, threads=2)
        next(pipe)
        stop = threading.Event()

        def work():
            while not stop.is_set():
                fast(TEXT * 3)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            for _ in range(20):
                child = os.fork()
                if child == 0:
                    signal.alarm(20)
                    try:
                        next(pipe)
                    except copydesk.CopydeskError:
                        os._exit(0 if len(fast(TEXT).quotes) == 1 else 2)
                    os._exit(3)
                self.assertEqual(os.waitpid(child, 0)[1], 0)
                self.assertEqual(len(next(pipe).quotes), 5)
        finally:
            stop.set()
            thread.join()
            pipe.close()

    @unittest.skipUnless(os.name == "posix", "signals of POSIX")
    def test_interrupts(self):
        texts = {
            "one long text": "nlp((T + '\\n\\n') * 200_000)",
            "many short texts": "[None for _ in nlp.pipe(itertools.repeat(T))]",
            "two threads": "[None for _ in nlp.pipe(itertools.repeat(T), threads=2)]",
            "a table": "nlp.analyze_table(pyarrow.table({'text': [T] * 400_000}))",
        }
        for name, work in texts.items():
            with self.subTest(name):
                if "pyarrow" in work and not has("pyarrow"):
                    continue
                packages = "copydesk, itertools" + (", pyarrow" if "pyarrow" in work else "")
                script = f"import {packages}\nT = {TEXT!r}\nnlp = copydesk.load('fast')\nprint('ready', flush=True)\n{work}"
                with subprocess.Popen(
                    [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
                ) as child:
                    self.assertEqual(child.stdout.readline(), "ready\n")
                    time.sleep(0.3)
                    before = time.monotonic()
                    child.send_signal(signal.SIGINT)
                    _, said = child.communicate(timeout=30)
                    self.assertLess(time.monotonic() - before, 1)
                    self.assertIn("KeyboardInterrupt", said)

    @unittest.skipUnless(Path("/proc/self/statm").exists(), "no /proc")
    def test_memory_is_flat(self):
        def resident() -> int:
            return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

        count = int(os.environ.get("COPYDESK_DOCUMENTS", "4000"))
        for threads in (1, 2):
            with self.subTest(threads=threads):
                after_some = None
                for n, article in enumerate(fast.pipe(itertools.repeat(TEXT * 20, count), threads=threads)):
                    article.quotes[0].speaker
                    if n == count // 4:
                        after_some = resident()
                self.assertLess(resident() - after_some, 8 << 20)


class Loading(unittest.TestCase):
    def test_wrong_pipelines(self):
        self.assertRaisesRegex(copydesk.PipelineError, "shipped are: news, fast", copydesk.load, "nonsense")
        self.assertRaisesRegex(copydesk.PipelineError, 'no variable "x"', copydesk.load, "fast", set={"x": 1})
        self.assertRaisesRegex(copydesk.LoadError, "no act", copydesk.load, "fast", acts=["shouts"])
        for name in ("acts", "plugin_dirs"):
            self.assertRaisesRegex(TypeError, f"{name} is a list", copydesk.load, "fast", **{name: "speech"})
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "wrong.toml"
            path.write_text('name = "wrong"\n[[stage]]\nplugin = "tokenizr"\n')
            with self.assertRaises(copydesk.PipelineError) as caught:
                copydesk.load(path)
            self.assertIn("tokenizer", str(caught.exception))
            self.assertIn(":3:", str(caught.exception))

    def test_settings(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "set.toml"
            path.write_text(
                'name = "set"\n[vars]\nleast = 0.0\n[[stage]]\nplugin = "tokenizer"\n'
                '[[stage]]\nplugin = "ner"\nconfig = { model = "builtin:news-fast", min_score = "${least}" }\n'
            )
            names = lambda least: [entity.text for entity in copydesk.load(path, set={"least": least})(TEXT).entities]
            self.assertEqual(len(names(0.0)), 3)
            self.assertLess(len(names(0.999999)), 3)

    def test_it_starts_soon(self):
        script = (
            "import time; before = time.perf_counter(); import copydesk; between = time.perf_counter()\n"
            "copydesk.load('fast'); print(between - before, time.perf_counter() - between)"
        )
        runs = [subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="ascii") for _ in range(5)]
        times = [[float(word) for word in run.stdout.split()] for run in runs]
        self.assertLess(min(time[0] for time in times), 0.05)
        self.assertLess(min(time[1] for time in times), 0.05)


def has(package: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(package) is not None


if __name__ == "__main__":
    unittest.main()
