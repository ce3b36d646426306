"""Records what the stock terraform makes of the texts: recorded.jsonl, one case a line.

"in" and "out" are the text and what `fmt` makes of it; "again", where that differs from "out", what it makes of its own
output. Texts that the program refuses have no "out". What commands with options do is in commands.json.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import commands
import generate
import handwritten

HERE = Path(__file__).resolve().parent


def format_all(program, texts):
    """name -> formatted text, None where refused."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / f"{name}.tf").write_bytes(text.encode())
        run = subprocess.run([program, "fmt", "-no-color"], cwd=folder, capture_output=True, text=True)
        refused = {line.split(" line ")[0].removeprefix("  on ").removesuffix(".tf")
                   for line in run.stderr.splitlines() if line.startswith("  on ")}
        return {name: None if name in refused else (Path(folder) / f"{name}.tf").read_bytes().decode()
                for name in texts}


def main():
    program = os.environ.get("TERRAFORM", "terraform")
    texts = handwritten.CASES | generate.cases()
    outs = format_all(program, texts)
    again = format_all(program, {name: out for name, out in outs.items() if out is not None})
    with open(HERE / "recorded.jsonl", "w") as file:
        for name, text in texts.items():
            case = {"name": name, "in": text}
            if outs[name] is not None:
                case["out"] = outs[name]
                if again[name] != outs[name]:
                    case["again"] = again[name]
            file.write(json.dumps(case, ensure_ascii=False) + "\n")
    (HERE / "commands.json").write_text(json.dumps(commands.play_all(program), indent=1) + "\n")
    print(f"{len(texts)} texts, {sum(out is None for out in outs.values())} of them refused; "
          f"{len(commands.COMMANDS)} commands")

