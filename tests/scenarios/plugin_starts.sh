# How often a plugin is started: once for a plan, and not at all to find valid again what it has found valid before.
. "$SCENARIO_LIB"
plugin=$(dirname "$PARTERRE")/../tests/faulty_plugin
[ -x "$plugin" ] || skip "there is no build/tests/faulty_plugin"
mkdir bin .terraform
cp "$plugin" bin/real
printf '#!/bin/sh\necho started >>"%s/starts"\nexec "%s/bin/real"\n' "$PWD" "$PWD" >bin/terraform-provider-faulty
chmod +x bin/terraform-provider-faulty
printf 'provider_installation {\n  dev_overrides {\n    "parterre/faulty" = "%s/bin"\n  }\n}\n' "$PWD" >cli.rc
export TF_CLI_CONFIG_FILE=$PWD/cli.rc
cat >main.tf <<'TF'
terraform {
  required_providers {
    faulty = { source = "parterre/faulty" }
  }
}
resource "faulty_thing" "x" {
  count = 20
  name  = "thing ${count.index}"
}
TF
# starts N WORDS...: the command starts the plugin so often.
starts() {
  local wanted=$1; shift
  : >starts
  run 0 "$PARTERRE" "$@" -no-color
  equals "$* starts it $(wc -l <starts) times" "$* starts it $wanted times"
}
starts 1 validate
starts 0 validate
starts 1 plan
starts 1 plan -out=p.plan
starts 1 apply p.plan
starts 1 plan
starts 0 output
starts 0 state list
starts 0 providers schema -json
starts 2 apply -auto-approve -replace='faulty_thing.x[3]'
starts 2 destroy -auto-approve
sed -i 's/"thing /"thin /' main.tf
starts 1 validate
starts 0 validate
# Another file of that name is another plugin.
cp "$plugin" bin/other
sed -i 's|bin/real|bin/other|' bin/terraform-provider-faulty
starts 1 validate
# Two configurations of a provider are two processes.
cat >>main.tf <<'TF'
provider "faulty" {
  alias = "second"
}
resource "faulty_thing" "y" {
  provider = faulty.second
  name     = "other"
}
TF
starts 2 plan
