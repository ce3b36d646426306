"""The parts of AWS that stand around S3: who asks (Signature Version 4), STS, DynamoDB, credentials of machines.

Every signature is worked out anew and compared byte for byte, by this file alone: it shares nothing with the client
under test. What AWS would refuse is refused here: unsigned x-amz- headers, a wrong region, a wrong clock, a session token
that is missing. `servers/s3.py` adds the buckets and is what tests start.
"""

import base64
import calendar
import hashlib
import hmac
import http.server
import json
import re
import secrets
import threading
import time
import urllib.parse
import zlib
from xml.sax.saxutils import escape

ACCOUNT = "123456789012"
ACCESS_KEY = "AKIDTESTSERVER000001"
SECRET_KEY = "test/secret+key/of/the/server"
REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/states"
WEB_TOKEN = "header.payload.signature"


class Refusal(Exception):
    """An answer other than success."""

    def __init__(self, status, code, message, **headers):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.extra = ""


class Identity:
    def __init__(self, secret, arn, token=None, expires=None):
        self.secret, self.arn, self.token, self.expires = secret, arn, token, expires


def encode(text, safe=""):
    return urllib.parse.quote(text, safe="-._~" + safe)


def parse_query(raw):
    """Pairs, decoded. A plus is a plus: AWS's clients write %20."""
    pairs = []
    for piece in raw.split("&") if raw else []:
        name, _, value = piece.partition("=")
        pairs.append((urllib.parse.unquote(name), urllib.parse.unquote(value)))
    return pairs


