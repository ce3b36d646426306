# Downloads of init: one that breaks off goes on where it was, in the same run and in the next; what cannot be had is told
# with the number of tries; a terminal sees how far it is, and a pipe does not.
. "$SCENARIO_LIB"
need python3; need openssl; need gpg; need script
registry=$(dirname "$SCENARIO_LIB")/../install/registry.py
export HOME=$PWD/home XDG_CACHE_HOME=$PWD/cache
mkdir -p home
only() {
  rm -rf .terraform .terraform.lock.hcl
  printf 'terraform {\n  required_providers {\n    x = { source = "reg.example.com/test/%s" }\n  }\n}\n' "$1" >main.tf
}
reg() { python3 "$registry" reg "$@"; }
only resumed
run 0 reg "$PARTERRE" init -no-color
has 'Installed reg.example.com/test/resumed v1.1.0'
lacks Downloading
equals "$(find cache -name '*.part')" ""
only truncated
run 1 reg "$PARTERRE" init -no-color
equals "$(grep -c '^Error: ' <<<"$out")" 1
has 'Failed to install provider'
# What has come is kept for the next run, under the archive's checksum, and is no package.
part=$(find cache -name '*.part')
[ -s "$part" ] || fail "nothing is kept of what had come"
equals "$(find .terraform -name 'terraform-provider-*')" ""
equals "$(stat -c %a "$part")" 600
# What is kept and is wrong is found out, and not kept again.
dd if=/dev/zero of="$part" bs=100000 count=10 2>/dev/null
run 1 reg "$PARTERRE" init -no-color
equals "$(find .terraform -name 'terraform-provider-*' 2>/dev/null)" ""
only slow
script -qec "python3 $registry reg $PARTERRE init" /dev/null >terminal.log </dev/null
in_file 'Downloading packages, MB:' terminal.log
in_file 'Installed reg.example.com/test/slow v1.1.0' terminal.log
rm -rf .terraform.lock.hcl
script -qec "python3 $registry reg $PARTERRE providers lock" /dev/null >terminal.log </dev/null
in_file 'Downloading packages, MB:' terminal.log
run 0 reg "$PARTERRE" providers mirror -no-color mirror
lacks 'Downloading packages'
