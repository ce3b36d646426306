# States, backups, journals and plan files are encrypted at rest; keys are exchanged by a fallback, and what cannot be read is
# not written over.
. "$SCENARIO_LIB"
export TF_VAR_passphrase="a passphrase for tests" TF_VAR_secret=hush-hush-1
clean() {
  local found
  found=$(grep -rla hush-hush . || true)
  [ -z "$found" ] || fail "a secret is plain in: $found"
}
parterre() { run 0 "$PARTERRE" "$@" -no-color; }
# encryption KEY_PROVIDERS_AND_METHODS TARGET
encryption() {
  printf 'terraform {\n encryption {\n%s\n state {\n%s\n}\n plan {\n%s\n}\n}\n}\n' "$1" "$2" "$2" >encryption.tf
}
passphrase() { # NAME EXPRESSION
  printf 'key_provider "pbkdf2" "%s" {\n passphrase = %s\n iterations = 200000\n hash_function = "sha256"\n}\n' "$1" "$2"
  printf 'method "aes_gcm" "%s" {\n keys = key_provider.pbkdf2.%s\n}\n' "$1" "$1"
}
uses() { echo "method = method.$1"; }
falls_back() { printf 'method = method.%s\n fallback {\n method = method.%s\n}\n' "$1" "$2"; }
unencrypted='method "unencrypted" "plain" {}'
nl=$'\n'

cat >main.tf <<'TF'
variable "secret" { sensitive = true }
variable "passphrase" {
  default   = null
  sensitive = true
}
resource "terraform_data" "a" { input = var.secret }
output "secret" {
  value     = terraform_data.a.output
  sensitive = true
}
TF
encryption "$(passphrase main var.passphrase)" "$(uses aes_gcm.main)"

# A plan file, the state that it makes, the backup of the next.
parterre plan -out=p.plan
parterre show p.plan
has "terraform_data.a will be created"
parterre apply p.plan
in_file '"encryption_version":"v0"' terraform.tfstate
equals "$("$PARTERRE" output -raw secret)" hush-hush-1
TF_VAR_secret=hush-hush-2 parterre apply -auto-approve
equals "$("$PARTERRE" output -raw secret)" hush-hush-2
in_file encrypted_data terraform.tfstate.backup
equals "$(stat -c %a terraform.tfstate)" 600
parterre state mv terraform_data.a terraform_data.b
parterre state mv terraform_data.b terraform_data.a
parterre workspace new other
parterre apply -auto-approve
in_file encrypted_data terraform.tfstate.d/other/terraform.tfstate
parterre workspace select default
clean

# pull gives plain text; push takes it, and what is encrypted as well.
"$PARTERRE" state pull >/dev/shm/pulled.$$
in_file hush-hush-2 /dev/shm/pulled.$$
run 0 "$PARTERRE" state push /dev/shm/pulled.$$
rm /dev/shm/pulled.$$
cp terraform.tfstate kept.tfstate
run 0 "$PARTERRE" state push -force kept.tfstate
parterre show kept.tfstate
clean

# Without the right key nothing is read, and nothing written.
cp terraform.tfstate before
TF_VAR_passphrase="another passphrase of these" run 1 "$PARTERRE" apply -auto-approve -no-color
has "wrong passphrase or key"
lacks "another passphrase"
env -u TF_VAR_passphrase "$PARTERRE" apply -auto-approve -no-color >out.log 2>&1 && fail "applied without a passphrase"
mv encryption.tf kept.tf.txt
run 1 "$PARTERRE" apply -auto-approve -no-color
has "is encrypted"
mv kept.tf.txt encryption.tf
cp p.plan broken.plan
printf X | dd of=broken.plan bs=1 seek=300 conv=notrunc 2>/dev/null
run 1 "$PARTERRE" apply -no-color broken.plan
has "Failed to load"
head -c 200 before >terraform.tfstate
run 1 "$PARTERRE" plan -no-color
printf '{"version":4,"terraform_version":"1.11.4","serial":2,"lineage":"x","outputs":{},"resources":[]}' >terraform.tfstate
run 1 "$PARTERRE" plan -no-color
has "is not encrypted"
cp before terraform.tfstate

# kill -9 in the middle: the journal is encrypted, and the next run has what was done.
mkfifo gate
cat >more.tf <<'TF'
resource "terraform_data" "first" { input = "${var.secret}-first" }
resource "terraform_data" "gate" {
  input = terraform_data.first.output
  provisioner "local-exec" { command = "read line <gate" }
}
TF
log=$(mktemp) # elsewhere: what a plan shows is not encrypted
"$PARTERRE" apply -auto-approve -no-color >"$log" 2>&1 &
pid=$!
children+=("$pid")
opened() { exec 9<>gate; in_file "gate: Provisioning" "$log"; }
until_true opened
kill -9 $pid
wait $pid 2>/dev/null || true
test -s terraform.tfstate.journal
clean
cp terraform.tfstate.journal journal
TF_VAR_passphrase="another passphrase of these" run 1 "$PARTERRE" plan -no-color
cmp terraform.tfstate.journal journal
parterre state list
has terraform_data.first
echo go >&9
exec 9>&-
rm more.tf gate "$log"
parterre apply -auto-approve
test ! -e terraform.tfstate.journal
clean

