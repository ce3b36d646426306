import os
import pathlib
import pwd
import shutil
import socket
import subprocess

from harness import Adapter, Failed, Skipped, until

PASSWORD = "pg-secret"


def programs():
    """Where Debian keeps the server's programs: not on PATH."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class PostgreSQL(Adapter):
    name = "pg"
    dead_lock = "gone"
    names_holder = False  # the lock is the database's, which knows no names
    secrets = (PASSWORD,)

    def start(self, folder):
        bin = programs()
        if bin is None:
            raise Skipped("PostgreSQL's server is not on this machine")
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        # The server refuses to run as root.
        self.prefix = []
        if os.geteuid() == 0:
            try:
                pwd.getpwnam("postgres")
            except KeyError:
                raise Skipped("there is no user postgres to run PostgreSQL's server as") from None
            shutil.chown(self.folder, "postgres")
            self.prefix = ["runuser", "-u", "postgres", "--"]
        self.data = self.folder / "data"
        password = self.folder / "password"
        password.write_text(PASSWORD)
        if self.prefix:
            shutil.chown(password, "postgres")
        self.call(bin / "initdb", "-D", self.data, "-U", "tester", "-A", "scram-sha-256", "--no-sync", f"--pwfile={password}")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [*self.prefix, bin / "postgres", "-D", self.data, "-h", "127.0.0.1", "-p", str(self.port), "-k", "", "-c",
             "fsync=off"], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd="/")
        def listens():
            if self.process.poll() is not None:
                raise Failed("PostgreSQL ended: " + (self.folder / "log").read_text())
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                return False
            return "ready to accept connections" in (self.folder / "log").read_text()
        until(listens, "PostgreSQL listens")

    def call(self, *command):
        done = subprocess.run([*self.prefix, *map(str, command)], capture_output=True, text=True, cwd="/")
        if done.returncode:
            raise Failed(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def stop(self):
        # At once; runuser passes no other signal on to the server.
        pid = (self.data / "postmaster.pid").read_text().split()[0]
        subprocess.run(["kill", "-QUIT", pid])
        self.process.wait()
        self.log.close()

    def arguments(self, key, port=None):
        return (f'    conn_str = "postgres://tester@127.0.0.1:{port or self.port}/postgres?sslmode=disable"\n'
                f'    schema_name = "{key}"')

    def environment(self):
        return {"PGPASSWORD": PASSWORD}

    def wrong_credentials(self):
        return {"PGPASSWORD": PASSWORD + "-but-wrong"}


ALL = [PostgreSQL()]
