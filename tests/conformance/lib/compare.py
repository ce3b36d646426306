"""Compares what Parterre says to each question with what the stock program said.

Compared are the text of a value and its type, and for a mistake severity, place, summary, the values in play and the
function that was called. The words of a detail are our own, but must hold the facts of the stock program's: what it
quotes and its numbers. known.txt lists the questions whose answers differ, each as a JSON string after "> ", below
the reason; one that no longer differs fails.
"""
import json
import os
import re
import sys

from lib.cases import load

SHOWN = 60  # differences, without -v


def values(asker, questions):
    """Lines of the value and of the type of each."""
    asked = []
    for index, text in questions.items():
        expression = asker.expression(index, text)
        asked += [expression, "type(\n%s\n)" % expression]
    path = os.path.join(asker.folder.name, "questions")
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n---\n".join(asked) + "\n")
    done = asker.execute(["console", "-eval", path, "-json"])
    lines = done.stdout.decode().split("\n")[:-1]
    if len(lines) != len(asked):
        sys.exit("%d answers to %d questions: %s" % (len(lines), len(asked), done.stderr.decode()[:2000]))
    answers = {}
    for position, index in enumerate(questions):
        answer = answers[index] = []
        for sign, line in (("= ", lines[2 * position]), (": ", lines[2 * position + 1])):
            said = json.loads(line)
            if said["result"] is None:
                answer += ["* " + diagnostic["summary"] for diagnostic in said["diagnostics"] if sign == "= "]
            else:
                answer += [sign + asker.steady(line) for line in said["result"].split("\n")]
    return answers


def facts(text):
    """What a detail quotes and its numbers."""
    return {fact.strip('"`') for fact in re.findall(r'"(?:[^"\\]|\\.)*"|`[^`]*`|\b\d[\d.]*\d\b|\b\d\b', text)}


def same(ours, stock, in_play):
    """Whether a line is good. `in_play` is all that we say of the mistake."""
    if ours == stock:
        return True
    # Inside of a `for` the stock program does not find the signature of what is called.
    if stock.startswith("& ") and ours.partition("(")[0] == stock:
        return True
    if stock[:2] not in ("! ", "~ ") or ours.split(" | ")[0] != stock.split(" | ")[0]:
        return False
    return all(fact in in_play for fact in facts(stock.partition(" | ")[2]))


def agrees(ours, stock):
    said = "\n".join(ours)
    return len(ours) == len(stock) and all(same(a, b, said) for a, b in zip(sorted(ours), sorted(stock)))


def compare(asker_class, here):
    """Prints the differences and ends the program. Arguments: [-v] [FAMILY...], the files of cases; -v shows all."""
    arguments = sys.argv[1:]
    verbose = "-v" in arguments
    names = [each for each in arguments if each != "-v"] or sorted(
        each.removesuffix(".txt") for each in os.listdir(os.path.join(here, "cases")))
    with open(os.path.join(here, "known.txt"), encoding="utf-8", newline="\n") as file:
        known = {line[2:] for line in file.read().split("\n") if line.startswith("> ")}
    cases = [(each, part) for each in names for part in load(os.path.join(here, "cases", each + ".txt"))
             if not isinstance(part, str)]
    asker = asker_class(os.environ.get("PARTERRE") or os.path.join(here, "../../../build/bin/parterre"), here)
    try:
        questions = {index: case.text for index, (_, case) in enumerate(cases)}
        found = asker.diagnostics(questions)
        sound = {index: text for index, text in questions.items()
                 if not any(line.startswith("! ") for line in found[index])}
        answers = values(asker, sound)
    finally:
        asker.close()
    passed = failed = 0
    for index, (family, case) in enumerate(cases):
        ours = found[index] + answers.get(index, [])
        good = agrees(ours, case.answer)
        expected = json.dumps(case.text, ensure_ascii=False) not in known
        if good == expected:
            passed += 1
            continue
        failed += 1
        if failed > SHOWN and not verbose:
            continue
        print("FAILED  %s: %s" % (family, case.text.replace("\n", "\n| ")))
        if good:
            print("    no longer differs: remove it from known.txt")
            continue
        for line in case.answer:
            if line not in ours:
                print("    terraform " + line)
        for line in ours:
            if line not in case.answer:
                print("    parterre  " + line)
    if failed > SHOWN and not verbose:
        print("... and %d more" % (failed - SHOWN))
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed > 0)
