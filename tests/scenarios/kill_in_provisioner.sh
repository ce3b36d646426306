# kill -9 while a provisioner runs: the object is in the state, tainted, and the next apply makes it anew.
. "$SCENARIO_LIB"
mkfifo gate
cat >main.tf <<'TF'
resource "terraform_data" "a" {
  provisioner "local-exec" {
    command = "echo $$ > ready; read x < gate"
  }
}
TF
"$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1 &
pid=$!
until_true test -s ready
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
echo >gate # the command of the run that died ends
rm ready
run 0 "$PARTERRE" show -no-color
has "terraform_data.a: (tainted)"
run 2 "$PARTERRE" plan -detailed-exitcode -no-color
has "is tainted, so must be replaced"
"$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1 &
pid=$!
until_true test -s ready
echo >gate
wait "$pid"
run 0 "$PARTERRE" plan -detailed-exitcode -no-color

# Ctrl-C ends the command, and leaves none of its processes behind.
run 0 "$PARTERRE" destroy -auto-approve -no-color
rm ready
"$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1 &
pid=$!
until_true test -s ready
child=$(cat ready)
kill -INT "$pid"
code=0
wait "$pid" || code=$?
equals "$code" 1
in_file "local-exec provisioner error" apply.log
gone() { ! kill -0 "$child"; }
until_true gone
run 0 "$PARTERRE" show -no-color
has "terraform_data.a: (tainted)"
