# A state file that is cut off, foreign or too new: one clear error, exit 1, and the file stays as it is.
. "$SCENARIO_LIB"
echo 'resource "terraform_data" "a" {}' >main.tf
run 0 "$PARTERRE" apply -auto-approve -no-color
cp terraform.tfstate good
for bad in cut foreign text newer; do
  case $bad in
    cut) head -c 200 good >terraform.tfstate ;;
    foreign) echo '{"hello": "world"}' >terraform.tfstate ;;
    text) echo 'this is no state' >terraform.tfstate ;;
    newer) sed 's/"version": 4/"version": 5/' good >terraform.tfstate ;;
  esac
  cp terraform.tfstate before
  run 1 "$PARTERRE" apply -auto-approve -no-color
  has "Error: "
  equals "$(grep -c '^Error: ' <<<"$out")" 1
  cmp terraform.tfstate before
  run 1 "$PARTERRE" plan -no-color
  cmp terraform.tfstate before
done
