"""`fmt` with its options: which files it reads, lists and writes, what it prints, how it ends."""

import re
import subprocess
import tempfile
from pathlib import Path

FILES = {
    "ugly.tf": "a=1\nbbb = 2\n",
    "good.tf": "a = 1\n",
    "vars.tfvars": "x=1\n",
    "run.tftest.hcl": "run \"a\" {\ncommand=plan\n}\n",
    "auto.auto.tfvars": "y = 2\nzz=3\n",
    "data.json": "{}\n",
    "main.tf.json": "{\"locals\":{}}\n",
    ".hidden.tf": "a=1\n",
    "back.tf~": "a=1\n",
    "#auto.tf#": "a=1\n",
    "sub/inner.tf": "b=1\n",
    "sub/deep/more.tf": "c=1\n",
    "sub/.terraform/no.tf": "d=1\n",
}
BROKEN = {"broken.tf": "a = = 1\n", "x.tf": "b=1\n"}
LONG = {"long.tf": "".join(f"a{i} = {i}\n\n" for i in range(20)) + "zz=1\n" + "".join(f"\nb{i} = {i}\n" for i in range(9))}

# (name, files, arguments, standard input)
COMMANDS = [
    ("plain", FILES, "", None),
    ("check", FILES, "-check", None),
    ("check_recursive", FILES, "-check -recursive", None),
    ("check_diff", FILES, "-check -diff", None),
    ("diff", FILES, "-diff", None),
    ("diff_no_write", FILES, "-diff -write=false", None),
    ("no_write", FILES, "-write=false", None),
    ("no_list", FILES, "-list=false", None),
    ("no_list_check", FILES, "-list=false -check", None),
    ("no_list_diff", FILES, "-list=false -diff -write=false", None),
    ("recursive", FILES, "-recursive", None),
    ("recursive_diff", FILES, "-recursive -diff -write=false", None),
    ("check_good", {"good.tf": "a = 1\n"}, "-check", None),
    ("file", FILES, "ugly.tf", None),
    ("file_good", FILES, "good.tf", None),
    ("file_check", FILES, "-check ugly.tf", None),
    ("files", FILES, "ugly.tf vars.tfvars good.tf", None),
    ("folder", FILES, "sub", None),
    ("folder_recursive", FILES, "-recursive sub", None),
    ("folder_slash", FILES, "sub/", None),
    ("dot", FILES, ".", None),
    ("dot_slash_file", FILES, "./ugly.tf", None),
    ("parent", FILES, "sub/../ugly.tf", None),
    ("no_color_last", FILES, "-check ugly.tf -no-color", None),
    ("missing", FILES, "nope.tf", None),
    ("missing_and_good", FILES, "nope.tf ugly.tf", None),
    ("not_a_kind", FILES, "data.json", None),
    ("tf_json", FILES, "main.tf.json", None),
    ("hidden", FILES, ".hidden.tf", None),
    ("backup", FILES, "back.tf~", None),
    ("chdir", FILES, "-chdir=sub fmt -check", None),
    ("stdin", {}, "-", "a=1\nbbb = 2\n"),
    ("stdin_good", {}, "-", "a = 1\n"),
    ("stdin_no_newline", {}, "-", "a=1"),
    ("stdin_empty", {}, "-", ""),
    ("stdin_blank_lines", {}, "-", "a=1\n\n\n"),
    ("stdin_crlf", {}, "-", "a=1\r\nbb=2\r\n"),
    ("stdin_check", {}, "-check -", "a=1\n"),
    ("stdin_check_good", {}, "-check -", "a = 1\n"),
    ("stdin_diff", {}, "-diff -", "a=1\nbbb = 2\n"),
    ("stdin_check_diff", {}, "-check -diff -", "a=1\nbbb = 2\n"),
    ("stdin_diff_no_write", {}, "-diff -write=false -", "a=1\nbbb = 2\n"),
    ("stdin_no_write", {}, "-write=false -", "a=1\n"),
    ("stdin_list", {}, "-list=true -", "a=1\n"),
    ("stdin_broken", {}, "-", "a = = 1\n"),
    ("stdin_broken_check", {}, "-check -", "x {\n"),
    ("stdin_and_file", FILES, "- ugly.tf", "a=1\n"),
    ("broken", BROKEN, "", None),
    ("broken_check", BROKEN, "-check", None),
    ("broken_diff", BROKEN, "-diff -write=false", None),
    ("broken_file", BROKEN, "broken.tf", None),
    ("long_diff", LONG, "-diff -write=false", None),
    ("no_newline_diff", {"a.tf": "a=1"}, "-diff -write=false", None),
    ("crlf_diff", {"a.tf": "a=1\r\nbb = 2\r\n"}, "-diff -write=false", None),
    ("empty_folder", {}, "", None),
    ("empty_folder_check", {}, "-check", None),
]


def play(program, files, arguments, stdin):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(text.encode())
        words = arguments.replace(" fmt ", " fmt -no-color ").split()
        if "fmt" not in words:
            words[0:0] = ["fmt", "-no-color"]
        run = subprocess.run([program, *words], cwd=folder, capture_output=True, input=(stdin or "").encode())
        changed = {}
        for path, text in files.items():
            now = (Path(folder) / path).read_bytes().decode()
            if now != text:
                changed[path] = now
        # Of diagnostics and usage errors, only that there are some: their prose is each program's own.
        summaries = re.findall(r"(?m)^Error: (.*)$", run.stderr.decode().replace("parterre", "terraform"))
        return {"exit": run.returncode, "stdout": run.stdout.decode(), "errors": summaries, "changed": changed}


def play_all(program):
    return {name: play(program, files, arguments, stdin) for name, files, arguments, stdin in COMMANDS}
