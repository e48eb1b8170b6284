#!/usr/bin/env bash
# A shop for one test script: own database beside DATABASE_URL, own Redis number, own folder under .dev, own processes.
# BIN_DIR names a folder with ready binaries; otherwise they are built.

TRIAL_DIR=''
TRIAL_PIDS=()

bin() { printf '%s/%s' "${BIN_DIR:-$(target_dir)}" "$1"; }

open_trial() { # NAME
  TRIAL_DIR="$DEV_DIR/trial-$1"
  rm -rf "$TRIAL_DIR"
  mkdir -p "$TRIAL_DIR"
  # shellcheck disable=SC2034 # read by services.sh
  SERVICES_PREFIX=test-
  start_services
  if [[ -z ${BIN_DIR:-} ]]; then
    ensure_assets
    step build "Compilation ($PROFILE)" "si le code ne compile pas, corrigez-le" build_binaries
  fi
  DATABASE_URL=$(fresh_database "trial_${1//-/_}")
  export DATABASE_URL
  export SMARTMARKET_ENV=${SMARTMARKET_ENV:-test} LOG_FORMAT=json LOG_LEVEL=info NO_COLOR=1
  export SECRET_KEY=${SECRET_KEY:-$(random_hex 32)} MEDIA_DIR="$TRIAL_DIR/media" INDEX_DIR="$TRIAL_DIR/indexes" MAIL_FROM='SmartMarket <boutique@smartmarket.example>'
  mkdir -p "$MEDIA_DIR"
}

# Runs in the background with its lines in a file; ended by close_trial.
background() { # NAME CMD...
  local name=$1
  shift
  setsid setpriv --pdeathsig TERM -- "$@" >"$TRIAL_DIR/$name.log" 2>&1 9>&- </dev/null &
  TRIAL_PIDS+=("$!")
  export LAST_PID=$!
}

close_trial() {
  local pid
  for pid in "${TRIAL_PIDS[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${TRIAL_PIDS[@]}"; do within 10 gone "$pid" || kill -KILL "$pid" 2>/dev/null || true; done
  TRIAL_PIDS=()
}

# A member of staff with a session: the cookies end in the file.
sign_in_staff() { # BASE_URL COOKIE_FILE [CURL_OPTION...]
  local base=$1 jar=$2 token
  shift 2
  local password='une phrase assez longue'
  printf '%s\n' "$password" >"$TRIAL_DIR/password"
  "$(bin smartmarket)" createsuperuser --no-input --email admin@smartmarket.example --name Essai \
    --password-file "$TRIAL_DIR/password" >/dev/null
  token=$(curl -s "$@" -c "$jar" -b "$jar" "$base/admin/connexion" | sed -n 's/.*name="_csrf"[^>]*value="\([^"]*\)".*/\1/p' | head -n 1)
  curl -s -o /dev/null "$@" -c "$jar" -b "$jar" -H "Origin: ${PUBLIC_URL:-$base}" --data-urlencode "_csrf=$token" \
    --data-urlencode 'email=admin@smartmarket.example' --data-urlencode "password=$password" "$base/admin/connexion"
  token=$(curl -s -o /dev/null -w '%{http_code}' "$@" -b "$jar" "$base/admin/")
  [[ $token == 200 ]] || fail "La connexion du personnel a échoué ($token)." "" "lisez $TRIAL_DIR/web.log"
}
