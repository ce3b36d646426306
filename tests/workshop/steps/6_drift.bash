# Find and Fix Configuration Drift, Control API Usage, Clean Up.

drift_by_hand() {
  click removeMember 'The Garden' 'Digitalis purpurea'
  click changePerson 'Digitalis purpurea' Suspend
  equals "$(members)" swallowtail.butterfly@example.com
  [[ $(people) == *'foxglove@example.com SUSPENDED'* ]] || fail "$(people)"
}
step 'console: the foxglove taken out of the group and suspended' drift_by_hand

drift_found() {
  tf 0 plan
  shows drift
}
step 'drift: the plan puts it back' drift_found

drift_fixed() {
  tf 0 apply -auto-approve
  has 'Apply complete! Resources: 0 added, 2 changed, 0 destroyed.'
  equals "$(members)" 'foxglove@example.com
swallowtail.butterfly@example.com'
  [[ $(people) == *'foxglove@example.com ACTIVE'* ]] || fail "$(people)"
  no_changes
}
step 'drift: apply mends it' drift_fixed

slider() {
  click setRateLimitShare "$app" 25
  no_changes
}
if [ -n "$browser" ]; then step 'console: the slider of the app'\''s rate limits' slider; fi

tells_of_waiting() {
  [[ $out =~ Okta\ API:\ ([0-9]+)\ calls,\ waited\ [0-9]+\ times?\ \([0-9.]+\ s\)\ for\ the\ rate\ limit\. ]] ||
    fail 'nothing tells that the governor waited'
  [ "${BASH_REMATCH[1]}" -ge 10 ] || fail "${BASH_REMATCH[1]} calls are too few"
}
# An org of its own, with buckets of five calls a second, of which the app has half.
small_bucket() {
  local url
  url=$(<"$work/small/url")
  mkdir "$work/small/garden"
  cd "$work/small/garden"
  "$PARTERRE_ORG" bootstrap --url "$url" --dir .
  cat >main.tf <<'TF'
terraform {
  required_providers {
    okta = {
      source = "okta/okta"
    }
  }
}

resource "okta_user" "flower" {
  count      = 8
  first_name = "Flower"
  last_name  = "Number ${count.index}"
  login      = "flower.${count.index}@example.com"
  email      = "flower.${count.index}@example.com"
}

resource "okta_group" "bed" {
  name = "Bed"
}

resource "okta_group_memberships" "bed" {
  group_id = okta_group.bed.id
  users    = okta_user.flower[*].id
}
TF
  export OKTA_HTTP_PROXY=$url
  tf 0 init
  tf 0 apply -auto-approve
  has 'Apply complete! Resources: 10 added, 0 changed, 0 destroyed.'
  if [ -z "$stock" ]; then tells_of_waiting; fi
  # It asks in time: a refusal is the exception, at most one for each bucket.
  local refused
  refused=$(curl -fsS --noproxy '*' "$url/metrics" | sed -nE 's/.*status="429"\} ([0-9]+)$/\1/p' | paste -sd+)
  [ $((${refused:-0})) -le 3 ] || fail "the org refused $((refused)) calls"
  tf 0 plan
  has 'No changes. Your infrastructure matches the configuration.'
}
if start_org small --rate-limit all=5 --rate-window 1; then
  step 'a bucket of five calls a second: waits, and does not fail' small_bucket
else
  failed=$((failed + 1))
fi

destroy() {
  tf 0 plan -destroy
  has 'Plan: 0 to add, 0 to change, 5 to destroy.'
  tf 0 destroy <<<yes
  has 'Destroy complete! Resources: 5 destroyed.'
  inventory | diff "$work/inventory" -
  equals "$("$PARTERRE" state list)" ''
}
step 'destroy leaves the org as it was' destroy
