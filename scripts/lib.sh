# What ./test, .ci/run and .ci/nightly share: parts that each run a command, print one line, and
# are added up.
# Sourced, not run, from the root of the checkout. Not for tests themselves.

# Nobody's own settings reach a test, and no proxy stands between a test and its own server.
for name in $(compgen -e | grep -E '^(TF_|OKTA_|PARTERRE_ORG_)' || true); do unset "$name"; done
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export LC_ALL=C.UTF-8
export NO_PROXY="127.0.0.1,localhost${NO_PROXY:+,$NO_PROXY}"
export no_proxy=$NO_PROXY

logs=build/log
total_passed=0
total_failed=0
total_skipped=0
mkdir -p "$logs"

# The last plain line "N passed, N failed[, N skipped]" of a file, as "passed failed skipped"; nothing without one.
totals_of() {
  sed -nE 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 0\4/p' "$1" | tail -n 1
}

declare -A pids started
# Whoever ends us ends what we started.
trap 'kill "${pids[@]}" 2>/dev/null; exit 130' INT TERM

# start NAME COMMAND...: runs the command beside us, with its output in build/log/NAME.log.
start() {
  local name=$1
  shift
  started[$name]=$SECONDS
  (exec "$@") >"$logs/${name// /-}.log" 2>&1 </dev/null &
  pids[$name]=$!
}

# report NAME: waits for it and prints its line. Its last plain count line counts; a command without one counts as one
# test, which "SKIPPED: why" as its last line makes a skipped one.
report() {
  local name=$1 log="$logs/${1// /-}.log" status=0 passed failed skipped
  wait "${pids[$name]}" || status=$?
  unset "pids[$name]"
  if [[ -n $(totals_of "$log") ]]; then
    read -r passed failed skipped < <(totals_of "$log")
    skipped=$((10#$skipped))
    # A run that failed without a failed test died on its way.
    if ((status != 0 && failed == 0)); then failed=1; fi
  elif ((status != 0)); then
    passed=0 failed=1 skipped=0
  elif tail -n 1 "$log" | grep -q '^SKIPPED'; then
    passed=0 failed=0 skipped=1
  else
    passed=1 failed=0 skipped=0
  fi
  total_passed=$((total_passed + passed))
  total_failed=$((total_failed + failed))
  total_skipped=$((total_skipped + skipped))
  printf '%-22s %s passed, %s failed, %s skipped (%s s)\n' "$name:" "$passed" "$failed" "$skipped" \
    "$((SECONDS - started[$name]))"
  grep -h '^SKIPPED' "$log" | sed 's/^/    /' || true
  if ((failed > 0)); then
    {
      grep -E '^ *(FAIL|FAILED|not ok)\b' "$log" | head -n 30 || true
      echo '...'
      grep -vE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 40 || true
    } | sed 's/^/    /'
    echo "    (all of it: $log)"
  fi
}

# part NAME COMMAND...: both at once.
part() {
  start "$@"
  report "$1"
}

# What must succeed before anything else makes sense.
must() {
  local name=$1 log="$logs/${1// /-}.log" started=$SECONDS
  shift
  if ! "$@" >"$log" 2>&1 </dev/null; then
    grep -E -A3 'error|FAILED|failed' "$log" | head -n 60 || true
    tail -n 15 "$log"
    echo "$name failed (all of it: $log)"
    total_failed=$((total_failed + 1))
    finish
  fi
  printf '%-22s done (%s s)\n' "$name:" "$((SECONDS - started))"
}

# The last line, and the exit code. With $totals_file set the line goes there, for a caller that adds up more.
finish() {
  local line="$total_passed passed, $total_failed failed"
  if ((total_skipped > 0)); then line+=", $total_skipped skipped"; fi
  if [[ -n ${totals_file:-} ]]; then echo "$line" >"$totals_file"; else echo "$line"; fi
  exit $((total_failed > 0))
}

# Configures the developer's build, where ./quickstart has not or without the tests; CMake itself looks again when
# its files change.
configure() {
  grep -qs '^PARTERRE_TESTS:BOOL=ON' build/CMakeCache.txt || cmake --preset dev -DPARTERRE_TESTS=ON
}
