"""What the servers share: bodies, TLS, and how a started one tells its port. Not for S3 and DynamoDB (aws.py), where a
body's bytes are what the signature is about."""

import http.server
import ssl
import sys
import threading


def read_body(handler):
    """The body of a request, chunked or of a known length; ConnectionError where it was cut off."""
    if "chunked" in handler.headers.get("Transfer-Encoding", ""):
        parts = []
        while size := int(handler.rfile.readline().split(b";")[0], 16):
            parts.append(handler.rfile.read(size))
            handler.rfile.readline()
        handler.rfile.readline()
        return b"".join(parts)
    wanted = int(handler.headers.get("Content-Length") or 0)
    body = handler.rfile.read(wanted)
    if len(body) != wanted:
        raise ConnectionError("the body was cut off")
    return body


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """On a free port of this machine; https with a certificate (and its key). clients, with the authority that signs
    theirs: ssl.CERT_OPTIONAL or ssl.CERT_REQUIRED."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, handler, certificate=None, key=None, authority=None, clients=ssl.CERT_NONE):
        super().__init__(("127.0.0.1", 0), handler)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            if authority:
                context.load_verify_locations(authority)
                context.verify_mode = clients
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, address):
        # Clients that go away are part of the tests.
        if not isinstance(sys.exc_info()[1], (ssl.SSLError, ConnectionError)):
            super().handle_error(request, address)


def run(server, folder, until_eof=False):
    """Serves for good, or until standard input ends; the port stands in folder/port, the address on standard output."""
    print(f"{server.scheme}://127.0.0.1:{server.server_port}", flush=True)
    (folder / "port.new").write_text(str(server.server_port))
    (folder / "port.new").rename(folder / "port")
    if not until_eof:
        return server.serve_forever()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
