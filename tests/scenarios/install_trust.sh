# What init and providers lock do not take: a release that is another than the one locked, plain http beyond this machine.
# And what they always tell: that a provider is one under development.
. "$SCENARIO_LIB"
need python3; need openssl; need gpg
registry=$(dirname "$SCENARIO_LIB")/../install/registry.py
export HOME=$PWD/home
mkdir -p home
reg() { python3 "$registry" reg "$@"; }
printf 'terraform {\n  required_providers {\n    x = { source = "reg.example.com/test/good" }\n  }\n}\n' >main.tf
run 0 reg "$PARTERRE" providers lock -no-color
cp .terraform.lock.hcl good.hcl
sed -i 's/\(h1\|zh\):..../\1:0000/' .terraform.lock.hcl
cp .terraform.lock.hcl other.hcl
run 1 reg "$PARTERRE" providers lock -platform=darwin_arm64 -no-color
has 'Whoever published it has changed it since'
cmp .terraform.lock.hcl other.hcl
run 1 reg "$PARTERRE" init -no-color
cmp .terraform.lock.hcl other.hcl
cp good.hcl .terraform.lock.hcl
run 0 reg "$PARTERRE" providers lock -platform=darwin_arm64 -no-color
run 0 reg "$PARTERRE" init -no-color -lockfile=readonly

# here KIND: init for a host whose discovery document is of that kind (registry.py).
here() {
  rm -rf .terraform .terraform.lock.hcl
  DISCOVERY=$1 reg bash -c 'printf "terraform {\n  required_providers {\n    x = { source = \"%s/test/good\" }\n  }\n}\n" "$REGISTRY" >main.tf; "$PARTERRE" init -no-color'
}
run 1 here plain
has 'http'
equals "$(grep -c '^Error: ' <<<"$out")" 1
run 1 here downgraded
equals "$(grep -c '^Error: ' <<<"$out")" 1
run 0 here moved

plugin=$(dirname "$PARTERRE")/../tests/faulty_plugin
if [ ! -x "$plugin" ]; then
  echo "SKIPPED install_trust for dev_overrides: $plugin is not built"
  exit 0
fi
mkdir bin
cp "$plugin" bin/terraform-provider-faulty
printf 'provider_installation {\n  dev_overrides {\n    "parterre/faulty" = "%s/bin"\n  }\n}\n' "$PWD" >cli.rc
export TF_CLI_CONFIG_FILE=$PWD/cli.rc
rm -rf .terraform .terraform.lock.hcl
printf 'terraform {\n  required_providers {\n    faulty = { source = "parterre/faulty" }\n  }\n}\nresource "faulty_thing" "x" {}\n' >main.tf
warning='Provider development overrides are in effect'
for words in init validate plan 'apply -auto-approve' 'destroy -auto-approve'; do
  run 0 "$PARTERRE" $words -no-color
  equals "$(grep -c "$warning" <<<"$out")" 1
  run 0 "$PARTERRE" $words -json
  equals "$(grep -c "\"summary\": *\"$warning\"" <<<"$out")" 1
  [ "$words" = validate ] || equals "$(grep -vc '^{' <<<"$out")" 0
done
