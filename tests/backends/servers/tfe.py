"""A small HCP Terraform: organizations, projects, workspaces with tags, locks, state versions with uploads, outputs.

Strict where the real one is: tokens at the API and none at the blobs, locks before state versions, md5, serials and
lineages. `Server` listens on a free port and stops in the process that made it; tests change what its `service` holds
and how it answers (`faults`), and look at what it has been asked (`requests`).
"""

import base64
import hashlib
import json
import re
import threading
import urllib.parse

from servers import support

TOKEN = "tfe-test-token"
MEDIA_TYPE = "application/vnd.api+json"


class Refused(Exception):
    def __init__(self, status, title, detail=""):
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail


class Workspace:
    def __init__(self, identifier, name, project):
        self.id, self.name, self.project = identifier, name, project
        self.locked_by = None
        self.execution_mode = "local"
        self.terraform_version = "1.11.4"
        self.tags = []  # names without values
        self.bindings = {}  # key to value; "" for names
        self.versions = []
        self.forceable = True  # permission can-force-delete


class StateVersion:
    def __init__(self, identifier, attributes):
        self.id = identifier
        self.serial = attributes["serial"]
        self.md5 = attributes["md5"]
        self.lineage = attributes.get("lineage")
        self.outputs = json.loads(base64.b64decode(attributes.get("json-state-outputs") or "e30="))
        self.state = self.json_state = None


class Service:
    def __init__(self):
        self.mutex = threading.RLock()
        self.requests = []
        # {"match": regular expression for "METHOD /path", "times": 1, and "status" with "headers" and "body",
        # or "cut": True for half an answer, or "drop": True for none}
        self.faults = []
        self.api_version, self.application = "2.6", "HCP Terraform"
        self.operations = True  # the entitlement
        self.inline = False  # states come inside of the state version, not by uploads
        self.key_values = True  # whether it has tag bindings
        self.snapshot_interval = None
        self.organizations = {"acme": {"projects": {"Default Project": "prj-1"}, "workspaces": {}}}
        self.counter = 1

    def new_id(self, prefix):
        self.counter += 1
        return f"{prefix}-{self.counter:04d}"

    def workspace(self, name, **changes):
        """The workspace, made where it is missing, with these attributes changed."""
        workspaces = self.organizations["acme"]["workspaces"]
        if name not in workspaces:
            workspaces[name] = Workspace(self.new_id("ws"), name, "prj-1")
        for key, value in changes.items():
            setattr(workspaces[name], key, value)
        return workspaces[name]

    def take_requests(self):
        requests, self.requests = self.requests, []
        return requests

    def take_fault(self, method, path):
        for fault in self.faults:
            if fault.get("times", 1) > 0 and re.search(fault["match"], f"{method} {path}"):
                fault["times"] = fault.get("times", 1) - 1
                return fault
        return {}

    def organization(self, name):
        if name not in self.organizations:
            raise Refused(404, "not found")
        return self.organizations[name]

    def workspace_by_name(self, organization, name):
        found = self.organization(organization)["workspaces"].get(name)
        if not found:
            raise Refused(404, "not found")
        return found

    def workspace_by_id(self, identifier):
        for organization in self.organizations.values():
            for workspace in organization["workspaces"].values():
                if workspace.id == identifier:
                    return workspace
        raise Refused(404, "not found")

    def version_by_id(self, identifier):
        for organization in self.organizations.values():
            for workspace in organization["workspaces"].values():
                for version in workspace.versions:
                    if version.id == identifier:
                        return version
        raise Refused(404, "not found")

    def workspace_document(self, w):
        return {"id": w.id, "type": "workspaces", "attributes": {
            "name": w.name, "locked": w.locked_by is not None, "execution-mode": w.execution_mode,
            "operations": w.execution_mode != "local", "terraform-version": w.terraform_version,
            "tag-names": sorted(w.tags), "structured-run-output-enabled": True, "working-directory": "",
            "permissions": {"can-update": True, "can-queue-run": True, "can-queue-apply": True,
                            "can-queue-destroy": True, "can-lock": True, "can-unlock": True,
                            "can-force-unlock": True, "can-force-delete": w.forceable}},
            "relationships": {"organization": {"data": {"id": "acme", "type": "organizations"}},
                              "project": {"data": {"id": w.project, "type": "projects"}}}}

    def version_document(self, v, base):
        attributes = {"serial": v.serial, "status": "finalized" if v.state is not None else "pending",
                      "hosted-state-download-url": f"{base}/blobs/{v.id}/state",
                      "hosted-json-state-download-url": f"{base}/blobs/{v.id}/json"}
        if not self.inline:
            attributes["hosted-state-upload-url"] = f"{base}/blobs/{v.id}/state"
            attributes["hosted-json-state-upload-url"] = f"{base}/blobs/{v.id}/json"
        return {"id": v.id, "type": "state-versions", "attributes": attributes}

    def output_document(self, version, name, output, openly):
        shown = openly or not output["sensitive"]
        kind = output["type"]
        simple = kind if isinstance(kind, str) else "array" if kind[0] in ("list", "tuple", "set") else "map"
        return {"id": f"wsout-{version.id}-{name}", "type": "state-version-outputs", "attributes": {
            "name": name, "sensitive": output["sensitive"], "type": simple,
            "value": output["value"] if shown else None, "detailed-type": kind}}


