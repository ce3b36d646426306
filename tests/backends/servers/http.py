"""Keeps one state and one lock for each path, as the http backend's protocol says: STATE_USER and STATE_PASSWORD by basic
authentication, bodies checked against their Content-MD5, writes refused without the lock's id while it is held."""

import base64
import hashlib
import json
import os
import pathlib
import sys
import threading
import urllib.parse

from servers import support

FOLDER = pathlib.Path(sys.argv[1])
WANTED = "Basic " + base64.b64encode(f"{os.environ['STATE_USER']}:{os.environ['STATE_PASSWORD']}".encode()).decode()
states, locks, guard = {}, {}, threading.Lock()


class Handler(support.Handler):
    wbufsize = -1

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        body = support.read_body(self)
        url = urllib.parse.urlparse(self.path)
        print(self.command, self.path, flush=True)
        if self.headers.get("Authorization") != WANTED:
            return self.answer(401)
        digest = self.headers.get("Content-MD5")
        if digest and base64.b64decode(digest) != hashlib.md5(body).digest():
            return self.answer(400)
        with guard:
            status, answer = self.act(url.path, dict(urllib.parse.parse_qsl(url.query)).get("ID"), body)
        self.answer(status, answer)

    def act(self, path, lock_id, body):
        held = locks.get(path)
        if self.command == "GET":
            return (200, states[path]) if path in states else (404, b"")
        if self.command == "LOCK":
            if held:
                return 423, held
            locks[path] = body
        elif self.command == "UNLOCK":
            if body and held != body:
                return 409, held or b""
            locks.pop(path, None)
        elif self.command == "POST":
            if held and json.loads(held)["ID"] != lock_id:
                return 409, held
            states[path] = body
        elif self.command == "DELETE":
            states.pop(path, None)
        return 200, b""

    do_GET = do_POST = do_DELETE = do_LOCK = do_UNLOCK = handle_any


support.run(support.Server(Handler), FOLDER)
