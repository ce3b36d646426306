#!/usr/bin/env python3
"""A Consul agent as far as state backends need one: KV (cas, acquire, release, recurse, keys, blocking
queries), transactions, sessions with TTL and lock-delay, an ACL token, http or https.

Not a cluster and not durable. Usage: python3 -m servers.consul FOLDER [OPTION...]; once it listens, its port stands in FOLDER/port and its
address on standard output.
"""
import argparse
import base64
import json
import pathlib
import ssl
import threading
import time
import urllib.parse
import uuid

from servers import support

LARGEST_BODY = 524288
LONGEST_WAIT = 600.0


def seconds(text):
    """A duration as Go prints it: 15s, 5000000000 (nanoseconds), 1m0s."""
    if isinstance(text, (int, float)):
        return text / 1e9
    total, number = 0.0, ""
    units = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
    index = 0
    while index < len(text):
        if text[index].isdigit() or text[index] == ".":
            number += text[index]
            index += 1
            continue
        unit = text[index:index + 2] if text[index:index + 2] in units else text[index]
        total += float(number) * units[unit]
        number = ""
        index += len(unit)
    return total + (float(number) if number else 0)


class Store:
    """Keys and sessions; every method is called with the condition held."""

    def __init__(self, lock_delay_limit):
        self.condition = threading.Condition()
        self.index = 1
        self.entries = {}
        self.sessions = {}
        self.delays = {}
        self.deleted = {}
        self.lock_delay_limit = lock_delay_limit

    def step(self):
        self.index += 1
        self.condition.notify_all()
        return self.index

    def expire(self):
        now = time.monotonic()
        for name, session in list(self.sessions.items()):
            if session["deadline"] is not None and session["deadline"] < now:
                self.destroy(name)

    def destroy(self, name):
        session = self.sessions.pop(name, None)
        if session is None:
            return
        for key, entry in self.entries.items():
            if entry.get("Session") == name:
                del entry["Session"]
                entry["ModifyIndex"] = self.step()
                delay = min(session["delay"], self.lock_delay_limit)
                self.delays[key] = time.monotonic() + delay

    def write(self, key, value, flags, session=None):
        index = self.step()
        entry = self.entries.get(key) or {"LockIndex": 0, "Key": key, "CreateIndex": index}
        if session and entry.get("Session") != session:
            entry["LockIndex"] += 1
        entry.update(Flags=flags, Value=base64.b64encode(value).decode() if value else None, ModifyIndex=index)
        if session:
            entry["Session"] = session
        self.entries[key] = entry
        return entry

    def acquire(self, key, value, flags, session):
        if session not in self.sessions:
            return None
        entry = self.entries.get(key)
        if entry and entry.get("Session") not in (None, session):
            return False
        if self.delays.get(key, 0) > time.monotonic():
            return False
        self.write(key, value, flags, session)
        return True

    def release(self, key, value, flags, session):
        entry = self.entries.get(key)
        if not entry or entry.get("Session") != session:
            return False
        del entry["Session"]
        self.write(key, value, flags)
        return True

    def delete(self, key):
        if self.entries.pop(key, None) is not None:
            self.deleted[key] = self.step()

    def modified(self, key):
        entry = self.entries.get(key)
        return entry["ModifyIndex"] if entry else 0


