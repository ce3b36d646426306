"""What concerns the backend s3 alone: credentials of every kind, accounts, encryption, errors, pages, both locks at once."""

import base64
import contextlib
import hashlib
import json

from backends.s3 import S3, nobody
from harness import STOCK, Skipped, Work, check
from servers import aws, s3

CUSTOMER_KEY = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


class Own(S3):
    """An adapter with a server and lines of a case's own. The environment holds no credentials unless they are given."""

    def __init__(self, server, *lines, keys=True):
        self.server, self.port = server, server.port
        self.lock = "\n".join(f"    {line}" for line in lines)
        self.variables = super().environment() if keys else nobody()
        self.secrets = tuple(identity.secret for identity in server.identities.values())

    def environment(self):
        return self.variables


@contextlib.contextmanager
def started():
    server = s3.Server()
    server.make_bucket("states")
    server.make_table("locks")
    try:
        yield server
    finally:
        server.stop()


def asks_as(server):
    """Who asked last, by the key in the signature."""
    key = server.log[-1][2]["Authorization"].split("Credential=")[1].split("/")[0]
    return server.identities[key].arn.rsplit(":", 1)[1]


def test_credentials_of_files_and_processes(_, folder):
    with started() as server:
        key, temporary = server.issue("arn:aws:sts::1:assumed-role/file/x")
        home = folder / ".aws"
        home.mkdir()
        (home / "credentials").write_text(
            f"[file]\naws_access_key_id = {key}\naws_secret_access_key = {temporary.secret}\n"
            f"aws_session_token = {temporary.token}\n"
            f"[base]\naws_access_key_id = {aws.ACCESS_KEY}\naws_secret_access_key = {aws.SECRET_KEY}\n")
        written = json.dumps({"Version": 1, "AccessKeyId": aws.ACCESS_KEY, "SecretAccessKey": aws.SECRET_KEY})
        (home / "answer").write_text(written)
        (home / "config").write_text(
            f"[profile process]\ncredential_process = cat {home}/answer\n"
            f"[profile role]\nrole_arn = {aws.ROLE}\nsource_profile = base\nrole_session_name = from-profile\n")
        for profile, arn in (("file", "assumed-role/file/x"), ("process", "user/tester"),
                             ("role", "assumed-role/states/from-profile")):
            work = Work(folder, Own(server, "use_lockfile = true", f'profile = "{profile}"', keys=False), profile,
                        name=profile)
            work.init()
            work.apply()
            check(asks_as(server) == arn, f"the profile {profile} asks as {asks_as(server)}")
        work.environment["HOME"] = str(folder / "nowhere")
        work.run("plan", "-no-color", code=1).has('there is no profile "role"')


def test_roles(_, folder):
    with started() as server:
        server.external_id = "with-id"
        role = f'assume_role = {{ role_arn = "{aws.ROLE}", external_id = "%s", session_name = "ours", duration = "1h" }}'
        work = Work(folder, Own(server, role % "with-id"), name="right")
        work.init()
        work.apply()
        check(asks_as(server) == "assumed-role/states/ours", f"asks as {asks_as(server)}")
        refused = Work(folder, Own(server, role % "without"), name="wrong").init(code=1)
        refused.has("Cannot assume IAM Role", aws.ROLE, "AccessDenied")
        server.external_id = None
        token = folder / "token"
        token.write_text(aws.WEB_TOKEN + "\n")
        web = Own(server, f'assume_role_with_web_identity = {{ role_arn = "{aws.ROLE}", session_name = "web", '
                          f'web_identity_token_file = "{token}" }}', keys=False)
        work = Work(folder, web, name="web")
        work.init()
        check(asks_as(server) == "assumed-role/states/web", f"asks as {asks_as(server)}")
        work = Work(folder, Own(server, keys=False), name="variables")
        work.environment.update({"AWS_ROLE_ARN": aws.ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
                                 "AWS_ROLE_SESSION_NAME": "variables"})
        work.init()
        check(asks_as(server) == "assumed-role/states/variables", f"asks as {asks_as(server)}")
        token.write_text("forged")
        work.run("plan", "-no-color", code=1).has("No valid credential sources found", "InvalidIdentityToken").lacks("forged")


