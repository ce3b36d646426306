# state identities tells what newer writers have kept of identities, and rewriting a state by hand keeps them.
. "$SCENARIO_LIB"
echo 'resource "terraform_data" "a" {}' >main.tf
cat >terraform.tfstate <<'JSON'
{"version": 4, "serial": 3, "lineage": "l", "resources": [{"mode": "managed", "type": "terraform_data", "name": "a",
 "provider": "provider[\"terraform.io/builtin/terraform\"]", "instances": [{"schema_version": 0,
 "attributes": {"id": "one", "input": null, "output": null, "triggers_replace": null}, "sensitive_attributes": [],
 "identity_schema_version": 0, "identity": {"region": "eu", "number": 7}}]}]}
JSON
run 0 "$PARTERRE" state identities
equals "$out" 'terraform_data.a = {"region":"eu","number":7}'
run 0 "$PARTERRE" show -json
has '"identity_schema_version":0,"identity":{"region":"eu","number":7}'
run 0 "$PARTERRE" state identities -json -id=two
equals "$out" '{}'
run 0 "$PARTERRE" state mv terraform_data.a 'terraform_data.b["k"]'
run 0 "$PARTERRE" state identities -json
equals "$out" '{"terraform_data.b[\"k\"]":{"region":"eu","number":7}}'
