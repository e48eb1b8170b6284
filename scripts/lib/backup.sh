#!/usr/bin/env bash
# What scripts/backup.sh and scripts/restore.sh share: where the shop runs, how its database is reached without a
# password in any argument, what a backup contains and how it is checked. Needs bash, coreutils and PostgreSQL's client.
#
# A backup is a folder: manifest.json (what it is, sizes, SHA-256, row counts, sums), manifest.sha256 (its seal),
# database.dump (pg_dump -Fc), media.tar and media.list (one SHA-256 per file), config.env (settings without secrets);
# with BACKUP_RECIPIENT, database.dump.age and media.tar.age instead.

set -Eeuo pipefail
export LC_ALL=C.UTF-8
umask 077

OPS_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=scripts/lib/say.sh
source "$OPS_ROOT/scripts/lib/say.sh"
# shellcheck source=scripts/lib/dotenv.sh
source "$OPS_ROOT/scripts/lib/dotenv.sh"

COMPOSE_FILE_PROD="$OPS_ROOT/docker-compose.prod.yaml"
# shellcheck disable=SC2034 # read by backup.sh and restore.sh
FORMAT=1
# Copied into config.env; anything that may hold a secret is not in this list.
# shellcheck disable=SC2034 # read by backup.sh
PLAIN_SETTINGS=(SMARTMARKET_ENV PUBLIC_URL LISTEN_ADDR DB_POOL_SIZE MAIL_FROM MEDIA_DIR INDEX_DIR LOG_FORMAT LOG_LEVEL TRUST_PROXY
  SHUTDOWN_GRACE_SECONDS RATE_LIMIT_FACTOR METRICS_ADDR BACKUP_DIR)

load_settings() { load_dotenv "$OPS_ROOT/.env"; }

# --- Compose or native ------------------------------------------------------------------------------------------------

compose() { docker compose --project-directory "$OPS_ROOT" -f "$COMPOSE_FILE_PROD" "$@"; }

compose_runs() {
  [[ -z ${SMARTMARKET_IN_CONTAINER:-} && -f $COMPOSE_FILE_PROD ]] || return 1
  command -v docker >/dev/null 2>&1 || return 1
  [[ -n $(compose ps -q db 2>/dev/null) ]]
}

# The database is where the shop is: given by address (native), or in the stack of docker-compose.prod.yaml.
# There the same script runs again, in a container that has PostgreSQL's tools, the pictures and the backup folder.
find_installation() { # SCRIPT ARGUMENT...
  local script=$1
  shift
  if [[ -z ${DATABASE_URL:-}${DATABASE_URL_FILE:-} ]] && compose_runs; then
    say "Installation : Docker Compose"
    local code=0
    compose run --rm -T --no-deps -e BACKUP_SHOWN_DIR="$(host_backup_dir)" -e "BACKUP_KEEP=${BACKUP_KEEP:-}" ops \
      "/opt/smartmarket/scripts/$script" "$@" </dev/null || code=$?
    exit "$code"
  fi
  load_settings
  [[ -n ${DATABASE_URL:-}${DATABASE_URL_FILE:-} ]] || fail "L’installation est introuvable." \
    "ni DATABASE_URL (environnement ou .env), ni pile démarrée de docker-compose.prod.yaml" \
    "allez dans le dossier de l’installation ; avec Docker : docker compose -f docker-compose.prod.yaml up -d db"
  connect_by_environment
}

host_backup_dir() { (load_settings && printf '%s' "${BACKUP_DIR:-/opt/smartmarket/backups}"); }

# --- PostgreSQL -------------------------------------------------------------------------------------------------------

