# Explore More Terraform Features.

domain() {
  { echo; cat "$here/garden/domain.tf"; } >>main.tf
  sed -i 's/@example.com/@${var.domain}/' main.tf
  no_changes
  tf 0 plan -var domain=test.org
  shows domain_changes
  tf 0 apply -auto-approve -var domain=test.org
  has 'Apply complete! Resources: 0 added, 2 changed, 0 destroyed.'
  equals "$(people)" 'foxglove@test.org PROVISIONED
swallowtail.butterfly@test.org PROVISIONED'
  tf 0 apply -auto-approve
  has 'Apply complete! Resources: 0 added, 2 changed, 0 destroyed.'
  equals "$(people)" 'foxglove@example.com PROVISIONED
swallowtail.butterfly@example.com PROVISIONED'
}
step 'a variable for the domain, with and without -var' domain

list_variable() {
  aside
  cat >>main.tf <<'TF'

variable "members" {
  type = list(string)
}
TF
  sed -i -e '/^  users = \[/,/^  \]/d' -e 's/^  group_id = .*/&\n  users    = var.members/' main.tf
  tf 1 plan
  has 'Error: No value for required variable'
  local butterfly flower
  butterfly=$(user_id swallowtail.butterfly@example.com)
  flower=$(user_id foxglove@example.com)
  tf 0 plan -var "members=[\"$butterfly\", \"$flower\"]"
  has 'No changes. Your infrastructure matches the configuration.'
  echo "members = [\"$butterfly\"]" >terraform.tfvars
  tf 0 plan
  shows list_variable
}
step 'a list variable for the members, by -var and terraform.tfvars' list_variable

key_as_text() {
  aside
  sed -i 's|"${path.module}/rsa.pem"|file("rsa.pem")|' main.tf
  no_changes
  cat >>main.tf <<'TF'

variable "pk_from_env" {
  type = string
}
TF
  sed -i 's|file("rsa.pem")|"${var.pk_from_env}"|' main.tf
  local SECRET_PKEY
  SECRET_PKEY=$(<rsa.pem)
  timeout 120 "$PARTERRE" plan -var "pk_from_env=$SECRET_PKEY" >"$work/out" 2>&1
  grep -qF 'No changes. Your infrastructure matches the configuration.' "$work/out"
  TF_VAR_pk_from_env=$SECRET_PKEY tf 0 apply
  has 'Apply complete! Resources: 0 added, 0 changed, 0 destroyed.'
  if grep -qF "$(sed -n 2p rsa.pem)" "$work/out" terraform.tfstate*; then fail 'the key was written somewhere'; fi
}
step 'the key by file(), by a variable and by the environment; it is written nowhere' key_as_text

heredoc() {
  local description='import json, sys
profile = json.load(sys.stdin)["profile"]
text = profile["description"]
print((profile["name"], text.count("\n"), text.endswith("Do paint the meadows with delight.  \n")))'
  sed -i '/^resource "okta_group" "garden"/,/^}/d' main.tf
  { echo; cat "$here/garden/poem.tf"; } >>main.tf
  tf 0 plan
  shows heredoc
  tf 0 apply -auto-approve
  has 'Apply complete! Resources: 0 added, 1 changed, 0 destroyed.'
  # All of it arrives, the blanks at the end of a line too, which a plan does not show.
  equals "$(api "/groups/$(group_id)" | python3 -c "$description")" "('The Garden', 4, True)"
  no_changes
}
step 'a description of several lines' heredoc

move_users() {
  sed -n '/^resource "okta_user"/,/^}/p' main.tf | sed 's/^}/&\n/' >users.tf
  sed -i '/^resource "okta_user"/,/^}/d' main.tf
  grep -q foxglove users.tf
  no_changes
}
step 'users moved to users.tf: no changes' move_users

format() {
  tf 0 fmt
  cp users.tf "$work/users.tf"
  sed -i -e 's/  first_name *=/first_name=/' -e 's/  login *=/      login   =   /' users.tf
  tf 3 fmt -check
  equals "$out" users.tf
  tf 0 fmt
  equals "$out" users.tf
  cmp users.tf "$work/users.tf"
  tf 0 fmt -check
}
step 'fmt cleans up an ugly file' format
