import json
import urllib.request

from harness import Adapter, Server

TOKEN = "kubernetes-secret"


class Kubernetes(Adapter):
    name = "kubernetes"
    secrets = (TOKEN,)

    def start(self, folder):
        self.folder = folder
        self.server = Server("kubernetes", folder, "--token", TOKEN)
        self.port = self.server.port

    def stop(self):
        self.server.stop()

    def arguments(self, key, port=None):
        # The stock program insists on a kubeconfig, but not on its being there.
        return (f'    host = "http://127.0.0.1:{port or self.port}"\n    config_path = "{self.folder}/none"\n'
                f'    secret_suffix = "{key}"')

    def environment(self):
        return {"KUBE_TOKEN": TOKEN}

    def wrong_credentials(self):
        return {"KUBE_TOKEN": TOKEN + "-but-wrong"}

    def call(self, path):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}",
                                         headers={"Authorization": "Bearer " + TOKEN})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())


ALL = [Kubernetes()]
