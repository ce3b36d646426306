# An org that exists is taken over: users and groups are listed, written as configuration, and planned and applied as
# imports. Pages of the lists are all that is asked for; the state of objects imported by id is as it was.
. "$SCENARIO_LIB"
need openssl
start_org
printf 'terraform {\n  required_providers {\n    okta = { source = "okta/okta" }\n  }\n}\n' >versions.tf
cat >main.tf <<'TF'
resource "okta_user" "staff" {
  count      = 250
  first_name = "U"
  last_name  = "N${count.index}"
  login      = "u${count.index}@example.com"
  email      = "u${count.index}@example.com"
}
resource "okta_group" "team" {
  count       = 3
  name        = "Team ${count.index}"
  description = "Number ${count.index}"
}
TF
run 0 "$PARTERRE" apply -auto-approve -no-color
# Someone else, who has no state of it.
mkdir other
cp provider.tf versions.tf *.pem other/
cd other
cat >org.tfquery.hcl <<'TF'
list "okta_user" "staff" {
  provider = okta
  limit    = 1000
  config {
    search = "profile.lastName sw \"N\""
  }
}
list "okta_group" "all" {
  provider = okta
}
TF
run 0 "$PARTERRE" query -no-color
equals "$(grep -c '^list.okta_user.staff   id=00u[^ ]*   u[0-9]*@example.com$' <<<"$out")" 250
equals "$(grep -c '^list.okta_group.all   id=00g[^ ]*   Team [0-9]$' <<<"$out")" 3
lacks Everyone
# Two pages of users, one of groups: the whole run is a handful of calls.
before=$(org_calls)
run 0 "$PARTERRE" query -no-color
made=$(($(org_calls) - before))
[ $made -le 5 ] || fail "$made calls for a query are too many"
run 0 "$PARTERRE" query -json
equals "$(grep -c '"type":"list_resource_found"' <<<"$out")" 253
has '"list_complete":{"address":"list.okta_user.staff","resource_type":"okta_user","total":250}'

run 0 "$PARTERRE" query -no-color -generate-config-out=org.tf
run 0 "$PARTERRE" fmt -check -no-color
before=$(org_calls)
run 0 "$PARTERRE" plan -no-color
has 'Plan: 253 to import, 0 to add, 0 to change, 0 to destroy.'
made=$(($(org_calls) - before))
[ $made -le 8 ] || fail "$made calls for a plan of 253 imports are too many"
run 0 "$PARTERRE" apply -auto-approve -no-color
has '253 imported'
run 0 "$PARTERRE" plan -no-color -detailed-exitcode
run 0 "$PARTERRE" state identities -json
has '"id":"00u'
# What was made or imported by id has no identity, and plans no change.
cd ..
run 0 "$PARTERRE" plan -no-color -detailed-exitcode
lacks identity
if grep -q '"identity"' terraform.tfstate; then fail "the state has identities"; fi
id=$(grep -o '"id": "00g[^"]*"' terraform.tfstate | head -1 | cut -d'"' -f4)
mkdir third
cp provider.tf versions.tf *.pem third/
cd third
printf 'resource "okta_group" "one" {\n  name        = "Team 0"\n  description = "Number 0"\n}\n' >main.tf
run 0 "$PARTERRE" import -no-color okta_group.one "$id"
if grep -q '"identity"' terraform.tfstate; then fail "the state has an identity"; fi
# The org's own words, at the list that met them.
printf 'list "okta_user" "broken" {\n  provider = okta\n  config {\n    search = "nonsense nonsense"\n  }\n}\nlist "okta_group" "q" {\n  provider = okta\n  config {\n    q = "Team 1"\n  }\n}\n' >q.tfquery.hcl
run 1 "$PARTERRE" query -no-color
has 'failed to list users'
has 'with list.okta_user.broken'
has 'Team 1'
lacks 'Team 2'
# Lists without arguments meet them, too.
printf 'list "okta_group" "all" {\n  provider = okta\n}\n' >q.tfquery.hcl
openssl genrsa -out wrong.pem 2048 2>/dev/null
cp provider.tf good.txt
sed -i 's/rsa.pem/wrong.pem/' provider.tf
run 1 "$PARTERRE" query -no-color
has 'failed to list groups'
has 'on q.tfquery.hcl line 1, in list "okta_group" "all"'
# The provider as a plugin lists the same, for newer hosts.
plugin=$(dirname "$PARTERRE")/terraform-provider-okta
[ -x "$plugin" ] || { echo 'SKIPPED okta_query with the plugin: there is none'; exit 0; }
cd ../other
printf 'provider_installation {\n  dev_overrides {\n    "okta/okta" = "%s"\n  }\n  direct {}\n}\n' "$(cd "$(dirname "$plugin")" && pwd)" >cli.rc
export TF_CLI_CONFIG_FILE=$PWD/cli.rc
rm org.tf
run 0 "$PARTERRE" query -no-color -generate-config-out=org.tf
lacks 'built in'
equals "$(grep -c '^list.okta_user.staff   id=00u[^ ]*   u[0-9]*@example.com$' <<<"$out")" 250
in_file 'resource "okta_group" "all_2"' org.tf
rm terraform.tfstate
run 0 "$PARTERRE" plan -no-color
has 'Plan: 253 to import, 0 to add, 0 to change, 0 to destroy.'
sed -i 's/search = .*/search = "nonsense nonsense"/' org.tfquery.hcl
run 1 "$PARTERRE" query -no-color
has 'failed to list users'
has 'Team 1'