def page(items, query):
    number = int(query.get("page[number]", ["1"])[0])
    size = int(query.get("page[size]", ["20"])[0])
    pages = max(1, -(-len(items) // size))
    return {"data": items[(number - 1) * size:number * size],
            "meta": {"pagination": {"current-page": number, "page-size": size,
                                    "prev-page": number - 1 if number > 1 else None,
                                    "next-page": number + 1 if number < pages else None,
                                    "total-pages": pages, "total-count": len(items)}}}


def ping(service, query, body):
    return 204, None


def entitlement_set(service, query, body, organization):
    service.organization(organization)
    return 200, {"data": {"id": organization, "type": "entitlement-sets", "attributes": {
        "operations": service.operations, "state-storage": True, "agents": False, "cost-estimation": False,
        "private-module-registry": True, "run-tasks": False, "sentinel": False, "sso": False, "teams": False,
        "vcs-integrations": False}}}


def list_projects(service, query, body, organization):
    wanted = query.get("filter[names]", [""])[0]
    projects = service.organization(organization)["projects"]
    return 200, page([{"id": i, "type": "projects", "attributes": {"name": n}} for n, i in projects.items()
                      if not wanted or n == wanted], query)


def create_project(service, query, body, organization):
    name = body["data"]["attributes"]["name"]
    projects = service.organization(organization)["projects"]
    if name in projects:
        raise Refused(422, "invalid attribute", "Name has already been taken")
    projects[name] = service.new_id("prj")
    return 201, {"data": {"id": projects[name], "type": "projects", "attributes": {"name": name}}}


def list_workspaces(service, query, body, organization):
    found = list(service.organization(organization)["workspaces"].values())
    prefix = query.get("search[name]", [""])[0]
    tags = [t for t in query.get("search[tags]", [""])[0].split(",") if t]
    project = query.get("filter[project][id]", [""])[0]
    wanted = []
    for index in range(20):
        key = query.get(f"filter[tagged][{index}][key]", [None])[0]
        if key is not None:
            wanted.append((key, query.get(f"filter[tagged][{index}][value]", [None])[0]))
    found = [w for w in found if prefix in w.name and set(tags) <= set(w.tags) | set(w.bindings)
             and (not project or w.project == project)
             and all(k in w.bindings and (v is None or w.bindings[k] == v) for k, v in wanted)]
    return 200, page([service.workspace_document(w) for w in sorted(found, key=lambda w: w.name)], query)


def add_bindings(service, workspace, data):
    for item in data:
        key, value = item["attributes"]["key"], item["attributes"].get("value", "")
        workspace.bindings[key] = value
        if not value and key not in workspace.tags:
            workspace.tags.append(key)


def create_workspace(service, query, body, organization):
    data = body["data"]
    name = data["attributes"]["name"]
    workspaces = service.organization(organization)["workspaces"]
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise Refused(422, "invalid attribute", "Name can only include letters, numbers, -, and _.")
    if name in workspaces:
        raise Refused(422, "invalid attribute", "Name has already been taken")
    relationships = data.get("relationships", {})
    project = (relationships.get("project") or {}).get("data") or {"id": "prj-1"}
    workspace = workspaces[name] = Workspace(service.new_id("ws"), name, project["id"])
    workspace.terraform_version = data["attributes"].get("terraform-version", "1.9.0")
    workspace.tags = [t["attributes"]["name"] for t in (relationships.get("tags") or {}).get("data", [])]
    if service.key_values:
        workspace.bindings = {t: "" for t in workspace.tags}
        add_bindings(service, workspace, (relationships.get("tag-bindings") or {}).get("data", []))
    return 201, {"data": service.workspace_document(workspace)}


def read_workspace(service, query, body, organization, name):
    return 200, {"data": service.workspace_document(service.workspace_by_name(organization, name))}


def delete_workspace(service, query, body, organization, name):
    service.workspace_by_name(organization, name)
    del service.organization(organization)["workspaces"][name]
    return 204, None


def safe_delete(service, query, body, organization, name):
    workspace = service.workspace_by_name(organization, name)
    if workspace.locked_by:
        raise Refused(409, "conflict", "Workspace is currently locked")
    if workspace.versions and json.loads(workspace.versions[-1].state or b"{}").get("resources"):
        raise Refused(409, "conflict", "Workspace cannot be safely deleted because it manages resources")
    return delete_workspace(service, query, body, organization, name)


def update_workspace(service, query, body, identifier):
    workspace = service.workspace_by_id(identifier)
    attributes = body["data"]["attributes"]
    workspace.terraform_version = attributes.get("terraform-version", workspace.terraform_version)
    return 200, {"data": service.workspace_document(workspace)}


def list_bindings(service, query, body, identifier):
    workspace = service.workspace_by_id(identifier)
    if not service.key_values:
        raise Refused(404, "not found")
    return 200, {"data": [{"id": f"tb-{k}", "type": "tag-bindings", "attributes": {"key": k, "value": v}}
                          for k, v in workspace.bindings.items()]}


def patch_bindings(service, query, body, identifier):
    workspace = service.workspace_by_id(identifier)
    if not service.key_values:
        raise Refused(404, "not found")
    add_bindings(service, workspace, body["data"])
    return list_bindings(service, query, None, identifier)


def add_tags(service, query, body, identifier):
    workspace = service.workspace_by_id(identifier)
    for item in body["data"]:
        if item["attributes"]["name"] not in workspace.tags:
            workspace.tags.append(item["attributes"]["name"])
    return 204, None


def lock(service, query, body, identifier):
    workspace = service.workspace_by_id(identifier)
    if workspace.locked_by:
        raise Refused(409, "conflict", "Unable to lock workspace")
    workspace.locked_by = "user"
    return 200, {"data": service.workspace_document(workspace)}


def unlock(service, query, body, identifier):
    workspace = service.workspace_by_id(identifier)
    if not workspace.locked_by:
        raise Refused(409, "conflict", "Workspace is already unlocked")
    if workspace.locked_by != "user":
        raise Refused(409, "conflict", f"Unable to unlock workspace: it is locked by {workspace.locked_by}")
    if any(v.state is None for v in workspace.versions):
        raise Refused(409, "conflict", "Latest workspace state version still pending")
    workspace.locked_by = None
    return 200, {"data": service.workspace_document(workspace)}


def force_unlock(service, query, body, identifier):
    workspace = service.workspace_by_id(identifier)
    if not workspace.locked_by:
        raise Refused(409, "conflict", "Workspace is already unlocked")
    workspace.locked_by = None
    return 200, {"data": service.workspace_document(workspace)}


def newest(workspace):
    finished = [v for v in workspace.versions if v.state is not None]
    if not finished:
        raise Refused(404, "not found")
    return finished[-1]


def current_version(service, query, body, identifier):
    return 200, {"data": service.version_document(newest(service.workspace_by_id(identifier)), query["base"])}


def current_outputs(service, query, body, identifier):
    version = newest(service.workspace_by_id(identifier))
    return 200, page([service.output_document(version, n, o, False) for n, o in version.outputs.items()], query)


def read_output(service, query, body, identifier):
    version_id, name = re.fullmatch(r"wsout-(sv-\d+)-(.*)", identifier).groups()
    version = service.version_by_id(version_id)
    return 200, {"data": service.output_document(version, name, version.outputs[name], True)}


def check_state(version, state, what="uploaded state"):
    if hashlib.md5(state).hexdigest() != version.md5:
        raise Refused(422, "invalid attribute", f"md5 of the {what} is another one")
    document = json.loads(state)
    if document["serial"] != version.serial or document["lineage"] != version.lineage:
        raise Refused(422, "invalid attribute", f"serial or lineage of the {what} is another one")


def create_version(service, query, body, identifier):
    workspace = service.workspace_by_id(identifier)
    attributes = body["data"]["attributes"]
    if not workspace.locked_by:
        raise Refused(409, "conflict", "The workspace must be locked before uploading state")
    workspace.versions = [v for v in workspace.versions if v.state is not None]
    if workspace.versions and not attributes.get("force"):
        last = workspace.versions[-1]
        if last.lineage != attributes.get("lineage"):
            raise Refused(409, "conflict", "The lineage does not match that of the current state")
        if attributes["serial"] < last.serial or \
                (attributes["serial"] == last.serial and attributes["md5"] != last.md5):
            raise Refused(409, "conflict", "The serial is not newer than that of the current state")
    version = StateVersion(service.new_id("sv"), attributes)
    if service.inline:
        if not attributes.get("state"):
            raise Refused(400, "bad request", "param is missing or the value is empty: state")
        state = base64.b64decode(attributes["state"])
        check_state(version, state)
        version.state = state
        version.json_state = base64.b64decode(attributes.get("json-state") or "")
    workspace.versions.append(version)
    return 201, {"data": service.version_document(version, query["base"])}


def read_version(service, query, body, identifier):
    return 200, {"data": service.version_document(service.version_by_id(identifier), query["base"])}


ROUTES = [
    ("GET", r"ping", ping),
    ("GET", r"organizations/([^/]+)/entitlement-set", entitlement_set),
    ("GET", r"organizations/([^/]+)/projects", list_projects),
    ("POST", r"organizations/([^/]+)/projects", create_project),
    ("GET", r"organizations/([^/]+)/workspaces", list_workspaces),
    ("POST", r"organizations/([^/]+)/workspaces", create_workspace),
    ("GET", r"organizations/([^/]+)/workspaces/([^/]+)", read_workspace),
    ("DELETE", r"organizations/([^/]+)/workspaces/([^/]+)", delete_workspace),
    ("POST", r"organizations/([^/]+)/workspaces/([^/]+)/actions/safe-delete", safe_delete),
    ("PATCH", r"workspaces/([^/]+)", update_workspace),
    ("GET", r"workspaces/([^/]+)/tag-bindings", list_bindings),
    ("PATCH", r"workspaces/([^/]+)/tag-bindings", patch_bindings),
    ("POST", r"workspaces/([^/]+)/relationships/tags", add_tags),
    ("POST", r"workspaces/([^/]+)/actions/lock", lock),
    ("POST", r"workspaces/([^/]+)/actions/unlock", unlock),
    ("POST", r"workspaces/([^/]+)/actions/force-unlock", force_unlock),
    ("GET", r"workspaces/([^/]+)/current-state-version", current_version),
    ("GET", r"workspaces/([^/]+)/current-state-version-outputs", current_outputs),
    ("POST", r"workspaces/([^/]+)/state-versions", create_version),
    ("GET", r"state-versions/([^/]+)", read_version),
    ("GET", r"state-version-outputs/([^/]+)", read_output),
]


class Handler(support.Handler):
    wbufsize = -1
    service = None

    def answer(self, status, body=b"", content_type=MEDIA_TYPE, headers=(), cut=False):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, str(value))
        if body:
            self.send_header("Content-Type", content_type)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if cut:
            self.wfile.write(body[:len(body) // 2])
            self.close_connection = True
        elif self.command != "HEAD":
            self.wfile.write(body)

    def own_headers(self):
        service = self.service
        headers = [("TFP-API-Version", service.api_version), ("TFP-AppName", service.application),
                   ("X-RateLimit-Limit", "1000")]
        if service.snapshot_interval is not None:
            headers.append(("x-terraform-snapshot-interval", service.snapshot_interval))
        return [h for h in headers if h[1]]

    def handle_any(self):
        service, body = self.service, support.read_body(self)
        path, _, query_text = self.path.partition("?")
        with service.mutex:
            service.requests.append({"method": self.command, "path": self.path,
                                     "headers": dict(self.headers.items()),
                                     "body": body.decode("utf-8", "replace")})
            fault = service.take_fault(self.command, path)
            if "status" in fault:
                return self.answer(fault["status"], fault.get("body", "").encode(),
                                   headers=fault.get("headers", {}).items())
            if fault.get("drop"):
                self.close_connection = True
                return self.connection.shutdown(2)
            try:
                if path.startswith("/blobs/"):
                    return self.blob(path, body, fault.get("cut", False))
                status, document = self.route(path, query_text, body)
                text = json.dumps(document).encode() if document is not None else b""
            except Refused as refusal:
                status = refusal.status
                text = json.dumps({"errors": [{"status": str(status), "title": refusal.title,
                                               "detail": refusal.detail}]}).encode()
            self.answer(status, text, headers=self.own_headers(), cut=fault.get("cut", False))

    def route(self, path, query_text, body):
        if not path.startswith("/api/v2/"):
            raise Refused(404, "not found")
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise Refused(401, "unauthorized")
        if body and self.headers.get("Content-Type") != MEDIA_TYPE:
            raise Refused(415, "invalid content type")
        query = {**urllib.parse.parse_qs(query_text), "base": f"http://{self.headers['Host']}"}
        for method, pattern, function in ROUTES:
            match = re.fullmatch(pattern, path[len("/api/v2/"):])
            if match and method == self.command:
                names = [urllib.parse.unquote(part) for part in match.groups()]
                return function(self.service, query, json.loads(body) if body else None, *names)
        raise Refused(404, "not found")

    def blob(self, path, body, cut):
        _, _, identifier, what = path.split("/")
        version = self.service.version_by_id(identifier)
        if self.command == "PUT":
            if self.headers.get("Authorization"):
                return self.answer(403, b"tokens do not belong here", "text/plain")
            if what == "state":
                check_state(version, body)
                version.state = body
            else:
                json.loads(body)
                version.json_state = body
            return self.answer(200)
        stored = version.state if what == "state" else version.json_state
        return self.answer(200 if stored else 404, stored or b"", "application/json", cut=cut)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = handle_any


class Server:
    def __init__(self):
        self.service = Service()
        handler = type("BoundHandler", (Handler,), {"service": self.service})
        self.listener = support.Server(handler)
        self.port = self.listener.server_port
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def stop(self):
        self.listener.shutdown()
        self.listener.server_close()
