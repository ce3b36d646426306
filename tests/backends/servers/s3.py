"""A test server for S3, with DynamoDB, STS and the ways in which machines get credentials on the same port.

It signs nothing off that S3 would not: checksums must fit, preconditions hold, customers' keys be shown again. Only what
state backends use is there, with the parts and ranges in which the stock program transfers large states.

    server = s3.Server(); server.make_bucket("states"); ... server.url ...; server.stop()

By hand, from tests/backends: python3 -m servers.s3 BUCKET [TABLE] prints the URL and runs until it is stopped.
"""

import base64
import hashlib
import re
import secrets
import sys
import time
import urllib.parse
import zlib
from xml.sax.saxutils import escape

from servers import aws
from servers.aws import Refusal, iso


class Object:
    def __init__(self, body, content_type, headers):
        self.body, self.content_type, self.headers = body, content_type, headers
        self.etag = '"%s"' % hashlib.md5(body).hexdigest()
        self.sha256 = base64.b64encode(hashlib.sha256(body).digest()).decode()
        self.modified = time.time()


class Handler(aws.Handler):
    def s3(self):
        world = self.server.world
        path = urllib.parse.unquote(self.raw_path)[1:]
        host = self.headers.get("Host", "").split(":")[0]
        bucket, key = (host[: -len(".localhost")], path) if host.endswith(".localhost") else path.partition("/")[::2]
        names = {("GET", False): "ListObjectsV2", ("HEAD", False): "HeadBucket", ("GET", True): "GetObject",
                 ("HEAD", True): "HeadObject", ("PUT", True): "PutObject", ("DELETE", True): "DeleteObject"}
        self.operation = names.get((self.command, bool(key)), "?")
        if "uploads" in self.query:
            self.operation = "CreateMultipartUpload"
        elif "uploadId" in self.query:
            self.operation = {"PUT": "UploadPart", "POST": "CompleteMultipartUpload",
                              "DELETE": "AbortMultipartUpload"}.get(self.command, "?")
        self.guard("s3", world.bucket_regions.get(bucket))
        with world.lock:
            objects = world.buckets.get(bucket)
            if objects is None:
                raise Refusal(404, "NoSuchBucket", "The specified bucket does not exist")
            action = getattr(self, "s3_" + self.operation, None)
            if action is None:
                raise Refusal(501, "NotImplemented", f"{self.command} {self.path}")
            answer = action(bucket, objects, key)
        self.answer(*answer[:2], **answer[2])

    def s3_HeadBucket(self, bucket, objects, key):
        return 200, b"", {"x_amz_bucket_region": self.server.world.bucket_regions[bucket]}

    def s3_ListObjectsV2(self, bucket, objects, key):
        if self.query.get("list-type") != "2":
            raise Refusal(501, "NotImplemented", "Only list-type=2 is here.")
        prefix = self.query.get("prefix", "")
        after = base64.b64decode(self.query.get("continuation-token", "")).decode()
        most = min(int(self.query.get("max-keys", "1000")), self.server.world.page_size)
        keys = sorted(name for name in objects if name.startswith(prefix) and name > after)
        page, more = keys[:most], len(keys) > most
        url = self.query.get("encoding-type") == "url"
        show = (lambda text: urllib.parse.quote_plus(text, safe="/")) if url else escape
        contents = "".join(
            f"<Contents><Key>{show(name)}</Key><LastModified>{iso(objects[name].modified)}</LastModified><ETag>"
            f"{escape(objects[name].etag)}</ETag><Size>{len(objects[name].body)}</Size>"
            f"<StorageClass>STANDARD</StorageClass></Contents>" for name in page)
        token = base64.b64encode(page[-1].encode()).decode() if more else ""
        text = ('<?xml version="1.0" encoding="UTF-8"?>\n'
                '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
                f"<Name>{bucket}</Name><Prefix>{show(prefix)}</Prefix><KeyCount>{len(page)}</KeyCount>"
                f"<MaxKeys>{most}</MaxKeys>{'<EncodingType>url</EncodingType>' if url else ''}"
                f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>{contents}"
                f"{f'<NextContinuationToken>{token}</NextContinuationToken>' if more else ''}</ListBucketResult>")
        return 200, text.encode(), {"Content_Type": "application/xml"}

    def customer_key(self):
        key = self.headers.get("x-amz-server-side-encryption-customer-key")
        if key is None:
            return None
        raw = base64.b64decode(key)
        md5 = base64.b64encode(hashlib.md5(raw).digest()).decode()
        if (self.headers.get("x-amz-server-side-encryption-customer-algorithm") != "AES256" or len(raw) != 32
                or self.headers.get("x-amz-server-side-encryption-customer-key-MD5") != md5):
            raise Refusal(400, "InvalidArgument", "The customer's key, algorithm and MD5 do not fit.")
        return md5

    def find(self, objects, key):
        if key not in objects:
            raise Refusal(404, "NoSuchKey", "The specified key does not exist.")
        found = objects[key]
        if found.headers.get("customer key") != self.customer_key():
            raise Refusal(400, "InvalidRequest", "The object was stored with another form of server side encryption.")
        return found

    def object_headers(self, found):
        headers = {"Content_Type": found.content_type, "ETag": found.etag, "Accept_Ranges": "bytes",
                   "Last_Modified": self.date_time_string(found.modified)}
        for name, value in found.headers.items():
            if name.startswith("x-amz-server-side-encryption"):
                headers[name.replace("-", "_")] = value
        if self.headers.get("x-amz-checksum-mode", "").upper() == "ENABLED" and not self.headers.get("Range"):
            headers["x_amz_checksum_sha256"] = found.sha256
        return headers

    def s3_HeadObject(self, bucket, objects, key):
        found = self.find(objects, key)
        return 200, b"", {"Content_Length": str(len(found.body)), **self.object_headers(found)}

    def s3_GetObject(self, bucket, objects, key):
        found = self.find(objects, key)
        headers = self.object_headers(found)
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not match:
            return 200, found.body, headers
        first, last = int(match[1]), min(int(match[2]), len(found.body) - 1)
        if first >= len(found.body):
            raise Refusal(416, "InvalidRange", "The requested range is not satisfiable")
        headers["Content_Range"] = f"bytes {first}-{last}/{len(found.body)}"
        return 206, found.body[first : last + 1], headers

    def check_body(self):
        """The checksums that came with it. Returns the answer's checksum headers."""
        sums = {"sha256": lambda: hashlib.sha256(self.body).digest(), "sha1": lambda: hashlib.sha1(self.body).digest(),
                "crc32": lambda: zlib.crc32(self.body).to_bytes(4, "big")}
        headers = {}
        for name in self.headers:
            match = re.fullmatch(r"x-amz-checksum-([a-z0-9]+)", name.lower())
            if not match:
                continue
            if match[1] not in sums:
                raise Refusal(501, "NotImplemented", name)
            right = base64.b64encode(sums[match[1]]()).decode()
            if self.headers[name] != right:
                raise Refusal(400, "BadDigest", f"The {match[1]} you specified did not match the calculated checksum.")
            headers[name.lower().replace("-", "_")] = right
        algorithm = self.headers.get("x-amz-sdk-checksum-algorithm")
        if algorithm and f"x_amz_checksum_{algorithm.lower()}" not in headers:
            raise Refusal(400, "InvalidRequest", "x-amz-sdk-checksum-algorithm specified, but no checksum found.")
        md5 = self.headers.get("Content-MD5")
        if md5 and md5 != base64.b64encode(hashlib.md5(self.body).digest()).decode():
            raise Refusal(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
        return headers

    def kept_headers(self):
        kept = {}
        for name in ("x-amz-acl", "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"):
            if self.headers.get(name):
                kept[name] = self.headers[name]
        encryption = kept.get("x-amz-server-side-encryption")
        if encryption not in (None, "AES256", "aws:kms"):
            raise Refusal(400, "InvalidArgument", "The encryption method specified is not supported")
        customer = self.customer_key()
        if customer:
            kept["customer key"] = customer
        return kept

    def store(self, objects, key, body, content_type, kept):
        if self.headers.get("If-None-Match") == "*" and key in objects:
            raise Refusal(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        objects[key] = Object(body, content_type, kept)
        return objects[key]

    def s3_PutObject(self, bucket, objects, key):
        headers = self.check_body()
        kept = self.kept_headers()
        stored = self.store(objects, key, self.body, self.headers.get("Content-Type", "binary/octet-stream"), kept)
        return 200, b"", {"ETag": stored.etag, **headers}

    def s3_DeleteObject(self, bucket, objects, key):
        objects.pop(key, None)
        return 204, b"", {}

    def s3_CreateMultipartUpload(self, bucket, objects, key):
        upload = secrets.token_hex(8)
        content_type = self.headers.get("Content-Type", "binary/octet-stream")
        self.server.world.uploads[upload] = (key, content_type, self.kept_headers(), {})
        text = (f"<InitiateMultipartUploadResult><Bucket>{bucket}</Bucket><Key>{escape(key)}</Key>"
                f"<UploadId>{upload}</UploadId></InitiateMultipartUploadResult>")
        return 200, text.encode(), {"Content_Type": "application/xml"}

    def upload(self, key):
        found = self.server.world.uploads.get(self.query["uploadId"])
        if found is None or found[0] != key:
            raise Refusal(404, "NoSuchUpload", "The specified upload does not exist.")
        return found

    def s3_UploadPart(self, bucket, objects, key):
        headers = self.check_body()
        self.upload(key)[3][int(self.query["partNumber"])] = self.body
        return 200, b"", {"ETag": '"%s"' % hashlib.md5(self.body).hexdigest(), **headers}

    def s3_CompleteMultipartUpload(self, bucket, objects, key):
        _, content_type, kept, parts = self.upload(key)
        numbers = [int(number) for number in re.findall(rb"<PartNumber>(\d+)</PartNumber>", self.body)]
        if not numbers or numbers != sorted(numbers) or any(number not in parts for number in numbers):
            raise Refusal(400, "InvalidPart", "One or more of the specified parts could not be found.")
        stored = self.store(objects, key, b"".join(parts[number] for number in numbers), content_type, kept)
        del self.server.world.uploads[self.query["uploadId"]]
        text = (f"<CompleteMultipartUploadResult><Bucket>{bucket}</Bucket><Key>{escape(key)}</Key>"
                f"<ETag>{escape(stored.etag)}</ETag></CompleteMultipartUploadResult>")
        return 200, text.encode(), {"Content_Type": "application/xml"}

    def s3_AbortMultipartUpload(self, bucket, objects, key):
        self.upload(key)
        del self.server.world.uploads[self.query["uploadId"]]
        return 204, b"", {}


class Server(aws.World):
    handler = Handler


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    server = Server()
    server.make_bucket(sys.argv[1])
    for table in sys.argv[2:]:
        server.make_table(table)
    print(server.url, flush=True)
    try:
        server.thread.join()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main()