def test_credentials_of_machines(_, folder):
    with started() as server:
        work = Work(folder, Own(server, keys=False), name="container")
        work.run("init", "-no-color", code=1).has("No valid credential sources found")
        work.environment.update({"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/container",
                                 "AWS_CONTAINER_AUTHORIZATION_TOKEN": "container-token"})
        work.init()
        check(asks_as(server) == "assumed-role/machine/i-0", f"asks as {asks_as(server)}")
        instance = Own(server, f'ec2_metadata_service_endpoint = "{server.url}"', "skip_metadata_api_check = false",
                       keys=False)
        work = Work(folder, instance, name="instance")
        work.init(code=1).has("the EC2 instance has no role")
        server.metadata_role = "machine"
        work.init()
        check(asks_as(server) == "assumed-role/machine/i-0", f"asks as {asks_as(server)}")


def test_accounts(_, folder):
    with started() as server:
        Work(folder, Own(server, f'allowed_account_ids = ["{aws.ACCOUNT}"]'), name="allowed").init()
        Work(folder, Own(server, 'allowed_account_ids = ["1"]'), name="other").init(code=1).has(
            "Invalid account ID", f"AWS account ID not allowed: {aws.ACCOUNT}")
        Work(folder, Own(server, f'forbidden_account_ids = ["{aws.ACCOUNT}"]'), name="forbidden").init(code=1).has(
            "Invalid account ID")
        server.log.clear()
        Work(folder, Own(server, "skip_credentials_validation = true", "skip_requesting_account_id = true"),
             name="skipped").init()
        check("GetCallerIdentity" not in server.operations(), "STS was asked in spite of skip_credentials_validation")


def test_errors_say_what_to_do(_, folder):
    with started() as server:
        server.make_bucket("elsewhere", "us-west-2")

        def init(name, *lines, bucket="states"):
            adapter = Own(server, *lines)
            work = Work(folder, adapter, name=name)
            text = (work.folder / "backend.tf").read_text()
            work.write("backend.tf", text.replace('bucket = "states"', f'bucket = "{bucket}"'))
            return work.init(code=None)

        init("missing", bucket="missing").has('S3 bucket "missing" does not exist', "NoSuchBucket")
        init("elsewhere", bucket="elsewhere").has('requested bucket from "eu-west-1", actual location "us-west-2"')
        init("table", 'dynamodb_table = "none"').has("successfully initialized")
        work = Work(folder, Own(server, 'dynamodb_table = "none"'), name="table2")
        work.init()
        work.run("plan", "-no-color", code=1).has("Error acquiring the state lock", 'DynamoDB table "none" does not exist')
        server.denied = {"ListObjectsV2"}
        work = Work(folder, Own(server, 'workspace_key_prefix = "env:"'), name="list")
        text = (work.folder / "backend.tf").read_text()
        work.write("backend.tf", text.replace('    workspace_key_prefix = "state-of"\n', ""))
        work.init()
        check(work.run("workspace", "list").output.split() == ["*", "default"], "others than default without listing")
        server.denied = {"PutObject"}
        work.apply(code=1).has("Failed to save state", "permission", "AccessDenied")
        check((work.folder / "errored.tfstate").exists(), "the state that could not be saved is lost")


def test_pages_of_workspaces(_, folder):
    with started() as server:
        server.page_size = 2
        names = [f"w{i}" for i in range(5)] + ["ä+b%"]
        for name in names:
            server.buckets["states"][f"state-of/{name}/state/terraform.tfstate"] = s3.Object(b"", "", {})
        server.buckets["states"]["state-of/not-one/other"] = s3.Object(b"", "", {})
        work = Work(folder, Own(server))
        work.init()
        found = work.run("workspace", "list").output.replace("*", "").split()
        check(found == ["default", *sorted(names)], f"the workspaces are {found}")


