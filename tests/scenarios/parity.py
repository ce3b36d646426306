"""Checks parity.md: every case and scenario is in a table, everything named there exists, and no row is empty. A star at
the end of a name stands for the rest of several.

Prints one line per offence; exits with 1 where there is one.
"""

import fnmatch
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
ROOT = TESTS.parent


def known_names():
    """Name -> whether it must be in a table."""
    names = {}
    for suite, prefix, required in (("interop", "", True), ("plugins", "plugins/", True), ("install", "install/", True)):
        for path in (TESTS / suite / "cases").glob("*.case"):
            names[prefix + path.stem] = required
    for path in HERE.glob("*.sh"):
        names["scenarios/" + path.stem] = True
    for path in ROOT.glob("src/*/*/*_test.cc"):
        names[path.name] = False
    return names


def main():
    names = known_names()
    seen = set()
    problems = []
    for number, line in enumerate((HERE / "parity.md").read_text().splitlines(), 1):
        row = re.match(r"\|(.*)\|(.*)\|$", line)
        if not row or row[1].strip() == "what" or set(line) <= set("|-"):
            continue
        what, shown = (cell.strip() for cell in row.groups())
        here = [name.strip() for name in shown.split(",") if name.strip()]
        if not what or not here:
            problems.append(f"parity.md:{number}: an empty row")
        for name in here:
            found = fnmatch.filter(names, name)
            if not found:
                problems.append(f"parity.md:{number}: there is no {name}")
            seen.update(found)
    problems += [f"{name} is in no row" for name in sorted(names) if names[name] and name not in seen]
    for problem in problems:
        print(problem)
    sys.exit(bool(problems))


main()
