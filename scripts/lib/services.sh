#!/usr/bin/env bash
# SmartMarket's own PostgreSQL and Redis: data under .dev, free ports, 127.0.0.1 only, a password made here.
# DATABASE_URL and REDIS_URL from the environment are used instead, and what they name is never stopped or wiped.
#
# SERVICES_PREFIX keeps the sets apart: '' for scripts/dev, 'test-' for scripts/test, 'prepare-' for scripts/sqlx-prepare.

SERVICES_PREFIX=''
OWN_POSTGRES=1 OWN_REDIS=1
[[ -z ${DATABASE_URL:-} ]] || OWN_POSTGRES=''
[[ -z ${REDIS_URL:-} ]] || OWN_REDIS=''

random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
hide_password() { sed -E 's#(://[^:/@]*):[^@]*@#\1:…@#g' <<<"$1"; }

# Servers never run as root. Root lends them the account that Debian's package made, or the owner of existing data.
account_for() { # PACKAGE_ACCOUNT DIR
  if ((EUID != 0)); then
    id -un
  elif [[ -d $2/. && $(stat -L -c %u "$2") != 0 ]]; then
    stat -L -c %U "$2"
  elif getent passwd "$1" >/dev/null; then
    printf '%s' "$1"
  else
    getent passwd smartmarket-dev >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin smartmarket-dev
    printf smartmarket-dev
  fi
}

# In / because the account may not be allowed into the folder that the script was called from.
as_account() { # ACCOUNT CMD...
  local account=$1
  shift
  if ((EUID == 0)); then
    (cd / && exec setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups -- "$@")
  else
    (cd / && exec "$@")
  fi
}

# Standard input into a file that only the account (and root) can read.
write_private() { # ACCOUNT FILE
  # shellcheck disable=SC2016 # $1 belongs to the inner shell
  as_account "$1" sh -c 'umask 077 && cat >"$1"' sh "$2"
}

# A folder that the account can write to: in .dev, or (a clone under /root, say) under /var/lib with a link from .dev.
# The rights of folders outside the project are never changed.
service_dir() { # NAME ACCOUNT -> path
  local link="$DEV_DIR/$1" account=$2 owner real
  if ((EUID != 0)); then
    if [[ -d $link/. ]]; then
      owner=$(stat -L -c %U "$link")
      [[ $owner == "$account" ]] || because "$link appartient à $owner, et vous êtes $account" \
        "lancez en tant que $owner, ou supprimez-le (ses données sont perdues) : sudo rm -rf $link"
    fi
    mkdir -p "$link"
    chmod 700 "$link"
    printf '%s' "$link"
    return 0
  fi
  if [[ ! -e $link ]]; then
    rm -f "$link" # a link whose target is gone
    mkdir "$link"
    chown "$account:" "$link"
    if ! as_account "$account" test -w "$link"; then
      real="$(outside_dir)/$1"
      rmdir "$link"
      mkdir -p "$real"
      chmod 755 "${real%/*}" "${real%/*/*}"
      chown "$account:" "$real"
      ln -s "$real" "$link"
    fi
  fi
  real=$(realpath "$link")
  chmod 700 "$real"
  as_account "$account" test -w "$real" || because "le compte $account ne peut pas écrire dans $real" \
    "supprimez .dev et recommencez"
  printf '%s' "$real"
}

outside_dir() { printf '/var/lib/smartmarket/%s' "$(printf '%s' "$ROOT" | sha256sum | cut -c 1-12)"; }

forget_service() { # NAME: wipes its data
  local link="$DEV_DIR/$1" real=''
  [[ ! -L $link ]] || real=$(realpath -m "$link")
  case $real in "$(outside_dir)"/*) rm -rf "$real" ;; esac
  rm -rf "$link"
}

# Waits for a condition: CMD is tried until it succeeds or the time is over.
within() { # SECONDS CMD...
  local tries=$(($1 * 10)) i
  shift
  for ((i = 0; i < tries; i++)); do
    if "$@"; then return 0; fi
    sleep 0.1
  done
  return 1
}

# A process that has ended but that nobody has waited for yet (a zombie) counts as gone.
gone() { # PID
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  stat=${stat##*) }
  [[ ${stat:0:1} == [ZX] ]]
}

# Starts both and sets DATABASE_URL and REDIS_URL in this shell.
start_services() {
  if [[ -n $OWN_POSTGRES ]]; then
    step "${SERVICES_PREFIX}postgres" "PostgreSQL" "lisez la fin de .dev/log/${SERVICES_PREFIX}postgresql.log" start_postgres
    DATABASE_URL=$(<"$RUN_DIR/${SERVICES_PREFIX}database.url")
  else
    step "${SERVICES_PREFIX}postgres" "PostgreSQL de DATABASE_URL" "vérifiez l’adresse" check_given_postgres
  fi
  if [[ -n $OWN_REDIS ]]; then
    step "${SERVICES_PREFIX}redis" "Redis" "lisez la fin de .dev/log/${SERVICES_PREFIX}redis-server.log" start_redis
    REDIS_URL=$(<"$RUN_DIR/${SERVICES_PREFIX}redis.url")
  else
    step "${SERVICES_PREFIX}redis" "Redis de REDIS_URL" "vérifiez l’adresse" check_given_redis
  fi
  export DATABASE_URL REDIS_URL
}

# Redis first, PostgreSQL last. What the environment gave is left alone.
stop_services() {
  [[ -z $OWN_REDIS ]] || stop_redis
  [[ -z $OWN_POSTGRES ]] || stop_postgres
}

reset_services() {
  stop_services
  [[ -z $OWN_REDIS ]] || forget_service "${SERVICES_PREFIX}redis"
  [[ -z $OWN_POSTGRES ]] || forget_service "${SERVICES_PREFIX}pg"
}
