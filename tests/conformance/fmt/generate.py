"""Texts for the formatter made from sources/*.tf by changing their white space in ways that do not change the meaning.

The same texts every time: the generator has a seed of its own (Python's is not the same in all versions).
"""

import re
from pathlib import Path

PER_SOURCE = 18
# Pieces of a line: strings (with templates in them), comments, blanks, words and numbers, the rest sign by sign.
PIECE = re.compile(r'"(?:\\.|\$\{(?:[^{}"]|"(?:\\.|[^"\\])*"|\{[^{}]*\})*\}|%\{[^}]*\}|[^"\\])*"'
                   r'|/\*.*?\*/|\#.*|//.*|<<-?\w+$|[ \t]+|[\w-]+|=>|==|!=|<=|>=|&&|\|\||\.\.\.|::|.')
TIGHT = set("={}()[],+*/<>?:") | {"==", "!=", "=>", "&&", "||", "..."}


class Random:
    def __init__(self, seed):
        self.state = seed * 2654435761 % 2**32 or 1

    def below(self, limit):
        self.state ^= self.state << 13 & 0xFFFFFFFF
        self.state ^= self.state >> 17
        self.state ^= self.state << 5 & 0xFFFFFFFF
        return self.state % limit

    def blanks(self, least=1):
        return "".join(" \t"[self.below(8) == 0] for _ in range(least + self.below(4)))


def spoil_line(line, random):
    pieces = PIECE.findall(line.strip())
    out = []
    for i, piece in enumerate(pieces):
        before, after = pieces[i - 1] if i else "", pieces[i + 1] if i + 1 < len(pieces) else ""
        if piece.isspace():
            droppable = before in TIGHT and after != "-" or after in TIGHT and before != "-"
            # A brace behind an identifier may not touch what could be read together with it.
            choice = random.below(4)
            out.append("" if droppable and choice == 0 else random.blanks() if choice == 1 else " ")
        else:
            out.append(piece)
            if piece in TIGHT and after and not after.isspace() and random.below(6) == 0:
                out.append(random.blanks())
    indent = ["", "", random.blanks(), line[:len(line) - len(line.lstrip())], "\t"][random.below(5)]
    end = random.blanks() if random.below(8) == 0 and "#" not in line and "//" not in line else ""
    return indent + "".join(out) + end


def spoil(text, random):
    lines, marker = [], None
    for line in text.splitlines():
        if marker is None and line.count("/*") > line.count("*/"):
            marker = "*/"
        if marker is not None:
            lines.append(line)
            if line.strip() == marker or marker == "*/" and "*/" in line:
                marker = None
            continue
        found = re.search(r"<<-?(\w+)$", line)
        lines.append(spoil_line(line, random))
        if found:
            marker = found.group(1)
            lines[-1] = lines[-1].rstrip()
        if not line.strip() and random.below(3) == 0:
            lines += ["", random.blanks()]
    newline = "\r\n" if random.below(6) == 0 else "\n"
    whole = newline.join(lines) + ("" if random.below(8) == 0 else newline)
    return ("\ufeff" if random.below(12) == 0 else "") + whole


def cases():
    found = {}
    for path in sorted((Path(__file__).resolve().parent / "sources").glob("*.tf")):
        for number in range(PER_SOURCE):
            random = Random(sum(path.stem.encode()) * 1000 + number + 1)
            found[f"{path.stem}-{number:02}"] = spoil(path.read_text(), random)
    return found
