# kill -9 at every single change of a file in an apply: journal records, syncs, objects of the provider (so also between
# request and answer), the state itself. Whatever had been done by then, the next apply ends where an undisturbed one does.
. "$SCENARIO_LIB"
killer=$PWD/kill_at.so
cc -shared -fPIC -O1 -o "$killer" "$(dirname "$SCENARIO_LIB")/kill_at.c" -ldl

# configuration COUNT SIZE DELAY: kept, updated by DELAY, replaced by SIZE, shrunk or grown by COUNT, and what depends on it.
configuration() {
  cat <<TF
terraform {
  required_providers {
    mock = { source = "parterre/mock" }
  }
}
provider "mock" {
  store = "\${path.root}/store"
}
resource "mock_object" "kept" {
  name = "kept"
}
resource "mock_object" "updated" {
  name     = "updated"
  delay_ms = $3
}
resource "mock_object" "replaced" {
  name = "replaced"
  size = $2
}
resource "mock_object" "several" {
  count = $1
  name  = "several-\${count.index}-\${mock_object.kept.id}"
}
resource "terraform_data" "note" {
  input = mock_object.several[*].id
}
output "ids" {
  value = mock_object.several[*].id
}
TF
}

# Their ids. A write to the store that was cut short leaves a .tmp file behind, which is no object.
objects_of_store() { ls store | sed -nE 's/^mock_object\.(.*)\.json$/\1/p' | sort; }
objects_of_state() { sed -nE 's/^ *"id": "([0-9a-f]{16})".*/\1/p' terraform.tfstate | sort -u; }

mkdir start && cd start
configuration 3 1 0 >main.tf
run 0 "$PARTERRE" apply -auto-approve -no-color
for count in 2 5; do
  configuration $count 2 1 >main.tf

  # How many changes there are differs from run to run (what is ready together is synced together): the end is where
  # three runs in a row were through before they came to the change to die at.
  killed=0 through=0
  for ((at = 1; through < 3; at++)); do
    # Before and after each in the first round; in the second, now one and now the other.
    moments=(before after)
    if ((count == 5)); then moments=("${moments[at % 2]}"); fi
    for when in "${moments[@]}"; do
      rm -rf ../run && cp -r . ../run
      cd ../run
      code=0
      { LD_PRELOAD=$killer KILL_AT=$at KILL_WHEN=$when "$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1; } \
        2>/dev/null || code=$?
      what="killed $when change $at, with $count"
      case $code in
        137) killed=$((killed + 1)) through=0 ;;
        0) through=$((through + 1)) ;;
        *) fail "$what: exit $code: $(<apply.log)" ;;
      esac
      "$PARTERRE" state list >listed.log 2>&1 || fail "$what: $(<listed.log)"
      "$PARTERRE" apply -auto-approve -no-color >again.log 2>&1 || fail "$what: $(<again.log)"
      "$PARTERRE" plan -detailed-exitcode -no-color >plan.log 2>&1 || fail "$what: $(<plan.log)"
      no_doubles
      equals "$what: $(stored)" "$what: $((count + 3))"
      equals "$what: $(objects_of_store)" "$what: $(objects_of_state)"
      test ! -s terraform.tfstate.journal || fail "$what: the journal is still there"
      cd ../start
    done
  done
  echo "killed $killed times"
  [ "$killed" -gt 20 ] || fail "the killer does not work"
done
