# The stock program and ours never write at once: whoever comes second is told who holds the lock.
. "$SCENARIO_LIB"
need terraform
echo 'resource "terraform_data" "a" {}' >main.tf
terraform init -no-color >/dev/null

mkfifo answer
terraform apply -no-color <answer >stock.log 2>&1 &
stock=$!
children+=("$stock")
exec 3>answer
until_true in_file "Enter a value" stock.log
run 1 "$PARTERRE" apply -auto-approve -no-color
has "Error acquiring the state lock"
has "Lock Info:"
has "OperationTypeApply"
echo no >&3
exec 3>&-
wait "$stock" || true

"$PARTERRE" apply -no-color <answer >ours.log 2>&1 &
ours=$!
children+=("$ours")
exec 3>answer
until_true in_file "Enter a value" ours.log
run 1 terraform apply -auto-approve -no-color
has "Error acquiring the state lock"
echo yes >&3
exec 3>&-
wait "$ours"
run 0 terraform plan -detailed-exitcode -no-color
test ! -e .terraform.tfstate.lock.info
