"""What concerns HCP Terraform alone: blocks, tags, prefixes, modes, migrations, faults, and the stock program's requests."""

import contextlib
import itertools
import json
import os
import re
import subprocess

from backends.cloud import Cloud
from backends.remote import Remote
from harness import PARTERRE, PATIENCE, STOCK, Skipped, Work, check
from servers import tfe

OUTPUTS = """
output "list" {
  value = { a = [1, true], b = "x" }
}
output "hidden" {
  value     = "a secret"
  sensitive = true
}
"""


class Line:
    """A block whose workspaces are given by a line, over a server of the case's own."""

    host = "tfe.test"

    def __init__(self, server, line):
        self.server, self.port, self.line = server, server.port, line

    def workspace(self, key):
        return self.line


class CloudLine(Line, Cloud):
    pass


class RemoteLine(Line, Remote):
    pass


@contextlib.contextmanager
def serving():
    server = tfe.Server()
    try:
        yield server
    finally:
        server.stop()


def run(work, *arguments, code=0, answers="", program=PARTERRE, **variables):
    """Runs the program with answers to its questions; gives back all that it has said."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    env.update(work.environment, CHECKPOINT_DISABLE="1", HOME=str(work.folder.parent), **variables)
    done = subprocess.run([program, *arguments, "-no-color"] if arguments[0] in ("init", "plan", "apply") else
                          [program, *arguments], cwd=work.folder, env=env, input=answers, text=True,
                          capture_output=True, timeout=PATIENCE)
    text = done.stdout + done.stderr
    check(done.returncode == code, f"exit code {done.returncode} instead of {code}: {' '.join(arguments)}\n{text}")
    check(tfe.TOKEN not in text, f"the token is shown:\n{text}")
    return text


def has(text, *parts):
    for part in parts:
        check(part in " ".join(text.split()), f"the output lacks {part!r}:\n{text}")


def block(work):
    return (work.folder / ".terraform/terraform.tfstate").read_text()


def selected(work):
    return (work.folder / ".terraform/environment").read_text()


def comparable(request):
    """A request without what differs from run to run."""
    path = re.sub(r"\b(ws|sv|prj)-\d+", r"\1", request["path"])
    path = re.sub(r"TagBindings=[^&]*&", "", path)  # a slip of the stock program's client, which servers ignore
    body = re.sub(r"\b(ws|sv|prj)-\d+", r"\1", request["body"])
    body = re.sub(r'"(lineage|md5|json-state-outputs)":"[^"]*"', r'"\1":""', body)
    if path.startswith("/blobs/"):
        body = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "uuid", body)
    headers = {name.lower(): value for name, value in request["headers"].items()}
    for name in ("host", "content-length", "connection", "accept-encoding"):
        headers.pop(name, None)
    return [request["method"], path, body, headers]


def asked(server):
    requests = [comparable(request) for request in server.service.take_requests()]
    # The two uploads of a state come in any order.
    for i in range(len(requests) - 1):
        if requests[i][0] == requests[i + 1][0] == "PUT" and requests[i][1] > requests[i + 1][1]:
            requests[i], requests[i + 1] = requests[i + 1], requests[i]
    return requests


def compare_requests(folder, adapter_type, line, steps, prepare=lambda service: None):
    """Both programs take the same steps, each on a server of its own: the same codes and requests at each step."""
    if STOCK is None:
        raise Skipped("no terraform on this machine")
    seen = {}
    for name, program in (("ours", PARTERRE), ("stock", STOCK)):
        with serving() as server:
            prepare(server.service)
            work = Work(folder, adapter_type(server, line), name=name)
            work.write("outputs.tf", OUTPUTS)
            for number, (code, answers, *arguments) in enumerate(steps):
                run(work, *arguments, code=code, answers=answers, program=program)
                # The stock program looks twice for the state of a new workspace,
                # and at each step for a project that it needs only to make one.
                requests = [key for key, _ in itertools.groupby(asked(server)) if "/projects?" not in key[1]]
                if arguments[0] == "init":  # ours opens the backend once more, to see which providers the state needs
                    requests = [r for i, r in enumerate(requests) if r not in requests[:i]]
                seen.setdefault(number, []).append(requests)
            seen.setdefault("block", []).append(block(work))
    for number, (code, _, *arguments) in enumerate(steps):
        ours, stock = seen[number]
        differences = [f"{who}: {json.dumps(side[i:i + 1])[:900]}"
                       for i in range(max(len(ours), len(stock))) if ours[i:i + 1] != stock[i:i + 1]
                       for who, side in (("ours ", ours), ("stock", stock))]
        check(not differences, f"requests of {' '.join(arguments)}:\n" + "\n".join(differences))
    check(seen["block"][0] == seen["block"][1], f"what init notes:\n{seen['block'][0]}\n{seen['block'][1]}")


def test_requests_by_name(_, folder):
    compare_requests(folder, CloudLine, 'name = "app"', [
        (0, "", "init"), (0, "", "init"), (0, "", "plan"), (0, "", "apply", "-auto-approve"), (0, "", "output", "-json"),
        (0, "", "state", "pull"), (0, "", "state", "list"), (0, "", "workspace", "list"), (0, "", "workspace", "show"),
        (1, "", "workspace", "select", "other"), (0, "", "taint", "terraform_data.a"),
        (1, "", "force-unlock", "-force", "acme/app"),
        (1, "", "init", "-reconfigure"), (1, "", "init", "-backend-config=a=b"),
        (0, "", "apply", "-auto-approve", "-destroy")])


def test_requests_by_tags(_, folder):
    compare_requests(folder, CloudLine, 'tags = ["net", "db"]\n    project = "Web"', [
        (0, "dev\n", "init"), (0, "", "workspace", "list"), (0, "", "workspace", "new", "prod"),
        (0, "", "workspace", "select", "dev"), (0, "", "apply", "-auto-approve"), (0, "", "workspace", "delete", "prod"),
        (1, "", "workspace", "new", "default"), (0, "", "workspace", "select", "-or-create", "prod2"),
        (0, "", "workspace", "delete", "-force", "dev")])


def test_requests_by_tags_with_values(_, folder):
    compare_requests(folder, CloudLine, 'tags = { env = "dev" }', [
        (0, "dev\n", "init"), (0, "", "workspace", "list"), (0, "", "workspace", "new", "prod"), (0, "", "plan")])


def test_requests_of_remote_by_name(_, folder):
    compare_requests(folder, RemoteLine, 'name = "app"', [
        (0, "", "init"), (0, "", "apply", "-auto-approve"), (0, "", "output"), (1, "", "workspace", "list"),
        (1, "", "force-unlock", "-force", "acme/app"), (0, "", "state", "pull")])


def test_requests_of_remote_by_prefix(_, folder):
    compare_requests(folder, RemoteLine, 'prefix = "app-"', [
        (1, "", "init"), (0, "", "workspace", "new", "dev"), (0, "", "workspace", "list"), (0, "", "init"),
        (0, "", "apply", "-auto-approve"), (0, "", "workspace", "new", "prod"), (1, "", "workspace", "delete", "dev"),
        (0, "", "workspace", "delete", "-force", "dev"), (1, "", "workspace", "new", "default")])


def test_tags_are_given_to_workspaces_that_lack_them(_, folder):
    with serving() as server:
        server.service.workspace("dev", tags=["net"], bindings={"net": ""})
        server.service.workspace("other", tags=["else"], bindings={"else": ""})
        work = Work(folder, CloudLine(server, 'tags = ["net"]'))
        run(work, "init")
        check(selected(work) == "dev", f"selected is {selected(work)}")
        check("other" not in run(work, "workspace", "list"), "a workspace without the tag is listed")
        run(work, "workspace", "new", "prod")
        check(server.service.workspace("prod").bindings == {"net": ""}, "the new workspace lacks the tag")
        server.service.workspace("prod", bindings={})
        run(work, "plan")
        check(server.service.workspace("prod").bindings == {"net": ""}, "the tag was not added")
        # A server of before tag bindings.
        server.service.key_values = False
        server.service.workspace("prod", tags=[])
        run(work, "plan")
        check(server.service.workspace("prod").tags == ["net"], "the tag was not added by the old call")
        has(run(work, "plan", code=1, TF_WORKSPACE="other"), "does not have the tags")
        has(run(work, "plan", code=1, TF_WORKSPACE="none"), "Invalid workspace selection")


def test_block_from_the_environment(_, folder):
    with serving() as server:
        work = Work(folder, CloudLine(server, ""))
        work.write("backend.tf", "terraform {\n  cloud {}\n}\n")
        has(run(work, "init", code=1), "TF_CLOUD_ORGANIZATION")
        variables = {"TF_CLOUD_HOSTNAME": "tfe.test", "TF_CLOUD_ORGANIZATION": "acme", "TF_WORKSPACE": "app"}
        has(run(work, "init", code=1, **variables), "Invalid workspace selection")
        server.service.workspace("app")
        run(work, "init", **variables)
        run(work, "apply", "-auto-approve", **variables)
        check(len(server.service.workspace("app").versions) == 1, "the state is not there")
        work.write("backend.tf", work.adapter.block("x").replace("workspaces {\n", 'workspaces {\n name = "other"\n'))
        has(run(work, "plan", code=1, **variables), "conflicts with TF_WORKSPACE")


def test_project_from_the_environment(_, folder):
    with serving() as server:
        work = Work(folder, CloudLine(server, 'name = "app"'))
        run(work, "init", TF_CLOUD_PROJECT="Web")
        organization = server.service.organizations["acme"]
        check("Web" in organization["projects"], f"the project was not made: {organization['projects']}")
        check(organization["workspaces"]["app"].project == organization["projects"]["Web"], "it is in another project")


def test_mistakes_in_blocks(_, folder):
    with serving() as server:
        work = Work(folder, CloudLine(server, 'name = "app"\n      tags = ["a"]'))
        has(run(work, "init", code=1), 'Only one of workspace "tags" or "name" is allowed')
        work.write("backend.tf", work.adapter.block("x").replace('name = "app"', "").replace('["a"]', '"a"'))
        has(run(work, "init", code=1), "tags must be a set or object, not string")
        work.write("backend.tf", 'terraform {\n  backend "cloud" {}\n}\n')
        has(run(work, "init", code=1), 'There is no explicit backend type named "cloud"')
        work.write("backend.tf", CloudLine(server, 'name = "app"').block("x").replace('"acme"', '"nobody"'))
        has(run(work, "init", code=1), 'Failed to read organization "nobody" at host tfe.test')
        work.write("backend.tf", CloudLine(server, 'name = "app"').block("x"))
        has(run(work, "plan", code=1), "HCP Terraform or Terraform Enterprise initialization required")
        del work.environment["TF_TOKEN_tfe_test"]
        has(run(work, "init", code=1), "Required token could not be found", "parterre login tfe.test")
        check(not server.service.organizations["acme"]["workspaces"], "a workspace was made")
        server.service.api_version = "2.4"
        has(run(work, "init", code=1, TF_TOKEN_tfe_test=tfe.TOKEN), "Unsupported Terraform Enterprise version")


def test_runs_on_the_server_are_refused(_, folder):
    with serving() as server:
        work = Work(folder, CloudLine(server, 'name = "app"'))
        run(work, "init")
        run(work, "apply", "-auto-approve")
        server.service.workspace("app", execution_mode="remote", terraform_version="1.5.7")
        for command in (["plan"], ["apply", "-auto-approve"]):
            has(run(work, *command, code=1), "Remote execution is not supported", "execution mode")
        check(run(work, "output", "-raw", "text") == "one", "the output cannot be read")
        has(run(work, "state", "list"), "terraform_data.a")
        has(run(work, "taint", "terraform_data.a", code=1), "Incompatible Terraform version", "(~> 1.5.0)")
        has(run(work, "taint", "-ignore-remote-version", "terraform_data.a"), "marked as tainted")
        server.service.workspace("app", terraform_version="~> 1.3")
        run(work, "untaint", "terraform_data.a")
        server.service.operations = False  # an organization without runs on the server
        has(run(work, "plan"), "No changes")


def test_server_has_its_moods(_, folder):
    with serving() as server:
        work = Work(folder, CloudLine(server, 'name = "app"'))
        service = server.service
        service.faults = [{"match": "GET .*/ping", "status": 429, "headers": {"X-RateLimit-Reset": "0.2"}, "times": 2},
                          {"match": "GET .*/entitlement-set", "status": 503}]
        run(work, "init")
        service.faults = [{"match": "POST .*/state-versions", "status": 502}, {"match": "PUT /blobs", "status": 500},
                          {"match": "GET .*/current-state-version", "cut": True}]
        run(work, "apply", "-auto-approve")
        service.faults = [{"match": "GET /blobs", "cut": True}]
        has(run(work, "plan"), "No changes")
        check(service.workspace("app").locked_by is None, "the workspace is still locked")
        service.inline = True
        run(work, "apply", "-auto-approve", "-var=text=two")
        check(json.loads(service.workspace("app").versions[-1].json_state)["values"], "no document of the state")
        check(run(work, "output", "-raw", "text") == "two", "the state that came inline is not there")


def test_failed_upload_leaves_the_lock(_, folder):
    with serving() as server:
        work = Work(folder, CloudLine(server, 'name = "app"'))
        run(work, "init")
        server.service.faults = [{"match": "PUT /blobs/.*/state", "status": 403, "times": 99}]
        has(run(work, "apply", "-auto-approve", code=1), "Failed to save state", "stays locked", "acme/app")
        check(server.service.workspace("app").locked_by, "the workspace was unlocked")
        check((work.folder / "errored.tfstate").exists(), "the state is lost")
        server.service.faults = []
        has(run(work, "plan", code=1), "workspace already locked", "acme/app")
        run(work, "force-unlock", "-force", "acme/app")
        run(work, "state", "push", "errored.tfstate")
        has(run(work, "plan"), "No changes")


def test_states_on_the_way(_, folder):
    """Only a server that asks for them gets states of runs that go on."""
    with serving() as server:
        work = Work(folder, CloudLine(server, 'name = "app"'))
        work.write("many.tf", 'resource "terraform_data" "many" {\n  count = 50\n  input = terraform_data.a.id\n}\n')
        run(work, "init")
        run(work, "apply", "-auto-approve")
        check(len(server.service.workspace("app").versions) == 1, "more than one state was sent")


def test_local_states_go_along(_, folder):
    with serving() as server:
        work = Work(folder)
        adapter = CloudLine(server, 'name = "app"')
        work.environment.update(adapter.environment())
        (folder / "work.tfrc").write_text(adapter.cli_configuration())
        run(work, "init")
        run(work, "apply", "-auto-approve")
        work.write("backend.tf", adapter.block("app"))
        has(run(work, "init", "-migrate-state", code=1), "Invalid command-line option")
        has(run(work, "init", "-input=false", code=1), "interactive input is disabled")
        has(run(work, "init", answers="yes\n"), "HCP Terraform has been successfully initialized!")
        check(selected(work) == "app", f"selected is {selected(work)}")
        has(run(work, "plan"), "No changes")
        # To other workspaces of the same organization, nothing is taken along.
        work.write("backend.tf", CloudLine(server, 'name = "second"').block("second"))
        has(run(work, "plan", code=1), "HCP Terraform configuration block has changed")
        has(run(work, "init"), "HCP Terraform configuration has changed.")
        has(run(work, "plan"), "1 to add")
        # And out again, which the stock program leaves to its users.
        work.write("backend.tf", adapter.block("app"))
        run(work, "init")
        work.write("backend.tf", "")
        has(run(work, "init", answers="yes\n"), "Migrating from HCP Terraform")
        check(selected(work) == "default", f"selected is {selected(work)}")
        has(run(work, "plan"), "No changes")


def test_many_local_workspaces_go_along(_, folder):
    with serving() as server:
        work = Work(folder)
        adapter = CloudLine(server, 'tags = ["net"]')
        work.environment.update(adapter.environment())
        (folder / "work.tfrc").write_text(adapter.cli_configuration())
        run(work, "init")
        run(work, "apply", "-auto-approve")
        run(work, "workspace", "new", "blue")
        run(work, "apply", "-auto-approve", "-var=text=blue")
        work.write("backend.tf", adapter.block("x"))
        run(work, "init", answers="main\n1\napp-*\n")
        check(selected(work) == "app-blue", f"selected is {selected(work)}")
        names = server.service.organizations["acme"]["workspaces"]
        check(sorted(names) == ["app-blue", "app-main"], f"the workspaces are {sorted(names)}")
        check(run(work, "output", "-raw", "text") == "blue", "another state is selected")
        run(work, "workspace", "select", "app-main")
        check(run(work, "output", "-raw", "text") == "one", "the default workspace's state is not there")


def test_from_prefix_to_tags(_, folder):
    with serving() as server:
        work = Work(folder, RemoteLine(server, 'prefix = "app-"'))
        run(work, "workspace", "new", "dev", code=1)
        run(work, "init", code=1)
        run(work, "workspace", "new", "dev")
        run(work, "apply", "-auto-approve")
        run(work, "workspace", "new", "prod")
        run(work, "apply", "-auto-approve", "-var=text=two")
        work.write("backend.tf", CloudLine(server, 'tags = ["net"]').block("x"))
        run(work, "init", answers="yes\n")
        check(selected(work) == "app-prod", f"selected is {selected(work)}")
        has(run(work, "workspace", "list"), "app-dev", "app-prod")
        has(run(work, "plan", "-var=text=two"), "No changes")
