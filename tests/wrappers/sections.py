"""Compares two transcripts of tests/wrappers section by section; descriptor 3 gets "SAME OTHER".

Functions that only ours has are no difference.
"""

import difflib
import os
import pathlib
import sys


def sections(path):
    found, name = {}, "(before all)"
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith("== "):
            name = line[3:]
        found.setdefault(name, []).append(line)
    return found


stock, built = sections(sys.argv[1]), sections(sys.argv[2])
same = other = 0
for name in dict.fromkeys([*stock, *built]):
    if name not in stock and name.startswith("MetadataFunctions "):
        continue
    if stock.get(name) == built.get(name):
        same += 1
        continue
    other += 1
    print(f"FAILED  {sys.argv[3]}: {name}")
    for line in list(difflib.unified_diff(stock.get(name, []), built.get(name, []), "terraform", "parterre", lineterm=""))[:60]:
        print("    " + line)
os.write(3, f"{same} {other}\n".encode())
