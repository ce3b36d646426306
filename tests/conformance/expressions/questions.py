"""A question is an expression: the value of a local value in a file of its own."""
import os
import re

from lib.asker import Asker, name

START = len("locals {\n  %s = " % name(0))


class Questions(Asker):
    def path(self, index):
        return os.path.join(self.work, name(index) + ".tf")

    def write(self, index, text):
        with open(self.path(index), "w", encoding="utf-8", newline="\n") as file:
            file.write("locals {\n  %s = %s\n}\n" % (name(index), text))

    def remove(self, index):
        if os.path.exists(self.path(index)):
            os.remove(self.path(index))

    def locate(self, filename, byte):
        match = re.fullmatch(r"e(\d+)\.tf", filename)
        return (int(match.group(1)), "", START) if match else None

    def reference(self, index):
        return "local." + name(index)

    def expression(self, index, text):
        # The line of a heredoc's end needs an end of its own.
        return text + "\n" if "<<" in text else text
