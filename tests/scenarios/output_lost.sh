# Nobody takes what is printed: a full disk behind standard output, streams that are closed, a pager that was left;
# and a current folder that is gone.
. "$SCENARIO_LIB"
mock_config 40 1 >main.tf
code=0
out=$("$PARTERRE" apply -auto-approve -no-color 2>&1 >/dev/full </dev/null) || code=$?
echo "$out"
equals "$code" 1
has "Not all of the output could be written"
has "No space left on device"
equals "$("$PARTERRE" state list | wc -l)" 40
# Without streams of their own, files that are opened must not take their places.
"$PARTERRE" apply -auto-approve -replace='mock_object.x[0]' <&- >&- 2>&-
run 0 "$PARTERRE" plan -detailed-exitcode -no-color
rm -rf terraform.tfstate* store
# head leaves after the first line; the apply goes on to its end, and lets go of its lock.
codes=$("$PARTERRE" apply -auto-approve -no-color 2>&1 </dev/null | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}")
equals "$codes" 0
equals "$("$PARTERRE" state list | wc -l)" 40
[ ! -e .terraform.tfstate.lock.info ] || fail "the lock is still there"
no_doubles
mkdir gone
cd gone
rmdir ../gone
run 1 "$PARTERRE" plan -no-color
has "The current folder cannot be found"
