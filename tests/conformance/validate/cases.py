"""Cases of bad configurations: reading them, playing one with a program, and what of its answer is compared.

A file of cases/ holds cases, each as below. A file ("--- versions.tf") before the first belongs to all of them.

    === name
    ! reason                 a known difference: the answers are expected to differ, for this reason
    $ plan -var a=1          a command; without any: "validate"
    text of main.tf
    --- path [flags]         a further file. Flags: raw (Python escapes: \\ufeff, \\r, \\n; nothing added), dir (a folder)

"validate" plays with -json: compared is every diagnostic, whole but for its detail. "text validate" and "plan" compare
what people read of the diagnostics, details again left out. Exit codes always count. Local modules count as installed.
"""

import ast
import hashlib
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Told when a provider is not installed but named in the configuration of the command line.
DEVELOPMENT = "Provider development overrides are in effect"
GROUPS = sorted(path.stem for path in (HERE / "cases").glob("*.txt"))


class Case:
    def __init__(self, name):
        self.name, self.known, self.commands, self.files, self.folders = name, "", [], {}, []


def read_cases(group):
    text = (HERE / "cases" / f"{group}.txt").read_bytes().decode()
    prelude, *chunks = re.split(r"(?m)^=== ", text)
    cases = []
    for chunk in chunks:
        name, body = chunk.split("\n", 1)
        case, path, flags = Case(name), "main.tf", []
        if prelude.startswith("--- "):
            shared, text_of_shared = prelude[4:].split("\n", 1)
            case.files[shared] = text_of_shared
        for line in body.splitlines(keepends=True):
            if line.startswith("! "):
                case.known = line[2:].strip()
            elif line.startswith("$ "):
                case.commands.append(line[2:].strip())
            elif line.startswith("--- "):
                path, *flags = line[4:].split()
                if "dir" in flags:
                    case.folders.append(path)
                else:
                    case.files[path] = ""
            elif "raw" in flags:
                case.files[path] += ast.literal_eval('"""' + line.rstrip("\n").replace('"', '\\"') + '"""')
            else:
                case.files[path] = case.files.get(path, "") + line
        case.commands = case.commands or ["validate"]
        cases.append(case)
    return cases


def installed_modules(files):
    """What `init` would write for modules at local paths, up to four deep."""
    entries = [{"Key": "", "Source": "", "Dir": "."}]

    def visit(folder, key, depth):
        for path, text in files.items():
            if os.path.normpath(os.path.dirname(path) or ".") != folder or depth > 4:
                continue
            native = r'module\s+"([^"]+)"\s*\{[^}]*?source\s*=\s*"(\.[^"]*)"'
            form = r'"(\w+)":\s*[\[{]+[^{}]*?"source":\s*"(\.[^"]*)"' if path.endswith(".json") else native
            for name, source in re.findall(form, text):
                child, child_key = os.path.normpath(os.path.join(folder, source)), f"{key}.{name}".lstrip(".")
                if all(entry["Key"] != child_key for entry in entries):
                    entries.append({"Key": child_key, "Source": source, "Dir": child})
                    visit(child, child_key, depth + 1)

    visit(".", "", 0)
    return entries


def fingerprint(case):
    return hashlib.sha256(json.dumps([case.commands, case.files, case.folders]).encode()).hexdigest()[:16]


def lay_out(case, root):
    for path in case.folders:
        (root / path).mkdir(parents=True)
    for path, text in case.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    (root / ".terraform/modules").mkdir(parents=True)
    (root / ".terraform/modules/modules.json").write_text(json.dumps({"Modules": installed_modules(case.files)}))


def sorted_names(summary):
    """The members of a cycle are told in any order."""
    head, colon, names = summary.partition("Cycle: ")
    return head + colon + ", ".join(sorted(names.split(", "))) if colon else summary


def comparable(diagnostic):
    diagnostic = {key: value for key, value in diagnostic.items() if key != "detail"}
    diagnostic["summary"] = sorted_names(diagnostic["summary"]).replace("Parterre", "Terraform")
    call = diagnostic.get("snippet", {}).get("function_call", {})
    for parameter in call.get("signature", {}).get("params", []):
        parameter.pop("description", None)
    call.get("signature", {}).get("variadic_param", {}).pop("description", None)
    call.get("signature", {}).pop("description", None)
    return diagnostic


