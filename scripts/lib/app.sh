#!/usr/bin/env bash
# The binaries: how they are built, with which environment they run, how the demo shop comes into the database.

PROFILE=dev

target_dir() { printf '%s/%s' "${CARGO_TARGET_DIR:-$ROOT/target}" "$([[ $PROFILE == dev ]] && echo debug || echo release)"; }
shop_binary() { printf '%s/smartmarket' "$(target_dir)"; }
worker_binary() { printf '%s/smartmarket-worker' "$(target_dir)"; }

# What the three processes read. Everything can be given from outside; the rest is fit for development.
app_environment() { # PORT
  local secret="$DEV_DIR/secret"
  if [[ -z ${SECRET_KEY:-}${SECRET_KEY_FILE:-} ]]; then
    [[ -s $secret ]] || (umask 077 && random_hex 32 >"$secret")
    SECRET_KEY=$(<"$secret")
    export SECRET_KEY
  fi
  export SMARTMARKET_ENV=${SMARTMARKET_ENV:-development}
  export LISTEN_ADDR="127.0.0.1:$1"
  export PUBLIC_URL=${PUBLIC_URL:-"http://127.0.0.1:$1"}
  export MAIL_FROM=${MAIL_FROM:-'SmartMarket <boutique@smartmarket.example>'}
  export MEDIA_DIR=${MEDIA_DIR:-"$DEV_DIR/media"} INDEX_DIR=${INDEX_DIR:-"$DEV_DIR/indexes"}
  export LOG_FORMAT=${LOG_FORMAT:-pretty}
  export LOG_LEVEL=${LOG_LEVEL:-info}
  # Their log lines are coloured only for a terminal.
  [[ -n $IS_TTY ]] || export NO_COLOR=1
  mkdir -p "$MEDIA_DIR"
}

# The queries are checked against the committed .sqlx folder: no database is needed to compile.
build_binaries() {
  local options=(--workspace --bins)
  [[ $PROFILE == dev ]] || options+=(--release)
  compile build "${options[@]}"
}

# Compiles, and says what to do in the two cases where cargo's own words do not help.
compile() { # KEY_OF_THE_STEP CARGO_BUILD_OPTION...
  local log="$LOG_DIR/$1.log"
  shift
  SQLX_OFFLINE=true cargo build "$@" && return 0
  if grep -q 'no cached data for this query' "$log" 2>/dev/null; then
    because "une requête SQL a changé et .sqlx ne la connaît pas encore" "lancez scripts/sqlx-prepare, puis recommencez"
  fi
  if grep -q 'No space left' "$log" 2>/dev/null; then
    because "le disque est plein" "faites de la place (une compilation prend environ 4 Go), puis recommencez"
  fi
  return 1
}

migrate_database() { "$(shop_binary)" migrate; }

database_is_empty() { [[ $(sql "$DATABASE_URL" 'select exists (select from products)') == f ]]; }

# Fills an empty shop, and keeps the demo logins that the command ends with, to show them at every start.
# In a database of our own it is said again when the logins are missing: an earlier seeding was interrupted.
seed_database() { # LOGINS_FILE
  if ! database_is_empty && [[ -z $OWN_POSTGRES || -s $1 ]]; then return 0; fi
  "$(shop_binary)" seed-demo --pictures "$DEV_DIR/pictures" | tee "$1.new"
  remark "$(head -n 1 "$1.new")"
  sed -n '/^Comptes/,$p' "$1.new" | sed '/^ *$/d' >"$1"
  rm -f "$1.new"
}

is_ready() { [[ $(http_status "$1" /health/ready/) == 200 ]]; }
