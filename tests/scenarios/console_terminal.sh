# The console at a terminal: editing, history, lines that go on, Ctrl-C and Ctrl-D; the state is locked meanwhile.
. "$SCENARIO_LIB"
need python3
echo 'variable "text" { default = "x" }' >main.tf
cat >talk.py <<'PY'
"""Types into the console through a pseudo-terminal: waits for each answer before it types on."""
import os, pty, select, sys, time

def start():
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(os.environ["PARTERRE"], ["parterre", "console", "-no-color"])
    return pid, fd

def read_until(fd, text):
    """What came up to and with the text."""
    seen, end = b"", time.monotonic() + 20
    while text not in seen:
        ready = select.select([fd], [], [], max(0, end - time.monotonic()))[0]
        if not ready:
            sys.exit("waited in vain for %r after %r" % (text, seen))
        try:
            piece = os.read(fd, 4096)
        except OSError:
            piece = b""
        if not piece:
            sys.exit("ended before %r after %r" % (text, seen))
        seen += piece
    return seen

def finish(pid, fd, code):
    while True:
        try:
            if not os.read(fd, 4096):
                break
        except OSError:
            break
    status = os.waitpid(pid, 0)[1]
    if os.waitstatus_to_exitcode(status) != code:
        sys.exit("exit code %s" % os.waitstatus_to_exitcode(status))

pid, fd = start()
read_until(fd, b"> ")
if not os.path.exists(".terraform.tfstate.lock.info"):
    sys.exit("no lock")
for typed, answer in [
    (b"var.text\r", b'"x"\r\n'),
    (b"1 +* 3\x1b[D\x1b[D\x1b[D\x7f\r", None),  # goes back and takes the plus away: 1 * 3
    (b"\x1b[A\r", b"3\r\n"),  # the same again, from history
    (b"[\r", b": "), (b"1,\r", b": "), (b"2]\r", b"[\r\n  1,\r\n  2,\r\n]\r\n"),
    (b"upper(<<EOT\r", b": "), (b"a { b\r", b": "), (b"EOT\r", b": "), (b")\r", b"<<EOT\r\nA { B\r\n"),
    (b"nope.x\r", b"Reference to undeclared resource"),
    (b"\"\xc3\xa4\xc3\xb6\"\r", "\"äö\"\r\n".encode()),
    (b"{\r", b": "), (b"\x03", b"(multi-line entry canceled)"),
    (b"type([1])\r", b"tuple(["),
    (b"5 + 5\x03", b"> "),  # leaves the line
    (b"6 + 1\r", b"7\r\n"),
]:
    os.write(fd, typed)
    seen = read_until(fd, answer or b"3\r\n")
    if not answer or not answer.endswith(b": "):
        if not seen.endswith(b"> "):
            read_until(fd, b"> ")
os.write(fd, b"exit\r")
finish(pid, fd, 0)
for end in b"\x04", b"\x03":
    pid, fd = start()
    read_until(fd, b"> ")
    os.write(fd, end)
    finish(pid, fd, 0)
if os.path.exists(".terraform.tfstate.lock.info"):
    sys.exit("the lock is still there")
PY
run 0 python3 talk.py
