# No room in state mv, within a state and between two: the states stay whole, and no object is lost.
. "$SCENARIO_LIB"
cat >main.tf <<'TF'
resource "terraform_data" "a" {
  count = 60
  input = "some text that takes room: ${count.index}"
}
resource "terraform_data" "b" {}
TF
run 0 "$PARTERRE" apply -auto-approve -no-color
# ids FILE...: of the objects in these states, each once.
ids() { cat "$@" 2>/dev/null | sed -nE 's/^ *"id": "([0-9a-f-]{36})".*/\1/p' | sort -u; }
objects=$(ids terraform.tfstate)
equals "$(wc -l <<<"$objects")" 61
size=$(stat -c %s terraform.tfstate)

# full BLOCKS COMMAND...: no file may become larger than that many KiB.
full() {
  local blocks=$1 code=0; shift
  out=$(trap '' XFSZ; ulimit -f "$blocks"; "$@" 2>&1 </dev/null) || code=$?
  echo "\$ (full at $blocks KiB) $* -> $code"; echo "$out"
  [ "$code" -ne 0 ] || fail "it should have failed: $*"
  has "Error"
}
for blocks in 0 1 $((size / 2048)); do
  full "$blocks" "$PARTERRE" state mv terraform_data.b terraform_data.c
  equals "$(ids terraform.tfstate)" "$objects"
  equals "$("$PARTERRE" state list | wc -l)" 61
  full "$blocks" "$PARTERRE" state mv -state-out=other.tfstate terraform_data.a terraform_data.a
  equals "$(ids terraform.tfstate other.tfstate)" "$objects"
  equals "$("$PARTERRE" state list | wc -l)" 61
done
# With room again the same commands do their work.
run 0 "$PARTERRE" state mv terraform_data.b terraform_data.c
run 0 "$PARTERRE" state mv -state-out=other.tfstate terraform_data.a terraform_data.a
equals "$(ids terraform.tfstate | wc -l)" 1
equals "$(ids other.tfstate | wc -l)" 60
equals "$(ids terraform.tfstate other.tfstate)" "$objects"
