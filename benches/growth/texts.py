"""Makes news of any length: the example articles, with other names, numbers and words in every story.

One seed gives one stream of stories for ever, so that a text of 1,000 words is the beginning of one of 10,000. Names are
invented from syllables. Half of the time a name is one that was in the news before, the oftener the likelier, which is
how the frequencies of names are skewed in real news; so rare words go on coming however long the text is, and whoever
remembers words or names has to forget or to grow.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

# The proper words of the example articles. Whatever is not here stays as it is.
FEMALE = "Adaeze Petra Mirela Ines Yusra Amara Lena".split()
MALE = "Tomas Rasheed Ludovic Piet Viktor Iven".split()
SURNAMES = (
    "Okonjo-Lindqvist Brandvold Silvanoic Almasi Farrow Duarte Marchetti Haddad Moorsel Nwosu Okafor Sandahl Torvald"
).split()
PLACES = "Callander Greywater Sondheim Tarsk Ferrin Liskava Norrby Kestria Halvern".split()
PEOPLES = "Velmarian Tarskan Kestrian".split()

# Given names as they are known to be women's or men's.
WOMEN = (
    "Alice Amina Anna Beatriz Carla Chiara Clara Diana Elena Emma Fatima Grace Hannah Helen Ingrid Irene Jana Julia "
    "Karen Laura Leila Lucia Maria Martha Mary Monica Nadia Nina Olga Paula Rachel Rosa Ruth Sara Sofia Susan Teresa "
    "Ursula Vera Yasmin"
).split()
MEN = (
    "Adam Ahmed Albert Andrew Anton Boris Carlos Daniel David Diego Edward Erik Felix Francis George Hassan Henry Hugo "
    "Ivan James Jan John Jonas Karl Kevin Leon Lucas Marco Martin Michael Nicolas Omar Oscar Paul Peter Robert Samuel "
    "Stefan Thomas Victor"
).split()

# Words of the examples that others can stand for.
ALIKE = [
    "coal steel grain oil timber cement copper fertiliser sugar salt paper glass cotton ammonia gas scrap".split(),
    "terminal refinery shipyard quarry depot warehouse smelter mill factory plant foundry brewery".split(),
    "ports harbours ferries railways airports canals mines pipelines".split(),
    "coast border valley river plateau delta region province".split(),
    "dispute quarrel lawsuit campaign inquiry scandal strike debate".split(),
    "exports imports deliveries shipments loading trade".split(),
    "letter report memo note message statement".split(),
    "shareholders investors creditors employees customers suppliers".split(),
    "reckless careless absurd hasty foolish dangerous cynical".split(),
    "unlawful illegal unworkable pointless unfair unwise".split(),
    "remarkably surprisingly hardly fairly reasonably thoroughly".split(),
    "solid weak convincing shaky sound thin".split(),
    "brave clever generous sensible risky timid".split(),
    "angrily calmly sharply coolly furiously briefly politely".split(),
    "relieved delighted worried sceptical exhausted furious".split(),
    "asthma bronchitis allergies headaches insomnia".split(),
    "nurse teacher welder baker plumber librarian driver electrician".split(),
    "dust soot smoke sand ash mud".split(),
    "storm flood landslide fire gale hurricane".split(),
    "engineers divers builders surveyors soldiers volunteers".split(),
    "bridge tunnel viaduct dam lighthouse stadium".split(),
    "vaccine drug treatment therapy test syrup".split(),
    "malaria measles cholera dengue influenza polio typhoid".split(),
    "champion favourite veteran challenger finalist".split(),
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "March May April June August September October".split(),
    "council senate assembly parliament commission".split(),
    "overpriced flimsy unfinished dishonest crooked".split(),
]

ONSETS = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s sh st t th tr v w z".split()
VOWELS = "a e i o u ai ei ou ie oa".split()
CODAS = ["", "", "", "l", "n", "r", "s", "t", "m", "nd", "rk", "lt", "sk", "ng"]
SURNAME_ENDS = "son sen ov ez elli ik berg wood ard ini aro eux ian ski ham man".split()
PEOPLE_ENDS = "ian ish ese".split()
PLACE_ENDS = "burg ton ville grad ford mouth holm dale port stad by haven".split()

# Paragraphs about one set of names; then comes the next story.
STORY = 12
# How often a name was not in the news before.
NEW = 0.5

WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*|\d+")
SENTENCE = re.compile(r".+?[.!?]”?(?:\s+|$)|.+$", re.S)


def paragraphs() -> list[str]:
    """The paragraphs of the examples that hold whole sentences."""
    texts = [(EXAMPLES / "article.txt").read_text(encoding="utf-8")]
    with (EXAMPLES / "articles.jsonl").open(encoding="utf-8") as file:
        texts += [json.loads(line)["text"] for line in file]
    found = [paragraph.strip() for text in texts for paragraph in text.split("\n\n")]
    return [paragraph for paragraph in found if paragraph.endswith((".", "”"))]


class Names:
    """Names of one kind: new ones, and those that were in the news before."""

    def __init__(self, chance: random.Random, ends: list[str]):
        self.chance, self.ends = chance, ends
        self.used: list[str] = []

    def draw(self, words: list[str]) -> dict[str, str]:
        """A name for each of the words, no two the same."""
        names: dict[str, None] = {}
        while len(names) < len(words):
            old = self.used and self.chance.random() >= NEW
            names[self.chance.choice(self.used) if old else self.invent()] = None
        self.used += names
        return dict(zip(words, names))

    def invent(self) -> str:
        choice = self.chance.choice
        syllables = [choice(ONSETS) + choice(VOWELS) + choice(CODAS) for _ in range(choice((1, 1, 2)))]
        return ("".join(syllables) + choice(self.ends)).capitalize()


class News:
    """An endless stream of paragraphs."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.templates = paragraphs()
        self.surnames = Names(self.chance, SURNAME_ENDS)
        self.places = Names(self.chance, PLACE_ENDS)
        self.peoples = Names(self.chance, PEOPLE_ENDS)
        self.alike = {word: group for group in ALIKE for word in group}
        self.order: list[str] = []
        self.story: dict[str, str] = {}

    def begin(self) -> None:
        """Returns another story, with other people, places and words."""
        choice = self.chance.choice
        self.order = self.chance.sample(self.templates, STORY)
        self.story = {word: choice(WOMEN) for word in FEMALE} | {word: choice(MEN) for word in MALE}
        self.story |= self.surnames.draw(SURNAMES) | self.places.draw(PLACES) | self.peoples.draw(PEOPLES)
        self.story |= {word: choice(group) for word, group in self.alike.items()}

    def word(self, found: re.Match) -> str:
        word = found[0]
        if word.isdigit():
            # Of as many digits, so that years stay years in all but their age.
            return word[0] + "".join(self.chance.choice("0123456789") for _ in word[1:])
        return self.story.get(word, word)

    def paragraph(self) -> str:
        if not self.order:
            self.begin()
        return WORD.sub(self.word, self.order.pop())

    def text(self, words: int) -> tuple[str, int]:
        """A text that ends with the sentence in which it reaches so many words, and how many it has, as by spaces."""
        whole, count = [], 0
        while count < words:
            sentences = []
            for sentence in SENTENCE.findall(self.paragraph()):
                sentences.append(sentence)
                count += len(sentence.split())
                if count >= words:
                    break
            whole.append("".join(sentences).strip())
        return "\n\n".join(whole), count


def document(words: int, seed: int = 1) -> tuple[str, int]:
    """One text, and its words."""
    return News(seed).text(words)


def articles(words: int, seed: int = 1) -> Iterator[tuple[str, int]]:
    """Short articles without end, each of its own story, and their words."""
    news = News(seed)
    while True:
        news.begin()
        yield news.text(words)
