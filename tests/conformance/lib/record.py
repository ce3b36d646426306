"""Records what the stock program, found in TERRAFORM, says to each question."""
import os
import re
import sys

from lib.asker import name
from lib.cases import load, save

CHUNK = 1500  # expressions; the console reads no line longer than 64 KiB


def values(asker, expressions):
    """The console's lines for each expression and for its type. In a pipe it prints only the last answer, so all are
    asked for as one object; what is printed in another way inside of one (multi-line strings) is asked for again."""
    for index, text in expressions.items():
        asker.write(index, text)
    answers = failures(asker)
    for index in answers:
        asker.remove(index)
    answers.update((index, []) for index in expressions if index not in answers)
    left = [index for index in expressions if not answers[index]]
    for start in range(0, len(left), CHUNK):
        ask_together(asker, left[start:start + CHUNK], answers)
    ask_alone(asker, left, answers)
    return answers


def ask_together(asker, indexes, answers):
    everything = "{%s}" % ", ".join("%s = %s" % (name(index), asker.reference(index)) for index in indexes)
    for sign, question, label in (("= ", everything, r'  "e(\d{6})" = '), (": ", "type(%s)" % everything, r"    e(\d{6}): ")):
        depth = len(label) - len(label.lstrip(" "))
        parts = re.split("^" + label, "\n".join(console(asker, question)[1:-1]), flags=re.M)[1:]
        if len(parts) != 2 * len(indexes):
            sys.exit("%d answers for %d expressions" % (len(parts) // 2, len(indexes)))
        for index, part in zip(map(int, parts[::2]), parts[1::2]):
            lines = part.rstrip("\n").split("\n")
            lines = lines[:1] + [line[depth:] if line.startswith(" " * depth) else line for line in lines[1:]]
            lines[-1] = lines[-1].removesuffix(",")
            answers[index] += [sign + asker.steady(line) for line in lines]


def ask_alone(asker, indexes, answers):
    """Asks anew for values with multi-line strings, which are printed in another way inside of an object."""
    chosen = [index for index in indexes if any("<<" in line for line in answers[index])]
    for index in set(indexes) - set(chosen):
        asker.remove(index)
    for index in chosen:
        lines = console(asker, asker.reference(index))
        answers[index] = ["= " + asker.steady(line) for line in lines] + [
            line for line in answers[index] if line.startswith(": ")]


def failures(asker):
    """The errors of expressions that pass validation, where values of variables are unknown."""
    said = re.sub(r"\x1b\[\d+m", "", asker.execute(["console", "-no-color"], "0\n").stderr.decode())
    found = re.findall(r"Error: (.*)\n\W*on e(\d{6})\.tf ", said)
    return {int(index): ["* " + summary] for summary, index in found}


def console(asker, expression):
    done = asker.execute(["console"], expression + "\n")
    if done.returncode != 0:
        sys.exit("the console failed:\n" + done.stdout.decode()[-2000:] + done.stderr.decode())
    return done.stdout.decode()[:-1].split("\n")


def record(asker_class, here):
    """Rewrites the files of cases, all or those named as arguments, with the answers."""
    os.chdir(here)
    paths = sys.argv[1:] or sorted("cases/" + each for each in os.listdir("cases"))
    files = {path: load(path) for path in paths}
    cases = [part for parts in files.values() for part in parts if not isinstance(part, str)]
    asker = asker_class(os.environ.get("TERRAFORM", "terraform"), here)
    try:
        questions = {index: case.text for index, case in enumerate(cases)}
        found = asker.diagnostics(questions)
        sound = {index: text for index, text in questions.items()
                 if not any(line.startswith("! ") for line in found[index])}
        known = values(asker, sound)
    finally:
        asker.close()
    for index, case in enumerate(cases):
        case.answer = found[index] + known.get(index, [])
    for path, parts in files.items():
        save(path, parts)
    print("%d questions" % len(cases))
