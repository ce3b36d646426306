#!/usr/bin/env python3
"""A Kubernetes API server as far as state backends need one: secrets (core/v1) and leases
(coordination.k8s.io/v1) with labels, resource versions, size limits and names checked; bearer tokens, basic
authentication and client certificates; http or https.

Not a cluster and not durable. Usage: python3 -m servers.kubernetes FOLDER [OPTION...]; once it listens, its port stands in FOLDER/port and its
address on standard output.
"""
import argparse
import base64
import binascii
import json
import pathlib
import re
import ssl
import threading
import time
import urllib.parse
import uuid

from servers import support

LARGEST_SECRET = 1048576
LARGEST_REQUEST = 3 * 1024 * 1024
NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
KINDS = {"secrets": ("v1", "Secret", "Secret", ""),
         "leases": ("coordination.k8s.io/v1", "Lease", "Lease.coordination.k8s.io", ".coordination.k8s.io")}
PATH = re.compile(r"/(?:api/v1|apis/coordination\.k8s\.io/v1)/namespaces/([^/]+)/(secrets|leases)(?:/([^/]+))?")


class Refusal(Exception):
    def __init__(self, code, reason, message):
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message


def selected(item, selector):
    labels = item["metadata"].get("labels") or {}
    for term in filter(None, selector.split(",")):
        if "!=" in term:
            name, value = term.split("!=")
            if labels.get(name) == value:
                return False
        elif "=" in term:
            name, value = re.split("==?", term, maxsplit=1)
            if labels.get(name) != value:
                return False
        elif term not in labels:
            return False
    return True


class Store:
    """All objects; every method is called with the lock held."""

    def __init__(self):
        self.lock = threading.Lock()
        self.version = 1
        self.items = {}

    def stamp(self, item):
        self.version += 1
        item["metadata"]["resourceVersion"] = str(self.version)
        return item

    def find(self, place, full_name):
        if place not in self.items:
            raise Refusal(404, "NotFound", f'{place[1]}{KINDS[place[1]][3]} "{full_name}" not found')
        return self.items[place]


def checked(item, resource):
    """What a real server refuses: names, labels and sizes."""
    version, kind, described, _ = KINDS[resource]
    meta = item.setdefault("metadata", {})
    name = meta.get("name", "")
    problems = []
    if not NAME.fullmatch(name) or len(name) > 253:
        problems.append(f'metadata.name: Invalid value: "{name}": a lowercase RFC 1123 subdomain must consist of '
                        "lower case alphanumeric characters, '-' or '.'")
    for label, value in (meta.get("labels") or {}).items():
        if not LABEL.fullmatch(value) or len(value) > 63:
            problems.append(f'metadata.labels: Invalid value: "{value}": a valid label must be an empty string or '
                            "consist of alphanumeric characters, '-', '_' or '.'")
    if resource == "secrets":
        item.setdefault("type", "Opaque")
        try:
            size = sum(len(base64.b64decode(value, validate=True)) for value in (item.get("data") or {}).values())
        except (binascii.Error, TypeError) as error:
            raise Refusal(400, "BadRequest", f"Secret in version \"v1\" cannot be handled as a Secret: {error}")
        if size > LARGEST_SECRET:
            problems.append(f"data: Too long: must have at most {LARGEST_SECRET} bytes")
    if problems:
        raise Refusal(422, "Invalid", f'{described} "{name}" is invalid: {problems[0]}')
    item["apiVersion"], item["kind"] = version, kind
    return item


class Handler(support.Handler):
    def answer(self, code, value):
        data = (json.dumps(value) + "\n").encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def authorized(self, options):
        authorization = self.headers.get("Authorization", "")
        if options.token and authorization == "Bearer " + options.token:
            return True
        if options.basic and authorization == "Basic " + base64.b64encode(options.basic.encode()).decode():
            return True
        if options.client_ca and self.connection.getpeercert():
            return True
        return not (options.token or options.basic or options.client_ca)

    def serve(self):
        body = support.read_body(self)
        print(self.command, self.path, len(body), file=self.server.log, flush=True)
        try:
            if not self.authorized(self.server.options):
                raise Refusal(401, "Unauthorized", "Unauthorized")
            if len(body) > LARGEST_REQUEST:
                raise Refusal(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728")
            url = urllib.parse.urlsplit(self.path)
            match = PATH.fullmatch(urllib.parse.unquote(url.path))
            if not match:
                raise Refusal(404, "NotFound", "the server could not find the requested resource")
            with self.server.store.lock:
                self.answer(*self.act(match, dict(urllib.parse.parse_qsl(url.query)), body))
        except Refusal as refusal:
            self.answer(refusal.code, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                                       "message": refusal.message, "reason": refusal.reason,
                                       "code": refusal.code})

    do_GET = do_POST = do_PUT = do_DELETE = serve

    def act(self, match, query, body):
        store = self.server.store
        namespace, resource, name = match.groups()
        place = (namespace, resource, name)
        version, kind, _, group = KINDS[resource]
        if self.command == "GET" and name:
            return 200, store.find(place, name)
        if self.command == "GET":
            return 200, self.listed(namespace, resource, query)
        if self.command == "DELETE":
            store.find(place, name)
            del store.items[place]
            return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
        item = checked(json.loads(body), resource)
        meta = item["metadata"]
        meta["namespace"] = namespace
        if self.command == "POST":
            if namespace not in self.server.options.namespace:
                raise Refusal(404, "NotFound", f'namespaces "{namespace}" not found')
            place = (namespace, resource, meta["name"])
            if place in store.items:
                raise Refusal(409, "AlreadyExists", f'{resource}{group} "{meta["name"]}" already exists')
            meta["uid"] = str(uuid.uuid4())
            meta["creationTimestamp"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            store.items[place] = store.stamp(item)
            return 201, item
        present = store.find(place, name)["metadata"]
        if meta.get("resourceVersion") not in (None, "", present["resourceVersion"]):
            raise Refusal(409, "Conflict", f'Operation cannot be fulfilled on {resource}{group} "{name}": the object '
                          "has been modified; please apply your changes to the latest version and try again")
        meta["uid"], meta["creationTimestamp"] = present["uid"], present["creationTimestamp"]
        store.items[place] = store.stamp(item)
        return 200, item

    def listed(self, namespace, resource, query):
        version, kind, _, _ = KINDS[resource]
        store = self.server.store
        found = [item for place, item in sorted(store.items.items())
                 if place[:2] == (namespace, resource) and selected(item, query.get("labelSelector", ""))]
        if "PartialObjectMetadataList" in self.headers.get("Accept", ""):
            found = [{"metadata": item["metadata"]} for item in found]
        return {"kind": kind + "List", "apiVersion": version, "metadata": {"resourceVersion": str(store.version)},
                "items": found}


class Server(support.Server):
    def __init__(self, options):
        super().__init__(Handler, options.certificate, options.key, options.client_ca, ssl.CERT_OPTIONAL)
        self.options = options
        self.store = Store()
        self.log = open(options.folder / "requests", "a")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--until-eof", action="store_true", help="ends with its standard input")
    parser.add_argument("--namespace", action="append", default=["default"])
    parser.add_argument("--token")
    parser.add_argument("--basic", help="user:password")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--client-ca", help="clients may show a certificate of this authority")
    options = parser.parse_args()
    support.run(Server(options), options.folder, options.until_eof)


if __name__ == "__main__":
    main()