# Another passphrase: the old method reads, the new one writes, though nothing changes.
both="$(passphrase main var.passphrase)$nl$(passphrase new '"the passphrase of next year"')"
encryption "$both" "$(falls_back aes_gcm.new aes_gcm.main)"
parterre apply -auto-approve
has "0 added, 0 changed, 0 destroyed"
encryption "$both" "$(uses aes_gcm.new)"
parterre plan -detailed-exitcode
encryption "$both" "$(uses aes_gcm.main)"
run 1 "$PARTERRE" plan -no-color
has "it was not encrypted with a key of key_provider.pbkdf2.main but of key_provider.pbkdf2.new"

# TF_ENCRYPTION instead of a file, in both syntaxes.
rm encryption.tf
TF_ENCRYPTION="$(passphrase new '"the passphrase of next year"')
state {
  method = method.aes_gcm.new
}" parterre plan -detailed-exitcode
TF_ENCRYPTION='{"key_provider":{"pbkdf2":{"new":{"passphrase":"the passphrase of next year"}}},
  "method":{"aes_gcm":{"new":{"keys":"key_provider.pbkdf2.new"}}},"state":{"method":"method.aes_gcm.new"}}' \
  parterre plan -detailed-exitcode

# A key in a file, then one that a program gives, then none, and back.
openssl rand -base64 32 >state.key
file='key_provider "file" "f" {
  path = "state.key"
}
method "aes_gcm" "f" {
  keys = key_provider.file.f
}'
cat >keys.sh <<'SH'
echo '{"magic":"OpenTofu-External-Key-Provider","version":1}'
cat >/dev/null
key=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
echo "{\"keys\":{\"encryption_key\":\"$key\",\"decryption_key\":\"$key\"},\"meta\":{\"external_data\":{}}}"
SH
program='key_provider "external" "p" {
  command = ["sh", "keys.sh"]
}
method "aes_gcm" "p" {
  keys = key_provider.external.p
}'
chmod 644 state.key
encryption "$both$nl$file" "$(falls_back aes_gcm.f aes_gcm.new)"
parterre apply -auto-approve
has "Key file can be read by others"
chmod 600 state.key
encryption "$file$nl$program" "$(falls_back aes_gcm.p aes_gcm.f)"
parterre apply -auto-approve
lacks "Key file"
encryption "$program" "$(uses aes_gcm.p)"
parterre plan -detailed-exitcode
clean
encryption "$program$nl$unencrypted" "$(falls_back unencrypted.plain aes_gcm.p)"
parterre apply -auto-approve
rm encryption.tf
parterre plan -detailed-exitcode
in_file hush-hush terraform.tfstate
encryption "$program$nl$unencrypted" "$(falls_back aes_gcm.p unencrypted.plain)"
parterre apply -auto-approve
rm -f terraform.tfstate.*.backup
clean
encryption "$program$nl$unencrypted" "enforced = true
$(falls_back aes_gcm.p unencrypted.plain)"
run 1 "$PARTERRE" plan -no-color
has "Unencrypted method is forbidden"

# Another configuration reads the outputs; a backend block takes the encryption along.
encryption "$program" "$(uses aes_gcm.p)"
mkdir reader
cp keys.sh reader
sed 's/state {/remote_state_data_sources {\n default {/; s/plan {/}\n plan {/' encryption.tf >reader/encryption.tf
cat >reader/main.tf <<'TF'
data "terraform_remote_state" "x" {
  backend = "local"
  config  = { path = "../terraform.tfstate" }
}
output "found" {
  value     = nonsensitive(data.terraform_remote_state.x.outputs.secret)
  sensitive = true
}
TF
(cd reader && parterre apply -auto-approve && equals "$("$PARTERRE" output -raw found)" hush-hush-1)
rm reader/encryption.tf
(cd reader && run 1 "$PARTERRE" plan -no-color && has "is encrypted")
rm -r reader terraform.tfstate.d # whose workspace has an old key
echo 'terraform {
  backend "local" { path = "moved/state.tfstate" }
}' >backend.tf
run 0 "$PARTERRE" init -no-color -migrate-state -force-copy
in_file encrypted_data moved/state.tfstate
parterre plan -detailed-exitcode
clean
