# Explore Errors, and Remove Resources.

# Each of the four resources has its own error, for the same reason. The stock program does not ask for what depends on
# one that failed.
each_fails() {
  local address resources=(okta_user.bird okta_user.butterfly okta_group.garden)
  [ -n "$stock" ] || resources+=(okta_group_memberships.gardenmembers)
  times ${#resources[@]} "the API returned an error: $1"
  for address in "${resources[@]}"; do times 1 "  with $address,"; done
}

two_keys() {
  local added
  added=$(click addKey "$app" "$work" second.pem)
  kid_of "$added" >"$work/second_kid"
  tf 1 plan
  shows two_keys
  each_fails 'The client_assertion JWT kid is invalid.'
  lacks 'Plan: '
}
step 'two active keys: the kid is invalid, for every resource' two_keys

wrong_key() {
  click deactivateKey "$app" "$(<"$work/first_kid")"
  tf 1 plan
  shows wrong_key
  each_fails 'The client_assertion signature is invalid.'
}
step 'the used key inactive: the signature is invalid' wrong_key

first_key_again() {
  click activateKey "$app" "$(<"$work/first_kid")"
  click deactivateKey "$app" "$(<"$work/second_kid")"
  no_changes
  click deleteKey "$app" "$(<"$work/second_kid")"
  no_changes
}
step 'the older key active, the newer one deleted: the plan succeeds' first_key_again

no_scope='the API returned an error: The access token provided does not contain the required scopes., Status: 403 Forbidden'

scope_revoked() {
  write_main provider bird butterfly garden members flower
  click revokeScope "$app" okta.users.manage
  tf 1 plan
  has "$no_scope"
  shows scope_missing
}
step 'a scope revoked in the app: 403' scope_revoked

scope_granted() {
  click grantScope "$app" okta.users.manage
  tf 0 plan
  has 'Plan: 1 to add, 0 to change, 0 to destroy.'
}
step 'the scope granted again: the plan succeeds' scope_granted

scope_not_asked() {
  sed -i 's/"okta.users.manage", //' main.tf
  tf 1 plan
  shows scope_missing
  write_main provider bird butterfly garden members flower
  tf 0 apply -auto-approve
  has 'okta_user.flower: Creation complete after <n>s [id=<user>]'
  has 'Apply complete! Resources: 1 added, 0 changed, 0 destroyed.'
}
step 'a scope missing in the provider block: the same 403; then the flower is made' scope_not_asked

flower_in_group() {
  sed -i 's/^    okta_user.butterfly.id,/&\n    okta_user.flower.id,/' main.tf
  tf 0 plan
  shows flower_joins
  tf 0 apply -auto-approve
  has 'Apply complete! Resources: 0 added, 1 changed, 0 destroyed.'
  equals "$(members)" 'foxglove@example.com
rufous.hummingbird@example.com
swallowtail.butterfly@example.com'
}
step 'the flower comes into the group' flower_in_group

clock() {
  clock_ahead=+5m
  tf 1 plan
  has 'the API returned an error: The client_assertion token has an expiration too far into the future'
  clock_ahead=
  no_changes
}
if [ -n "$stock" ]; then
  skip 'a clock some minutes ahead: the stock program does not see the clock that faketime shows'
elif command -v faketime >/dev/null; then
  step 'a clock some minutes ahead' clock
else
  skip 'a clock some minutes ahead: faketime is missing'
fi

remove_block() {
  sed -i '/^resource "okta_user" "bird"/,/^}/d' main.tf
  tf 1 plan
  shows undeclared
}
step 'the bird'\''s block removed alone: Reference to undeclared resource' remove_block

remove_both() {
  grep -n bird ./*.tf
  sed -i '/okta_user.bird.id/d' main.tf
  tf 0 plan
  shows bird_destroyed
  has 'Plan: 0 to add, 1 to change, 1 to destroy.'
  [[ $(people) == *rufous.hummingbird@example.com* ]] || fail 'planning has removed the bird'
  tf 0 apply -auto-approve
  has 'okta_user.bird: Destruction complete after <n>s'
  has 'Apply complete! Resources: 0 added, 1 changed, 1 destroyed.'
  equals "$(people)" 'foxglove@example.com PROVISIONED
swallowtail.butterfly@example.com PROVISIONED'
  no_changes
}
step 'both removed: one user is destroyed' remove_both
