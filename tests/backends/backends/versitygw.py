import os
import shutil
import socket
import subprocess

from harness import Failed, Skipped, until

from backends.s3 import S3
from servers import aws


class VersityGateway(S3):
    """A published server of S3's protocol, where there is one: VERSITYGW names it, or it is on PATH."""

    title = "s3 versitygw"

    def start(self, folder):
        program = os.environ.get("VERSITYGW") or shutil.which("versitygw")
        if not program:
            raise Skipped("no versitygw on this machine")
        (folder / "data" / "states").mkdir(parents=True)  # a folder is a bucket
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen(
            [program, "--port", f"127.0.0.1:{self.port}", "--region", aws.REGION, "posix", str(folder / "data")],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env={**os.environ, "ROOT_ACCESS_KEY": aws.ACCESS_KEY, "ROOT_SECRET_KEY": aws.SECRET_KEY})

        def listens():
            if self.process.poll() is not None:
                raise Failed("versitygw ended: " + (folder / "log").read_text())
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                return False
            return True

        until(listens, "versitygw listens")

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def arguments(self, key, port=None):
        return (f'    bucket = "states"\n    key = "{key}/terraform.tfstate"\n    workspace_key_prefix = "{key}-of"\n'
                f'    region = "{aws.REGION}"\n    use_path_style = true\n    max_retries = 1\n'
                '    skip_credentials_validation = true\n    skip_requesting_account_id = true\n'
                f'    endpoints = {{ s3 = "http://127.0.0.1:{port or self.port}" }}\n    use_lockfile = true')


ALL = [VersityGateway()]
