#!/usr/bin/env python3
"""A registry of providers and modules on loopback, over TLS with a certificate of its own making, for the time of one
command. Usage: registry.py FOLDER COMMAND...   FOLDER keeps keys and packages from one command to the next. The command
finds SSL_CERT_FILE, REGISTRY (host:port), PLAIN (the same without TLS) and REPOSITORY (of git) in its environment, and
FOLDER/cli.rc says that reg.example.com is here. Names of providers and modules (module_registry.py) say what is wrong with
them; ATTEMPTS counts requests within one command, and REQUESTS, where it names a file, gets them all."""
import hashlib, http.server, io, json, os, ssl, subprocess, sys, threading, time, zipfile
sys.dont_write_bytecode = True
import module_registry

FOLDER = os.path.abspath(sys.argv[1])
PLATFORM = 'linux_amd64'
VERSIONS = ['0.9.0', '1.0.0', '1.1.0', '2.0.0-beta1']
ATTEMPTS = {}
LOCK = threading.Lock()


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options).stdout


def path(*parts):
    return os.path.join(FOLDER, *parts)


def make_certificate():
    run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
        '-keyout', path('key.pem'), '-out', path('cert.pem'), '-subj', '/CN=localhost',
        '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1')


def gpg(*arguments, **options):
    return run('gpg', '--homedir', path('gpg'), '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '',
               *arguments, **options)


def make_keys():
    os.makedirs(path('gpg'), mode=0o700)
    for name in ('author', 'stranger'):
        gpg('--quick-gen-key', name + '@example.com', 'rsa2048', 'sign', 'never')
        with open(path(name + '.asc'), 'wb') as out:
            out.write(gpg('--armor', '--export', name + '@example.com'))


def make_archive(provider, version, platform):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        def add(name, text, mode=0o644):
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o100000 | mode) << 16
            archive.writestr(info, text)
        add('terraform-provider-%s_v%s' % (provider, version), '#!/bin/sh\n# %s %s\n' % (version, platform), 0o755)
        add('docs/notes.txt', 'x' * 300000)
        if provider == 'escapes':
            add('../../escaped.txt', 'x')
    return out.getvalue()


def make_release(provider, version):
    folder = path('files', provider, version)
    os.makedirs(folder)
    sums = ''
    for platform in (PLATFORM, 'darwin_arm64'):
        name = 'terraform-provider-%s_%s_%s.zip' % (provider, version, platform)
        archive = make_archive(provider, version, platform)
        listed = name if provider != 'unlisted' else 'other.zip'
        sums += '%s  %s\n' % (hashlib.sha256(archive).hexdigest(), listed)
        if provider == 'tampered':
            archive = archive[:-1] + b'!'
        with open(os.path.join(folder, name), 'wb') as out:
            out.write(archive)
    with open(os.path.join(folder, 'SHA256SUMS'), 'w') as out:
        out.write(sums)
    signer = 'stranger' if provider == 'stranger' else 'author'
    with open(os.path.join(folder, 'SHA256SUMS.sig'), 'wb') as out:
        out.write(gpg('--local-user', signer + '@example.com', '--detach-sign', input=sums.encode()))


