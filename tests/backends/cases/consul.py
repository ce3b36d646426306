"""What concerns the backend consul alone: its layout of large states, and the variables of Consul's clients."""

import base64
import json

import certificates
from harness import STOCK, Server, Skipped, Work, check

PROGRAMS = [None] + ([STOCK] if STOCK else [])


def options(program):
    return {"program": program} if program else {}


def keys(adapter, path):
    return {entry["Key"][len(path):]: base64.b64decode(entry["Value"] or "")
            for entry in adapter.call("GET", f"/v1/kv/{path}?recurse") or []}


LARGE = """
variable "count_" {
  default = 1
}
resource "terraform_data" "a" {
  count = var.count_
  input = join("", [for i in range(1000) : sha256("${count.index}-${i}")])
}
"""


def grow(work, count, program=None):
    work.run("apply", "-no-color", "-auto-approve", f"-var=count_={count}", **options(program))


def test_layout_of_both_programs(adapters, folder):
    """Each writes states that take chunks and that do not, and reads what the other wrote; old chunks go."""
    adapter = adapters["consul"]
    for packed in ("false", "true"):
        for number, writer in enumerate(PROGRAMS):
            path = f"layout/{packed}{number}"
            work = Work(folder, adapter, text=LARGE, name=f"work-{packed}{number}")
            work.write("backend.tf", f'terraform {{\n  backend "consul" {{\n    address = "http://127.0.0.1:{adapter.port}"\n'
                       f'    path = "{path}"\n    gzip = {packed}\n  }}\n}}\n')
            work.init(**options(writer))
            for count in (1, 20, 1):
                grow(work, count, writer)
                stored = keys(adapter, path)
                check(stored[""].startswith(b"\x1f" if packed == "true" and count == 1 else b"{"), f"{path}: {stored[''][:9]}")
                if count == 1:
                    check(list(stored) == [""], f"{path} left {list(stored)}")
                else:
                    root = json.loads(stored[""])
                    check(sorted(root) == ["chunks", "current-hash"] and len(root["chunks"]) == len(stored) - 1 and all(
                        chunk == f"{path}/tfstate.{root['current-hash']}/{i}" for i, chunk in enumerate(root["chunks"])),
                        f"{path}: {root}")
                    check(all(len(stored[chunk[len(path):]]) == 524288 for chunk in root["chunks"][:-1]), "sizes of chunks")
                for reader in [program for program in PROGRAMS if program != writer]:
                    work.run("plan", "-no-color", f"-var=count_={count}", **options(reader)).has("No changes")


def test_address_and_credentials(adapters, folder):
    """TLS with a client certificate, another server name, basic authentication, a token file: by variables alone."""
    made = certificates.make(folder, server="consul.test")
    server = Server("consul", folder / "server", "--token", "consul-secret", "--http-auth", "ann:consul-auth",
                    "--certificate", made.server, "--key", made.server_key, "--client-ca", made.authority)
    try:
        (folder / "token").write_text("consul-secret\n")
        work = Work(folder, adapters["consul"], "x")
        work.write("backend.tf", 'terraform {\n  backend "consul" {\n    path = "a/b"\n  }\n}\n')
        work.environment = {
            **work.environment, "CONSUL_HTTP_ADDR": f"https://127.0.0.1:{server.port}", "CONSUL_HTTP_TOKEN": "wrong",
            "CONSUL_HTTP_TOKEN_FILE": str(folder / "token"), "CONSUL_HTTP_AUTH": "ann:consul-auth",
            "CONSUL_CACERT": made.authority, "CONSUL_CLIENT_CERT": made.client, "CONSUL_CLIENT_KEY": made.client_key,
            "CONSUL_TLS_SERVER_NAME": "consul.test"}
        for program in PROGRAMS:
            work.init("-reconfigure", **options(program))
            work.apply(text=str(program), **options(program)).has("Apply complete")
        refusals = [("CONSUL_TLS_SERVER_NAME", "other.test"), ("CONSUL_HTTP_AUTH", "ann:wrong"),
                    ("CONSUL_HTTP_TOKEN_FILE", ""), ("CONSUL_CACERT", made.client)]
        for name, value in refusals:
            for program in PROGRAMS:
                work.run("plan", "-no-color", "-lock=false", code=1, environment={name: value}, **options(program))
        work.run("plan", "-no-color", environment={"CONSUL_CACERT": "", "CONSUL_TLS_SERVER_NAME": "",
                                                   "CONSUL_HTTP_SSL_VERIFY": "false"})
    finally:
        server.stop()


def test_initialised_alike(adapters, folder):
    if STOCK is None:
        raise Skipped("no terraform on this machine")
    text = """terraform {
  backend "consul" {
    address = "127.0.0.1:%d"
    scheme = "http"
    path = "alike"
    gzip = true
    lock = false
    datacenter = "dc1"
  }
}
""" % adapters["consul"].port
    saved = []
    for number, program in enumerate(PROGRAMS):
        work = Work(folder, adapters["consul"], "x", name=f"work{number}")
        work.write("backend.tf", text)
        work.init(**options(program))
        saved.append(json.loads((work.folder / ".terraform/terraform.tfstate").read_text())["backend"])
    check(saved[0] == saved[1], f"the folders were initialised otherwise: {saved}")
