# Ctrl-C twice: the run ends at once with exit code 1; what was acknowledged is not lost, and nothing is made twice.
. "$SCENARIO_LIB"
mock_config 20 1500 >main.tf
# They do not end when asked to, or the run would be over before the second signal.
sed -i 's/delay_ms = 1500/delay_ms = count.index < 5 ? 0 : 60000\n  lie = "stop"/' main.tf
"$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1 &
pid=$!
some() { [ "$(stored)" -ge 5 ]; }
until_true some
kill -STOP "$pid"; kill -CONT "$pid"
kill -INT "$pid"
until_true in_file "Interrupt received." apply.log
kill -INT "$pid"
code=0
wait "$pid" || code=$?
cat apply.log
equals "$code" 1
sed -i 's/delay_ms = .*/delay_ms = 0/' main.tf
run 0 "$PARTERRE" apply -auto-approve -no-color
equals "$(stored)" 20
no_doubles