class Handler(support.Handler):
    def answer(self, status, body="", index=None, kind="application/json"):
        data = body if isinstance(body, bytes) else str(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if index is not None:
            self.send_header("X-Consul-Index", str(max(index, 1)))
            self.send_header("X-Consul-Knownleader", "true")
            self.send_header("X-Consul-Lastcontact", "0")
        self.end_headers()
        self.wfile.write(data)

    def say(self, value, **more):
        self.answer(200, json.dumps(value), **more)

    def refused(self, options):
        if options.http_auth:
            wanted = "Basic " + base64.b64encode(options.http_auth.encode()).decode()
            if self.headers.get("Authorization") != wanted:
                self.answer(401, "Unauthorized", kind="text/plain")
                return True
        if options.token:
            given = self.headers.get("X-Consul-Token", "")
            if given.startswith("Bearer "):
                given = given[7:]
            if given != options.token:
                self.answer(403, "ACL not found" if given else
                            "Permission denied: anonymous token lacks permission 'key:read'", kind="text/plain")
                return True
        return False

    def serve(self):
        options, store = self.server.options, self.server.store
        body = support.read_body(self)
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        print(self.command, self.path, len(body), file=self.server.log, flush=True)
        if self.refused(options):
            return
        if query.get("dc", [options.datacenter]) != [options.datacenter]:
            self.answer(500, "No path to datacenter", kind="text/plain")
            return
        path = urllib.parse.unquote(url.path)
        with store.condition:
            store.expire()
            if path.startswith("/v1/kv/"):
                self.key_value(store, path[len("/v1/kv/"):], query, body)
            elif path == "/v1/txn" and self.command == "PUT":
                self.transaction(store, body)
            elif path.startswith("/v1/session/"):
                self.session(store, path.split("/")[3:], body)
            else:
                self.answer(404, "", kind="text/plain")

    do_GET = do_PUT = do_DELETE = serve

    def key_value(self, store, key, query, body):
        if self.command == "GET":
            self.read(store, key, query)
        elif self.command == "PUT":
            self.write(store, key, query, body)
        else:
            self.remove(store, key, query)

    def read(self, store, key, query):
        def matches():
            if "recurse" in query or "keys" in query:
                return sorted(name for name in store.entries if name.startswith(key))
            return [key] if key in store.entries else []

        def newest():
            found = [store.entries[name]["ModifyIndex"] for name in matches()]
            return max(found) if found else store.deleted.get(key, store.index)

        wanted = int(query.get("index", ["0"])[0])
        deadline = time.monotonic() + min(seconds(query.get("wait", ["5m"])[0]), LONGEST_WAIT)
        while wanted and newest() <= wanted and time.monotonic() < deadline:
            store.condition.wait(min(0.2, max(deadline - time.monotonic(), 0)))
            store.expire()
        found = matches()
        if not found:
            self.answer(404, "", index=newest())
        elif "keys" in query:
            separator = query.get("separator", [""])[0]
            names = []
            for name in found:
                cut = name.find(separator, len(key)) if separator else -1
                name = name if cut < 0 else name[:cut + len(separator)]
                if name not in names:
                    names.append(name)
            self.say(names, index=newest())
        elif "raw" in query:
            self.answer(200, base64.b64decode(store.entries[found[0]]["Value"] or ""), index=newest(),
                        kind="application/octet-stream")
        else:
            self.say([store.entries[name] for name in found], index=newest())

    def write(self, store, key, query, body):
        if key == "" or key.startswith("/"):
            self.answer(400, "Missing key name" if key == "" else "Invalid key name", kind="text/plain")
            return
        if len(body) > LARGEST_BODY:
            self.answer(413, f"Request body({len(body)} bytes) too large, max size: {LARGEST_BODY} bytes. See "
                        "https://www.consul.io/docs/agent/options.html#kv_max_value_size.", kind="text/plain")
            return
        flags = int(query.get("flags", ["0"])[0])
        done = True
        if "acquire" in query:
            session = query["acquire"][0]
            done = store.acquire(key, body, flags, session)
            if done is None:
                self.answer(500, f"invalid session {json.dumps(session)}", kind="text/plain")
                return
        elif "release" in query:
            done = store.release(key, body, flags, query["release"][0])
        elif "cas" in query and int(query["cas"][0]) != store.modified(key):
            done = False
        else:
            store.write(key, body, flags)
        self.say(done)

    def remove(self, store, key, query):
        if "recurse" in query:
            for name in [name for name in store.entries if name.startswith(key)]:
                store.delete(name)
        elif "cas" in query and int(query["cas"][0]) != store.modified(key):
            self.say(False)
            return
        else:
            store.delete(key)
        self.say(True)

    def transaction(self, store, body):
        if len(body) > LARGEST_BODY:
            self.answer(413, f"Request body({len(body)} bytes) too large, max size: {LARGEST_BODY} bytes. See "
                        "https://www.consul.io/docs/agent/options.html#txn_max_req_len.", kind="text/plain")
            return
        operations = [operation["KV"] for operation in json.loads(body)]
        errors = []
        for place, operation in enumerate(operations):
            key, verb = operation["Key"], operation["Verb"]
            if verb == "cas" and operation.get("Index", 0) != store.modified(key):
                errors.append({"OpIndex": place,
                               "What": f"failed to set key {json.dumps(key)}, index is stale"})
            elif verb not in ("set", "cas", "delete"):
                errors.append({"OpIndex": place, "What": f"unknown KV verb {json.dumps(verb)}"})
        if errors:
            self.answer(409, json.dumps({"Results": None, "Errors": errors}))
            return
        results = []
        for operation in operations:
            if operation["Verb"] == "delete":
                store.delete(operation["Key"])
                continue
            value = base64.b64decode(operation.get("Value") or "")
            entry = dict(store.write(operation["Key"], value, operation.get("Flags", 0)), Value=None)
            results.append({"KV": entry})
        self.say({"Results": results, "Errors": None})

    def session(self, store, parts, body):
        if parts == ["create"]:
            asked = json.loads(body or "{}")
            ttl = seconds(asked["TTL"]) if asked.get("TTL") else None
            name = str(uuid.uuid4())
            delay = seconds(asked.get("LockDelay", "15s"))
            # As Consul does, a session lives for twice its TTL at most.
            store.sessions[name] = {"asked": asked, "ttl": ttl, "delay": delay, "created": store.step(),
                                    "deadline": time.monotonic() + 2 * ttl if ttl else None}
            self.say({"ID": name})
            return
        if parts == ["list"]:
            self.say([self.described(name, entry) for name, entry in store.sessions.items()], index=store.index)
            return
        verb, name = parts[0], parts[1] if len(parts) > 1 else ""
        entry = store.sessions.get(name)
        if verb == "destroy":
            store.destroy(name)
            self.say(True)
        elif verb == "renew" and entry is None:
            self.answer(404, f"Session id '{name}' not found", kind="text/plain")
        elif verb == "renew":
            if entry["ttl"]:
                entry["deadline"] = time.monotonic() + 2 * entry["ttl"]
            self.say([self.described(name, entry)])
        elif verb == "info":
            self.say([self.described(name, entry)] if entry else [], index=store.index)
        else:
            self.answer(404, "", kind="text/plain")

    @staticmethod
    def described(name, entry):
        return {"ID": name, "Name": entry["asked"].get("Name", ""), "Node": "node", "Behavior": "release",
                "TTL": entry["asked"].get("TTL", ""), "LockDelay": int(entry["delay"] * 1e9),
                "CreateIndex": entry["created"], "ModifyIndex": entry["created"]}


class Server(support.Server):
    def __init__(self, options):
        super().__init__(Handler, options.certificate, options.key, options.client_ca, ssl.CERT_REQUIRED)
        self.options = options
        self.store = Store(options.lock_delay_limit)
        self.log = open(options.folder / "requests", "a")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--until-eof", action="store_true", help="ends with its standard input")
    parser.add_argument("--token", help="the one that X-Consul-Token must carry")
    parser.add_argument("--http-auth", help="user:password, as a proxy in front of the agent asks for")
    parser.add_argument("--datacenter", default="dc1")
    parser.add_argument("--lock-delay-limit", type=float, default=LONGEST_WAIT,
                        help="seconds; tests that do not want to wait for the lock-delay give 0")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--client-ca", help="clients must show a certificate of this authority")
    options = parser.parse_args()
    support.run(Server(options), options.folder, options.until_eof)


if __name__ == "__main__":
    main()
