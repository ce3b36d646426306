"""Asks one program all questions at once, in a folder of its own with a file or more for each question."""
import json
import os
import re
import shutil
import subprocess
import tempfile


def name(index):
    """Of what is asked for and its file; of one length, for columns."""
    return "e%06d" % index


class Asker:
    """What a question is written as is the business of the subclasses: write, paths, locate and reference."""

    def __init__(self, program, here):
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        self.work = os.path.join(self.folder.name, "files")
        shutil.copytree(os.path.join(here, "files"), self.work)
        self.environment = dict(os.environ, HOME="/home/someone")

    def write(self, index, text):
        """Writes the configuration that asks the question."""
        raise NotImplementedError

    def remove(self, index):
        """Takes it away again; it may be gone already."""
        raise NotImplementedError

    def locate(self, filename, byte):
        """Whose question a place belongs to: its index, a label for what part of it, and where that part begins."""
        raise NotImplementedError

    def reference(self, index):
        """The expression whose value is the answer."""
        raise NotImplementedError

    def close(self):
        self.folder.cleanup()

    def execute(self, arguments, text=None):
        return subprocess.run([self.program] + arguments, cwd=self.work, env=self.environment, capture_output=True,
                              input=None if text is None else text.encode())

    def diagnostics(self, questions):
        """Lines of the mistakes and warnings of each: those of the syntax first, then, without the files that have
        such, those of the next stage, and so on."""
        answers = {index: [] for index in questions}
        for index, text in questions.items():
            self.write(index, text)
        wrong = set(questions)
        while wrong:
            done = self.execute(["validate", "-json"])
            wrong = set()
            for diagnostic in json.loads(done.stdout)["diagnostics"]:
                place = diagnostic.get("range")
                owner = self.locate(place["filename"], place["start"]["byte"]) if place else None
                if not owner:
                    raise SystemExit("a diagnostic outside of the questions: " + json.dumps(diagnostic))
                answers[owner[0]] += self.describe(diagnostic, owner[1], owner[2])
                if diagnostic["severity"] == "error":
                    wrong.add(owner[0])
            for index in wrong:
                self.remove(index)
        for index in questions:
            self.remove(index)
        return answers

    def describe(self, diagnostic, label, offset):
        place = diagnostic["range"]
        lines = ["%s %s%d-%d %s | %s" % (
            "!" if diagnostic["severity"] == "error" else "~", label, place["start"]["byte"] - offset,
            place["end"]["byte"] - offset, diagnostic["summary"], self.plain(diagnostic.get("detail", "")))]
        snippet = diagnostic.get("snippet") or {}
        for value in snippet.get("values") or []:
            lines.append("%% %s %s" % (value["traversal"], self.plain(value["statement"])))
        call = snippet.get("function_call")
        if call:
            lines.append("& " + call["called_as"] + signature(call.get("signature")))
        return lines

    def steady(self, text):
        """Without the folder and the numbers of questions, which change each time."""
        return text.replace(self.work, "/work")

    def plain(self, text):
        """On one line."""
        text = re.sub(r"\s+", " ", self.steady(text)).strip()
        text = re.sub(r"\be\d{6}\.tf:", "", text)
        # What the stock program's own mistakes look like differs each time.
        return re.sub(r"(panic in function implementation).*", r"\1", text)


def signature(signature):
    if not signature:
        return ""
    names = [parameter["name"] for parameter in signature.get("params") or []]
    if signature.get("variadic_param"):
        names.append(signature["variadic_param"]["name"] + "...")
    return "(%s)" % ", ".join(names)