def echoes_left_out(diagnostics):
    """Without those that tell the same mistake again in other words, which ours does not say."""

    def line(each):
        return each.get("range", {}).get("filename"), each.get("range", {}).get("start", {}).get("line")

    def is_echo(each):
        beside = [other["summary"] for other in diagnostics if other is not each and line(other) == line(each)]
        return (each["summary"] == "Unknown variable" or line(each) == ("", 0)
                or each["summary"] == "Unsuitable value type" and "Variables not allowed" in beside
                or each["summary"] == "Invalid import address" and {"Invalid address", "Invalid expression"} & set(beside)
                or each["summary"] == "Invalid replace_triggered_by expression"
                and "Invalid reference in replace_triggered_by expression" in beside)

    # The reference reads some parts of JSON several times.
    repeated = [each for at, each in enumerate(diagnostics)
                if each["summary"] == "Incorrect JSON value type" and each in diagnostics[:at]]
    return [each for each in diagnostics
            if not is_echo(each) and not any(each is other for other in repeated) and each["summary"] != DEVELOPMENT]


def diagnostics_in(text):
    """What people read: summaries and snippets, and whether all is well; without the prose of the details."""
    kept, part, before = [], "", ""
    for line in text.split("\n"):
        if line == f"Warning: {DEVELOPMENT}":
            part, line = "", ""
        elif re.match(r"(Error|Warning): ", line) and before == "":
            part, line = "summary", sorted_names(line)
        elif part == "summary" and line:
            part = "snippet" if re.match(r"  (on|with) ", line) else ""
        elif part == "snippet" and not line:
            part = ""
        if part or line.startswith("Success!"):
            kept.append(line.rstrip() if part else "Success!")
        before = line
    text = "\n".join(kept).strip("\n").replace("Parterre", "Terraform")
    text = re.sub(r"Error: .*\n\n  on  line 0:\n.*(\n|$)", "", text)  # echoes
    return re.sub(r"Error: Unknown variable\n\n(  .*(\n|$))+", "", text).strip("\n")


def play(program, case, command_line_configuration=os.devnull):
    """[{command, exit, diagnostics} or {command, exit, text}] for the commands of a case, played in one folder."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    env.update(TF_CLI_CONFIG_FILE=command_line_configuration, CHECKPOINT_DISABLE="1", LC_ALL="C.UTF-8")
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out(case, root)
        for command in case.commands:
            words = command.removeprefix("text ").split()
            settings = [word for word in words if re.match(r"[A-Z]\w*=", word)]
            words = [word for word in words if word not in settings]
            as_text = command.startswith("text ") or words[0] != "validate"
            words[1:1] = ["-no-color"] if as_text else ["-json"]
            if words[0] == "plan":
                words[1:1] = ["-input=false"]
            run = subprocess.run([program, *words], cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                 env=env | dict(word.split("=", 1) for word in settings), timeout=60)
            answer = {"command": command, "exit": run.returncode}
            answers.append(answer)
            if as_text:
                answer["text"] = diagnostics_in(run.stdout + "\n" + run.stderr).replace(folder, "<folder>")
                continue
            try:
                found = json.loads(run.stdout)
                diagnostics = echoes_left_out(found.pop("diagnostics"))
            except (ValueError, KeyError):
                answer["text"] = (run.stdout + run.stderr)[:400]
                continue
            answer.update(found)
            for severity in ("error", "warning"):
                answer[f"{severity}_count"] = sum(each["severity"] == severity for each in diagnostics)
            # The walk's order differs from run to run.
            text = json.dumps(sorted(map(comparable, diagnostics), key=lambda each: json.dumps(each, sort_keys=True)))
            answer["diagnostics"] = json.loads(text.replace(folder, "<folder>"))
    return answers


def lines_of(answers):
    """Answers as lines, one for each diagnostic, that read well in a diff."""
    lines = []
    for answer in answers:
        rest = {key: value for key, value in answer.items() if key not in ("diagnostics", "text", "command")}
        lines.append(f"$ {answer['command']}  {json.dumps(rest, sort_keys=True)}")
        for each in answer.get("diagnostics", []):
            place, snippet = "-", dict(each.get("snippet", {}))
            if "range" in each:
                start, end = each["range"]["start"], each["range"]["end"]
                place = "{}:{}:{}-{}:{} ({}-{})".format(each["range"]["filename"], start["line"], start["column"],
                                                         end["line"], end["column"], start["byte"], end["byte"])
            more = {key: value for key, value in each.items() if key not in ("severity", "summary", "range", "snippet")}
            code = snippet.pop("code", None)
            lines.append(f"{each['severity']} {place} {each['summary']} {json.dumps(more) if more else ''}".rstrip())
            if code is not None:
                lines.append(f"    {json.dumps(code, ensure_ascii=False)} {json.dumps(snippet, sort_keys=True)}")
        lines.extend("    " + line for line in answer.get("text", "").split("\n") if "text" in answer)
    return lines
