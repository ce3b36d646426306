# Manage Users and Groups.

# What the schema of version 6.12 computes beyond the workshop's older one.
newer_attributes='activated|created|last_login|last_updated|password_changed|realm_id|status_changed'

plan_bird() {
  write_main provider bird
  cp "$work/traditional.pem" rsa.pem
  tf 0 plan
  shows bird_created
  openssl rsa -in pkcs.pem -out rsa.pem
  tf 0 plan
  shows bird_created
  out=$(grep -vE "^      \+ ($newer_attributes) +=" <<<"$out" |
    sed -e '/^$/{N;/\n      + type (known after apply)$/d}')
  shows bird_of_workshop
}
step 'plan of one user: the workshop'\''s ten attributes, with either form of the key' plan_bird

apply_bird() {
  tf 0 apply <<<yes
  shows bird_created
  has 'Enter a value:'
  has 'okta_user.bird: Creating...
okta_user.bird: Creation complete after <n>s [id=<user>]

Apply complete! Resources: 1 added, 0 changed, 0 destroyed.'
  equals "$(people)" 'rufous.hummingbird@example.com PROVISIONED'
  no_changes
}
step 'apply asks, then creates the user' apply_bird

not_approved() {
  write_main provider bird butterfly
  tf 1 apply <<<no
  has 'Apply cancelled.'
  equals "$(people)" 'rufous.hummingbird@example.com PROVISIONED'
}
step 'an apply that is not approved changes nothing' not_approved

second_user() {
  tf 0 plan -out="$work/butterfly.tfplan"
  has '# okta_user.butterfly will be created'
  has 'Plan: 1 to add, 0 to change, 0 to destroy.'
  tf 0 apply "$work/butterfly.tfplan"
  has 'Apply complete! Resources: 1 added, 0 changed, 0 destroyed.'
  equals "$(people)" 'rufous.hummingbird@example.com PROVISIONED
swallowtail.butterfly@example.com PROVISIONED'
}
step 'a second user, by a saved plan' second_user

group() {
  write_main provider bird butterfly garden
  tf 0 plan
  shows garden_created
  tf 0 apply -auto-approve
  has 'okta_group.garden: Creation complete after <n>s [id=<group>]'
  has 'Apply complete! Resources: 1 added, 0 changed, 0 destroyed.'
  equals "$(members)" ''
}
step 'a group' group

memberships() {
  write_main provider bird butterfly garden members
  tf 0 plan
  shows members_created
  tf 0 apply -auto-approve
  has 'okta_group_memberships.gardenmembers: Creation complete after <n>s [id=<group>]'
  has 'Apply complete! Resources: 1 added, 0 changed, 0 destroyed.'
  equals "$(members)" 'rufous.hummingbird@example.com
swallowtail.butterfly@example.com'
  no_changes
}
step 'two users in the group' memberships
