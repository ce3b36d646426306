#!/usr/bin/env python3
"""The workshop's clicks over HTTP, for machines without a browser.

Names and arguments are those of tests/browser/clicks.mjs; FOLDER has the org's `url` and its API token, `token`.
Usage: clicks.py FOLDER NAME [JSON argument]...
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
import urllib.request

APP_NAME = "oidc_client"


class Org:
    def __init__(self, folder):
        self.url = open(f"{folder}/url").read().strip()
        self.token = open(f"{folder}/token").read().strip()
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"SSWS {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        with self.opener.open(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def app(self, label):
        return next(app for app in self.call("GET", "/apps?limit=200") if app["label"] == label)

    def person(self, name):
        return next(user for user in self.call("GET", "/users?limit=200")
                    if name in f"{user['profile']['firstName']} {user['profile']['lastName']}")

    def group(self, name):
        return next(group for group in self.call("GET", "/groups?limit=200") if group["profile"]["name"] == name)


def create_application(org, name):
    app = org.call("POST", "/apps", {
        "name": APP_NAME, "label": name, "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
        "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"],
                                     "response_types": ["token"]}}})
    return app["credentials"]["oauthClient"]["client_id"]


def use_public_keys(org, name):
    app = org.app(name)
    app["credentials"]["oauthClient"]["token_endpoint_auth_method"] = "private_key_jwt"
    org.call("PUT", f"/apps/{app['id']}", app)


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def add_key(org, name, directory, file_name="pkcs.pem"):
    path = os.path.join(directory, file_name)
    os.umask(0o077)
    subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
                    "-out", path], check=True)
    shown = subprocess.run(["openssl", "rsa", "-in", path, "-noout", "-modulus"], check=True, capture_output=True)
    modulus = bytes.fromhex(shown.stdout.decode().strip().removeprefix("Modulus="))
    kid = encoded(hashlib.sha256(modulus).digest())
    org.call("POST", f"/apps/{org.app(name)['id']}/credentials/jwks",
             {"kty": "RSA", "kid": kid, "use": "sig", "n": encoded(modulus), "e": "AQAB"})
    return {"kid": kid, "path": path}


def key_path(org, name, kid):
    app = org.app(name)["id"]
    key = next(key for key in org.call("GET", f"/apps/{app}/credentials/jwks") if key["kid"] == kid)
    return f"/apps/{app}/credentials/jwks/{key['id']}"


def change_key(operation):
    return lambda org, name, kid: org.call("POST", f"{key_path(org, name, kid)}/lifecycle/{operation}") and None


def delete_key(org, name, kid):
    org.call("DELETE", key_path(org, name, kid))


def grant_scope(org, name, scope):
    issuer = "https://dev-1234567890.okta.com"
    org.call("POST", f"/apps/{org.app(name)['id']}/grants", {"issuer": issuer, "scopeId": scope})


def revoke_scope(org, name, scope):
    app = org.app(name)["id"]
    grant = next(grant for grant in org.call("GET", f"/apps/{app}/grants") if grant["scopeId"] == scope)
    org.call("DELETE", f"/apps/{app}/grants/{grant['id']}")


def add_person(org, person):
    profile = {name: person[name] for name in ("firstName", "lastName", "login")}
    profile["email"] = person.get("email", person["login"])
    activate = str(person.get("activate", True)).lower()
    return org.call("POST", f"/users?activate={activate}", {"profile": profile})["id"]


def change_person(org, name, action):
    org.call("POST", f"/users/{org.person(name)['id']}/lifecycle/{action.lower()}")


def remove_member(org, group, name):
    org.call("DELETE", f"/groups/{org.group(group)['id']}/users/{org.person(name)['id']}")


CLICKS = {
    "createApplication": create_application,
    "usePublicKeys": use_public_keys,
    "addKey": add_key,
    "activateKey": change_key("activate"),
    "deactivateKey": change_key("deactivate"),
    "deleteKey": delete_key,
    "grantScope": grant_scope,
    "revokeScope": revoke_scope,
    "addPerson": add_person,
    "changePerson": change_person,
    "removeMember": remove_member,
}


def main():
    folder, name, *arguments = sys.argv[1:]
    result = CLICKS[name](Org(folder), *(json.loads(argument) for argument in arguments))
    if result is not None:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
