# Provisioners over ssh on bad days: Ctrl-C in a script, while a host does not answer, and in a copy; kill -9; a connection
# that breaks off. Nothing goes on at the other side, no script stays there, and no secret is told.
. "$SCENARIO_LIB"
. "$(dirname "$SCENARIO_LIB")/../ssh/sshd.bash"
start_sshd "$PWD/s" || skip "no sshd and ssh-keygen on this machine (packages openssh-server, openssh-client)"
children+=("$sshd_pid")
unset SSH_AUTH_SOCK
mkdir there work && cd work
mkfifo ../there/gate

connection() {
  cat <<TF
  connection {
    host        = "127.0.0.1"
    port        = $1
    user        = "$SSH_USER"
    password    = "secret-password"
    private_key = file("$SSH_DIR/key")
    script_path = "$PWD/../there/script_%RAND%.sh"
    timeout     = "${2:-30s}"
  }
TF
}
config() {
  printf 'resource "terraform_data" "a" {\n%s\n%s\n}\n' "$1" "$2" >main.tf
}
none_there() { [ -z "$(ls ../there | grep script_ || true)" ]; }
gone() { ! kill -0 "$1"; }
no_secrets() {
  ! grep -q -e secret-password -e "$(sed -n 2p "$SSH_DIR/key")" "$@" || fail "a secret is in: $*"
}

# Ctrl-C while a script runs.
config "$(connection "$SSH_PORT")" '  provisioner "remote-exec" {
    inline = ["echo $$ > '"$PWD"'/../there/pid", "read x < '"$PWD"'/../there/gate"]
  }'
TF_LOG=trace TF_LOG_PATH=$PWD/trace.log "$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1 &
pid=$!
until_true test -s ../there/pid
script=$(cat ../there/pid)
kill -INT "$pid"
code=0
wait "$pid" || code=$?
equals "$code" 1
in_file "remote-exec provisioner error" apply.log || fail "$(cat apply.log)"
in_file "interrupted" apply.log
until_true gone "$script"
none_there || fail "the script is still there"
touch trace.log
no_secrets apply.log trace.log terraform.tfstate
run 0 "$PARTERRE" show -no-color
has "terraform_data.a: (tainted)"

# kill -9 while a script runs: the other side hangs up.
rm ../there/pid
"$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1 &
pid=$!
until_true test -s ../there/pid
script=$(cat ../there/pid)
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
until_true gone "$script"
run 0 "$PARTERRE" show -no-color
has "terraform_data.a: (tainted)"
rm -f ../there/script_*

# The other side dies in the middle.
config "$(connection "$SSH_PORT")" '  provisioner "remote-exec" {
    inline = ["kill -9 $PPID", "read x < '"$PWD"'/../there/gate"]
  }'
run 1 "$PARTERRE" apply -auto-approve -no-color
has "remote-exec provisioner error"
has "connection broke"
rm -f ../there/script_*

# Ctrl-C while a host takes the connection and says nothing.
config "$(connection "$MUTE_PORT" 10m)" '  provisioner "remote-exec" {
    inline = ["true"]
  }'
"$PARTERRE" apply -auto-approve -no-color >mute.log 2>&1 &
pid=$!
until_true in_file "Connecting to remote host" mute.log
kill -INT "$pid"
code=0
wait "$pid" || code=$?
equals "$code" 1
in_file "interrupted" mute.log

# A host with several keys is asked for the one that is known.
for known in host host_rsa; do
  config "$(connection "$TWO_PORT" | sed "s|^    timeout.*|&\n    host_key = file(\"$SSH_DIR/$known.pub\")|")" '  provisioner "remote-exec" {
    inline = ["true"]
  }'
  run 0 "$PARTERRE" apply -auto-approve -no-color
  has "Checking Host Key: true"
  run 0 "$PARTERRE" destroy -auto-approve -no-color
done

# A copy that cannot go on: the other side's disk, or rather its limit, is full.
config "$(connection "$SSH_PORT")" '  provisioner "file" {
    content     = "x"
    destination = "/dev/full/x"
  }'
run 1 "$PARTERRE" apply -auto-approve -no-color
has "Upload failed"
run 0 "$PARTERRE" destroy -auto-approve -no-color

# A script that leaves something running in the background is not waited for.
config "$(connection "$SSH_PORT")" '  provisioner "remote-exec" {
    inline = ["nohup sleep 300 >/dev/null 2>&1 </dev/null & echo $! > '"$PWD"'/../there/background", "sleep 0"]
  }'
run 0 "$PARTERRE" apply -auto-approve -no-color
none_there || fail "the script is still there"
kill "$(cat ../there/background)" 2>/dev/null || true
