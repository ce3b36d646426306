from harness import Adapter
from servers import tfe


class Tfe(Adapter):
    """What both blocks have in common: a host whose services the CLI configuration names, so that it may be plain http."""

    names_holder = False
    host = ""  # each its own: a CLI configuration may be about both
    secrets = (tfe.TOKEN,)
    largest = 25 << 20  # the server reads and checks them in Python

    def start(self, folder):
        self.server = tfe.Server()
        self.port = self.server.port

    def stop(self):
        self.server.stop()

    def arguments(self, key, port=None):
        return f'    hostname = "{self.host}"\n    organization = "acme"\n    workspaces {{\n      {self.workspace(key)}\n    }}'

    def cli_configuration(self, port=None):
        url = f"http://127.0.0.1:{port or self.port}/api/v2/"
        services = "".join(f'    "{name}" = "{url}"\n' for name in ("tfe.v2", "tfe.v2.1", "state.v2"))
        return f'host "{self.host}" {{\n  services = {{\n{services}  }}\n}}\n'

    def environment(self):
        return {f"TF_TOKEN_{self.host.replace('.', '_')}": tfe.TOKEN}

    def wrong_credentials(self):
        return {name: "not-" + token for name, token in self.environment().items()}


class Remote(Tfe):
    name = "remote"
    host = "remote.test"
    workspaces = False

    def workspace(self, key):
        return f'name = "{key}"'


ALL = [Remote()]
