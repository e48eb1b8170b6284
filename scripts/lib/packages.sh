#!/usr/bin/env bash
# What the machine must have: Debian's packages (installed here when missing), Rust and Node (asked for).

RUST_WANTED=1.94
NODE_WANTED=20

version_at_least() { # HAVE WANTED
  [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]
}

check_system() {
  [[ $(uname -s) == Linux ]] || because "ce système est $(uname -s) ; les scripts connaissent Linux et les paquets de Debian" \
    "prenez Debian 12 (une machine virtuelle ou un conteneur suffit)"
  local id='' version='' tool
  if [[ -r /etc/os-release ]]; then
    # shellcheck disable=SC1091
    id=$(. /etc/os-release && printf '%s' "${ID:-}") version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")
  fi
  [[ $id == debian && $version == 12 ]] || remark "fait et essayé sur Debian 12 ; ici c’est ${id:-un autre système} ${version:-}"
  for tool in setpriv setsid flock sha256sum; do
    command -v "$tool" >/dev/null 2>&1 || because "le programme $tool manque" "installez util-linux et coreutils"
  done
}

check_rust() {
  command -v cargo >/dev/null 2>&1 || because "cargo, l’outil de Rust, n’est pas dans le PATH" \
    "installez Rust $RUST_WANTED ou plus récent avec rustup (sous ce compte), puis ouvrez un nouveau terminal"
  local have
  have=$(rustc --version | cut -d' ' -f2)
  version_at_least "${have%%-*}" "$RUST_WANTED" || because "Rust est en version $have, il faut $RUST_WANTED ou plus récent" \
    "rustup update stable"
}

check_rust_tools() {
  cargo fmt --version >/dev/null 2>&1 || because "rustfmt manque" "rustup component add rustfmt"
  cargo clippy --version >/dev/null 2>&1 || because "clippy manque" "rustup component add clippy"
}

check_node() {
  command -v node >/dev/null 2>&1 || because "node n’est pas dans le PATH" "installez Node.js $NODE_WANTED ou plus récent, avec npm"
  local have
  have=$(node --version)
  version_at_least "${have#v}" "$NODE_WANTED" || because "Node est en version $have, il faut $NODE_WANTED ou plus récent" \
    "installez Node.js $NODE_WANTED ou plus récent, avec npm"
  command -v npm >/dev/null 2>&1 || because "npm n’est pas dans le PATH" "installez npm (il vient avec Node.js)"
}

# Prints the packages that are missing. A database or Redis given in the environment needs no server of ours,
# but psql is asked for all the same: the scripts look into the database with it.
missing_packages() { # shop | lint | tests
  command -v cc >/dev/null 2>&1 || printf '%s\n' gcc libc6-dev
  if [[ -z ${DATABASE_URL:-} && -z $(postgres_bin) ]]; then
    printf '%s\n' postgresql-15 # brings psql
  elif ! command -v psql >/dev/null 2>&1; then
    printf '%s\n' postgresql-client
  fi
  if [[ -z ${REDIS_URL:-} ]]; then
    command -v redis-server >/dev/null 2>&1 && command -v redis-cli >/dev/null 2>&1 || printf '%s\n' redis-server
  fi
  case $1 in
    tests | lint) command -v shellcheck >/dev/null 2>&1 || printf '%s\n' shellcheck ;;
  esac
  if [[ $1 == tests && -z $(chromium_path) ]]; then printf '%s\n' chromium; fi
}

chromium_path() { command -v chromium || command -v chromium-browser || true; }

# May ask for the sudo password, so it runs before the step (which has no terminal).
get_root() { # PACKAGE...
  ((EUID != 0)) || return 0
  local command="apt-get install --no-install-recommends $*"
  command -v sudo >/dev/null 2>&1 || fail "Des paquets manquent : $*" \
    "vous n’êtes pas root, et sudo n’est pas installé" "en root : $command"
  sudo -n true 2>/dev/null && return 0
  [[ -t 0 ]] || fail "Des paquets manquent : $*" "sudo demande un mot de passe, et il n’y a pas de terminal pour le taper" \
    "en root : $command"
  say "L’installation demande votre mot de passe : $*"
  sudo -v || fail "Des paquets manquent : $*" "sudo a refusé" "en root : $command"
}

install_packages() { # PACKAGE...
  command -v apt-get >/dev/null 2>&1 || because "il n’y a pas apt-get ici pour installer $*" \
    "installez ces paquets, ou leurs équivalents sur ce système"
  local runner=(bash)
  ((EUID == 0)) || runner=(sudo -n bash)
  "${runner[@]}" "$ROOT/scripts/lib/apt-install.sh" "$@"
  [[ " $* " != *" redis-server "* ]] || remark "redis-server est installé, mais n’est pas lancé comme service (systemctl enable --now redis-server le ferait)"
}

ensure_machine() { # shop | lint | tests
  local packages
  step system "Système" "voyez les lignes ci-dessus" check_system
  step rust "Rust $RUST_WANTED ou plus récent" "installez Rust avec rustup" check_rust
  [[ $1 == shop ]] || step rust-tools "rustfmt et clippy" "rustup component add rustfmt clippy" check_rust_tools
  step node "Node $NODE_WANTED ou plus récent" "installez Node.js avec npm" check_node
  mapfile -t packages < <(missing_packages "$1")
  if ((${#packages[@]})); then
    get_root "${packages[@]}"
    step packages "Paquets Debian : ${packages[*]}" \
      "lancez en root « apt-get update && apt-get install ${packages[*]} », lisez ce qu’il dit, puis recommencez" \
      install_packages "${packages[@]}"
    hash -r
    mapfile -t packages < <(missing_packages "$1")
    ((${#packages[@]} == 0)) || fail "Paquets Debian" "manquent encore après l’installation : ${packages[*]}" \
      "installez-les à la main"
  fi
}
