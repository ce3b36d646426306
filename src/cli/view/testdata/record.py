#!/usr/bin/env python3
"""Records what the stock program (1.11.4, `terraform` on PATH) prints for the cases in */*.golden.

A case of plans/ has sections: `=== before` is applied first (if there), `=== after` is planned. A first line `# plan: -destroy` adds
options to the plan, `# run: state taint ...` in `before` runs a command after the apply. The sections `=== json` (the parts of
the plan as JSON that the test reads), `=== plan` (the picture) and `=== color` (the same with colours, for cases with a
line `# color`) are written. A case of states/ has `=== config`, which is applied; `=== state` (the file), `=== show`, `=== outputs` and
`=== outputs_json` are written. A case of diagnostics/ has `=== config`, which is validated; `=== json`, `=== plain` and `=== color`
are written. Usage: record.py [folder/case...]
"""
import concurrent.futures, json, pathlib, re, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
KEPT = ("resource_changes", "resource_drift", "output_changes", "relevant_attributes", "errored")


def terraform(folder, *arguments, check=True, errors=False):
    done = subprocess.run(["terraform", *arguments], cwd=folder, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
    return done.stderr if errors else done.stdout


def sections(text):
    parts = re.split(r"^=== (\w+)\n", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def directives(text, name):
    return [line.split(":", 1)[1].split() for line in text.splitlines() if line.startswith(f"# {name}:")]


def write_config(folder, text):
    for old in folder.rglob("*.tf"):
        old.unlink()
    # `## FILE path` starts another file.
    parts = re.split(r"^## FILE (\S+)\n", "## FILE main.tf\n" + text, flags=re.M)
    for name, content in zip(parts[1::2], parts[2::2]):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def write_case(path, case, names):
    path.write_text("".join(f"=== {name}\n{case[name]}" for name in names if name in case))


def record_state(path):
    text = path.read_text()
    case = sections(text)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_config(folder, case["config"])
        terraform(folder, "init", "-no-color")
        terraform(folder, "apply", "-no-color", "-auto-approve")
        for command in directives(case["config"], "run"):
            terraform(folder, *command)
        case["state"] = (folder / "terraform.tfstate").read_text()
        case["show"] = terraform(folder, "show", "-no-color")
        case["outputs"] = terraform(folder, "output", "-no-color")
        case["outputs_json"] = terraform(folder, "output", "-json")
    write_case(path, case, ("config", "state", "show", "outputs", "outputs_json"))


def record_diagnostics(path):
    case = sections(path.read_text())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_config(folder, case["config"])
        terraform(folder, "init", "-no-color", check=False)
        case["json"] = terraform(folder, "validate", "-json", check=False)
        case["plain"] = terraform(folder, "validate", "-no-color", check=False, errors=True)
        case["color"] = terraform(folder, "validate", check=False, errors=True)
    write_case(path, case, ("config", "json", "plain", "color"))


def record_plan(path):
    case = sections(path.read_text())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if "before" in case:
            write_config(folder, case["before"])
            terraform(folder, "init", "-no-color")
            terraform(folder, "apply", "-no-color", "-auto-approve")
            for command in directives(case["before"], "run"):
                terraform(folder, *command)
        write_config(folder, case["after"])
        terraform(folder, "init", "-no-color")
        options = sum(directives(case["after"], "plan"), [])
        terraform(folder, "plan", "-no-color", "-input=false", "-out=p", *options, check=False)
        plan = json.loads(terraform(folder, "show", "-json", "p"))
        case["json"] = json.dumps({k: plan[k] for k in KEPT if plan.get(k)}, separators=(",", ":"), ensure_ascii=False) + "\n"
        case["plan"] = terraform(folder, "show", "-no-color", "p")
        if "# color\n" in case["after"]:
            case["color"] = terraform(folder, "show", "p")
    write_case(path, case, ("before", "after", "json", "plan", "color"))


RECORDERS = {"plans": record_plan, "states": record_state, "diagnostics": record_diagnostics}


def main():
    paths = [HERE / f"{name}.golden" for name in sys.argv[1:]] or sorted(HERE.glob("*/*.golden"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for result in [pool.submit(RECORDERS[path.parent.name], path) for path in paths]:
            try:
                result.result()
            except Exception as error:  # tell of all that fail
                print(error, file=sys.stderr)


main()
