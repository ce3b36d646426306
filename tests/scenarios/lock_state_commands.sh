# Commands that change the state directly wait for nobody's lock but respect it: the stock program's and our own; and
# -lock-timeout waits as long as it says.
. "$SCENARIO_LIB"
cat >main.tf <<'TF'
resource "terraform_data" "a" {}
TF
run 0 "$PARTERRE" apply -auto-approve -no-color
run 0 "$PARTERRE" workspace new -no-color other
run 0 "$PARTERRE" workspace select -no-color default

# hold PROGRAM: an apply that waits for its answer, with the lock; let_go ends it.
hold() {
  rm -f answer && mkfifo answer
  "$1" apply -no-color -replace=terraform_data.a <answer >hold.log 2>&1 &
  holder=$!
  children+=("$holder")
  exec 3>answer
  until_true in_file "Enter a value" hold.log
}
let_go() {
  echo no >&3
  exec 3>&-
  wait "$holder" || true
}

programs=("$PARTERRE")
if command -v terraform >/dev/null; then
  terraform init -no-color >/dev/null
  programs+=(terraform)
fi
before=$(<terraform.tfstate)
for program in "${programs[@]}"; do
  hold "$program"
  for command in "state mv terraform_data.a terraform_data.b" "state rm terraform_data.a" "taint terraform_data.a" \
    "state push terraform.tfstate" "refresh -no-color" "import terraform_data.a x" \
    "state replace-provider -auto-approve terraform.io/builtin/terraform a/b"; do
    run 1 "$PARTERRE" $command
    has "Error acquiring the state lock"
  done
  run 0 "$PARTERRE" state list
  # Another workspace is another lock.
  run 0 env TF_WORKSPACE=other "$PARTERRE" refresh -no-color
  equals "$(<terraform.tfstate)" "$before"
  "$PARTERRE" taint -lock-timeout=60s terraform_data.a >waits.log 2>&1 &
  waiter=$!
  children+=("$waiter")
  until_true in_file "Acquiring state lock" waits.log
  let_go
  wait "$waiter"
  run 0 "$PARTERRE" untaint terraform_data.a
  before=$(<terraform.tfstate)
done
