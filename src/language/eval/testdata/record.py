#!/usr/bin/env python3
"""Records what the console of the stock terraform says of each expression in expressions.txt.

Reads the lines that start with "> " and rewrites the file with the answers: "= " before each line of a result,
"! summary | detail" for each error. Lines of comments stay where they are. Run it in this folder with terraform
1.11.4 on PATH; one process per expression.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile


def evaluate(expression):
    with tempfile.TemporaryDirectory() as folder:
        work = os.path.join(folder, "files")
        shutil.copytree("files", work)
        environment = dict(os.environ, TF_CLI_CONFIG_FILE="/dev/null", CHECKPOINT_DISABLE="1", HOME="/home/someone")
        done = subprocess.run(["terraform", "console", "-no-color"], input=(expression + "\n").encode(), cwd=work,
                              env=environment, capture_output=True)
    stdout, stderr = done.stdout.decode(), done.stderr.decode()
    if done.returncode == 0:
        return ["= " + line for line in stdout[:-1].split("\n")]
    answers = []
    for part in re.split(r"^Error: ", stderr, flags=re.M)[1:]:
        summary, _, rest = part.partition("\n")
        rest = re.sub(r"^\s*on <console-input>.*?\n(\s*\(source code not available\)\n)?", "", rest, flags=re.S | re.M)
        answers.append("! %s | %s" % (summary, " ".join(rest.split())))
    if not answers or "goroutine" in stderr:
        sys.exit("no answer to " + expression + ":\n" + stdout + stderr)
    return answers


def main():
    with open("expressions.txt", encoding="utf-8", newline="\n") as file:
        lines = [line.rstrip("\n") for line in file]
    kept = [line for line in lines if line.startswith(("> ", "#"))]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda line: evaluate(line[2:]) if line.startswith("> ") else [], kept)
        with open("expressions.new", "w", encoding="utf-8", newline="\n") as out:
            for line, answer in zip(kept, answers):
                out.write("\n".join([line] + answer) + "\n")
    os.replace("expressions.new", "expressions.txt")


main()
