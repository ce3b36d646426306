# What the workshop's steps have in common: numbered steps, runs of parterre with masked output, fixtures, orgs.
# Sourced by run. A step is a function that runs in a subshell with `set -e`, in the garden; what later steps need
# it leaves in files below $work.

number=0 passed=0 failed=0 skipped=0

# step TITLE FUNCTION
step() {
  number=$((number + 1))
  local log code
  log=$work/log/$(printf '%02d' "$number")
  (
    set -euo pipefail
    cd "$garden"
    "$2"
  ) >"$log" 2>&1 </dev/null
  code=$?
  if [ $code -eq 0 ]; then
    passed=$((passed + 1))
    printf 'ok   %3d %s\n' "$number" "$1"
  else
    failed=$((failed + 1))
    printf 'FAIL %3d %s\n' "$number" "$1"
    tail -n 60 "$log" | sed 's/^/         /'
  fi
}

skip() {
  skipped=$((skipped + 1))
  echo "SKIPPED $1"
}

fail() {
  echo "FAILED: $*"
  exit 1
}
equals() { [ "$1" = "$2" ] || fail "\"$1\" is not \"$2\""; }

# Ids, seconds and moments differ in each run.
mask() {
  sed -E ${stock:+-e 's/^Terraform\b/Parterre/'} \
    -e 's/00u[0-9A-Za-z]{17}/<user>/g' \
    -e 's/00g[0-9A-Za-z]{17}/<group>/g' \
    -e 's/oty[0-9A-Za-z]{17}/<type>/g' \
    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/<time>/g' \
    -e 's/ after [0-9]+s/ after <n>s/'
}

# tf CODE ARGUMENTS...: runs parterre, which must end with CODE. $out has its output, masked.
tf() {
  local wanted=$1 code=0
  shift
  timeout 120 ${clock_ahead:+faketime -f "$clock_ahead"} "$PARTERRE" "$@" >"$work/out" 2>&1 || code=$?
  out=$(mask <"$work/out")
  printf '$ parterre %s -> %s\n%s\n' "$*" "$code" "$out"
  [ "$code" -eq "$wanted" ] || fail "exit code $code instead of $wanted"
}
has() { [[ $out == *"$1"* ]] || fail "the output lacks: $1"; }
lacks() { [[ $out != *"$1"* ]] || fail "the output must not hold: $1"; }
# How often a text occurs, by lines.
times() { equals "$(grep -cF -- "$2" <<<"$out")" "$1"; }
# The output has the lines of expected/NAME.txt, one after another.
shows() {
  local expected
  expected=$(<"$here/expected/$1.txt")
  [[ $out == *"$expected"* ]] || fail "the output lacks expected/$1.txt:"$'\n'"$expected"
}
no_changes() {
  tf 0 plan
  has 'No changes. Your infrastructure matches the configuration.'
}

# Goes on in a copy of the garden, for what is only tried.
aside() {
  rm -rf "$work/aside"
  cp -r . "$work/aside"
  cd "$work/aside"
}

# write_main BLOCK...: main.tf of the blocks in garden/, a blank line between.
write_main() {
  local block first=yes
  for block in "$@"; do
    [ -n "$first" ] || echo
    first=
    sed "s/00abc123FIXME00/$(<"$work/client_id")/" "$here/garden/$block.tf"
  done >main.tf
}

# start_org NAME OPTION...: an org on a free port that forgets everything at its end. Its address and an API token
# come into $work/NAME/url and token.
start_org() {
  local folder=$work/$1 ready=
  shift
  mkdir -p "$folder"
  mkfifo "$folder/ready"
  "$PARTERRE_ORG" start --port 0 --port-file "$folder/port" --pid-file "$folder/pid" --data :memory: \
    --api-token-file "$folder/token" --ready-fd 3 "$@" 3>"$folder/ready" >"$folder/log" 2>&1 </dev/null &
  orgs+=("$!")
  read -r -t 60 ready <"$folder/ready" || true
  if [ "$ready" != ready ]; then
    cat "$folder/log"
    return 1
  fi
  echo "http://127.0.0.1:$(<"$folder/port")" >"$folder/url"
}

# api PATH: GETs it from the workshop's org as its administrator; the token goes through a pipe, not the arguments.
api() {
  printf 'header = "Authorization: SSWS %s"\n' "$(<"$work/org/token")" |
    curl -fsS --noproxy '*' --max-time 30 --globoff -K - "$(<"$work/org/url")/api/v1$1"
}
# api_list PATH EXPRESSION: the Python expression of each item `o` of a list, sorted, a line each.
api_list() {
  api "$1" | python3 -c "import json, sys; print(*sorted(str($2) for o in json.load(sys.stdin)), sep='\n')"
}
people() { api_list '/users?limit=200' "o['profile']['login'] + ' ' + o['status']"; }
user_id() { api "/users/$1" | python3 -c "import json, sys; print(json.load(sys.stdin)['id'])"; }
group_id() { api "/groups?q=The%20Garden" | python3 -c "import json, sys; print(json.load(sys.stdin)[0]['id'])"; }
members() { api_list "/groups/$(group_id)/users" "o['profile']['login']"; }

# Everything that a configuration could leave behind, deprovisioned people too.
inventory() {
  api_list '/users?limit=200' "('user', o['id'], o['status'], o['profile'])"
  api_list '/users?limit=200&search=status%20eq%20%22DEPROVISIONED%22' "('user', o['id'], o['profile'])"
  api_list '/groups?limit=200' "('group', o['id'], o['profile'])"
  api_list '/apps?limit=200' "('app', o['id'], o['status'])"
}

# click NAME ARGUMENT...: a click in the console, by tests/browser/click.mjs or, without a browser, clicks.py. An
# argument is a text, or an object in JSON.
click() {
  local name=$1 argument arguments=()
  shift
  for argument in "$@"; do
    case $argument in
      '{'*) arguments+=("$argument") ;;
      *) arguments+=("\"$argument\"") ;;
    esac
  done
  echo "click: $name $*" >&2
  if [ -n "$browser" ]; then
    timeout 120 node "$here/../browser/click.mjs" "$(<"$work/org/url")" "$name" "${arguments[@]}"
  else
    timeout 120 python3 "$here/clicks.py" "$work/org" "$name" "${arguments[@]}"
  fi
}
