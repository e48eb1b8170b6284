#!/usr/bin/env bash
# Where things are, for every script: the repository, the ignored .dev folder, the build folder.
# Sourced by scripts/dev, scripts/test, scripts/setup and scripts/sqlx-prepare; sources the rest of scripts/lib.

set -Eeuo pipefail
# Texts are measured in characters (the framed summary), and sorted the same everywhere (hashes of file lists).
export LC_ALL=C.UTF-8

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$ROOT"

DEV_DIR="$ROOT/.dev"
LOG_DIR="$DEV_DIR/log"
RUN_DIR="$DEV_DIR/run"
STAMP_DIR="$DEV_DIR/stamp"

# shellcheck source=scripts/lib/say.sh
source "$ROOT/scripts/lib/say.sh"
# shellcheck source=scripts/lib/dotenv.sh
source "$ROOT/scripts/lib/dotenv.sh"
if ! mkdir -p "$LOG_DIR" "$RUN_DIR" "$STAMP_DIR" 2>/dev/null || [[ ! -w $LOG_DIR ]]; then
  fail "Impossible d’écrire dans $DEV_DIR." "le dossier appartient à $(stat -c %U "$DEV_DIR" 2>/dev/null || stat -c %U "$ROOT")" \
    "lancez sous ce compte, ou supprimez .dev avec sudo"
fi

# rustup writes here; a shell opened before its installation does not have it on the PATH yet.
if ! command -v cargo >/dev/null 2>&1 && [[ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]]; then
  PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
fi

# shellcheck source=scripts/lib/step.sh
source "$ROOT/scripts/lib/step.sh"
# shellcheck source=scripts/lib/ports.sh
source "$ROOT/scripts/lib/ports.sh"
# shellcheck source=scripts/lib/packages.sh
source "$ROOT/scripts/lib/packages.sh"
# shellcheck source=scripts/lib/assets.sh
source "$ROOT/scripts/lib/assets.sh"
# shellcheck source=scripts/lib/services.sh
source "$ROOT/scripts/lib/services.sh"
# shellcheck source=scripts/lib/postgres.sh
source "$ROOT/scripts/lib/postgres.sh"
# shellcheck source=scripts/lib/redis.sh
source "$ROOT/scripts/lib/redis.sh"
# shellcheck source=scripts/lib/app.sh
source "$ROOT/scripts/lib/app.sh"
# shellcheck source=scripts/lib/processes.sh
source "$ROOT/scripts/lib/processes.sh"

# A second run of the same script on the same folder would fight over ports and data: say who holds it instead.
# The descriptor is closed in everything we start, so that a left-over child never keeps the lock.
take_lock() { # NAME
  local file="$RUN_DIR/$1.lock"
  exec 9>>"$file"
  if ! flock -n 9; then
    fail "Un autre scripts/$1 tourne déjà ici (processus $(cat "$RUN_DIR/$1.holder" 2>/dev/null || echo inconnu))." \
      "les deux se serviraient de la même base et des mêmes ports" "arrêtez-le par Ctrl-C dans sa fenêtre, puis recommencez"
  fi
  echo "$$" >"$RUN_DIR/$1.holder"
}
