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