unescaped() { # percent-encoded text
  local text=${1//+/%2B}
  printf '%b' "${text//%/\\x}"
}

# The parts of DATABASE_URL as the variables that libpq reads: nothing secret in a command line.
connect_by_environment() {
  local url=${DATABASE_URL:-} rest query='' pair
  [[ -n $url ]] || url=$(<"$DATABASE_URL_FILE")
  if [[ ! $url =~ ^postgres(ql)?://(([^:/@]*)(:([^@]*))?@)?([^/?]*)/([^?]+)(\?(.*))?$ ]]; then
    fail "DATABASE_URL n’est pas lisible." "attendu : postgres://utilisateur:mot-de-passe@hôte:5432/base" "corrigez-la dans .env"
  fi
  local user=${BASH_REMATCH[3]} password=${BASH_REMATCH[5]} place=${BASH_REMATCH[6]} name=${BASH_REMATCH[7]}
  query=${BASH_REMATCH[9]}
  PGDATABASE=$(unescaped "$name")
  export PGDATABASE PGCONNECT_TIMEOUT=10 PGAPPNAME=smartmarket-sauvegarde
  [[ -z $user ]] || { PGUSER=$(unescaped "$user") && export PGUSER; }
  [[ -z $password ]] || { PGPASSWORD=$(unescaped "$password") && export PGPASSWORD; }
  rest=$place
  if [[ $rest =~ :([0-9]+)$ ]]; then
    export PGPORT=${BASH_REMATCH[1]}
    rest=${rest%:*}
  fi
  [[ -z $rest ]] || export PGHOST=$rest
  while IFS= read -r -d '&' pair || [[ -n $pair ]]; do
    case $pair in
      host=*) PGHOST=$(unescaped "${pair#host=}") && export PGHOST ;;
      sslmode=*) export PGSSLMODE=${pair#sslmode=} ;;
      sslrootcert=*) export PGSSLROOTCERT=${pair#sslrootcert=} ;;
    esac
  done <<<"$query"
  LIVE=$PGDATABASE
  # Only letters and figures: the name stands in statements that take no parameters.
  [[ $LIVE =~ ^[A-Za-z_][A-Za-z0-9_]{0,40}$ ]] || fail "Le nom de la base « $LIVE » n’est pas accepté." \
    "lettres, chiffres et _ seulement, 41 au plus" "renommez la base et corrigez DATABASE_URL"
}

query() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }           # in the shop's database
administer() { PGDATABASE=postgres query "$@"; }                # beside it

need_server() {
  local answer
  answer=$(administer -c 'show server_version_num' 2>&1) || fail "PostgreSQL ne répond pas." "$(head -n 1 <<<"$answer")" \
    "démarrez-le, puis recommencez ; rien n’a été changé"
  SERVER_VERSION=$answer
  local tool
  tool=$(pg_dump --version | sed -E 's/.* ([0-9]+)(\.[0-9]+)?.*/\1/')
  ((tool >= SERVER_VERSION / 10000)) || fail "pg_dump $tool est plus ancien que le serveur ($((SERVER_VERSION / 10000)))." \
    "il ne saurait pas tout écrire" "installez postgresql-client-$((SERVER_VERSION / 10000))"
}

# Everything that is compared between a backup and what comes out of it: rows per table, money, stock, migrations.
facts_sql() {
  cat <<'SQL'
select jsonb_build_object(
  'tables', (select jsonb_object_agg(c.relname, ((xpath('/row/n/text()', query_to_xml(
                format('select count(*) as n from %I.%I', s.nspname, c.relname), false, true, '')))[1]::text)::bigint)
               from pg_class c join pg_namespace s on s.oid = c.relnamespace
              where c.relkind in ('r', 'p') and s.nspname = 'public'),
  'sums', jsonb_build_object(
    'orders_total_cents', (select coalesce(sum(total_cents), 0) from orders),
    'order_lines_cents', (select coalesce(sum(line_total_cents), 0) from order_lines),
    'payments_captured_cents', (select coalesce(sum(amount_cents), 0) from payments where state = 'captured'),
    'stock_on_hand', (select coalesce(sum(on_hand), 0) from stock_levels),
    'stock_reserved', (select coalesce(sum(reserved), 0) from stock_levels),
    'stock_ledger', (select coalesce(sum(delta), 0) from stock_movements)),
  'migrations', (select jsonb_object_agg(version::text, encode(checksum, 'hex')) from _sqlx_migrations where success))::text;
SQL
}

# --- Names, places, locks ---------------------------------------------------------------------------------------------

check_name() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$ && $1 != *..* && $1 != *.partial ]] || fail "« $1 » n’est pas un nom de sauvegarde." \
    "lettres, chiffres, point, tiret et souligné seulement" "par exemple backup_avant_maintenance"
}

open_backup_dir() {
  BACKUPS=${BACKUP_DIR:-/opt/smartmarket/backups}
  SHOWN=${BACKUP_SHOWN_DIR:-$BACKUPS}
  [[ -d $BACKUPS ]] || mkdir -p "$BACKUPS" 2>/dev/null || note "$SHOWN n’a pas pu être créé"
  [[ -d $BACKUPS && -w $BACKUPS ]] || fail "Impossible d’écrire dans $SHOWN." "le dossier manque ou appartient à un autre compte" \
    "créez-le (install -d -m 750 $SHOWN), ou donnez-en un autre par BACKUP_DIR"
  exec 8>>"$BACKUPS/.lock"
  flock -n 8 || fail "Une autre sauvegarde ou restauration est en cours." "elle tient $SHOWN/.lock" "attendez sa fin, puis recommencez"
}

need_space() { # DIR BYTES WHAT
  local free
  free=$(df --output=avail -B1 "$1" | tail -n 1 | tr -d ' ')
  ((free > $2)) || fail "Pas assez de place pour $3." "il faut environ $(($2 / 1048576)) Mo dans $1, il en reste $((free / 1048576))" \
    "faites de la place ou donnez un autre dossier ; rien n’a été changé"
}

sha_of() { sha256sum <"$1" | cut -d' ' -f1; }
bytes_of() { stat -c %s "$1"; }

# What the back office, metrics and doctor show of it. The worker writes its own nightly run down itself.
tell_shop() { # backup | verify, NAME, BYTES [WHY_IT_FAILED]
  [[ -z ${SMARTMARKET_BACKUP_RECORDED:-} ]] || return 0
  local options=(--kind "$1" --name "$2" --bytes "$3")
  [[ -z ${4:-} ]] || options+=(--failed "$4")
  "${SMARTMARKET:-smartmarket}" backups record "${options[@]}" >/dev/null 2>&1 ||
    warn "le back office ne saura rien de cette opération : smartmarket backups record a échoué"
}

# The same in a small JSON file beside the backups, which outlives every restored database.
record_status() { # KEY NAME SECONDS
  local file="$BACKUPS/status.json" now
  now=$(date +%s)
  touch "$file.$1"
  printf '{"at":%s,"name":"%s","seconds":%s}\n' "$now" "$2" "$3" >"$file.$1"
  {
    printf '{'
    local key sep=''
    for key in backup verified restored; do
      [[ ! -s $file.$key ]] || { printf '%s"%s":%s' "$sep" "$key" "$(<"$file.$key")" && sep=','; }
    done
    printf '}\n'
  } >"$file.new"
  chmod 644 "$file.new"
  mv "$file.new" "$file"
}
