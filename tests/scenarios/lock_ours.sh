# Two runs of ours: the second is refused, or waits as long as -lock-timeout says.
. "$SCENARIO_LIB"
echo 'resource "terraform_data" "a" {}' >main.tf
mkfifo answer
"$PARTERRE" apply -no-color <answer >first.log 2>&1 &
first=$!
children+=("$first")
exec 3>answer
until_true in_file "Enter a value" first.log
run 1 "$PARTERRE" plan -no-color
has "Error acquiring the state lock"
"$PARTERRE" plan -no-color -lock-timeout=60s >second.log 2>&1 &
second=$!
children+=("$second")
until_true in_file "Acquiring state lock" second.log
echo yes >&3
exec 3>&-
wait "$first"
wait "$second"
grep -q "No changes" second.log
