import pathlib

from harness import Adapter


class Local(Adapter):
    name = "local"
    dead_lock = "gone"
    network = False

    def start(self, folder):
        self.folder = pathlib.Path(folder)

    def arguments(self, key, port=None):
        return f'    path = "{self.folder}/{key}.tfstate"\n    workspace_dir = "{self.folder}/{key}.d"'


ALL = [Local()]
