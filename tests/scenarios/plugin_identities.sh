# Identities of objects with a plugin that has them (tests/plugins/garden, built by tests/plugins/run): kept in the state,
# imported by, upgraded; a plugin that needs what the stock 1.11 does not keep.
. "$SCENARIO_LIB"
garden=$(dirname "$PARTERRE")/../plugins/garden
[ -x "$garden/terraform-provider-garden" ] || skip "there is no build/plugins/garden: tests/plugins/run builds it where Go is"
printf 'provider_installation {\n  dev_overrides {\n    "parterre/garden" = "%s"\n  }\n}\n' "$(cd "$garden" && pwd)" >cli.rc
export TF_CLI_CONFIG_FILE=$PWD/cli.rc
head='terraform {
  required_providers {
    garden = { source = "parterre/garden" }
  }
}
'
cat >main.tf <<TF
$head
resource "garden_plant" "rose" {
  name = "rose"
}
import {
  to       = garden_plant.rose
  identity = { name = "rose" }
}
TF
mkdir plants
echo '{"name":"rose","height":10,"revision":4}' >plants/rose.json
run 0 "$PARTERRE" plan -no-color
has 'Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.'
run 0 "$PARTERRE" apply -auto-approve -no-color
run 0 "$PARTERRE" state identities -json
has '"name":"rose"'
has '"bed":"plants"'
run 0 "$PARTERRE" plan -detailed-exitcode -no-color
# Documents tell of them as those of Terraform 1.12 do.
run 0 "$PARTERRE" providers schema -json
has '"resource_identity_schemas":{"garden_plant":{"version":1,"attributes":{'
has '"name":{"type":"string"'
has '"required_for_import":true'
sed -i 's/name = "rose"$/&\n  height = 11/' main.tf
run 0 "$PARTERRE" plan -out=p -no-color
run 0 "$PARTERRE" show -json p
has '"before_identity":{"bed":"plants","name":"rose"}'
has '"after_identity":{"bed":"plants","name":"rose"}'
sed -i '/^  height/d' main.tf
# An identity of an older version is brought to today's by the plugin.
sed -i -z 's/"identity_schema_version": 1,\n *"identity": {[^}]*}/"identity_schema_version": 0, "identity": {"title": "rose"}/' terraform.tfstate
in_file '"title": "rose"' terraform.tfstate
sed -i '/^import/,$d' main.tf
run 0 "$PARTERRE" apply -auto-approve -refresh-only -no-color
run 0 "$PARTERRE" state identities -json
has '"bed":"plants"'
lacks title
# What is gone is known by its identity, too.
rm plants/rose.json
run 2 "$PARTERRE" plan -detailed-exitcode -no-color
has '1 to add'
# Wrong ones are told before the plugin is asked.
cat >>main.tf <<TF
resource "garden_plant" "ivy" {
  name = "ivy"
}
import {
  to       = garden_plant.ivy
  identity = { title = "ivy" }
}
TF
run 1 "$PARTERRE" plan -no-color
has 'Invalid import identity argument'
