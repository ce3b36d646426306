# 2,000 users and a key that the org does not know: one readable error with the count, with few calls; every
# address is in the log of -json. The same when they are there already and are refreshed.
. "$SCENARIO_LIB"
need openssl
start_org
users() {
  printf 'terraform {\n  required_providers {\n    okta = { source = "okta/okta" }\n  }\n}\n'
  local i
  for ((i = 0; i < $1; i++)); do
    printf 'resource "okta_user" "u%d" {\n  first_name = "U"\n  last_name  = "%d"\n  login = "u%d@example.com"\n  email = "u%d@example.com"\n}\n' $i $i $i $i
  done
}
cp provider.tf good.txt
openssl genrsa -out wrong.pem 2048 2>/dev/null
sed "s/rsa.pem/wrong.pem/" good.txt >provider.tf
users 2000 >main.tf

# folded CODE COMMAND...: one error with its count.
folded() {
  run "$@"
  equals "$(grep -c '^Error: ' <<<"$out")" 2
  has "(the same 1999 more times)"
  [ "$(wc -l <<<"$(sed -n '/^Error: /,$p' <<<"$out")")" -lt 60 ] || fail "too long"
}
before=$(org_calls)
folded 1 "$PARTERRE" apply -auto-approve -no-color
calls=$(($(org_calls) - before))
[ $calls -lt 20 ] || fail "$calls calls"
code=0
"$PARTERRE" apply -auto-approve -json >log.json 2>&1 || code=$?
equals "$code" 1
equals "$(grep '"@level":"error"' log.json | grep -o '"address":"okta_user.u[0-9]*"' | sort -u | wc -l)" 2000

# They are in the state: a refresh meets the same.
python3 - <<'PY'
import json
resources = [{"mode": "managed", "type": "okta_user", "name": f"u{i}",
              "provider": 'provider["registry.terraform.io/okta/okta"]',
              "instances": [{"schema_version": 0, "attributes": {"id": f"00u{i:017d}", "first_name": "U", "last_name": str(i),
                             "login": f"u{i}@example.com", "email": f"u{i}@example.com"}}]} for i in range(2000)]
json.dump({"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {},
           "resources": resources, "check_results": None}, open("terraform.tfstate", "w"))
PY
folded 1 "$PARTERRE" plan -no-color
code=0
"$PARTERRE" plan -json >log.json 2>&1 || code=$?
equals "$code" 1
equals "$(grep '"@level":"error"' log.json | grep -o '"address":"okta_user.u[0-9]*"' | sort -u | wc -l)" 2000
