# Import Resources.

tree_by_hand() {
  local id
  id=$(click addPerson '{"firstName": "Acer", "lastName": "macrophyllum", "login": "bigleaf.maple@example.com", "activate": false}')
  id=${id//\"/}
  [[ $id =~ ^00u[0-9A-Za-z]{17}$ ]] || fail "no id: $id"
  echo "$id" >"$work/tree_id"
  [[ $(people) == *'bigleaf.maple@example.com STAGED'* ]] || fail "$(people)"
}
step 'console: a person added without activation' tree_by_hand

import_plan() {
  cat >imports.tf <<TF
import {
  to = okta_user.tree
  id = "$(<"$work/tree_id")"
}
TF
  tf 0 plan -generate-config-out=generated.tf
  shows tree_imported
  diff "$here/expected/generated.tf.txt" <(mask <generated.tf)
}
step 'import: the generated configuration lists every attribute' import_plan

import_apply() {
  tf 0 apply -auto-approve
  has 'okta_user.tree: Importing... [id=<user>]
okta_user.tree: Import complete [id=<user>]'
  has 'Apply complete! Resources: 1 imported, 0 added, 1 changed, 0 destroyed.'
  [[ $(people) == *'bigleaf.maple@example.com STAGED'* ]] || fail "$(people)"
}
step 'import: applied' import_apply

import_cleaned() {
  rm imports.tf generated.tf
  cat "$here/garden/tree.tf" >>users.tf
  tf 0 plan
  shows tree_refactored
  tf 0 apply -auto-approve
  has 'Apply complete! Resources: 0 added, 1 changed, 0 destroyed.'
  [[ $(people) == *'bigleaf.maple@example.com PROVISIONED'* ]] || fail "$(people)"
  no_changes
}
step 'import: refactored, only the resource'\''s defaults change' import_cleaned
