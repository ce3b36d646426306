"""Checks every #include under src/ against cmake/layers.txt, and the fences around heavy headers.

A room includes itself and the rooms of its line. Tests may include more, but the three edges that the design guards
hold for them too. A fenced header is included in the named files only. Prints one line per offence, then the count of
files as "N passed, N failed".
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.M)

# Header prefix -> where it may be included: rooms ("base/net") or single files.
FENCES = {
    "boost/beast": ["base/net/http_server.cc"],
    "boost/asio": ["base/net/http_server.cc"],
    "curl/": ["base/net/http_client.cc", "org/api"],
    "openssl/": ["base/crypto"],
    "libssh/": ["base/ssh"],
    "crypt.h": ["base/crypto"],
    "grpc": ["provider/plugin"],
    "google/protobuf": ["provider/plugin"],
    "tfplugin": ["provider/plugin"],
    "sqlite3.h": ["base/sql"],
    "libpq": ["base/sql"],
    "utf8proc.h": ["base/text", "base/core"],
    "re2/": ["language/functions/regex.cc"],
    "yaml.h": ["language/functions"],
    "mpfr.h": ["language/value", "language/functions"],
    "gmp.h": ["language/value", "language/functions"],
    "zlib.h": ["base/archive", "engine/state", "language/functions"],
    "prometheus/": ["org/api/metrics.cc"],
    "spdlog/": ["base/core"],
    "nlohmann/": [],
    "simdjson": [],
}

# What not even a test may include: the rooms on the right keep these apart.
NEVER = [
    ("org/", "okta/"),
    ("okta/", "org/"),
    ("engine/", "cli/"),
    ("engine/", "provider/plugin/"),
    ("language/", "engine/"),
]


def read_layers():
    layers = {}
    for line in (ROOT / "cmake/layers.txt").read_text().splitlines():
        if match := re.match(r"([a-z][^:]*):(.*)", line):
            layers[match[1]] = set(match[2].split())
    return layers


def find_cycles(layers):
    done, path = set(), []

    def visit(room):
        if room in path:
            yield f"cmake/layers.txt: a circle: {' -> '.join(path[path.index(room):] + [room])}"
        elif room not in done:
            path.append(room)
            for other in sorted(layers.get(room, ())):
                yield from visit(other)
            path.pop()
            done.add(room)

    for room in layers:
        yield from visit(room)


def room_of(path, rooms):
    """The room that a path under src/ lies in; programs and rooms are two levels deep."""
    room = "/".join(path.split("/")[:2])
    return room if room in rooms else None


def check_file(path, text, layers):
    own = room_of(path, layers)
    if own is None:
        yield f"src/{path}: its room is not in cmake/layers.txt"
        return
    is_test = re.search(r"_test(_\w+)?\.(cc|h)$", path) is not None
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        kind, header = match[1], match[2]
        where = f"src/{path}:{line}"
        if kind == '"' and not (ROOT / "src" / header).exists() and "/" not in header:
            yield f'{where}: "{header}" is not named from src/'
            continue
        for prefix, allowed in FENCES.items():
            if header.startswith(prefix) and not is_test and own not in allowed and path not in allowed:
                yield f"{where}: <{header}> belongs into {' or '.join(allowed) or 'tests'} only"
        for own_prefix, other_prefix in NEVER:
            if path.startswith(own_prefix) and header.startswith(other_prefix):
                yield f'{where}: {own_prefix} never includes "{header}"'
        other = room_of(header, layers)
        if kind == '"' and other and other != own and other not in layers[own] and not is_test:
            yield f'{where}: {own} may not include "{header}" (cmake/layers.txt)'


def main():
    layers = read_layers()
    offences = list(find_cycles(layers))
    passed = failed = 0
    for file in sorted((ROOT / "src").rglob("*")):
        if file.suffix not in (".cc", ".h"):
            continue
        path = file.relative_to(ROOT / "src").as_posix()
        found = list(check_file(path, file.read_text(), layers))
        offences += found
        passed, failed = passed + (not found), failed + bool(found)
    print("\n".join(offences))
    failed = max(failed, 1) if offences else 0
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
