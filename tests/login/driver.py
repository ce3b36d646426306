"""One run of a program for a test: its own home, the host of server.py, answers typed when they are asked for, through pipes
or a terminal."""
import contextlib, json, os, pty, re, select, shutil, signal, stat, subprocess, tempfile, termios, time

HERE = os.path.dirname(os.path.abspath(__file__))
PARTERRE = os.environ.get('PARTERRE', os.path.join(HERE, '..', '..', 'build', 'bin', 'parterre'))
STOCK = os.environ.get('TERRAFORM') or shutil.which('terraform')
PATIENCE = 60
PROMPT = b'Enter a value:'


class Result:
    def __init__(self, code, out, err):
        self.code, self.raw, self.raw_err = code, out.decode(), err.decode()
        self.out, self.err = (re.sub(r'\x1b\[[0-9;]*m', '', text) for text in (self.raw, self.raw_err))

    @property
    def all(self):
        """What was said, with the boxes and line breaks of diagnostics taken away."""
        return re.sub(r'\s+', ' ', re.sub(r'[╷│╵]', ' ', self.out + self.err))


class Place:
    """A home and a working folder. `host`: whose certificate is trusted."""

    def __init__(self, work, certificates, program=PARTERRE):
        self.folder = tempfile.mkdtemp(dir=work)
        self.program = program
        self.home = os.path.join(self.folder, 'home')
        self.work = os.path.join(self.folder, 'work')
        self.bin = os.path.join(self.folder, 'bin')
        self.browser_log = os.path.join(self.folder, 'browser.json')
        self.trace = os.path.join(self.folder, 'trace')
        for folder in (self.home, self.work, self.bin):
            os.makedirs(folder)
        self.browser = os.path.join(HERE, 'browser.py')
        os.symlink(self.browser, os.path.join(self.bin, 'xdg-open'))
        self.env = {'PATH': self.bin + ':/usr/bin:/bin', 'HOME': self.home, 'BROWSER_LOG': self.browser_log,
                    'SSL_CERT_FILE': os.path.join(certificates, 'cert.pem'), 'CHECKPOINT_DISABLE': '1',
                    'BROWSER': self.browser, 'LC_ALL': 'C.UTF-8', 'TF_LOG': 'trace', 'TF_LOG_PATH': self.trace}
        if program != PARTERRE:
            os.makedirs(os.path.join(self.home, '.terraform.d'))  # the stock program does not make it for a login

    @property
    def credentials(self):
        return os.path.join(self.home, '.terraform.d', 'credentials.tfrc.json')

    def stored(self):
        with open(self.credentials) as file:
            return json.load(file)['credentials']

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def rc(self, text):
        self.write('home/.terraformrc', text, 0o600)

    def run(self, *arguments, answers=(), env=(), terminal=False, interrupt=None, close=True):
        """Types each answer at its prompt. `interrupt`: called with what was said while the program runs, until it
        says True; then Ctrl-C."""
        master = slave = None
        stdin = subprocess.PIPE
        if terminal:
            master, slave = pty.openpty()
            stdin = slave
        environment = dict(self.env, **dict(env))
        environment = {name: value for name, value in environment.items() if value is not None}
        process = subprocess.Popen([self.program, *arguments], cwd=self.work, env=environment, stdin=stdin,
                                   stdout=slave if terminal else subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        if terminal:
            os.close(slave)
        typed = master if terminal else process.stdin.fileno()
        output = master if terminal else process.stdout.fileno()
        errors = process.stderr.fileno()
        texts = {output: b'', errors: b''}
        open_ends, sent, deadline, self.hidden = set(texts), 0, time.monotonic() + PATIENCE, []
        if not answers and close and not terminal:
            process.stdin.close()
        try:
            while open_ends:
                ready, _, _ = select.select(list(open_ends), [], [], 0.02 if interrupt else 1)
                for end in ready:
                    try:
                        data = os.read(end, 65536)
                    except OSError:  # the terminal is gone
                        data = b''
                    texts[end] += data
                    if not data:
                        open_ends.discard(end)
                while sent < len(answers) and texts[output].count(PROMPT) > sent:
                    if terminal:
                        self.await_echo(master, sent, answers)
                    os.write(typed, answers[sent].encode())
                    sent += 1
                    if sent == len(answers) and close and not terminal:
                        process.stdin.close()
                if interrupt and interrupt(texts[output].decode(errors='replace')):
                    interrupt = None
                    process.send_signal(signal.SIGINT)
                if time.monotonic() > deadline:
                    raise AssertionError('it hangs; so far: %r' % texts)
            code = process.wait(PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            for end in (process.stdout, process.stderr, process.stdin):
                if end:
                    with contextlib.suppress(OSError):
                        end.close()
            if terminal:
                os.close(master)
        return Result(code, texts[output], texts[errors])

    def await_echo(self, master, sent, answers):
        """Secrets are typed once the terminal hides them: the last answer, where there are several."""
        secret = sent == len(answers) - 1 and sent > 0
        deadline = time.monotonic() + PATIENCE
        while secret and termios.tcgetattr(master)[3] & termios.ECHO:
            if time.monotonic() > deadline:
                raise AssertionError('the terminal shows what is typed')
            select.select([], [], [], 0.01)
        self.hidden.append(secret)

    def seen(self):
        """What the browser was shown, once it is through."""
        deadline = time.monotonic() + PATIENCE
        while not os.path.exists(self.browser_log):
            if time.monotonic() > deadline:
                raise AssertionError('no browser was started')
            select.select([], [], [], 0.01)
        with open(self.browser_log) as file:
            return json.load(file)

    def leaks(self, *secrets):
        """Files below the place that hold a secret and may be read by others, or are a log."""
        found = []
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, errors='replace') as file:
                    text = file.read()
                public = stat.S_IMODE(os.stat(path).st_mode) & 0o077
                if (public or path == self.trace) and any(secret in text for secret in secrets):
                    found.append(path)
        return found
