# What scenarios have in common. A scenario sources this first; any failed step ends it.
set -euo pipefail
unset ${!TF_@} ${!OKTA_@} 2>/dev/null || true
export TF_IN_AUTOMATION= CHECKPOINT_DISABLE=1

children=()
finish() {
  local pid
  for pid in "${children[@]}"; do
    kill -CONT "$pid" 2>/dev/null || true
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}
trap finish EXIT

skip() { echo "$1"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }
need() { command -v "$1" >/dev/null || skip "$1 is not on this machine"; }

# run CODE COMMAND...: the command must end with that code; its output is in $out (both streams).
run() {
  local wanted=$1 code=0; shift
  out=$("$@" 2>&1 </dev/null) || code=$?
  echo "\$ $* -> $code"; echo "$out"
  [ "$code" -eq "$wanted" ] || fail "exit code $code instead of $wanted: $*"
}
has() { [[ $out == *"$1"* ]] || fail "the output lacks: $1"; }
lacks() { [[ $out != *"$1"* ]] || fail "the output must not hold: $1"; }
equals() { [ "$1" = "$2" ] || fail "'$1' is not '$2'"; }

# until_true COMMAND...: tries it again until it holds; a minute at most.
until_true() {
  local end=$((SECONDS + 60))
  until "$@" 2>/dev/null; do
    [ $SECONDS -lt $end ] || fail "did not happen: $*"
    read -r -t 0.02 <> <(:) || true
  done
}
in_file() { grep -q -- "$1" "$2"; }

# A configuration of N mock objects, each slow, kept in the folder "store".
mock_config() {
  local n=$1 delay=$2
  cat <<TF
terraform {
  required_providers {
    mock = { source = "parterre/mock" }
  }
}
provider "mock" {
  store = "\${path.root}/store"
}
resource "mock_object" "x" {
  count    = $n
  name     = "object-\${count.index}"
  delay_ms = $delay
}
TF
}
stored() { { ls store 2>/dev/null || true; } | grep -c 'json$' || true; }
# Names in the store, each of which must be there once.
no_doubles() {
  local doubles
  doubles=$(cat store/*.json | grep -o '"name":"[^"]*"' | sort | uniq -d)
  [ -z "$doubles" ] || fail "made twice: $doubles"
}

# start_org OPTIONS...: a fresh org on a free port; sets $org_url and $org_pid; bootstraps the folder.
start_org() {
  export PARTERRE_ORG_ADMIN_PASSWORD=scenario-password-1
  "$PARTERRE_ORG" start --port=0 --data="$PWD/org.db" --port-file="$PWD/org.port" "$@" >org.log 2>&1 &
  org_pid=$!
  children+=("$org_pid")
  until_true test -s org.port
  org_url=http://127.0.0.1:$(cat org.port)
  "$PARTERRE_ORG" bootstrap --url "$org_url" --dir "$PWD" >/dev/null
}

# How many requests the org has answered, but those for this.
org_calls() {
  python3 - "$org_url/metrics" <<'PY'
import re, sys, urllib.request
text = urllib.request.urlopen(sys.argv[1]).read().decode()
print(int(sum(float(value) for line, value in re.findall(r'^(\w+_requests_total\{.*\}) (\S+)$', text, re.M) if '/metrics' not in line)))
PY
}
