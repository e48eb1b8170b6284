#!/usr/bin/env bash
# Our own PostgreSQL cluster in .dev/pg (or .dev/test-pg): made once, started on a free port, found again after a crash.
# In the folder: data/ (the cluster), password (of the superuser smartmarket), complete (initdb came to its end).

POSTGRES_FIRST_PORT=54320
POSTGRES_WANTED=15

# The newest installed server, 15 or later; nothing when there is none.
postgres_bin() {
  local dir best='' version=0 this
  for dir in /usr/lib/postgresql/*/bin; do
    [[ -x $dir/postgres && -x $dir/initdb ]] || continue
    this=${dir#/usr/lib/postgresql/} this=${this%%/*}
    if [[ $this =~ ^[0-9]+$ ]] && ((this >= POSTGRES_WANTED && this > version)); then best=$dir version=$this; fi
  done
  printf '%s' "$best"
}

start_postgres() {
  local account dir bin port log="$LOG_DIR/${SERVICES_PREFIX}postgresql.log"
  account=$(account_for postgres "$DEV_DIR/${SERVICES_PREFIX}pg")
  dir=$(service_dir "${SERVICES_PREFIX}pg" "$account")
  if [[ ! -e $dir/complete ]]; then make_cluster "$dir" "$account"; fi
  bin="/usr/lib/postgresql/$(<"$dir/data/PG_VERSION")/bin"
  [[ -x $bin/postgres ]] || because "les données de .dev/${SERVICES_PREFIX}pg viennent de PostgreSQL $(<"$dir/data/PG_VERSION"), qui n’est plus installé" \
    "installez cette version, ou recommencez à neuf par scripts/dev --reset"
  if [[ -z $(postgres_pid "$dir") ]]; then
    # A pid file whose process is not our server: left by a crash, the number given to someone else.
    rm -f "$dir/data/postmaster.pid"
    launch_postgres "$dir" "$account" "$bin" "$log"
  fi
  port=$(sed -n 4p "$dir/data/postmaster.pid")
  write_database_url "$dir" "$port"
  ensure_database
}

make_cluster() { # DIR ACCOUNT
  local dir=$1 account=$2 bin
  bin=$(postgres_bin)
  rm -rf "$dir/data" # an initdb that was interrupted
  random_hex 16 | write_private "$account" "$dir/password"
  # The random password goes over 127.0.0.1 as it is: answering SCRAM costs an unoptimised binary 40 ms a connection,
  # which test databases with a pool each feel.
  as_account "$account" "$bin/initdb" -D "$dir/data" --username=smartmarket --pwfile="$dir/password" \
    --auth=password --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions
  as_account "$account" touch "$dir/complete"
}

# The process number of the running server of this very folder, or nothing.
postgres_pid() { # DIR
  local pid
  [[ -f $1/data/postmaster.pid ]] || return 0
  pid=$(head -n 1 "$1/data/postmaster.pid")
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 0
  if tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF -- "$1/data"; then printf '%s' "$pid"; fi
}

launch_postgres() { # DIR ACCOUNT BIN LOG
  local dir=$1 account=$2 bin=$3 log=$4 port try options
  for try in 1 2 3 4 5; do
    port=$(cat "$RUN_DIR/${SERVICES_PREFIX}postgres.port" 2>/dev/null || echo "$POSTGRES_FIRST_PORT")
    port=$(free_port "$port") || because "aucun port libre à partir de $port" "arrêtez ce qui les occupe"
    # No Unix socket: its path would be too long in a deep clone, and TCP with a password serves all.
    options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300"
    options+=" -c log_min_messages=warning -c timezone=UTC -c log_timezone=UTC $(postgres_speed)"
    if as_account "$account" "$bin/pg_ctl" start -D "$dir/data" -w -t 60 -s -o "$options" >>"$log" 2>&1 </dev/null; then
      printf '%s' "$port" >"$RUN_DIR/${SERVICES_PREFIX}postgres.port"
      return 0
    fi
    # After kill -9 of the server its children need a moment to notice and let go of the shared memory.
    sleep "$try"
  done
  tail -n 8 "$log"
  return 1
}

# Development survives a crash of the process, loses at most the last moment with the power; tests keep nothing.
postgres_speed() {
  if [[ -z $SERVICES_PREFIX ]]; then
    printf -- '-c synchronous_commit=off -c shared_buffers=256MB'
  else
    printf -- '-c shared_preload_libraries=pg_stat_statements -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=256MB -c autovacuum_naptime=10min'
  fi
}

write_database_url() { # DIR PORT
  (
    umask 077
    printf 'postgres://smartmarket:%s@127.0.0.1:%s/smartmarket' "$(<"$1/password")" "$2" >"$RUN_DIR/${SERVICES_PREFIX}database.url"
  )
}

# The same server, another database.
database_url_for() { # URL NAME
  sed -E 's#^([a-z]+://[^/?]*)(/[^?]*)?#\1/'"$2"'#' <<<"$1"
}

sql() { # URL STATEMENT -> bare values
  psql -X -q -A -t -v ON_ERROR_STOP=1 "$1" -c "$2"
}

ensure_database() {
  local url admin name
  url=$(<"$RUN_DIR/${SERVICES_PREFIX}database.url")
  admin=$(database_url_for "$url" postgres)
  name=smartmarket
  if [[ $(sql "$admin" "select 1 from pg_database where datname = '$name'") != 1 ]]; then
    sql "$admin" "create database $name"
  fi
}

fresh_database() { # NAME: dropped and made again beside DATABASE_URL; prints its address
  local admin
  admin=$(database_url_for "$DATABASE_URL" postgres)
  sql "$admin" "drop database if exists $1 with (force)" 2>/dev/null
  sql "$admin" "create database $1"
  database_url_for "$DATABASE_URL" "$1"
}

check_given_postgres() {
  local version
  version=$(sql "$DATABASE_URL" 'show server_version_num' 2>&1) ||
    because "pas de réponse de $(hide_password "$DATABASE_URL") : $(head -n 1 <<<"$version")" \
      "corrigez DATABASE_URL, ou retirez-la : SmartMarket démarrera son propre PostgreSQL"
  ((version >= POSTGRES_WANTED * 10000)) || because "ce serveur est un PostgreSQL $((version / 10000)), il faut la version $POSTGRES_WANTED ou plus récente" \
    "prenez un serveur plus récent, ou retirez DATABASE_URL"
}

stop_postgres() {
  local dir="$DEV_DIR/${SERVICES_PREFIX}pg" pid account mode
  [[ -d $dir/. ]] || return 0
  dir=$(realpath "$dir")
  pid=$(postgres_pid "$dir")
  [[ -n $pid ]] || return 0
  account=$(account_for postgres "$dir")
  for mode in fast immediate; do
    as_account "$account" "/usr/lib/postgresql/$(<"$dir/data/PG_VERSION")/bin/pg_ctl" stop -D "$dir/data" -s -w -t 20 -m "$mode" \
      >>"$LOG_DIR/${SERVICES_PREFIX}postgresql.log" 2>&1 </dev/null || true
    if gone "$pid"; then return 0; fi
  done
  warn "PostgreSQL (processus $pid) ne s’est pas arrêté"
}
