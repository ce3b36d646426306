"""A host with a login, for the time of one test: service discovery, an OAuth 2 authorization server that checks what it is
sent (PKCE, state, redirect), the account API and a message of the day, over TLS with a certificate of its own making; and a
proxy that tunnels. A Host is changed by assigning to its attributes."""
import base64, hashlib, http.server, json, os, socket, ssl, subprocess, threading, urllib.parse

TOKEN = 'at-6Vv0kq-correct-horse-battery'  # what a login yields
PASTED = 'pasted-3Fh2-atlasv1-staple'      # what a person pastes
CODE = 'code-91c3-one-time'


def make_certificate(folder):
    """cert.pem and key.pem, once a folder: a CA that no machine knows."""
    paths = os.path.join(folder, 'cert.pem'), os.path.join(folder, 'key.pem')
    if not os.path.exists(paths[0]):
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
                        '-keyout', paths[1], '-out', paths[0], '-subj', '/CN=localhost',
                        '-addext', 'subjectAltName=DNS:localhost,DNS:*.example.com,DNS:app.terraform.io,IP:127.0.0.1'],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return paths


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass  # clients that do not trust us, or that leave


class Host:
    LOGIN = {'client': 'cli-client', 'grant_types': ['authz_code'], 'authz': '/oauth/authorize', 'token': '/oauth/token',
             'ports': [10000, 10999]}

    def __init__(self, folder):
        self.requests = []             # (method, path with query, headers, body)
        self.discovery = {'login.v1': dict(self.LOGIN)}
        self.discovery_status = 200
        self.account = None            # attributes of account/details; None: 401
        self.motd = None               # (status, body) of motd.v1
        self.token_answer = None       # (status, content type, body) instead of the right one
        self.redirect = None           # changes the query of the redirect: f(dict) -> dict
        self.problems = []             # what a client did wrong
        self.challenge = None
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def log_message(self, *arguments):
                pass

            def do_GET(self):
                host.answer(self, '')

            def do_POST(self):
                host.answer(self, self.rfile.read(int(self.headers.get('Content-Length', 0))).decode())

        self.server = Server(('127.0.0.1', 0), Handler)
        self.port = self.server.server_port
        certificate, key = make_certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True).start()

    @property
    def name(self):
        return 'localhost:%d' % self.port

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request, body):
        path, _, query = request.path.partition('?')
        self.requests.append((request.command, request.path, dict(request.headers), body))
        reply = {'/.well-known/terraform.json': self.discover, '/oauth/authorize': self.authorize, '/oauth/token': self.token,
                 '/api/v2/account/details': self.details, '/motd/': self.message, '/motd': self.message}.get(path)
        status, headers, text = reply(request, query, body) if reply else (404, {}, 'nothing here')
        data = text.encode()
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header('Content-Length', str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def discover(self, request, query, body):
        return self.discovery_status, {'Content-Type': 'application/json'}, json.dumps(self.discovery)

    def authorize(self, request, query, body):
        asked = dict(urllib.parse.parse_qsl(query))
        wanted = {'client_id': 'cli-client', 'response_type': 'code', 'code_challenge_method': 'S256'}
        for name, value in wanted.items():
            if asked.get(name) != value:
                self.problems.append('authorize: %s is %r' % (name, asked.get(name)))
        self.challenge = asked.get('code_challenge', '')
        if len(base64.urlsafe_b64decode(self.challenge + '=')) != 32:
            self.problems.append('authorize: code_challenge is %r' % self.challenge)
        self.redirect_uri = asked.get('redirect_uri', '')
        self.asked = asked
        answer = {'code': CODE, 'state': asked.get('state', '')}
        if self.redirect:
            answer = self.redirect(answer)
        return 302, {'Location': self.redirect_uri + '?' + urllib.parse.urlencode(answer)}, ''

    def token(self, request, query, body):
        form = dict(urllib.parse.parse_qsl(body))
        if form.get('grant_type') == 'authorization_code':
            verifier = form.get('code_verifier', '')
            challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip('=')
            if challenge != self.challenge or not 43 <= len(verifier) <= 128:
                self.problems.append('token: code_verifier does not fit')
            for name, value in (('code', CODE), ('redirect_uri', self.redirect_uri), ('client_id', 'cli-client')):
                if form.get(name) != value:
                    self.problems.append('token: %s is %r' % (name, form.get(name)))
        self.form = form
        if self.token_answer:
            status, kind, text = self.token_answer
            return status, {'Content-Type': kind, 'Location': '/stolen'}, text
        return 200, {'Content-Type': 'application/json'}, json.dumps({'access_token': TOKEN, 'token_type': 'bearer'})

    def details(self, request, query, body):
        if self.account is None or request.headers.get('Authorization') not in ('Bearer ' + PASTED, 'Bearer ' + TOKEN):
            return 401, {'Content-Type': 'application/vnd.api+json'}, '{"errors":[{"status":"401","title":"unauthorized"}]}'
        data = {'data': {'id': 'user-1', 'type': 'users', 'attributes': self.account}}
        return 200, {'Content-Type': 'application/vnd.api+json', 'TFP-API-Version': '2.6'}, json.dumps(data)

    def message(self, request, query, body):
        if self.motd is None:
            return 404, {}, ''
        return self.motd[0], {'Content-Type': 'application/json'}, self.motd[1]


class Proxy:
    """CONNECT only; names resolve to `address`, whatever they are."""

    def __init__(self, port):
        self.tunnels = []
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def do_CONNECT(self):
                proxy.tunnels.append(self.path)
                with socket.create_connection(('127.0.0.1', port)) as upstream:
                    self.send_response(200)
                    self.end_headers()
                    pump = threading.Thread(target=self.copy, args=(upstream, self.connection), daemon=True)
                    pump.start()
                    self.copy(self.connection, upstream)
                    pump.join()
                self.close_connection = True

            @staticmethod
            def copy(source, target):
                try:
                    while data := source.recv(65536):
                        target.sendall(data)
                    target.shutdown(socket.SHUT_WR)
                except OSError:
                    pass

        self.server = Server(('127.0.0.1', 0), Handler)
        self.url = 'http://127.0.0.1:%d' % self.server.server_port
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