def test_encryption(_, folder):
    with started() as server:
        for name, lines, wanted in (
                ("bucket", [], {"x-amz-server-side-encryption": "AES256"}),
                ("kms", ['kms_key_id = "alias/states"', 'acl = "bucket-owner-full-control"'],
                 {"x-amz-server-side-encryption": "aws:kms", "x-amz-acl": "bucket-owner-full-control",
                  "x-amz-server-side-encryption-aws-kms-key-id": "alias/states"}),
                ("customer", [f'sse_customer_key = "{CUSTOMER_KEY}"'], {"customer key": None})):
            adapter = Own(server, "encrypt = true", "use_lockfile = true", *lines)
            adapter.secrets += (CUSTOMER_KEY,)
            work = Work(folder, adapter, name, name=name)
            work.init()
            work.apply()
            work.run("plan", "-no-color").has("No changes")
            kept = server.buckets["states"][f"{name}/terraform.tfstate"].headers
            for header, value in wanted.items():
                check(header in kept and value in (None, kept[header]), f"{name}: stored with {kept}")
            if STOCK:
                work.run("plan", "-no-color", program=STOCK).has("No changes")
        lines = (work.folder / "backend.tf").read_text().replace(CUSTOMER_KEY, base64.b64encode(b"x" * 32).decode())
        work.write("backend.tf", lines)
        work.init("-reconfigure", code=None)
        work.run("plan", "-no-color", "-lock=false", code=1).has("InvalidRequest")


def test_both_locks_and_digests(_, folder):
    with started() as server:
        adapter = Own(server, "use_lockfile = true", 'dynamodb_table = "locks"')
        first, second = Work(folder, adapter), Work(folder, adapter, name="second")
        first.init()
        second.init()
        standing = first.stand()
        try:
            check("state/terraform.tfstate.tflock" in server.buckets["states"], "no lock file")
            check("states/state/terraform.tfstate" in server.tables["locks"], "no lock item")
            second.run("plan", "-no-color", code=1).has("PreconditionFailed", "OperationTypeApply")
            # Half of the lock is lost: the other half still keeps others out, and is not left behind.
            del server.buckets["states"]["state/terraform.tfstate.tflock"]
            second.run("plan", "-no-color", code=1).has("ConditionalCheckFailedException", "OperationTypeApply")
            check("state/terraform.tfstate.tflock" not in server.buckets["states"], "a refused lock left its file")
        finally:
            first.open_gate()
            ended = first.finish(standing, code=None)
        ended.has("Resources: 2 added")
        body = server.buckets["states"]["state/terraform.tfstate"].body
        digest = server.tables["locks"]["states/state/terraform.tfstate-md5"]["Digest"]["S"]
        check(digest == hashlib.md5(body).hexdigest(), "the digest is not that of the state")
        if STOCK:
            second.write("main.tf", (first.folder / "main.tf").read_text())
            second.run("plan", "-no-color", program=STOCK).has("No changes")


def test_folder_is_kept_as_the_stock_program_keeps_it(_, folder):
    if STOCK is None:
        raise Skipped("no terraform on this machine")
    with started() as server:
        lines = ["use_lockfile = true", "encrypt = true", 'allowed_account_ids = ["2", "%s"]' % aws.ACCOUNT,
                 f'assume_role = {{ role_arn = "{aws.ROLE}", tags = {{ b = "2", a = "1" }}, policy_arns = '
                 '["arn:aws:iam::1:policy/p"] }', "skip_region_validation = false"]
        ours, stock = Work(folder, Own(server, *lines), name="ours"), Work(folder, Own(server, *lines), name="stock")
        ours.init()
        stock.init(program=STOCK)
        kept = [json.loads((work.folder / ".terraform/terraform.tfstate").read_text())["backend"]
                for work in (ours, stock)]
        check(kept[0] == kept[1], f"ours {kept[0]}\nstock {kept[1]}")
        ours.apply(program=STOCK)
        stock.run("plan", "-no-color").has("No changes")
