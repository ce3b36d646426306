"""A real sshd for tests, on free ports of this machine, with keys of its own: serve.py FOLDER

Writes into the folder: keys (key, wrong, agent, each with .pub; host, host_rsa), a certificate for the key (key-cert.pub)
and `ports`: lines "ssh PORT" for sshd, "two PORT" for one with two host keys, "http PORT" and "socks PORT" for proxies that lead anywhere on this machine,
"mute PORT" for what takes connections and says nothing. Each connection gets an sshd of its own (`sshd -i`); all end
with this program, at SIGTERM or when standard input ends.
"""

import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading

SSHD = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
folder = pathlib.Path(sys.argv[1]).resolve()
children = []


def make_keys():
    kinds = {"host": "ed25519", "host_rsa": "rsa", "key": "ed25519", "key_rsa": "rsa", "wrong": "ed25519",
             "agent": "ecdsa", "authority": "ed25519", "certified": "ed25519"}
    makers = [subprocess.Popen(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", folder / name])
              for name, kind in kinds.items()]
    if any([maker.wait() for maker in makers]):
        sys.exit("ssh-keygen failed")
    subprocess.run(["ssh-keygen", "-q", "-s", folder / "authority", "-I", "test", "-n", os.environ["SSH_USER"],
                    folder / "certified.pub"], check=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", folder / "locked"], check=True)
    authorized = "".join((folder / f"{name}.pub").read_text() for name in ("key", "key_rsa", "agent"))
    authorized += "cert-authority " + (folder / "authority.pub").read_text()
    (folder / "authorized_keys").write_text(authorized)
    for name, keys in (("one", ["host"]), ("two", ["host", "host_rsa"])):
        write_config(folder / f"sshd_config_{name}", keys)
    if os.getuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)


def write_config(path, keys):
    # A home of its own: the shell of a connection reads no settings of the user who tests, which may be slow or wait.
    (folder / "home").mkdir(exist_ok=True)
    path.write_text("".join(f"HostKey {folder}/{key}\n" for key in keys) + f"""SetEnv HOME={folder}/home
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
MaxAuthTries 3
""")


def listen(serve):
    listener = socket.create_server(("127.0.0.1", 0))

    def loop():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    return listener.getsockname()[1]


def serve_ssh(connection, config="one"):
    child = subprocess.Popen([SSHD, "-i", "-f", folder / f"sshd_config_{config}", "-E", folder / "sshd.log"], stdin=connection,
                             stdout=connection, stderr=subprocess.DEVNULL, start_new_session=True)
    connection.close()
    children.append(child)
    child.wait()


def pump(one, other):
    ends = {one: other, other: one}
    while True:
        for ready in select.select(list(ends), [], [])[0]:
            data = ready.recv(65536)
            if not data:
                one.close()
                other.close()
                return
            ends[ready].sendall(data)


def exactly(connection, count):
    data = b""
    while len(data) < count:
        data += connection.recv(count - len(data)) or sys.exit()
    return data


def serve_http(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += exactly(connection, 1)
    if b"Proxy-Authorization: Basic bWU6aHVzaA==\r\n" not in head:  # me:hush
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        return connection.close()
    host, port = head.split()[1].decode().rsplit(":", 1)
    other = socket.create_connection((host, int(port)))
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    pump(connection, other)


def serve_socks(connection):
    _, count = exactly(connection, 2)
    exactly(connection, count)
    connection.sendall(b"\x05\x00")
    kind = exactly(connection, 4)[3]
    host = exactly(connection, exactly(connection, 1)[0]) if kind == 3 else socket.inet_ntoa(exactly(connection, 4))
    port = int.from_bytes(exactly(connection, 2), "big")
    other = socket.create_connection((host, port))
    connection.sendall(b"\x05\x00\x00\x01" + b"\x00" * 6)
    pump(connection, other)


def main():
    make_keys()
    ports = {"ssh": listen(serve_ssh), "http": listen(serve_http), "socks": listen(serve_socks),
             "two": listen(lambda connection: serve_ssh(connection, "two"))}
    held = []
    ports["mute"] = listen(held.append)
    side = folder / "ports.part"
    side.write_text("".join(f"{name} {port}\n" for name, port in ports.items()))
    side.rename(folder / "ports")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        sys.stdin.read()
    finally:
        for child in children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


main()