def expected_signature(method, path, query, headers, signed, payload_hash, secret, date, scope, service):
    """`path` and `query` as they came over the wire."""
    canonical_path = encode(urllib.parse.unquote(path), "/")
    if service != "s3":
        canonical_path = encode(canonical_path, "/")
    pairs = sorted((encode(name), encode(value)) for name, value in parse_query(query))
    lines = []
    for name in signed:
        values = [re.sub(r"\s+", " ", value.strip()) for value in headers.get_all(name, [])]
        lines.append(name + ":" + ",".join(values) + "\n")
    canonical = "\n".join([method, canonical_path, "&".join("=".join(pair) for pair in pairs), "".join(lines),
                           ";".join(signed), payload_hash])
    text = "\n".join(["AWS4-HMAC-SHA256", date, "/".join(scope), hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class World:
    """The state of it all, and the thread that serves it. Its fields may be read and changed by tests at any time."""

    handler = None

    def __init__(self, port=0, region=REGION):
        self.lock = threading.RLock()
        self.region = region
        self.buckets, self.bucket_regions, self.tables, self.uploads = {}, {}, {}, {}
        self.identities = {ACCESS_KEY: Identity(SECRET_KEY, f"arn:aws:iam::{ACCOUNT}:user/tester")}
        self.roles = {ROLE}
        self.external_id = None
        self.page_size = 1000
        self.clock_offset = 0
        self.metadata_role = None
        self.denied = set()  # operations that nobody may use
        self.faults = []  # [operation, times, status, code]; code "hang up" closes the connection
        self.log = []  # (operation, path with query, headers, status)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), self.handler)
        self.server.daemon_threads = True
        self.server.world = self
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def make_bucket(self, name, region=None):
        self.buckets[name] = {}
        self.bucket_regions[name] = region or self.region

    def make_table(self, name):
        self.tables[name] = {}

    def fail(self, operation, times, status, code):
        self.faults.append([operation, times, status, code])

    def operations(self):
        with self.lock:
            return [entry[0] for entry in self.log]

    def issue(self, arn, seconds=3600):
        """Temporary credentials, as (access key, Identity)."""
        key = "ASIA" + secrets.token_hex(8).upper()
        self.identities[key] = Identity(secrets.token_urlsafe(30), arn, secrets.token_urlsafe(60),
                                        time.time() + seconds)
        return key, self.identities[key]


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "TestAws"
    disable_nagle_algorithm = True
    wbufsize = -1
    operation = "?"

    def log_message(self, *_):
        pass

    def handle_any(self):
        self.raw_path, _, self.raw_query = self.path.partition("?")
        self.query = dict(parse_query(self.raw_query))
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            self.close_connection = True
            return self.answer(411, b"")
        target = self.headers.get("X-Amz-Target", "")
        try:
            if self.raw_path.startswith("/latest/"):
                self.metadata()
            elif self.raw_path == "/container":
                self.container()
            elif target.startswith("DynamoDB_20120810."):
                self.operation = target.split(".")[1]
                self.guard("dynamodb")
                self.dynamodb()
            elif self.command == "POST" and "x-www-form-urlencoded" in self.headers.get("Content-Type", ""):
                self.form = dict(parse_query(self.body.decode().replace("+", "%20")))
                self.operation = self.form.get("Action", "?")
                self.query_api()
            else:
                self.s3()
        except Refusal as refusal:
            self.refuse(refusal, bool(target))
        except BrokenPipeError:
            self.close_connection = True

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any

    def answer(self, status, body=b"", **headers):
        world = self.server.world
        with world.lock:
            world.log.append((self.operation, self.path, dict(self.headers.items()), status))
        self.send_response(status)
        length = headers.pop("Content_Length", None)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", length if length is not None else str(len(body)))
        self.send_header("x-amz-request-id", self.request_id())
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def request_id(self):
        if not hasattr(self, "made_up_id"):
            self.made_up_id = secrets.token_hex(8).upper()
        return self.made_up_id

    def refuse(self, refusal, as_json):
        if as_json:
            body = json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#" + refusal.code,
                               "message": refusal.message}).encode()
            return self.answer(refusal.status, body, Content_Type="application/x-amz-json-1.0", **refusal.headers)
        inner = f"<Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message>{refusal.extra}"
        if hasattr(self, "form"):
            text = (f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error>"
                    f"<RequestId>{self.request_id()}</RequestId></ErrorResponse>")
        else:
            text = f"<Error>{inner}<RequestId>{self.request_id()}</RequestId></Error>"
        headers = {name.replace("-", "_"): value for name, value in refusal.headers.items()}
        return self.answer(refusal.status, ('<?xml version="1.0" encoding="UTF-8"?>\n' + text).encode(),
                           Content_Type="application/xml", **headers)

    # ---- who asks

    def guard(self, service, region=None):
        """Signature, clock, region, token; then what the test has ordered to fail."""
        world = self.server.world
        region = region or world.region
        match = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
                             r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})",
                             self.headers.get("Authorization", ""))
        if not match:
            raise Refusal(403, "AccessDenied" if service == "s3" else "MissingAuthenticationToken",
                          "The request is not signed.")
        key, day, scope_region, scope_service, signed, signature = match.groups()
        date = self.headers.get("X-Amz-Date", "")
        if not re.fullmatch(r"\d{8}T\d{6}Z", date) or date[:8] != day or scope_service != service:
            raise Refusal(403, "SignatureDoesNotMatch", "The credential's scope does not fit the request.")
        if scope_region != region:
            refusal = Refusal(400, "AuthorizationHeaderMalformed" if service == "s3" else "SignatureDoesNotMatch",
                              f"the region '{scope_region}' is wrong; expecting '{region}'", x_amz_bucket_region=region)
            refusal.extra = f"<Region>{region}</Region>"
            raise refusal
        now = time.time() + world.clock_offset
        if abs(calendar.timegm(time.strptime(date, "%Y%m%dT%H%M%SZ")) - now) > 900:
            raise Refusal(403, "RequestTimeTooSkewed" if service == "s3" else "InvalidSignatureException",
                          "The difference between the request time and the current time is too large.")
        identity = world.identities.get(key)
        if identity is None:
            code = {"s3": "InvalidAccessKeyId", "dynamodb": "UnrecognizedClientException"}.get(
                service, "InvalidClientTokenId")
            raise Refusal(403, code, "The access key does not exist.")
        signed = signed.split(";")
        if signed != sorted(signed) or "host" not in signed:
            raise Refusal(403, "SignatureDoesNotMatch", "SignedHeaders must be sorted and hold host.")
        for name in self.headers:
            if name.lower().startswith("x-amz-") and name.lower() not in signed:
                raise Refusal(403, "AccessDenied", f"There were headers present which were not signed: {name}")
        digest = hashlib.sha256(self.body).hexdigest()
        if service == "s3":
            claimed = self.headers.get("X-Amz-Content-Sha256")
            if claimed is None:
                raise Refusal(400, "MissingSecurityHeader", "x-amz-content-sha256 is missing")
            if claimed != digest:
                raise Refusal(400, "XAmzContentSHA256Mismatch", "The provided hash does not match the body.")
        right = expected_signature(self.command, self.raw_path, self.raw_query, self.headers, signed, digest,
                                   identity.secret, date, [day, scope_region, scope_service, "aws4_request"], service)
        if not hmac.compare_digest(right, signature):
            raise Refusal(403, "InvalidSignatureException" if service == "dynamodb" else "SignatureDoesNotMatch",
                          "The request signature we calculated does not match the signature you provided.")
        if identity.token != self.headers.get("X-Amz-Security-Token"):
            raise Refusal(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
        if identity.expires is not None and identity.expires < now:
            raise Refusal(400, "ExpiredToken", "The provided token has expired.")
        self.identity = identity
        self.meet_faults()

    def meet_faults(self):
        world = self.server.world
        if self.operation in world.denied:
            raise Refusal(400 if self.headers.get("X-Amz-Target") else 403,
                          "AccessDeniedException" if self.headers.get("X-Amz-Target") else "AccessDenied",
                          "Access Denied")
        with world.lock:
            for fault in world.faults:
                if fault[0] == self.operation and fault[1] > 0:
                    fault[1] -= 1
                    break
            else:
                return
        if fault[3] == "hang up":
            world.log.append((self.operation, self.path, {}, 0))
            self.close_connection = True
            raise BrokenPipeError
        raise Refusal(fault[2], fault[3], "Ordered by the test.")

    # ---- STS, and the little of IAM that is asked

    def query_api(self):
        world = self.server.world
        if self.operation == "AssumeRoleWithWebIdentity":
            self.meet_faults()
            if self.form.get("WebIdentityToken") != WEB_TOKEN:
                raise Refusal(400, "InvalidIdentityToken", "The web identity token could not be validated.")
        elif self.operation in ("GetUser", "ListRoles"):
            raise Refusal(403, "AccessDenied", "Nobody may ask IAM here.")
        else:
            self.guard("sts")
        if self.operation == "GetCallerIdentity":
            result = (f"<Arn>{self.identity.arn}</Arn><UserId>AIDATEST</UserId><Account>{ACCOUNT}</Account>")
        elif self.operation in ("AssumeRole", "AssumeRoleWithWebIdentity"):
            role, name = self.form.get("RoleArn"), self.form.get("RoleSessionName", "")
            if not re.fullmatch(r"[\w+=,.@-]{2,64}", name):
                raise Refusal(400, "ValidationError", "The value of roleSessionName is not valid.")
            if role not in world.roles or (world.external_id and self.form.get("ExternalId") != world.external_id):
                raise Refusal(403, "AccessDenied", f"Not authorized to perform: sts:{self.operation} on {role}")
            arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.split('/')[-1]}/{name}"
            key, identity = world.issue(arn, int(self.form.get("DurationSeconds", "3600")))
            result = (f"<AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>AROATEST:{name}</AssumedRoleId></AssumedRoleUser>"
                      f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{identity.secret}"
                      f"</SecretAccessKey><SessionToken>{identity.token}</SessionToken>"
                      f"<Expiration>{iso(identity.expires)}</Expiration></Credentials>")
        else:
            raise Refusal(400, "InvalidAction", f"Could not find operation {self.operation}")
        text = (f'<{self.operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
                f"<{self.operation}Result>{result}</{self.operation}Result><ResponseMetadata><RequestId>"
                f"{self.request_id()}</RequestId></ResponseMetadata></{self.operation}Response>")
        self.answer(200, text.encode(), Content_Type="text/xml")

    # ---- credentials of machines

    def credentials_json(self, **more):
        key, identity = self.server.world.issue(f"arn:aws:sts::{ACCOUNT}:assumed-role/machine/i-0")
        return json.dumps({"AccessKeyId": key, "SecretAccessKey": identity.secret, "Token": identity.token,
                           "Expiration": iso(identity.expires), **more}).encode()

    def metadata(self):
        self.operation = "Metadata"
        world = self.server.world
        if self.raw_path == "/latest/api/token" and self.command == "PUT":
            if not self.headers.get("X-aws-ec2-metadata-token-ttl-seconds"):
                return self.answer(400)
            return self.answer(200, b"metadata-token", X_aws_ec2_metadata_token_ttl_seconds="21600")
        if self.headers.get("X-aws-ec2-metadata-token") != "metadata-token":
            return self.answer(401)
        base = "/latest/meta-data/iam/security-credentials/"
        if world.metadata_role and self.raw_path in (base, base.rstrip("/")):
            return self.answer(200, world.metadata_role.encode())
        if world.metadata_role and self.raw_path == base + world.metadata_role:
            return self.answer(200, self.credentials_json(Code="Success", Type="AWS-HMAC", LastUpdated=iso(0)))
        return self.answer(404)

    def container(self):
        self.operation = "Container"
        if self.headers.get("Authorization") != "container-token":
            return self.answer(401)
        return self.answer(200, self.credentials_json(), Content_Type="application/json")

    # ---- DynamoDB

    def dynamodb(self):
        world = self.server.world
        request = json.loads(self.body)
        with world.lock:
            table = world.tables.get(request.get("TableName"))
            if table is None:
                raise Refusal(400, "ResourceNotFoundException", "Requested resource not found")
            key = (request.get("Item") or request.get("Key") or {}).get("LockID", {}).get("S")
            if not key:
                raise Refusal(400, "ValidationException", "One of the required keys was not given a value")
            answer = {}
            if self.operation == "PutItem":
                condition = request.get("ConditionExpression")
                if condition not in (None, "attribute_not_exists(LockID)"):
                    raise Refusal(400, "ValidationException", f"Invalid ConditionExpression: {condition}")
                if condition and key in table:
                    raise Refusal(400, "ConditionalCheckFailedException", "The conditional request failed")
                table[key] = request["Item"]
            elif self.operation == "GetItem":
                if key in table:
                    wanted = request.get("ProjectionExpression")
                    names = [name.strip() for name in wanted.split(",")] if wanted else list(table[key])
                    answer = {"Item": {name: table[key][name] for name in names if name in table[key]}}
            elif self.operation == "DeleteItem":
                table.pop(key, None)
            else:
                raise Refusal(400, "UnknownOperationException", self.operation)
        body = json.dumps(answer).encode()
        self.answer(200, body, Content_Type="application/x-amz-json-1.0", x_amz_crc32=str(zlib.crc32(body)))
