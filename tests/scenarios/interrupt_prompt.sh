# Ctrl-C at the question, end of input, and a no: nothing is changed, the lock is gone.
. "$SCENARIO_LIB"
echo 'resource "terraform_data" "a" {}' >main.tf
mkfifo answer
"$PARTERRE" apply -no-color <answer >apply.log 2>&1 &
pid=$!
children+=("$pid")
exec 3>answer
until_true in_file "Enter a value" apply.log
kill -INT "$pid"
code=0
wait "$pid" || code=$?
exec 3>&-
equals "$code" 1
grep -q "interrupted" apply.log
test ! -e terraform.tfstate
run 1 "$PARTERRE" apply -no-color
has "error asking for approval: EOF"
run 1 bash -c 'echo no | "$PARTERRE" apply -no-color'
has "Apply cancelled."
run 0 bash -c 'echo yes | "$PARTERRE" apply -no-color'
has "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."
