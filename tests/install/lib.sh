# What cases of this suite have in common; a step begins with `. "$SUITE/lib.sh"`.

# What init says but its prose, in an order of its own: providers are brought side by side. Keys are new each time.
brief() {
  "$@" | LC_ALL=C sort |
    grep -E '^(- |Initializing|Upgrading|Downloading|Warning|Error|[A-Z][a-z]+ has (been|created a lock file|made some changes to))' |
    cut -c 1-100 |
    sed 's/\(lock file .terraform.lock.hcl\|provider dependency selections\).*/\1/; s/key ID [0-9A-F]*/key ID <key>/'
}

# The program against a registry of its own: reg p init.
reg() {
  shift
  python3 "$SUITE/registry.py" reg "$program" "$@"
}

# A configuration that needs one provider of the registry, and nothing installed.
only() {
  rm -rf .terraform .terraform.lock.hcl
  printf 'terraform {\n  required_providers {\n    x = { source = "reg.example.com/test/%s", version = "~> 1.0" }\n  }\n}\n' "$1" >main.tf
}

# The lock file with hashes of archives counted, and the files that are installed.
locked() {
  sed 's/zh:.*/zh:.../' .terraform.lock.hcl | uniq -c
  find .terraform/providers -type f | sort
}

# A line of shell in which `p` is the program, while the registry is up: REGISTRY, PLAIN and REPOSITORY say where.
served() {
  WITH_REPOSITORY=1 python3 "$SUITE/registry.py" reg bash -c "program='$program'; p() { '$program' \"\$@\"; }; . '$SUITE/lib.sh'; $1" 2>&1 |
    sed 's/localhost:[0-9]*/localhost:<port>/g'
}

# m NAME SOURCE [VERSION]: a module block.
m() {
  printf 'module "%s" {\n  source  = "%s"\n' "$1" "$2"
  [[ -z ${3:-} ]] || printf '  version = "%s"\n' "$3"
  printf '}\n'
}

# What is installed: a line for each module, and the files.
installed() {
  local folder=${TF_DATA_DIR:-.terraform}/modules
  sed 's/{/\n{/g' "$folder/modules.json"
  echo
  find "$folder" -type f -not -path '*/.git/*' | LC_ALL=C sort
}

# init without its closing words.
inits() {
  p init "$@" | sed '/^You may now begin/,$d'
}

# What is wrong, without the places.
summaries() {
  local code=0 said
  said=$("$@" 2>&1) || code=$?
  grep -E '^(Error|Warning|Downloading|- )' <<<"$said" | sed 's/^/.. /'
  echo ".. exit $code"
}

# The configuration for a provider of the registry as a host that is asked where its services are: found DISCOVERY p init.
found() {
  local kind=$1 command=$3
  shift 3
  rm -rf .terraform .terraform.lock.hcl
  DISCOVERY=$kind python3 "$SUITE/registry.py" reg bash -c 'printf "terraform {\n  required_providers {\n    x = { source = \"%s/test/good\", version = \"~> 1.0\" }\n  }\n}\n" "$REGISTRY" >main.tf; "$@"' bash "$program" "$command" "$@" 2>&1 |
    sed 's/localhost:[0-9]*/localhost:<port>/g'
}

# A credentials helper that knows the token of one host, and notes what it is asked. Programs are looked for in the home.
helper() {
  mkdir -p home/.terraform.d/plugins
  cat >home/.terraform.d/plugins/terraform-credentials-test <<'SH'
#!/bin/sh
echo "$*" >>asked
case "$*" in
*"get reg.example.com") [ "$1" = broken ] && exit 1; echo '{"token":"open-sesame"}' ;;
*) echo '{}' ;;
esac
SH
  chmod +x home/.terraform.d/plugins/terraform-credentials-test
}

# Of lines of -json what programs go by: level, type, code, and the message where it is no prose; providers come side by side.
told() {
  python3 -c '
import json, re, sys
for line in sys.stdin:
    if not line.startswith("{"):
        print("no JSON: " + line.strip())
        continue
    entry = json.loads(line)
    if entry["@message"].startswith("Partner and community"):
        continue
    words = [entry["@level"], entry["type"], entry.get("message_code", "")]
    if entry["type"] in ("log", "init_output") and not entry.get("message_code", "").endswith(("_cli_message", "_info", "_empty_message")):
        words.append(re.sub(r"\(self-signed.*\)", "(self-signed)", entry["@message"].split("\n")[0]))
    if entry["type"] == "diagnostic":
        words.append(entry["diagnostic"]["summary"].split("\n")[0])
    print(" | ".join(words))
' | LC_ALL=C sort
}

# Runs the command in the background, and kills it as soon as the server is asked for what matches. Needs a server with
# REQUESTS=requests.
killed_at() {
  local wanted=$1 line
  shift
  mkfifo requests
  exec 3<>requests
  "$@" >/dev/null 2>&1 3>&- &
  while read -r -u 3 line; do
    [[ $line != *"$wanted"* ]] || break
  done
  kill -9 $!
  wait $! 2>/dev/null || true
  exec 3>&-
  rm requests
}
