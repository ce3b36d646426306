"""What concerns the backend kubernetes alone: Secrets and Leases as the stock program makes them, and kubeconfig."""

import base64
import gzip
import json

import certificates
from harness import STOCK, Server, Skipped, Work, check

PROGRAMS = [None] + ([STOCK] if STOCK else [])
LARGE = """
variable "count_" {
  default = 1
}
resource "terraform_data" "a" {
  count = var.count_
  input = join("", [for i in range(1000) : sha256("${count.index}-${i}")])
}
"""


def options(program):
    return {"program": program} if program else {}


def secrets(adapter, suffix):
    listed = adapter.call(f"/api/v1/namespaces/default/secrets?labelSelector=tfstateSecretSuffix%3D{suffix}")
    return {item["metadata"]["name"]: item for item in listed["items"]}


def test_layout_of_both_programs(adapters, folder):
    """One Secret or two, whoever writes; labels, annotation and the Lease alike; each reads the other's."""
    adapter = adapters["kubernetes"]
    seen = []
    for number, writer in enumerate(PROGRAMS):
        suffix = f"layout{number}"
        work = Work(folder, adapter, suffix, text=LARGE, name=f"work{number}")
        work.init(**options(writer))
        shapes = []
        # 20 of them are more digests than one Secret takes, also compressed.
        for count in (1, 20, 1):
            work.run("apply", "-no-color", "-auto-approve", f"-var=count_={count}", **options(writer))
            stored = secrets(adapter, suffix)
            parts = [base64.b64decode(stored[name]["data"]["tfstate"]) for name in sorted(stored)]
            state = json.loads(gzip.decompress(b"".join(parts)))
            check(len(state["resources"][0]["instances"]) == count, "the state in the Secrets is another")
            check(len(parts) == (1 if count == 1 else 2) and len(parts[0]) <= 1048576, f"{list(stored)}")
            for reader in [program for program in PROGRAMS if program != writer]:
                work.run("plan", "-no-color", f"-var=count_={count}", **options(reader)).has("No changes")
            lease = adapter.call(f"/apis/coordination.k8s.io/v1/namespaces/default/leases/lock-tfstate-default-{suffix}")
            check("holderIdentity" not in lease["spec"], f"the lease is still held: {lease}")
            shapes.append([[{k: v for k, v in item["metadata"].items() if k in ("name", "labels", "annotations")}, item["type"]]
                           for item in [*stored.values(), {**lease, "type": ""}]])
        seen.append(json.dumps(shapes).replace(suffix, "layout"))
    check(len(set(seen)) == 1, "the programs lay out their states otherwise:\n" + "\n".join(seen))


def kubeconfig(port, made, user, **cluster):
    return json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "it",
        "clusters": [{"name": "c", "cluster": {"server": f"https://127.0.0.1:{port}", "certificate-authority": made.authority,
                                               "tls-server-name": "kubernetes.test", **cluster}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "it", "context": {"cluster": "c", "user": "u"}}]})


def test_ways_to_sign_in(adapters, folder):
    """Client certificates inline and by file, tokens, token files, basic authentication and a plugin, from kubeconfig."""
    made = certificates.make(folder, server="kubernetes.test")
    server = Server("kubernetes", folder / "server", "--token", "kubernetes-secret", "--basic", "ann:kubernetes-basic",
                    "--certificate", made.server, "--key", made.server_key, "--client-ca", made.authority)
    try:
        plugin = folder / "certificates/plugin"
        plugin.write_text('#!/bin/sh\necho "{\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"kind\\":'
                          '\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"$PART-$1\\"}}"\n')
        plugin.chmod(0o755)
        (folder / "certificates/token").write_text("kubernetes-secret\n")
        read = lambda path: base64.b64encode(open(path, "rb").read()).decode()
        exec_user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin", "args": ["secret"],
                              "env": [{"name": "PART", "value": "kubernetes"}], "interactiveMode": "IfAvailable"}}
        ways = {"files": {"client-certificate": "client.pem", "client-key": "client.key"},
                "data": {"client-certificate-data": read(made.client), "client-key-data": read(made.client_key)},
                "token": {"token": "kubernetes-secret"}, "tokenFile": {"tokenFile": "token"},
                "basic": {"username": "ann", "password": "kubernetes-basic"}, "exec": exec_user}
        config = folder / "certificates/config"
        work = Work(folder, adapters["kubernetes"], "x")
        work.environment.pop("KUBE_TOKEN")
        work.write("backend.tf", f'terraform {{\n  backend "kubernetes" {{\n    config_path = "{config}"\n'
                   '    secret_suffix = "x"\n  }\n}\n')
        config.write_text(kubeconfig(server.port, made, ways["data"]))
        work.init()
        work.apply()
        for name, user in ways.items():
            config.write_text(kubeconfig(server.port, made, user))
            for program in PROGRAMS:
                work.run("plan", "-no-color", **options(program)).has("No changes")
        for user, cluster in (({"token": "wrong"}, {}), ({}, {}), (ways["data"], {"tls-server-name": "other.test"}),
                              ({"exec": {**exec_user["exec"], "args": ["wrong"]}}, {})):
            config.write_text(kubeconfig(server.port, made, user, **cluster))
            for program in PROGRAMS:
                work.run("plan", "-no-color", code=1, **options(program)).lacks("kubernetes-secret", "kubernetes-basic")
    finally:
        server.stop()


def test_initialised_alike(adapters, folder):
    if STOCK is None:
        raise Skipped("no terraform on this machine")
    adapter = adapters["kubernetes"]
    text = f"""terraform {{
  backend "kubernetes" {{
    host = "http://127.0.0.1:{adapter.port}"
    config_path = "{folder}/none"
    secret_suffix = "alike"
    insecure = false
    labels = {{
      team = "garden"
    }}
    token = "{adapter.environment()['KUBE_TOKEN']}"
    exec {{
      api_version = "client.authentication.k8s.io/v1"
      command = "true"
      args = ["a", "b"]
      env = {{
        A = "b"
      }}
    }}
  }}
}}
"""
    saved = []
    for number, program in enumerate(PROGRAMS):
        work = Work(folder, adapter, "x", name=f"work{number}")
        work.write("backend.tf", text)
        work.init(**options(program))
        saved.append(json.loads((work.folder / ".terraform/terraform.tfstate").read_text())["backend"])
    check(saved[0] == saved[1], f"the folders were initialised otherwise: {saved}")
