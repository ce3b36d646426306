import json
import urllib.request

from harness import Adapter, Server

TOKEN = "consul-secret"


class Consul(Adapter):
    name = "consul"
    dead_lock = "expires"
    secrets = (TOKEN,)

    def start(self, folder):
        # Nobody wants to wait for the lock-delay here.
        self.server = Server("consul", folder, "--token", TOKEN, "--lock-delay-limit", "0")
        self.port = self.server.port

    def stop(self):
        self.server.stop()

    def arguments(self, key, port=None):
        return (f'    address = "127.0.0.1:{port or self.port}"\n    scheme = "http"\n'
                f'    path = "terraform/{key}"')

    def environment(self):
        return {"CONSUL_HTTP_TOKEN": TOKEN}

    def wrong_credentials(self):
        return {"CONSUL_HTTP_TOKEN": TOKEN + "-but-wrong"}

    def call(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method, data=body,
                                         headers={"X-Consul-Token": TOKEN})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    def expire_locks(self):
        for session in self.call("GET", "/v1/session/list"):
            self.call("PUT", f"/v1/session/destroy/{session['ID']}")


ALL = [Consul()]
