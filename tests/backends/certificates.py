"""Certificates for servers and clients of a test, made by the program openssl."""

import dataclasses
import pathlib
import shutil
import subprocess

from harness import Failed, Skipped


@dataclasses.dataclass
class Certificates:
    """Paths of PEM files."""
    authority: str
    server: str
    server_key: str
    client: str
    client_key: str


def make(folder, server, client="ann"):
    """One authority, a server of this name (and no other), a client."""
    if shutil.which("openssl") is None:
        raise Skipped("no openssl on this machine")
    folder = pathlib.Path(folder) / "certificates"
    folder.mkdir()

    def call(*command, text=None):
        done = subprocess.run(["openssl", *command], cwd=folder, input=text, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"openssl {command[0]}: {done.stderr}")

    def key(name):
        call("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")

    key("authority")
    call("req", "-x509", "-new", "-key", "authority.key", "-subj", "/CN=tests", "-days", "2", "-out", "authority.pem")
    for name, subject, extension in (("server", server, f"subjectAltName=DNS:{server}"),
                                     ("client", client, "extendedKeyUsage=clientAuth")):
        key(name)
        call("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={subject}", "-out", f"{name}.csr")
        (folder / f"{name}.ext").write_text(extension)
        call("x509", "-req", "-in", f"{name}.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
             "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")
    return Certificates(*(str(folder / name) for name in ("authority.pem", "server.pem", "server.key", "client.pem",
                                                         "client.key")))
