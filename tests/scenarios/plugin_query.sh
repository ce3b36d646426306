# Lists of a plugin (tests/plugins/garden, built by tests/plugins/run): in text and JSON, cut by a limit, as configuration
# that plans as imports; and what is said of mistakes, and of providers without lists.
. "$SCENARIO_LIB"
garden=$(dirname "$PARTERRE")/../plugins/garden
[ -x "$garden/terraform-provider-garden" ] || skip "there is no build/plugins/garden: tests/plugins/run builds it where Go is"
printf 'provider_installation {\n  dev_overrides {\n    "parterre/garden" = "%s"\n  }\n}\n' "$(cd "$garden" && pwd)" >cli.rc
export TF_CLI_CONFIG_FILE=$PWD/cli.rc
cat >main.tf <<'TF'
terraform {
  required_providers {
    garden = { source = "parterre/garden" }
    mock   = { source = "parterre/mock" }
  }
}
variable "beginning" {
  default = ""
}
TF
run 1 "$PARTERRE" query -no-color
has 'No list blocks'
mkdir plants
for name in ivy oak rose rosemary; do
  echo "{\"name\":\"$name\",\"height\":12,\"revision\":4}" >plants/$name.json
done
cat >all.tfquery.hcl <<'TF'
list "garden_plant" "all" {
  provider = garden
  config {
    prefix = var.beginning
  }
}
TF
run 0 "$PARTERRE" fmt -check -no-color
run 0 "$PARTERRE" query -no-color
has 'list.garden_plant.all   bed=plants,name=ivy   The ivy
list.garden_plant.all   bed=plants,name=oak   The oak
list.garden_plant.all   bed=plants,name=rose   The rose
list.garden_plant.all   bed=plants,name=rosemary   The rosemary'
run 0 "$PARTERRE" query -no-color -var beginning=rosem
lacks 'name=oak'
has 'name=rosemary'
run 0 "$PARTERRE" query -no-color -var beginning=yew
has 'list.garden_plant.all   nothing found'
# Nothing but the list was asked for, and nothing is planned of it.
run 0 "$PARTERRE" plan -no-color
has 'No changes'
run 0 "$PARTERRE" providers schema -json
has '"list_resource_schemas":{"garden_plant":{"version":0,"block":{"attributes":{"prefix":'

# JSON: a line for each step.
run 0 "$PARTERRE" query -json -var beginning=ivy
has '"@message":"list.garden_plant.all: Starting query..."'
has '"list_start":{"address":"list.garden_plant.all","resource_type":"garden_plant","input_config":{"prefix":"ivy"}}'
has '"list_resource_found":{"address":"list.garden_plant.all","display_name":"The ivy","identity":{"bed":"plants","name":"ivy"},"identity_version":1,"resource_type":"garden_plant"}'
has '"list_complete":{"address":"list.garden_plant.all","resource_type":"garden_plant","total":1}'
sed -i 's/^  provider = garden/  include_resource = true\n&/' all.tfquery.hcl
run 0 "$PARTERRE" query -json -var beginning=ivy
has '"resource_object":{'
has '"height":12'

# What is found is written as configuration, and planned as imports.
sed -i '/include_resource/d' all.tfquery.hcl
run 0 "$PARTERRE" query -no-color -generate-config-out=found.tf -var beginning=ro
has 'Configuration of 2 objects was written to found.tf.'
run 0 "$PARTERRE" fmt -check -no-color
in_file 'resource "garden_plant" "all_0"' found.tf
in_file 'to = garden_plant.all_1' found.tf
run 0 "$PARTERRE" plan -no-color
has 'Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.'
run 1 "$PARTERRE" query -no-color -generate-config-out=found.tf
has 'Target generated file already exists'
# Names that the configuration has are left alone.
run 0 "$PARTERRE" query -no-color -generate-config-out=more.tf -var beginning=oak
in_file 'resource "garden_plant" "all_2"' more.tf
run 0 "$PARTERRE" query -no-color -generate-config-out=none.tf -var beginning=yew
has 'Nothing was found: none.tf was not written.'
[ ! -e none.tf ] || fail "none.tf was written"
run 0 "$PARTERRE" query -json -generate-config-out=log.txt -var beginning=ivy
has '"config":"resource \"garden_plant\" \"all_'
has '"import_config":"import {'

# Limits, and lists of several instances.
cat >all.tfquery.hcl <<'TF'
list "garden_plant" "some" {
  provider = garden
  limit    = 2
}
list "garden_plant" "each" {
  provider = garden
  for_each = toset(["ivy", "oak"])
  config {
    prefix = each.key
  }
}
TF
run 0 "$PARTERRE" query -no-color
has 'Warning: List ended at its limit'
has 'list.garden_plant.some found 2 objects, which is its limit'
has 'list.garden_plant.each["oak"]   bed=plants,name=oak   The oak'
equals "$(grep -c '^list.garden_plant.some   ' <<<"$out")" 2

# Mistakes of one list are told with their place, and the others are made.
cat >all.tfquery.hcl <<'TF'
list "garden_plant" "good" {
  provider = garden
  config { prefix = "oak" }
}
list "garden_plant" "weeds" {
  provider = garden
  config { prefix = "weed" }
}
list "garden_plants" "misspelt" {
  provider = garden
}
list "mock_object" "none" {
  provider = mock
}
TF
echo damaged >plants/oak2.json
run 1 "$PARTERRE" query -no-color
has 'name=oak '
has 'Error: Weeds are not counted'
has 'on all.tfquery.hcl line 7, in list "garden_plant" "weeds":'
has 'Error: Unreadable plant'
has 'The provider parterre/garden has no list of "garden_plants". Did you mean'
has 'Error: Invalid list resource'
run 1 "$PARTERRE" query -json
has '"list_complete":{"address":"list.garden_plant.good","resource_type":"garden_plant","total":1}'
has '"@message":"Error: Weeds are not counted"'
echo 'resource "garden_plant" "x" { name = "x" }' >all.tfquery.hcl
run 1 "$PARTERRE" query -no-color
has 'Error: Unsupported block type'
echo '{"list": {"garden_plant": {"json": {"provider": "garden", "config": {"prefix": "ivy"}}}}}' >all.tfquery.json
rm all.tfquery.hcl
run 0 "$PARTERRE" query -no-color
has 'list.garden_plant.json   bed=plants,name=ivy   The ivy'

# Ten thousand, in linear time and without keeping them.
printf 'list "mock_vault" "many" {\n  provider = mock\n  limit = 20000\n  config { count = 20000 }\n}\n' >all.tfquery.hcl
rm all.tfquery.json
code=0
(ulimit -v 2000000; "$PARTERRE" query -no-color) >many.txt 2>&1 || code=$?
equals "$code" 0
equals "$(grep -c '^list.mock_vault.many   name=vault-' many.txt)" 20000
