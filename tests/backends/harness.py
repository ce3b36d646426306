"""What the checks of backends share: folders to work in, programs and their output, servers, a proxy that breaks things."""

import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
PARTERRE = os.environ.get("PARTERRE", str(HERE.parents[1] / "build/bin/parterre"))
STOCK = shutil.which("terraform")
ALL = "--all" in sys.argv
PATIENCE = 120  # seconds after which a program that should have ended is a failure


def ring(items):
    """Each with the next one and the one before: every item comes and goes once and more."""
    pairs = list(zip(items, items[1:] + items[:1]))
    return pairs + [(new, old) for old, new in pairs] if len(items) > 2 else list(itertools.permutations(items, 2))


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failed(message)


def until(condition, what):
    """Waits for another process: condition() is asked again until it holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < end, f"did not happen: {what}")
        threading.Event().wait(0.01)


class Server:
    """A server of ours in Python: `python3 -m servers.NAME FOLDER ARGUMENTS...` writes its port to FOLDER/port when it listens."""

    def __init__(self, name, folder, *arguments, environment=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"servers.{name}", str(self.folder), *arguments],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env={**os.environ, "PYTHONPATH": str(HERE), **(environment or {})})
        port = self.folder / "port"
        until(lambda: port.exists() or self.process.poll() is not None, f"the server {name} starts")
        check(port.exists(), f"the server {name} ended: {(self.folder / 'log').read_text()}")
        self.port = int(port.read_text())

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Adapter:
    """A backend as the contract sees it. One file in backends/ each; ALL in that file lists its instances."""

    name = ""  # of the backend, as in `backend "name"`; "cloud" stands for a cloud block
    title = ""  # for the output; the name where it is empty
    workspaces = True
    dead_lock = "stays"  # what becomes of the lock of a process that was killed: "stays", "gone", or "expires"
    names_holder = True  # whether a lock conflict tells who holds it
    secrets = ()  # texts that no output may show
    largest = 100 << 20  # bytes of state that it can hold
    network = True

    def start(self, folder):
        """Starts the server, if there is one. Raises Skipped where it cannot run."""

    def stop(self):
        pass

    def arguments(self, key, port=None):
        """The block's arguments as text for a state called `key`, the server reached through `port` where it is given."""
        raise NotImplementedError

    def block(self, key, port=None):
        kind = "cloud" if self.name == "cloud" else f'backend "{self.name}"'
        return f"terraform {{\n  {kind} {{\n{self.arguments(key, port)}\n  }}\n}}\n"

    def environment(self):
        return {}

    def cli_configuration(self, port=None):
        return ""

    def wrong_credentials(self):
        """Environment variables that make the server refuse; None where there are no credentials."""
        return None

    def expire_locks(self):
        """With dead_lock = "expires": makes it happen."""

    def force_unlock_id(self, holder):
        """The id that force-unlock wants, from the lock info's id."""
        return holder

    @property
    def label(self):
        return self.title or self.name


class Result:
    def __init__(self, code, output, errors):
        self.code, self.output, self.errors = code, output, errors

    @property
    def text(self):
        return self.output + self.errors

    def has(self, *texts):
        for text in texts:
            check(text in self.text, f"the output lacks {text!r}:\n{self.text}")
        return self

    def lacks(self, *texts):
        for text in texts:
            check(text not in self.text, f"the output must not hold {text!r}:\n{self.text}")
        return self

    def json(self):
        return json.loads(self.output)


RESOURCES = """
variable "text" {
  default = "one"
}
resource "terraform_data" "a" {
  input = { text = var.text, pad = [for i in range(400) : "padding-${i}-${var.text}"] }
}
output "text" {
  value = terraform_data.a.output.text
}
"""

# The second resource says that it has begun and then waits for somebody to write into the pipe "gate".
GATED = RESOURCES + """
resource "terraform_data" "b" {
  input = terraform_data.a.id
  provisioner "local-exec" {
    command = "echo > begun; read line < gate"
  }
}
"""


