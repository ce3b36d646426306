"""Adds up the results of GoogleTest programs that ctest ran.

Usage: count_cases.py FOLDER, which holds ctest.junit and one XML file of GoogleTest per program.
Prints "N passed, N failed[, N skipped]" and exits with 1 if any failed. A program that ended badly counts as one
failure though all of its cases passed: it crashed, leaked, took too long, or was not built.
"""

import pathlib
import sys
import xml.etree.ElementTree as xml


def main():
    folder = pathlib.Path(sys.argv[1])
    passed = failed = skipped = 0
    for path in sorted(folder.glob("*.xml")):
        for case in xml.parse(path).getroot().iter("testcase"):
            if case.find("failure") is not None:
                failed += 1
                print(f"FAILED: {case.get('classname')}.{case.get('name')}")
            elif case.find("skipped") is not None:
                skipped += 1
                reason = (case.find("skipped").get("message") or "").strip().splitlines()
                print(f"SKIPPED: {case.get('classname')}.{case.get('name')}: {reason[-1] if reason else ''}")
            elif case.get("status") == "run":
                passed += 1
    bad_programs = [
        case.get("name")
        for case in xml.parse(folder / "ctest.junit").getroot().iter("testcase")
        if case.get("status") != "run"
    ]
    for name in bad_programs:
        print(f"FAILED: test program of {name}")
    failed = max(failed, len(bad_programs))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
