# The http backend: init, apply, locks and force-unlock over a server that keeps one state; a run that dies leaves its
# results in a journal of the working folder; the stock program works on the same state.
. "$SCENARIO_LIB"
need python3
cat >server.py <<'PY'
import http.server, os, sys
state, lock, log = b"", b"", open("server.log", "a", buffering=1)
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, code, body=b""):
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))
    def log_message(self, *_): pass
    def handle_one(self, method):
        global state, lock
        body = self.body()
        log.write("%s %s\n" % (method, self.path.split("?")[0]))
        if self.headers.get("Authorization") != "Basic YW5uOnNlY3JldA==": return self.answer(401)
        if method == "GET": return self.answer(200 if state else 404, state)
        if method == "LOCK":
            if lock: return self.answer(423, lock)
            lock = body
        elif method == "UNLOCK": lock = b""
        elif os.path.exists("broken"): return self.answer(400)
        else: state = body; open("kept", "wb").write(body)
        self.answer(200)
    do_GET = lambda self: self.handle_one("GET")
    do_POST = lambda self: self.handle_one("POST")
    do_LOCK = lambda self: self.handle_one("LOCK")
    do_UNLOCK = lambda self: self.handle_one("UNLOCK")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
open("port.new", "w").write(str(server.server_port)); os.rename("port.new", "port")
server.serve_forever()
PY
python3 server.py &
children+=("$!")
until_true test -s port
mkdir work && cd work
address=http://127.0.0.1:$(<../port)/state
export TF_HTTP_USERNAME=ann TF_HTTP_PASSWORD=secret
mock_config 30 500 >main.tf
cat >backend.tf <<TF
terraform {
  backend "http" {
    address        = "$address"
    lock_address   = "$address"
    unlock_address = "$address"
    retry_wait_min = 0
  }
}
TF
run 1 "$PARTERRE" plan -no-color
has "Backend initialization required"
run 0 "$PARTERRE" init -no-color
has 'Successfully configured the backend "http"!'
! grep -rq secret .terraform || fail "the password was written to the folder"

# Killed in the middle: what was done is in the journal, the lock is still at the server.
"$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1 &
pid=$!
reached() { [ "$(stored)" -ge 10 ]; }
until_true reached
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
run 1 "$PARTERRE" apply -auto-approve -no-color
has "HTTP remote state already locked"
id=$(sed -nE 's|.*ID=([0-9a-f-]+).*|\1|p' <<<"$out" | head -n 1)
run 0 "$PARTERRE" force-unlock -force -no-color "$id"
run 0 "$PARTERRE" apply -auto-approve -no-color
has "Results of an interrupted run recovered"
equals "$(stored)" 30
no_doubles
equals "$("$PARTERRE" state list | wc -l)" 30
run 0 "$PARTERRE" plan -detailed-exitcode -no-color
test -z "$(ls .terraform/*.journal 2>/dev/null)" || fail "the journal is still there"
run 1 "$PARTERRE" workspace new -no-color x
has "workspaces not supported"

# What cannot be written stays in the journal, and in errored.tfstate.
touch ../broken
run 1 "$PARTERRE" taint -no-color 'mock_object.x[0]'
rm ../broken
run 0 "$PARTERRE" state mv 'mock_object.x[0]' mock_object.first
run 0 "$PARTERRE" state pull
has '"name": "first"'
equals "$(ls | grep -c backup)" 0

# From local files to the server and back.
mkdir ../local && cd ../local
echo 'resource "terraform_data" "a" {}' >main.tf
run 0 "$PARTERRE" apply -auto-approve -no-color
cp ../work/backend.tf .
run 1 "$PARTERRE" init -no-color -input=false
has "Can't ask approval for state migration"
run 0 "$PARTERRE" init -no-color -force-copy
grep -q terraform_data ../kept || fail "the state has not gone to the server"
run 0 "$PARTERRE" plan -detailed-exitcode -no-color
if command -v terraform >/dev/null; then
  run 0 terraform plan -detailed-exitcode -no-color
  run 0 terraform apply -auto-approve -replace=terraform_data.a -no-color
  run 0 "$PARTERRE" plan -detailed-exitcode -no-color
fi
rm backend.tf
run 0 "$PARTERRE" init -no-color -migrate-state -force-copy
has 'Successfully unset the backend "http"'
run 0 "$PARTERRE" plan -detailed-exitcode -no-color