class Work:
    """A working folder of one configuration over one backend."""

    def __init__(self, folder, adapter=None, key="state", port=None, text=RESOURCES, name="work"):
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self.adapter, self.key = adapter, key
        self.environment = {}
        self.write("main.tf", text)
        rc = ""
        if adapter:
            self.write("backend.tf", adapter.block(key, port))
            self.environment.update(adapter.environment())
            rc = adapter.cli_configuration(port)
        (self.folder.parent / f"{name}.tfrc").write_text(rc)
        self.environment["TF_CLI_CONFIG_FILE"] = str(self.folder.parent / f"{name}.tfrc")
        self.pipes = []

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def start(self, *arguments, program=PARTERRE, environment=None):
        env = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        env.update({"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "NO_PROXY": "127.0.0.1,localhost",
                    "HOME": str(self.folder.parent), "TF_INPUT": "0"})
        env.update(self.environment)
        env.update(environment or {})
        # A group of its own, so that what it started can be ended with it.
        return subprocess.Popen([program, *arguments], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def finish(self, process, code=0, arguments=()):
        try:
            output, errors = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            self.open_gate()
            output, errors = process.communicate(timeout=PATIENCE)
            raise Failed(f"{' '.join(arguments)} did not end:\n{output}{errors}") from None
        result = Result(process.returncode, output, errors)
        check(code is None or result.code == code,
              f"exit code {result.code} instead of {code}: {' '.join(arguments)}\n{result.text}")
        result.lacks(*(self.adapter.secrets if self.adapter else ()))
        return result

    def run(self, *arguments, code=0, program=PARTERRE, environment=None):
        return self.finish(self.start(*arguments, program=program, environment=environment), code,
                           (program, *arguments))

    def init(self, *arguments, **options):
        return self.run("init", "-no-color", *arguments, **options)

    def apply(self, *arguments, text="one", **options):
        return self.run("apply", "-no-color", "-auto-approve", f"-var=text={text}", *arguments, **options)

    def init_and_pull(self):
        self.init()
        return self.pull()

    def pull(self, **options):
        return self.run("state", "pull", **options).json()

    # A run that stands in the middle of an apply, the lock held and terraform_data.a made.
    def stand(self, *arguments, program=PARTERRE):
        self.write("main.tf", GATED)
        (self.folder / "begun").unlink(missing_ok=True)
        if not (self.folder / "gate").exists():
            os.mkfifo(self.folder / "gate")
        process = self.start("apply", "-no-color", "-auto-approve", *arguments, program=program)
        until(lambda: (self.folder / "begun").exists() or process.poll() is not None, "the apply begins")
        if process.poll() is not None:
            raise Failed("the apply ended before its time:\n" + "".join(process.communicate()))
        return process

    def open_gate(self):
        """Lets the waiting provisioner go on, where there is one."""
        if not (self.folder / "begun").exists():
            return
        def opened():
            try:
                gate = os.open(self.folder / "gate", os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                return False  # it does not read yet
            os.write(gate, b"go\n")
            os.close(gate)
            return True
        until(opened, "the provisioner reads")
        (self.folder / "begun").unlink()

    def kill(self, process):
        process.kill()
        process.wait()
        self.open_gate()
        process.communicate()


def serial(state):
    return state["serial"]


def lock_id(text):
    found = re.search(r"^\s*│?\s*ID:\s+(\S+)", text, re.M)
    check(found, f"the output names no lock:\n{text}")
    return found[1]


class Proxy:
    """Stands before a server and passes bytes on, or breaks the connection as `mode` says:
    "pass"; "cut": after `after` bytes of the answers of a connection; "cut_request": after `after` bytes towards the
    server; "nonsense": answers with other bytes; "hang": takes everything and answers nothing; "refuse": hangs up at once.
    """

    NONSENSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 26\r\n\r\n<html>it is not me!</html>"

    def __init__(self, port):
        self.upstream = port
        self.mode, self.after = "pass", 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets = []
        self.connections = 0
        self.closed = False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        self.sockets.append(client)
        try:
            if self.mode == "refuse":
                return
            if self.mode in ("hang", "nonsense"):
                while client.recv(65536):
                    if self.mode == "nonsense":
                        client.sendall(self.NONSENSE)
                return
            with socket.create_connection(("127.0.0.1", self.upstream)) as server:
                self.sockets.append(server)
                back = threading.Thread(target=self.pump, args=(server, client, "cut"), daemon=True)
                back.start()
                self.pump(client, server, "cut_request")
                back.join()
        except OSError:
            pass
        finally:
            client.close()

    def pump(self, source, target, breaking):
        passed = 0
        try:
            while data := source.recv(65536):
                if self.mode == breaking and passed + len(data) > self.after:
                    target.sendall(data[: max(0, self.after - passed)])
                    break
                passed += len(data)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()
        for one in self.sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def temporary_folder():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="backends-"))
    folder.chmod(0o755)  # a database's server runs as another user
    return folder
