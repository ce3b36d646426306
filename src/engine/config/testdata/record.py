#!/usr/bin/env python3
"""Fills in what the stock terraform says of each configuration in the given *.txt files.

usage: record.py bad_configs.txt

A file holds cases: "=== name", then main.tf (further files after "--- path"), then the recorded lines
">>> severity file:line:column-line:column summary". Only the recorded lines are rewritten. Lines "<<< ..." are ours:
what this project says instead, where it differs on purpose ("<<< none" for nothing).
"""
import json, os, re, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor


def parse(text):
    cases = []
    for chunk in re.split(r"(?m)^=== ", text)[1:]:
        name, rest = chunk.split("\n", 1)
        files, path = {}, "main.tf"
        for line in rest.splitlines():
            if line.startswith("--- "):
                path = line[4:]
            elif line.startswith("<<< "):
                files.setdefault("<<<", []).append(line)
            elif not line.startswith(">>> "):
                files[path] = files.get(path, "") + line + "\n"
        cases.append((name, files))
    return cases


def installed_modules(files, directory, key, out, depth=0):
    if depth > 4:
        return
    for path, text in files.items():
        if path == "<<<":
            continue
        if os.path.normpath(os.path.dirname(path) or ".") != directory:
            continue
        for name, source in re.findall(r'module\s+"([^"]+)"\s*\{[^}]*?source\s*=\s*"(\.[^"]*)"', text):
            child = os.path.normpath(os.path.join(directory, source))
            child_key = (key + "." if key else "") + name
            if any(module["Key"] == child_key for module in out):
                continue
            out.append({"Key": child_key, "Source": source, "Dir": child})
            installed_modules(files, child, child_key, out, depth + 1)


def record(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            if path == "<<<":
                continue
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w") as f:
                f.write(text.rstrip("\n") + "\n")
        modules = [{"Key": "", "Source": "", "Dir": "."}]
        installed_modules(files, ".", "", modules)
        os.makedirs(os.path.join(root, ".terraform/modules"))
        with open(os.path.join(root, ".terraform/modules/modules.json"), "w") as f:
            json.dump({"Modules": modules}, f)
        env = dict(os.environ, TF_CLI_CONFIG_FILE="/dev/null", CHECKPOINT_DISABLE="1")
        out = subprocess.run(["terraform", "validate", "-json"], cwd=root, env=env, capture_output=True, text=True)
        lines = []
        if not out.stdout.startswith("{"):
            return [(">>> crash", out.stdout + out.stderr)]
        for d in json.loads(out.stdout)["diagnostics"]:
            where = "-"
            if "range" in d:
                r = d["range"]
                where = "%s:%d:%d-%d:%d" % (r["filename"], r["start"]["line"], r["start"]["column"],
                                            r["end"]["line"], r["end"]["column"])
            lines.append((">>> %s %s %s" % (d["severity"], where, d["summary"]), d.get("detail", "")))
        return sorted(lines)  # the order of some differs from run to run


def main():
    for name in sys.argv[1:]:
        with open(name) as f:
            text = f.read()
        head = text[:text.index("=== ")]
        cases = parse(text)
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda case: record(case[1]), cases))
        with open(name, "w") as f, open(os.environ.get("DETAILS", os.devnull), "a") as details:
            f.write(head)
            for (case, files), lines in zip(cases, results):
                f.write("=== %s\n" % case)
                details.write("=== %s\n" % case)
                ours = files.pop("<<<", [])
                for path, content in files.items():
                    if path != "main.tf":
                        f.write("--- %s\n" % path)
                    f.write(content.rstrip("\n") + "\n")
                f.writelines(line + "\n" for line in ours)
                for line, detail in lines:
                    f.write(line + "\n")
                    details.write(line + "\n    " + detail.replace("\n", "\n    ") + "\n")


main()
