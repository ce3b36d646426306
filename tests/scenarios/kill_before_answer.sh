# kill -9 between a request and its answer: the org has made the user, the run never heard of it. The next run finds it.
. "$SCENARIO_LIB"
start_org --test-hooks --hold="POST /api/v1/users"
cat >main.tf <<'TF'
terraform {
  required_providers {
    okta = { source = "okta/okta" }
  }
}
resource "okta_user" "bird" {
  first_name = "Selasphorus"
  last_name  = "rufous"
  login      = "rufous.hummingbird@example.com"
  email      = "rufous.hummingbird@example.com"
}
TF
"$PARTERRE" apply -auto-approve -no-color >apply.log 2>&1 &
pid=$!
children+=("$pid")
held() { curl -fsS "$org_url/_test/held" | grep -q '"held":1'; }
until_true held
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
curl -fsS -X POST "$org_url/_test/release" >/dev/null
run 0 "$PARTERRE" apply -auto-approve -no-color
has "okta_user.bird"
equals "$("$PARTERRE" state list)" okta_user.bird
run 0 "$PARTERRE" plan -detailed-exitcode -no-color
run 0 "$PARTERRE" destroy -auto-approve -no-color
