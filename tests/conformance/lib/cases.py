"""Files of cases: questions, and below each what the stock program said.

    # a comment
    > 1 + 1
    = 2
    : number
    > upper(local.o)
    ! 6-13 Invalid function argument | Invalid value for "str" parameter: string required.
    % local.o is object with 1 attribute "k"
    & upper(str)

"> " begins a question and "| " goes on with it in the next line; "= " are the lines that the console prints and ": "
those that it prints for type(), or "* " is the error that only the console has. A mistake has "! ", the bytes of the
question that it points at, summary and detail; "% " are the values in play, "& " is the function that was being
called. A warning has "~ " for "! ".
"""
import os


class Case:
    def __init__(self, lines):
        self.lines = lines  # of the question
        self.answer = []  # recorded lines

    @property
    def text(self):
        return "\n".join(self.lines)


def load(path):
    """The comments and cases of a file, in order."""
    parts = []
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file.read().split("\n"):
            if line.startswith("> "):
                parts.append(Case([line[2:]]))
            elif line.startswith("| ") or line == "|":
                parts[-1].lines.append(line[2:])
            elif line.startswith("#") or not line:
                parts.append(line)
            else:
                parts[-1].answer.append(line)
    while parts and parts[-1] == "":
        parts.pop()
    return parts


def save(path, parts):
    with open(path + ".new", "w", encoding="utf-8", newline="\n") as file:
        for part in parts:
            if isinstance(part, str):
                file.write(part + "\n")
                continue
            file.write("> " + part.lines[0] + "\n")
            file.writelines(("| " + line).rstrip(" ") + "\n" if not line else "| " + line + "\n" for line in part.lines[1:])
            file.writelines(line + "\n" for line in part.answer)
    os.replace(path + ".new", path)
