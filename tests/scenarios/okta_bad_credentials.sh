# Missing or garbled key, wrong client id, an org that does not answer: one clear diagnostic each, exit code 1, no secret shown.
. "$SCENARIO_LIB"
start_org
cat >main.tf <<'TF'
terraform {
  required_providers {
    okta = { source = "okta/okta" }
  }
}
resource "okta_group" "garden" { name = "The Garden" }
TF
run 0 "$PARTERRE" plan -no-color
cp provider.tf good.txt
sed 's|rsa.pem|nowhere.pem|' good.txt >provider.tf
run 1 "$PARTERRE" apply -auto-approve -no-color
equals "$(grep -c '^Error: ' <<<"$out")" 1
cp good.txt provider.tf
cp rsa.pem good.pem
printf -- '-----BEGIN RSA PRIVATE KEY-----\nsecretsecretsecret\n-----END RSA PRIVATE KEY-----\n' >rsa.pem
run 1 "$PARTERRE" apply -auto-approve -no-color
equals "$(grep -c '^Error: ' <<<"$out")" 1
lacks secretsecret
cp good.pem rsa.pem
sed 's|client_id *= *".*"|client_id = "0oaNOBODY0000000000"|' good.txt >provider.tf
run 1 "$PARTERRE" apply -auto-approve -no-color
has "the API returned an error:"
cp good.txt provider.tf
kill "$org_pid"
wait "$org_pid" 2>/dev/null || true
run 1 env OKTA_MAX_RETRIES=0 "$PARTERRE" apply -auto-approve -no-color
equals "$(grep -c '^Error: ' <<<"$out")" 1
