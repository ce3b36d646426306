# kill -9 in the middle of an apply, again and again: nothing acknowledged is lost, nothing is made twice.
. "$SCENARIO_LIB"
mock_config 60 200 >main.tf
for at in 5 20 40; do
  "$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1 &
  pid=$!
  reached() { [ "$(stored)" -ge "$at" ]; }
  until_true reached
  kill -9 "$pid"
  wait "$pid" 2>/dev/null || true
  # A reader sees what the journal holds.
  run 0 "$PARTERRE" state list
done
# Also a command that then fails says what it has taken out of the journal.
echo '{' >bad.state
run 1 "$PARTERRE" state push -no-color bad.state
has 'Error reading source state "bad.state"'
has 'Results of an interrupted run recovered'
run 0 "$PARTERRE" apply -auto-approve -no-color
equals "$(stored)" 60
no_doubles
equals "$("$PARTERRE" state list | wc -l)" 60
run 0 "$PARTERRE" plan -detailed-exitcode -no-color
equals "$(stat -c %a terraform.tfstate)" 600
test ! -s terraform.tfstate.journal
