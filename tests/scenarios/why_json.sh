# why -json prints one document and nothing else; of a saved plan the same; mistakes go to standard error.
. "$SCENARIO_LIB"
need python3
cat >main.tf <<'TF'
variable "v" { default = "one" }
locals { text = "local ${var.v}" }
resource "terraform_data" "first" {
  triggers_replace = local.text
}
resource "terraform_data" "second" {
  count            = 2
  triggers_replace = terraform_data.first.id
}
TF
run 0 "$PARTERRE" apply -auto-approve -no-color
"$PARTERRE" why -json -var v=two 'terraform_data.second[1]' >why.json 2>why.err
[ ! -s why.err ] || fail "$(cat why.err)"
run 0 "$PARTERRE" plan -out=p -var v=two -no-color
"$PARTERRE" why -json -plan=p 'terraform_data.second[1]' >saved.json
cmp why.json saved.json || fail "$(diff why.json saved.json)"
cat >check.py <<'PY'
import json
document = json.load(open("why.json"))
print(json.dumps(document, indent=1))
assert document["address"] == "terraform_data.second[1]", document["address"]
text = json.dumps(document)
for part in ("terraform_data.first", "var.v", "local.text", "main.tf"):
    assert part in text, part
PY
run 0 python3 check.py
"$PARTERRE" why -json terraform_data.third >why.json 2>why.err && fail "unknown addresses are an error"
[ ! -s why.json ] || fail "$(cat why.json)"
in_file "Unknown address" why.err || fail "$(cat why.err)"
