# Set Up the Okta Terraform Provider.
app='Terraform Workshop'

create_app() {
  local id
  id=$(click createApplication "$app")
  if [ -n "$browser" ]; then id=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1]))' "$id"); fi
  id=${id//\"/}
  [[ $id =~ ^0oa[0-9A-Za-z]{17}$ ]] || fail "no client id: $id"
  echo "$id" >"$work/client_id"
  click usePublicKeys "$app"
}
step 'console: an API Services app with public key / private key, and its client id' create_app

# The key's id in the console, of {"kid": ..., "path": ...}.
kid_of() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])["kid"])' "$1"; }

download_key() {
  local added
  added=$(click addKey "$app" "$garden")
  kid_of "$added" >"$work/first_kid"
  grep -q '^-----BEGIN PRIVATE KEY-----$' pkcs.pem
}
step 'console: a key, saved as pkcs.pem' download_key

grant_scopes() {
  local scope
  for scope in groups policies users; do click grantScope "$app" "okta.$scope.manage"; done
}
step 'console: three scopes granted' grant_scopes

# Both forms that openssl writes; the steps go on with the one of the workshop's command.
convert_key() {
  openssl rsa -in pkcs.pem -out "$work/traditional.pem" -traditional
  grep -q '^-----BEGIN RSA PRIVATE KEY-----$' "$work/traditional.pem"
  openssl rsa -in pkcs.pem -out rsa.pem
  equals "$(openssl pkey -in rsa.pem -pubout)" "$(openssl pkey -in pkcs.pem -pubout)"
  inventory >"$work/inventory"
  grep -q app "$work/inventory"
}
step 'openssl rsa makes rsa.pem of pkcs.pem' convert_key

initialise() {
  write_main provider
  tf 0 init
  has 'okta/okta'
  tf 0 validate
  has 'Success! The configuration is valid.'
}
step 'init and validate with the workshop'\''s provider block' initialise
