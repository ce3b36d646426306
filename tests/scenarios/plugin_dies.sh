# A provider plugin that dies in its third create: what had been made is in the state, one diagnostic has its last words,
# no process stays, and the next run goes on from there.
. "$SCENARIO_LIB"
plugin=$(dirname "$PARTERRE")/../tests/faulty_plugin
[ -x "$plugin" ] || skip "there is no build/tests/faulty_plugin"
mkdir bin
cp "$plugin" bin/terraform-provider-faulty
printf 'provider_installation {\n  dev_overrides {\n    "parterre/faulty" = "%s/bin"\n  }\n}\n' "$PWD" >cli.rc
export TF_CLI_CONFIG_FILE=$PWD/cli.rc
config() {
  cat <<TF
terraform {
  required_providers {
    faulty = { source = "parterre/faulty" }
  }
}
resource "faulty_thing" "one" { name = "one" }
resource "faulty_thing" "two" { name = "two \${faulty_thing.one.name}" }
resource "faulty_thing" "three" { name = "$1 \${faulty_thing.two.name}" }
resource "faulty_thing" "four" { name = "four \${faulty_thing.three.name}" }
TF
}
config "die in apply" >main.tf
run 1 "$PARTERRE" apply -auto-approve -no-color
has 'faulty_thing.two: Creation complete'
equals "$(grep -c '^Error: ' <<<"$out")" 1
has 'Error: Plugin did not respond'
has 'panic: told to die'
lacks 'faulty_thing.four: Creating'
pgrep -f "$PWD/bin/" && fail "a plugin is still there"
run 0 "$PARTERRE" state list
equals "$out" $'faulty_thing.one\nfaulty_thing.two'
config "live" >main.tf
run 0 "$PARTERRE" apply -auto-approve -no-color
has 'Apply complete! Resources: 2 added, 0 changed, 0 destroyed.'
run 0 "$PARTERRE" plan -detailed-exitcode -no-color
# The same in a destruction: what could not be asked about stays.
config "exit in read" >main.tf
run 0 "$PARTERRE" apply -auto-approve -no-color
run 1 "$PARTERRE" destroy -auto-approve -no-color
has 'Error: Plugin did not respond'
run 0 "$PARTERRE" state list
equals "$(wc -l <<<"$out")" 4
pgrep -f "$PWD/bin/" && fail "a plugin is still there"
exit 0
