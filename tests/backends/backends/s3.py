import os

from harness import Adapter
from servers import aws, s3


def nobody():
    """No credentials or settings of whoever runs the tests, nor those of the machine."""
    return {**{name: "" for name in os.environ if name.startswith("AWS_")}, "AWS_EC2_METADATA_DISABLED": "true"}


class S3(Adapter):
    """States in one bucket, each with a lock file beside it."""

    name = "s3"
    title = "s3 lockfile"
    secrets = (aws.SECRET_KEY,)
    lock = "    use_lockfile = true"

    def start(self, folder):
        self.server = s3.Server()
        self.server.make_bucket("states")
        self.server.make_table("locks")
        self.port = self.server.port

    def stop(self):
        self.server.stop()

    def arguments(self, key, port=None):
        url = f"http://127.0.0.1:{port or self.port}"
        return (f'    bucket = "states"\n    key = "{key}/terraform.tfstate"\n    workspace_key_prefix = "{key}-of"\n'
                f'    region = "{aws.REGION}"\n    use_path_style = true\n    max_retries = 1\n'
                f'    endpoints = {{ s3 = "{url}", sts = "{url}", dynamodb = "{url}" }}\n{self.lock}')

    def environment(self):
        return {**nobody(), "AWS_ACCESS_KEY_ID": aws.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": aws.SECRET_KEY}

    def wrong_credentials(self):
        return {"AWS_SECRET_ACCESS_KEY": aws.SECRET_KEY[::-1]}


class S3WithTable(S3):
    """Locked by items of a DynamoDB table, which also keeps the states' digests."""

    title = "s3 dynamodb"
    lock = '    dynamodb_table = "locks"'


ALL = [S3(), S3WithTable()]
