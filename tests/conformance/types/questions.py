"""A question is a type constraint and a value, "TYPE := VALUE" or "TYPE" alone: the argument of a module whose variable
is of that type. "default TYPE := VALUE" is a variable of the root module with that default instead."""
import json
import os
import re
import shutil

from lib.asker import Asker, name

VARIABLE = "variable \"%s\" {\n  type    = %s\n"
TYPE_START = len(VARIABLE.split("%s\n")[0] % name(0))
CALL = "module \"%s\" {\n  source = \"./%s\"\n  %s = "
CALL_START = len(CALL % ((name(0),) * 3))


class Questions(Asker):
    def __init__(self, program, here):
        super().__init__(program, here)
        self.types = {}  # of the questions about defaults: index -> where the value begins
        self.modules = set()

    def file(self, index):
        return os.path.join(self.work, name(index) + ".tf")

    def write(self, index, text):
        # Whether a line is about the default is told by its beginning.
        of_default = text.startswith("default ")
        constraint, _, value = text.removeprefix("default ").partition(" := ")
        declaration = VARIABLE % (name(index), constraint)
        if of_default:
            self.types[index] = len((declaration + "  default = ").encode())
            self.put(self.file(index), declaration + "  default = %s\n}\n" % value)
            return
        self.put(os.path.join(self.work, name(index), "main.tf"),
                 declaration + "}\n\noutput \"value\" {\n  value     = var.%s\n  ephemeral = false\n}\n" % name(index))
        self.put(self.file(index), CALL % ((name(index),) * 3) + (value or "null") + "\n}\n")
        self.modules.add(index)

    @staticmethod
    def put(path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)

    def remove(self, index):
        if os.path.exists(self.file(index)):
            os.remove(self.file(index))
        shutil.rmtree(os.path.join(self.work, name(index)), ignore_errors=True)
        self.modules.discard(index)

    def execute(self, arguments, text=None):
        # What `init` writes for modules in folders.
        modules = [{"Key": "", "Source": "", "Dir": "."}] + [
            {"Key": name(index), "Source": "./" + name(index), "Dir": name(index)} for index in sorted(self.modules)]
        self.put(os.path.join(self.work, ".terraform/modules/modules.json"), json.dumps({"Modules": modules}))
        return super().execute(arguments, text)

    def locate(self, filename, byte):
        match = re.fullmatch(r"e(\d+)(/main)?\.tf", filename)
        if not match:
            return None
        index = int(match.group(1))
        if match.group(2):
            return index, "type ", TYPE_START
        if index not in self.types:
            return index, "value ", CALL_START
        start = self.types[index]
        return (index, "value ", start) if byte >= start else (index, "type ", TYPE_START)

    def reference(self, index):
        return ("var.%s" if index in self.types else "module.%s.value") % name(index)

    def expression(self, index, text):
        self.write(index, text)
        return self.reference(index)

    def steady(self, text):
        return re.sub(r"\be\d{6}\b", "it", super().steady(text))
