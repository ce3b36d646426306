# Ctrl-C once: running operations finish, are saved, and the run ends with an error; applying again goes on.
. "$SCENARIO_LIB"
mock_config 60 100 >main.tf
for signal in INT TERM; do
  "$PARTERRE" apply -auto-approve -no-color -parallelism=4 >apply.log 2>&1 &
  pid=$!
  before=$(stored)
  more() { [ "$(stored)" -gt $((before + 3)) ]; }
  until_true more
  kill -$signal "$pid"
  code=0
  wait "$pid" || code=$?
  cat apply.log
  equals "$code" 1
  grep -q "Interrupt received." apply.log
  grep -q "Stopping operation..." apply.log
  equals "$("$PARTERRE" state list | wc -l)" "$(stored)"
  [ "$(stored)" -lt 60 ]
done
run 0 "$PARTERRE" apply -auto-approve -no-color
equals "$(stored)" 60
no_doubles
