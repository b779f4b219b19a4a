"""The fenced blocks of a Markdown page, and how an output is compared with one that a page shows."""

import dataclasses
import re


@dataclasses.dataclass
class Block:
    """A fenced block."""

    line: int
    """The line of its fence, from 1."""
    language: str
    body: str
    file: str | None
    """The name in a comment `<!-- file: NAME -->` right before it."""

    def commands(self):
        """The commands of a block `$ COMMAND`, each with the output that it shows."""
        found = []
        for line in self.body.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:].rstrip("\n"), ""))
            else:
                command, shown = found[-1]
                found[-1] = command, shown + line
        return found


FENCED = re.compile(r"(?:^<!-- file: (?P<file>\S+) -->\n)?^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.M | re.S)


def blocks(text):
    """The blocks of a page in order."""
    line = lambda match: text.count("\n", 0, match.start("language")) + 1
    return [Block(line(match), match["language"], match["body"], match["file"]) for match in FENCED.finditer(text)]


def fits(shown, output):
    """Returns true if an output is as shown. `…` alone on a line stands for any lines, elsewhere for any characters."""
    def line(shown):
        if shown.strip() == "…":
            return "(?:.*\n)*?"
        return ".*?".join(map(re.escape, shown.rstrip("\n").split("…"))) + "\n"

    output = output if not output or output.endswith("\n") else output + "\n"
    return re.fullmatch("".join(map(line, shown.splitlines(keepends=True))), output) is not None
