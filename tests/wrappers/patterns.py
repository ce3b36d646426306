"""What other programs look for in the output of `terraform`, tried on ours under that name.

Plays the situations of patterns.txt. A line "STREAM WHO /PATTERN/" under a command says that WHO looks for PATTERN in its
output; `code N` is what it ends with. With --live, `terraform` is asked too: a pattern that it does not match is a
mistake of the table, and the groups of the pattern must hold the same for both.

    patterns.py PROGRAM [--live TERRAFORM] [NAME...]

PROGRAM is called through a link named `terraform`. Ends with "N passed, N failed".
"""

import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
EXPECTATION = re.compile(r"(out|err|both) (\S+) /(.*)/(!?)$")
# A line that calls the program by its name; others are its arguments.
COMMAND = re.compile(r"(^|\| |^(\w+=('[^']*'|[^' ])* )+)terraform ")
# What the groups of a pattern may hold that is never the same twice.
RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d[ T][\d:.]+( \+0000 UTC|Z)?|\d+s\b")


def read_table(path):
    """[(name, [step])]; a step is ("file", name, text), ("shell", line), ("command", line, expectations), ("hold",)."""
    situations, steps, target = [], [], None
    for line in path.read_text().splitlines():
        if line.startswith("== "):
            steps, target = [], None
            situations.append((line[3:], steps))
        elif line.startswith("-- ") and line.endswith(" --"):
            target = []
            steps.append(("file", line[3:-3], target))
        elif line.startswith("! "):
            target = None
            steps.append(("shell", line[2:]))
        elif line == "%held":
            target = None
            steps.append(("hold",))
        elif line.startswith("$ "):
            target = None
            steps.append(("command", line[2:], []))
        elif target is not None:
            target.append(line)
        elif line.startswith("code "):
            steps[-1][2].append(("code", "", line[5:], False))
        elif EXPECTATION.fullmatch(line):
            stream, who, pattern, absent = EXPECTATION.fullmatch(line).groups()
            steps[-1][2].append((stream, who, pattern, bool(absent)))
        elif line and not line.startswith("#"):
            sys.exit(f"patterns.txt: cannot be read: {line}")
    return situations


def hold(folder):
    """The lock of the state in that folder, as another process has it."""
    state = open(folder / "terraform.tfstate", "a+")
    fcntl.lockf(state, fcntl.LOCK_EX)
    (folder / ".terraform.tfstate.lock.info").write_text(json.dumps({
        "ID": "7c0ba2a5-5a0f-1f35-6f5e-0d5f1a0b1c2d", "Operation": "OperationTypeApply", "Info": "", "Who": "ada@engine",
        "Version": "1.11.4", "Created": "2026-01-02T03:04:05.678Z", "Path": "terraform.tfstate"}))
    return state


def environment(home):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return kept | {"HOME": str(home), "CHECKPOINT_DISABLE": "1", "LC_ALL": "C.UTF-8",
                   "TF_CLI_CONFIG_FILE": str(HERE / "cli.tfrc")}


def play(steps, program, folder):
    """[(line, expectations, {"code", "out", "err", "both"})] of the commands."""
    folder.mkdir(parents=True)
    bin_folder = folder.parent / (folder.name + ".bin")
    bin_folder.mkdir()
    (bin_folder / "terraform").symlink_to(program)
    env = environment(folder.parent)
    # As wrappers find it: by its name on the PATH.
    env["PATH"] = f"{bin_folder}:{env['PATH']}"
    results, held = [], []
    for step in steps:
        if step[0] == "file":
            file = folder / step[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(step[2]) + "\n")
        elif step[0] == "hold":
            held.append(hold(folder))
        else:
            line = step[1]
            if step[0] == "command" and not COMMAND.search(line):
                line = "terraform " + line
            done = subprocess.run(["bash", "-c", line], cwd=folder, env=env, text=True, capture_output=True,
                                  stdin=subprocess.DEVNULL, timeout=120)
            if step[0] == "command":
                results.append((step[1], step[2], {"code": str(done.returncode), "out": done.stdout, "err": done.stderr,
                                                   "both": done.stdout + done.stderr}))
    for state in held:
        state.close()
    return results


def groups(match):
    return [RANDOM.sub("<made>", group or "") for group in match.groups()]


def problems(result, other):
    """What is wrong with the results of a command; `other` is that of the stock program, or None."""
    line, expectations, ours = result
    count = 1
    found = []
    if re.search(r"[Pp]arterre", ours["both"].replace('"parterre_version"', "")):
        found.append(f"`{line}` speaks of another program than it was called as:\n{ours['both']}")
    for stream, who, pattern, absent in expectations:
        count += 1
        if stream == "code":
            if other and other["code"] != pattern:
                found.append(f"the table is wrong: `{line}` of the stock program ends with {other['code']}")
            if ours["code"] != pattern:
                found.append(f"`{line}` ends with {ours['code']}, not {pattern}:\n{ours['both']}")
            continue
        match = re.search(pattern, ours[stream], re.M)
        stock = re.search(pattern, other[stream], re.M) if other else None
        if other and bool(stock) == absent:
            found.append(f"the table is wrong: in `{line}` of the stock program for {who}, /{pattern}/:\n{other['both']}")
        if bool(match) == absent:
            found.append(f"`{line}`: {who} looks for /{pattern}/ in std{stream}:\n{ours['both']}")
        elif stock and match and groups(stock) != groups(match):
            found.append(f"`{line}`: {who} finds {groups(match)} by /{pattern}/, not {groups(stock)}")
    return count, found


def main():
    arguments = sys.argv[1:]
    program = pathlib.Path(arguments.pop(0)).resolve()
    stock = None
    if arguments and arguments[0] == "--live":
        stock = pathlib.Path(arguments[1]).resolve()
        arguments = arguments[2:]
    situations = [each for each in read_table(HERE / "patterns.txt") if not arguments or each[0] in arguments]
    work = pathlib.Path(tempfile.mkdtemp())

    def one(index):
        name, steps = situations[index]
        ours = play(steps, program, work / f"{index}.ours" / "folder")
        theirs = play(steps, stock, work / f"{index}.stok" / "folder") if stock else None
        return [problems(result, theirs[at][2] if theirs else None) for at, result in enumerate(ours)]

    passed = failed = 0
    try:
        with ThreadPoolExecutor(2) as pool:
            for (name, _), outcomes in zip(situations, pool.map(one, range(len(situations)))):
                for count, found in outcomes:
                    passed += count - len(found)
                    failed += len(found)
                    for each in found:
                        print(f"FAILED {name}: " + each.replace("\n", "\n    "))
    finally:
        shutil.rmtree(work)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