def release(provider, version):
    with LOCK:
        if not os.path.isdir(path('gpg')):
            make_keys()
    if not os.path.isdir(path('files', provider, version)):
        make_release(provider, version)
    return path('files', provider, version)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def answer(self, body, status=200, kind='application/json', headers=()):
        body = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def attempts(self, path):
        return ATTEMPTS[path]

    def do_GET(self):
        ATTEMPTS[self.path] = ATTEMPTS.get(self.path, 0) + 1
        if 'REQUESTS' in os.environ:
            with open(os.environ['REQUESTS'], 'a') as log:
                log.write('%s %s\n' % (self.path, 'with a token' if 'Authorization' in self.headers else ''))
        parts = self.path.strip('/').split('/')
        if self.path == '/.well-known/terraform.json':
            return self.discovery(os.environ.get('DISCOVERY', ''))
        if self.path == '/moved/services.json':
            return self.answer({'providers.v1': '../v1/providers/'})
        if parts[:2] == ['v1', 'providers'] and len(parts) >= 5:
            return self.provider(parts[3], parts[4:])
        if parts[:2] == ['v1', 'modules'] and len(parts) >= 6:
            return module_registry.module(self, parts[3], parts[5:], path('repository'))
        if parts[0] == 'archives':
            return module_registry.archive(self, parts[1:], path('repository'))
        if parts[0] == 'mirror' and len(parts) == 5:
            return self.mirror(parts[3], parts[4])
        if parts[0] == 'files':
            return self.file(parts[1], parts[2], parts[3])
        self.answer('nothing here', 404, 'text/plain')

    # What the host says of itself; `kind` says what is wrong with it.
    def discovery(self, kind):
        if kind in ('moved', 'circle'):
            where = '/moved/services.json' if kind == 'moved' else self.path
            return self.answer('', 302, headers=[('Location', where)])
        if kind == 'downgraded':
            return self.answer('', 302, headers=[('Location', 'http://%s/moved/services.json' % self.headers['Host'])])
        documents = {'relative': {'providers.v1': 'v1/../../v1/providers/'}, 'other': {'modules.v1': '/v1/modules/'},
                     'list': [1], 'number': {'providers.v1': 7}, 'plain': {'providers.v1': 'http://192.0.2.1/v1/'}}
        if kind in documents:
            return self.answer(documents[kind])
        if kind == 'html':
            return self.answer('<html>', 200, 'text/html')
        if kind == 'failing':
            return self.answer('{}', 502)
        if kind == 'none':
            return self.answer('{}', 404)
        self.answer({'providers.v1': '/v1/providers/', 'modules.v1': '/v1/modules/'})

    def provider(self, provider, rest):
        if provider == 'unknown':
            return self.answer({'errors': ['Not Found']}, 404)
        if provider == 'html':
            return self.answer('<html>hello</html>', 200, 'text/html')
        if provider == 'broken':
            return self.answer('{"versions": [', 200)
        if provider == 'failing':
            return self.answer('{}', 500)
        if provider == 'hanging':
            return self.rfile.read(1)  # until the other end has had enough
        if provider == 'flaky' and ATTEMPTS[self.path] == 1:
            return self.answer('{}', 503)
        if provider == 'private' and self.headers.get('Authorization') != 'Bearer open-sesame':
            return self.answer('{}', 401)
        if rest == ['versions']:
            answer = {'versions': [{'version': v, 'protocols': ['5.0', '6.0']} for v in VERSIONS]}
            if provider == 'warned':
                answer['warnings'] = ['it is old']
            return self.answer({} if provider == 'empty' else answer)
        if provider == 'elsewhere':
            return self.answer('{}', 404)
        version, _, system, architecture = rest
        folder = release(provider, version)
        name = 'terraform-provider-%s_%s_%s_%s.zip' % (provider, version, system, architecture)
        with open(os.path.join(folder, 'SHA256SUMS')) as sums:
            sha = [line.split()[0] for line in sums][0 if system == 'linux' else 1]
        base = '/files/%s/%s/' % (provider, version)
        self.answer({
            'protocols': ['4.0'] if provider == 'ancient' else ['5.0'], 'os': system, 'arch': architecture,
            'filename': name, 'download_url': base + name, 'shasum': sha, 'shasums_url': base + 'SHA256SUMS',
            'shasums_signature_url': base + 'SHA256SUMS.sig',
            'signing_keys': {'gpg_public_keys': [{'key_id': 'KEY', 'ascii_armor': open(path('author.asc')).read()}]}})

    def mirror(self, provider, document):
        if document == 'index.json':
            return self.answer({'versions': {'1.0.0': {}, '1.1.0': {}}})
        version = document[:-len('.json')]
        if document.endswith('.zip') or provider == 'unknown':
            return self.answer('{}', 404)
        name = 'terraform-provider-%s_%s_%s.zip' % (provider, version, PLATFORM)
        with open(os.path.join(release(provider, version), name), 'rb') as archive:
            digest = hashlib.sha256(archive.read()).hexdigest()
        hashes = {'unhashed': None, 'mismatched': ['zh:' + '0' * 64]}.get(provider, ['zh:' + digest])
        self.answer({'archives': {PLATFORM: {'url': '../../../../files/%s/%s/%s' % (provider, version, name),
                                             'hashes': hashes}}})

    def file(self, provider, version, name):
        if provider == 'redirected' and not name.startswith('r-'):
            return self.answer('', 307, headers=[('Location', '/files/%s/%s/r-%s' % (provider, version, name))])
        if not os.path.exists(os.path.join(release(provider, version), name.removeprefix("r-"))):
            return self.answer("", 404)
        with open(os.path.join(release(provider, version), name.removeprefix('r-')), 'rb') as source:
            body = source.read()
        if not name.endswith('.zip'):
            return self.answer(body, kind='application/octet-stream')
        begin = 0
        wanted = self.headers.get('Range')
        if provider == 'resumed' and wanted:
            begin = int(wanted.removeprefix('bytes=').removesuffix('-'))
        self.send_response(206 if begin else 200)
        self.send_header('Content-Type', 'application/zip')
        self.send_header('Content-Length', str(len(body) - begin))
        self.end_headers()
        if provider == 'slow':
            for begin in range(0, len(body), len(body) // 25 + 1):
                self.wfile.write(body[begin:begin + len(body) // 25 + 1])
                time.sleep(0.1)  # a slow line: progress shows, however long it takes
            return
        broken = provider == 'truncated' or (provider == 'resumed' and not begin)
        self.wfile.write(body[begin:len(body) // 2] if broken else body[begin:])
        if broken:
            self.close_connection = True
            self.connection.close()


def main():
    if not os.path.exists(path('cert.pem')):
        os.makedirs(FOLDER, exist_ok=True)
        make_certificate()
    # Who goes away in the middle of an answer is none of our business.
    http.server.ThreadingHTTPServer.handle_error = lambda *_: None
    plain = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    plain.daemon_threads = True
    threading.Thread(target=plain.serve_forever, daemon=True).start()
    os.environ['PLAIN_PORT'] = str(plain.server_address[1])
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path('cert.pem'), path('key.pem'))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = 'localhost:%d' % server.server_address[1]
    with open(path('cli.rc'), 'w') as out:
        out.write('host "reg.example.com" {\n  services = {\n    "providers.v1" = "https://%s/v1/providers/"\n'
                  '    "modules.v1" = "https://%s/v1/modules/"\n  }\n}\n' % (address, address))
        out.write(os.environ.get('CLI_EXTRA', ''))
        if os.environ.get('REGISTRY_MIRROR'):
            out.write('provider_installation {\n  network_mirror {\n    url = "https://%s/mirror/"\n  }\n}\n' % address)
    environment = dict(os.environ, SSL_CERT_FILE=path('cert.pem'), REGISTRY=address, TF_CLI_CONFIG_FILE=path('cli.rc'),
                       PLAIN='localhost:%d' % plain.server_address[1],
                       REPOSITORY=path('repository'))
    if os.environ.get('WITH_REPOSITORY'):
        module_registry.make_repository(path('repository'))
    code = subprocess.run(sys.argv[2:], env=environment).returncode
    if os.path.isdir(path('gpg')):
        run('gpgconf', '--homedir', path('gpg'), '--kill', 'gpg-agent')
    sys.exit(code)


main()
