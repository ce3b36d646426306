# The console fed by a pipe: every line is evaluated, the last value is printed, the first error ends it. -plan looks into
# the plan, -eval reads a file; what is wrong in the configuration leaves the rest usable.
. "$SCENARIO_LIB"
cat >main.tf <<'TF'
variable "text" { default = "x" }
variable "unset" {}
variable "secret" {
  default   = "s"
  sensitive = true
}
resource "terraform_data" "a" { input = var.text }
TF
ask() { printf '%s\n' "${@:2}" | "$PARTERRE" console -no-color ${1:+$1}; }
equals "$(ask '' 'var.text' '"a" == var.text' '1 + 1')" 2
equals "$(ask '' 1 '' exit 2)" ""
equals "$(ask -var=text=y var.text)" '"y"'
equals "$(ask '' var.secret)" "(sensitive value)"
equals "$(ask '' var.unset)" "(known after apply)"
equals "$(ask '' terraform_data.a.output)" "(known after apply)"
equals "$(ask '' 'type(var.text)')" string
run 1 bash -c 'printf "1\nnope.x\n2\n" | "$PARTERRE" console -no-color'
has "Reference to undeclared resource"
lacks "2
"
run 0 "$PARTERRE" apply -no-color -auto-approve -var=unset=u
equals "$(ask '' terraform_data.a.output)" '"x"'
equals "$(ask '-var=text=z' terraform_data.a.output)" '"x"'
equals "$(printf 'terraform_data.a.input\n' | "$PARTERRE" console -no-color -plan -var=text=z -var=unset=u | tail -n 1)" '"z"'
test ! -e .terraform.tfstate.lock.info

printf '[\n  var.text,\n]\n---\nnope.x\n---\n1 + 1\n' >file
run 0 "$PARTERRE" console -eval file -json
equals "$(grep -c '"line":' <<<"$out")" 3
has '{"line":1,"result":"[\n  \"x\",\n]","type":["tuple",["string"]],"diagnostics":[]}'
has '"summary":"Reference to undeclared resource"'
has '{"line":7,"result":"2","type":"number","diagnostics":[]}'
run 1 "$PARTERRE" console -no-color -eval file
has "Reference to undeclared resource"
run 1 "$PARTERRE" console -no-color -eval missing
has "Failed to read expressions"
run 1 "$PARTERRE" console extra
has "Too many command line arguments"

echo 'locals { bad = nope.x }' >bad.tf
run 0 bash -c 'echo var.text | "$PARTERRE" console -no-color'
has "Reference to undeclared resource"
has "Due to the problems above, some expressions may produce unexpected results."
has '"x"'

run 1 "$PARTERRE" metadata functions
has "requires the \`-json\` flag"
run 0 "$PARTERRE" metadata functions -json
has '"core::upper":{"description":'
