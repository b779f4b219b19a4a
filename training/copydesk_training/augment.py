"""Data augmentation: articles of the quotes corpus with some attributions put as world English puts them, which the
corpus hardly shows:

- "Ruiz said that taxes would rise." -> "For Ruiz, taxes would rise.", "Ruiz: taxes would rise.", "According to Ruiz, ..."
- "According to Ruiz, ..." -> "For Ruiz, ...", "In the words of Ruiz, ...", "..., in the view of Ruiz"
- "“We will,” said Ruiz." -> "“We will,” — Ruiz."

Marks of quotation of other countries are put in later, by `windows.Batcher`.
"""

SAID = ("said", "says", "has said")
PRONOUNS = ("He", "She", "They", "It", "I", "We", "You", "him", "her", "them", "it", "me", "us", "you")
PHRASES = ("in the words of", "in the view of", "in the opinion of", "for")
CHANCE = 0.5  # of each attribution that could be put in another way


def _before(text, start, end):
    """Whether nothing but one blank stands between two places."""
    return text[start:end] == " "


def _edits(text, attribution, starts, random):
    """Returns the ways to rewrite an attribution: (start, end, new text, begin and end of its cue), or None."""
    if any(len(attribution[role]) != 1 for role in ("source", "cue", "content")):
        return None
    (source, source_end), (cue, cue_end), (content, content_end) = (attribution[role][0] for role in ("source", "cue", "content"))
    word = text[cue:cue_end]
    if word.lower() == "according to" and _before(text, cue_end, source) and text[source:source_end] not in PRONOUNS:
        first = word[0] == "A"
        phrase = random.choice(PHRASES if first else PHRASES[:-1])
        phrase = phrase.capitalize() if first else phrase
        return [(cue, cue_end, phrase, 0, len(phrase))], content
    if word not in SAID:
        return None
    if source in starts and _before(text, source_end, cue) and _before(text, cue_end, content):
        that = text[content : content + 5] == "that "
        body = content + 5 * that
        if random.random() < 0.5:
            return [(source_end, body, ": ", 0, 1)], body
        name = text[source:source_end]
        if name in PRONOUNS:
            return None
        phrase = random.choice(("For", "For", "According to"))
        edits = [(source, source, f"{phrase} ", 0, len(phrase)), (source_end, body, ", ", None, None)]
        if name.startswith(("The ", "A ", "An ", "Some ")):
            edits.insert(1, (source, source + 1, name[0].lower(), None, None))
        return edits, body
    if text[content_end - 1] in "”\"" and _before(text, content_end, cue) and _before(text, cue_end, source):
        dash = random.choice("—–")
        return [(cue, cue_end, dash, 0, 1)], content
    return None


def augment(gold, random):
    """Returns a gold article with some attributions rewritten, or None if none can be."""
    text, starts = gold["text"], {start for start, _ in gold.get("sents", [])}
    edits, changed = [], {}
    taken = -1
    for number in sorted(range(len(gold["attributions"])), key=lambda number: min(
        (span for role in ("source", "cue", "content") for span in gold["attributions"][number][role]), default=[0, 0]
    )):
        if random.random() >= CHANCE:
            continue
        found = _edits(text, gold["attributions"][number], starts, random)
        if found is None or min(edit[0] for edit in found[0]) < taken:
            continue
        new, content = found
        taken = max(edit[1] for edit in new)
        edits += new
        changed[number] = (new, content)
    if not edits:
        return None

    parts, place = [], 0
    for start, end, new, _, _ in edits:
        parts += [text[place:start], new]
        place = end
    parts.append(text[place:])
    gained = [(start, end, len(new) - (end - start)) for start, end, new, _, _ in edits]

    def moved(place, ending):
        """Returns a place in the new text. A place inside a replaced part becomes the beginning of the new part."""
        shift = 0
        for start, end, more in gained:
            if end <= place and not (ending and start == place):
                shift += more
            elif start < place:
                return start + shift
        return place + shift

    def span(pair):
        return [moved(pair[0], False), moved(pair[1], True)]

    attributions = []
    for number, attribution in enumerate(gold["attributions"]):
        new = {role: [span(pair) for pair in attribution[role]] for role in ("source", "cue", "content")}
        if number in changed:
            done, content = changed[number]
            (start, _, new_text, cue, cue_end) = done[0]
            # What is put in stands before the place that follows it.
            begin = moved(start, False) - (len(new_text) if start == done[0][1] else 0)
            new["cue"] = [[begin + cue, begin + cue_end]]
            new["content"] = [[moved(content, False), new["content"][0][1]]]
        act = {"act": "speech"} if number in changed else {}
        attributions.append({**attribution, **new, **act})
    return {"id": gold["id"], "text": "".join(parts), "attributions": attributions}
