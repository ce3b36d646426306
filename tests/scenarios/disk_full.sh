# No room for the state: nothing that was done is lost, and the next run goes on from there.
. "$SCENARIO_LIB"
mock_config 40 0 >main.tf
code=0
out=$(trap '' XFSZ; ulimit -f 8; "$PARTERRE" apply -auto-approve -no-color 2>&1 </dev/null) || code=$?
echo "$out"
equals "$code" 1
has "Error: "
made=$(stored)
echo "objects made: $made"
run 0 "$PARTERRE" apply -auto-approve -no-color
equals "$(stored)" 40
no_doubles
equals "$("$PARTERRE" state list | wc -l)" 40
run 0 "$PARTERRE" plan -detailed-exitcode -no-color
