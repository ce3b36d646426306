# Ctrl-C in a test: the run that is under way ends well, the others are skipped, and everything is destroyed. A second
# Ctrl-C ends at once, and says what is left.
. "$SCENARIO_LIB"
mock_config 40 300 >main.tf
cat >main.tftest.hcl <<'TF'
run "first" {}
run "second" {}
TF
"$PARTERRE" test -no-color >test.log 2>&1 &
pid=$!
some() { [ "$(stored)" -ge 1 ]; }
until_true some
kill -INT "$pid"
code=0
wait "$pid" || code=$?
cat test.log
equals "$code" 0
in_file 'Interrupt received.' test.log
in_file 'run "first"... pass' test.log
in_file 'run "second"... skip' test.log
in_file 'Success! 1 passed, 0 failed, 1 skipped.' test.log
equals "$(stored)" 0

sed -i 's/delay_ms = .*/delay_ms = count.index < 3 ? 0 : 60000\n  lie = "stop"/' main.tf
"$PARTERRE" test -no-color >test.log 2>&1 &
pid=$!
three() { [ "$(stored)" -ge 3 ]; }
until_true three
kill -INT "$pid"
until_true in_file "Interrupt received." test.log
kill -INT "$pid"
code=0
wait "$pid" || code=$?
cat test.log
equals "$code" 1
in_file 'Two interrupts received.' test.log
in_file 'Parterre was in the process of creating' test.log
in_file 'mock_object.x\[39\]' test.log
