# Starts a real sshd for tests; sourced. `start_sshd FOLDER` sets and exports SSH_DIR (serve.py says what is in there),
# SSH_USER and SSH_PORT, TWO_PORT, HTTP_PORT, SOCKS_PORT, MUTE_PORT, and sets sshd_pid; or returns 77 where there is no sshd.
ssh_tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
start_sshd() {
  PATH=$PATH:/usr/sbin command -v sshd >/dev/null && command -v ssh-keygen >/dev/null || return 77
  export SSH_DIR=$1 SSH_USER=$(id -un) SSH_PORT TWO_PORT HTTP_PORT SOCKS_PORT MUTE_PORT
  mkdir -p "$SSH_DIR"
  mkfifo "$SSH_DIR/alive"
  python3 "$ssh_tools/serve.py" "$SSH_DIR" <"$SSH_DIR/alive" >"$SSH_DIR/serve.log" 2>&1 &
  sshd_pid=$!
  # Its input ends with this shell, however that ends.
  exec {sshd_alive}>"$SSH_DIR/alive"
  local end=$((SECONDS + 120)) name port
  until [[ -s $SSH_DIR/ports ]]; do
    ((SECONDS < end)) && kill -0 "$sshd_pid" 2>/dev/null || { echo "no ports after $((SECONDS - end + 120)) s:"; cat "$SSH_DIR/serve.log"; return 1; }
    read -r -t 0.02 <> <(:) || true
  done
  while read -r name port; do printf -v "${name^^}_PORT" %s "$port"; done <"$SSH_DIR/ports"
}
