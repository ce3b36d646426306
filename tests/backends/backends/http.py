from harness import Adapter, Server


class Http(Adapter):
    name = "http"
    workspaces = False
    secrets = ("http-secret",)

    def start(self, folder):
        self.server = Server("http", folder, environment={"STATE_USER": "ann", "STATE_PASSWORD": "http-secret"})
        self.port = self.server.port

    def stop(self):
        self.server.stop()

    def arguments(self, key, port=None):
        address = f"http://127.0.0.1:{port or self.port}/{key}"
        return (f'    address = "{address}"\n    lock_address = "{address}"\n    unlock_address = "{address}"\n'
                '    username = "ann"\n    retry_wait_min = 0')

    def environment(self):
        return {"TF_HTTP_PASSWORD": "http-secret"}

    def wrong_credentials(self):
        return {"TF_HTTP_PASSWORD": "http-secret-but-wrong"}


ALL = [Http()]
