#!/usr/bin/env bash
# What the machine must have: Debian's packages (installed here when missing), Rust and Node (asked for).

RUST_WANTED=1.94
NODE_WANTED=20

version_at_least() { # HAVE WANTED
  [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]
}

check_system() {
  [[ $(uname -s) == Linux ]] || because "this is $(uname -s); the scripts know Linux with Debian's packages" \
    "use Debian 12 (a virtual machine or a container will do)"
  local id='' version='' tool
  if [[ -r /etc/os-release ]]; then
    # shellcheck disable=SC1091
    id=$(. /etc/os-release && printf '%s' "${ID:-}") version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")
  fi
  [[ $id == debian && $version == 12 ]] || remark "made and tried on Debian 12; this is ${id:-unknown} ${version:-}"
  for tool in setpriv setsid flock sha256sum; do
    command -v "$tool" >/dev/null 2>&1 || because "the program $tool is missing" "install util-linux and coreutils"
  done
}

check_rust() {
  command -v cargo >/dev/null 2>&1 || because "cargo, Rust's build tool, is not on the PATH" \
    "install Rust $RUST_WANTED or newer with rustup (as this user), then open a new shell"
  local have
  have=$(rustc --version | cut -d' ' -f2)
  version_at_least "${have%%-*}" "$RUST_WANTED" || because "this is Rust $have, SmartMarket needs $RUST_WANTED or newer" \
    "run: rustup update stable"
}

check_rust_tools() {
  cargo fmt --version >/dev/null 2>&1 || because "rustfmt is missing" "run: rustup component add rustfmt"
  cargo clippy --version >/dev/null 2>&1 || because "clippy is missing" "run: rustup component add clippy"
}

check_node() {
  command -v node >/dev/null 2>&1 || because "node is not on the PATH" "install Node.js $NODE_WANTED or newer, with npm"
  local have
  have=$(node --version)
  version_at_least "${have#v}" "$NODE_WANTED" || because "this is Node $have, the assets need $NODE_WANTED or newer" \
    "install Node.js $NODE_WANTED or newer, with npm"
  command -v npm >/dev/null 2>&1 || because "npm is not on the PATH" "install npm (it comes with Node.js)"
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
  command -v sudo >/dev/null 2>&1 || fail "Packages are missing: $*" \
    "you are not root, and sudo is not installed" "as root: $command"
  sudo -n true 2>/dev/null && return 0
  [[ -t 0 ]] || fail "Packages are missing: $*" "sudo asks for a password, and there is no terminal to type it" \
    "as root: $command"
  say "Installing needs your password: $*"
  sudo -v || fail "Packages are missing: $*" "sudo refused" "as root: $command"
}

install_packages() { # PACKAGE...
  command -v apt-get >/dev/null 2>&1 || because "there is no apt-get here to install: $*" \
    "install these, or what your system calls them: $*"
  local runner=(bash)
  ((EUID == 0)) || runner=(sudo -n bash)
  "${runner[@]}" "$ROOT/scripts/lib/apt-install.sh" "$@"
  [[ " $* " != *" redis-server "* ]] || remark "redis-server is installed, but not started as a service (systemctl enable --now redis-server does that)"
}

ensure_machine() { # shop | lint | tests
  local packages
  step system "System" "see the lines above" check_system
  step rust "Rust $RUST_WANTED or newer" "install Rust with rustup" check_rust
  [[ $1 == shop ]] || step rust-tools "rustfmt and clippy" "run: rustup component add rustfmt clippy" check_rust_tools
  step node "Node $NODE_WANTED or newer" "install Node.js with npm" check_node
  mapfile -t packages < <(missing_packages "$1")
  if ((${#packages[@]})); then
    get_root "${packages[@]}"
    step packages "Debian packages: ${packages[*]}" \
      "run “apt-get update && apt-get install ${packages[*]}” as root, read what it says, then start again" \
      install_packages "${packages[@]}"
    hash -r
    mapfile -t packages < <(missing_packages "$1")
    ((${#packages[@]} == 0)) || fail "Debian packages" "still missing after the installation: ${packages[*]}" \
      "install them by hand"
  fi
}
