# kill -9 at every change of a file in state mv, between two states too, and in the copying of a state to another
# backend: no object is ever lost, and the next command goes on from there.
. "$SCENARIO_LIB"
killer=$PWD/kill_at.so
cc -shared -fPIC -O1 -o "$killer" "$(dirname "$SCENARIO_LIB")/kill_at.c" -ldl

mkdir start && cd start
cat >main.tf <<'TF'
resource "terraform_data" "a" {
  count = 3
}
resource "terraform_data" "b" {}
TF
run 0 "$PARTERRE" apply -auto-approve -no-color
cat >../backend.tf <<'TF'
terraform {
  backend "local" {
    path = "elsewhere.tfstate"
  }
}
TF

# ids FILE...: of the objects in these states, each once.
ids() { cat "$@" 2>/dev/null | sed -nE 's/^ *"id": "([0-9a-f-]{36})".*/\1/p' | sort -u; }
objects=$(ids terraform.tfstate)
equals "$(wc -l <<<"$objects")" 4

# killed_everywhere CHECK COMMAND...: CHECK runs in the folder of each run that was killed.
killed_everywhere() {
  local check=$1 at when changes killed=0; shift
  rm -rf ../counted && cp -r . ../counted
  (cd ../counted && LD_PRELOAD=$killer KILL_AT=0 KILL_COUNT=$PWD/../changes "$@" >/dev/null)
  changes=$(<../changes)
  [ "$changes" -gt 5 ] || fail "only $changes changes were seen in: $*"
  for ((at = 1; at <= changes; at++)); do
    for when in before after; do
      rm -rf ../run && cp -r . ../run
      cd ../run
      code=0
      { LD_PRELOAD=$killer KILL_AT=$at KILL_WHEN=$when "$@" >killed.log 2>&1; } 2>/dev/null || code=$?
      [ $code -ne 137 ] || killed=$((killed + 1))
      what="$* killed $when change $at of $changes"
      $check
      cd ../start
    done
  done
  echo "$*: killed $killed times"
  [ "$killed" -gt $changes ] || fail "the killer does not work"
}

after_move() {
  "$PARTERRE" state list >listed.log 2>&1 || fail "$what: $(<listed.log)"
  equals "$what: $(wc -l <listed.log)" "$what: 4"
  # The next lock finishes a writing that was under way; until then readers see the state before it.
  "$PARTERRE" untaint -allow-missing terraform_data.none >/dev/null || fail "$what"
  "$PARTERRE" state list >listed.log 2>&1 || fail "$what: $(<listed.log)"
  equals "$what: $(wc -l <listed.log)" "$what: 4"
  grep -q 'terraform_data.b$' listed.log || "$PARTERRE" state mv terraform_data.c terraform_data.b >again.log || fail "$what: $(<again.log)"
  "$PARTERRE" plan -detailed-exitcode -no-color >plan.log 2>&1 || fail "$what: $(<plan.log)"
  equals "$what: $(ids terraform.tfstate)" "$what: $objects"
}
killed_everywhere after_move "$PARTERRE" state mv terraform_data.b terraform_data.c

after_move_out() {
  "$PARTERRE" untaint -allow-missing terraform_data.none >/dev/null || fail "$what"
  "$PARTERRE" untaint -allow-missing -state=other.tfstate terraform_data.none >/dev/null || fail "$what"
  equals "$what: $(ids terraform.tfstate other.tfstate)" "$what: $objects"
}
killed_everywhere after_move_out "$PARTERRE" state mv -state-out=other.tfstate terraform_data.a terraform_data.a

after_init() {
  "$PARTERRE" init -force-copy -no-color >init.log 2>&1 || fail "$what: $(<init.log)"
  "$PARTERRE" plan -detailed-exitcode -no-color >plan.log 2>&1 || fail "$what: $(<plan.log)"
  equals "$what: $(ids elsewhere.tfstate)" "$what: $objects"
}
cp ../backend.tf .
killed_everywhere after_init "$PARTERRE" init -force-copy -no-color
