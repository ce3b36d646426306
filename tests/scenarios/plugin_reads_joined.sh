# terraform-provider-okta as a plugin: reads that a host asks one by one reach the org in batches, for our program and for
# the stock one.
. "$SCENARIO_LIB"
plugin=$(dirname "$PARTERRE")/terraform-provider-okta
[ -x "$plugin" ] || skip "there is no build/bin/terraform-provider-okta"
need python3
start_org --rate-limit=off
cat >main.tf <<'TF'
terraform {
  required_providers {
    okta = { source = "okta/okta" }
  }
}
resource "okta_user" "gardener" {
  count      = 150
  first_name = "Gardener"
  last_name  = "Number ${count.index}"
  login      = "gardener${count.index}@example.com"
  email      = "gardener${count.index}@example.com"
}
TF
run 0 "$PARTERRE" apply -auto-approve -no-color
printf 'provider_installation {\n  dev_overrides {\n    "okta/okta" = "%s"\n  }\n  direct {}\n}\n' "$(cd "$(dirname "$plugin")" && pwd)" >cli.rc
export TF_CLI_CONFIG_FILE=$PWD/cli.rc
# Requests to the API that the org has counted so far.
# joined MOST COMMAND: a plan reads all with fewer calls than that.
joined() {
  local most=$1 before
  shift
  before=$(org_calls)
  run 0 "$@" plan -detailed-exitcode -no-color
  local made=$(($(org_calls) - before))
  echo "$made calls for 150 users"
  [ $made -gt 0 ] || fail "no call was counted"
  [ $made -lt "$most" ] || fail "$made calls for 150 users are too many"
}
joined 50 "$PARTERRE"
lacks 'built in'
if ! command -v terraform >/dev/null; then
  echo 'SKIPPED plugin_reads_joined for the stock program: terraform is not on this machine'
  exit 0
fi
# The stock program asks other things between two reads, and an org on this machine answers at once, so that few come
# together; as far away as a real one, they do.
cat >far.py <<'PY'
import socket, sys, threading, time
def pump(source, target, delay):
    try:
        while piece := source.recv(65536):
            time.sleep(delay)  # what is waited for is the distance itself; only calls are counted
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
listener = socket.create_server(("127.0.0.1", 0))
with open("far.port.new", "w") as out:
    out.write(str(listener.getsockname()[1]))
import os
os.rename("far.port.new", "far.port")
while True:
    near = listener.accept()[0]
    far = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    threading.Thread(target=pump, args=(near, far, 0.1), daemon=True).start()
    threading.Thread(target=pump, args=(far, near, 0), daemon=True).start()
PY
python3 far.py "$(cat org.port)" &
children+=($!)
until_true test -s far.port
sed -i "s/127.0.0.1:$(cat org.port)/127.0.0.1:$(cat far.port)/" provider.tf
joined 75 terraform
