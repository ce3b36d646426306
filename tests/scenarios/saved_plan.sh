# A saved plan carries configuration, variables and state; it is private, applied once, refused when stale or damaged.
. "$SCENARIO_LIB"
cat >main.tf <<'TF'
variable "text" {}
resource "terraform_data" "a" { input = var.text }
output "text" { value = terraform_data.a.output }
TF
run 0 "$PARTERRE" plan -no-color -var text=one -out=p.plan
equals "$(stat -c %a p.plan)" 600
run 0 "$PARTERRE" show -no-color p.plan
has "terraform_data.a will be created"
rm main.tf
run 1 env TF_WORKSPACE=other "$PARTERRE" apply -no-color p.plan
has "Incorrect workspace"
run 1 "$PARTERRE" apply -no-color -var text=two p.plan
has "Can't set variables when applying a saved plan"
run 0 "$PARTERRE" apply -no-color p.plan
has "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."
equals "$("$PARTERRE" output -raw text)" one
run 1 "$PARTERRE" apply -no-color p.plan
has "Saved plan is stale"
mv terraform.tfstate kept.tfstate
sed 's/"lineage": "[^"]*"/"lineage": "11111111-2222-3333-4444-555555555555"/; s/"serial": 1/"serial": 0/' kept.tfstate >terraform.tfstate
run 0 "$PARTERRE" plan -no-color -state=kept.tfstate -out=q.plan -destroy
run 1 "$PARTERRE" apply -no-color q.plan
has "Saved plan does not match the given state"
mv kept.tfstate terraform.tfstate

# forge EXPRESSION: q.plan with its document changed. What does not hold together ends in a message.
forge() {
  { head -c 16 q.plan; tail -c +17 q.plan | gzip -dc | sed "$1" | gzip -c; } >forged.plan
}
for change in 's/"address":"terraform_data.a"/"address":"data.terraform_data.a"/' 's/"action":4/"action":1/' \
  's/"action":4/"action":2/' 's/"before":{"v":"[^"]*"/"before":{"v":"wA=="/' \
  's/"before":{"v":"[^"]*"/"before":{"v":"ksQIInN0cmluZyKheA=="/' 's/"timestamp":"[^"]*"/"timestamp":"noon"/'; do
  forge "$change"
  ! cmp -s forged.plan q.plan || fail "nothing was forged: $change"
  run 1 "$PARTERRE" apply -no-color forged.plan
  has "damaged"
  run 1 "$PARTERRE" show -no-color forged.plan
  has "damaged"
done
head -c 100 p.plan >broken.plan
run 1 "$PARTERRE" apply -no-color broken.plan
has "damaged"
echo nonsense >text.plan
run 1 "$PARTERRE" apply -no-color text.plan
has "not a plan file"

# Ephemeral values are in neither plan nor state: the apply is given them again.
cat >main.tf <<'TF'
variable "token" { ephemeral = true }
resource "terraform_data" "b" { input = ephemeralasnull(var.token) }
TF
run 0 "$PARTERRE" plan -no-color -var token=hush-hush -out=e.plan
tail -c +17 e.plan | gzip -dc >e.json
! grep -q hush-hush e.json || fail "the plan holds an ephemeral value"
run 1 "$PARTERRE" apply -no-color e.plan
has "No value for required variable"
run 0 "$PARTERRE" apply -no-color -var token=hush-hush e.plan
! grep -q hush-hush terraform.tfstate || fail "the state holds an ephemeral value"
