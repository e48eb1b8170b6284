#!/usr/bin/env bash
# The checks of scripts/test, in three parts: lint, rust, browser.

# --- lint ---------------------------------------------------------------------------------------------------------

check_code() {
  check fmt "Mise en forme (cargo fmt)" - check_format
  check shell "Scripts shell (shellcheck)" - check_shell
  check javascript "JavaScript (node --check)" - check_javascript
  # One compilation serves both: clippy looks at the code, and sqlx's macros look at the migrated database.
  check clippy "Clippy, requêtes sur une vraie base" - check_clippy
  if ((STEP_STATUS == 0)); then
    check queries "Cache des requêtes (.sqlx)" - compare_queries
  else
    not_run "Cache des requêtes (.sqlx)" "tout n’a pas été compilé"
  fi
}

check_format() {
  cargo fmt --all -- --check -l || because "les fichiers nommés ci-dessus ne sont pas mis en forme" "lancez cargo fmt --all"
}

check_shell() {
  local files
  mapfile -t files < <(grep -lE '^#!/(usr/bin/env bash|bin/sh|bin/bash)' "$ROOT"/scripts/* "$ROOT"/scripts/lib/* "$ROOT/.ci/run" 2>/dev/null)
  (cd "$ROOT/scripts" && printf '%s\0' "${files[@]}" | xargs -0 -n 3 -P 2 shellcheck -x)
  say "${#files[@]} scripts"
}

check_javascript() {
  local file count=0
  while IFS= read -r -d '' file; do
    node --check "$file"
    count=$((count + 1))
  done < <(find "$ROOT/assets" "$ROOT/scripts" "$ROOT/src/tests/browser" \( -name node_modules -o -name dist -o -name out \) -prune -o \
    \( -name '*.mjs' -o -name '*.js' \) -print0)
  say "$count fichiers"
}

check_clippy() {
  collect_queries cargo clippy --workspace --all-targets --locked --keep-going -- -D warnings
}

# --- rust ---------------------------------------------------------------------------------------------------------

check_rust_tests() {
  stream_output 1
  if cargo nextest --version >/dev/null 2>&1; then
    check rust-tests "Tests Rust (nextest)" count_nextest \
      cargo nextest run --workspace --locked --no-fail-fast --status-level slow --final-status-level fail
  else
    check rust-tests "Tests Rust (cargo test)" count_cargo_test cargo test --workspace --locked --no-fail-fast --lib --bins --tests
  fi
  # nextest leaves the examples in comments out; they are run only when there are any.
  if grep -rqE '^\s*//[/!] ```(rust|no_run|should_panic)?\s*$' "$ROOT/src" --include='*.rs'; then
    check doc-tests "Exemples des commentaires" count_cargo_test cargo test --workspace --locked --doc
  fi
  stream_output ''
}

# --- browser ------------------------------------------------------------------------------------------------------

# A shop of its own with the demo data: web, worker and beat, as scripts/dev runs them.
check_in_browser() {
  local browser="$ROOT/src/tests/browser" port url=''
  check browser-build "Binaires et projet navigateur" - prepare_browser "$browser"
  if ((STEP_STATUS != 0)); then
    not_run "Tests navigateur" "les binaires ou le projet navigateur manquent"
    return 0
  fi
  port=$(free_port 18080)
  check browser-data "Boutique pour le navigateur" - prepare_shop "$port"
  if ((STEP_STATUS != 0)); then
    not_run "Tests navigateur" "il n’y a pas de boutique à visiter"
    return 0
  fi
  url=$(database_url_for "$DATABASE_URL" smartmarket_browser)
  open_shop "$port" "$url"
  check browser-ready "La boutique répond" - shop_answers "$port"
  if ((STEP_STATUS == 0)); then
    stream_output 1
    check browser "Tests navigateur (Chromium)" count_playwright run_playwright "$browser" "$port" "$url"
    stream_output ''
  else
    not_run "Tests navigateur" "la boutique ne répond pas"
  fi
  stop_processes 15
}

prepare_browser() { # FOLDER
  # With the tests' own targets, so that the dependencies are the ones the Rust tests were built with.
  compile browser-build --workspace --all-targets --locked
  npm_ci "$1" npm-browser
}

# The binaries read the environment; the subshells keep it from the Rust tests.
browser_environment() { # PORT URL
  DATABASE_URL=$2
  REDIS_URL="${REDIS_URL%/[0-9]*}/1"
  MEDIA_DIR="$DEV_DIR/test-media"
  SMARTMARKET_ENV=development
  PUBLIC_URL="http://127.0.0.1:$1"
  # A hundred visitors from one address are meant here.
  export RATE_LIMIT_FACTOR=1000 DATABASE_URL REDIS_URL MEDIA_DIR SMARTMARKET_ENV PUBLIC_URL
  app_environment "$1"
}

prepare_shop() { # PORT
  local url
  url=$(fresh_database smartmarket_browser)
  rm -rf "$DEV_DIR/test-media"
  browser_environment "$1" "$url"
  migrate_database
  seed_database "$DEV_DIR/test-logins.txt"
}

open_shop() { # PORT URL
  local saved_database=$DATABASE_URL saved_redis=$REDIS_URL
  quiet_processes
  browser_environment "$1" "$2"
  start_process test-web '' "$(shop_binary)" serve
  start_process test-worker '' "$(worker_binary)" run
  start_process test-beat '' "$(worker_binary)" beat
  export DATABASE_URL=$saved_database REDIS_URL=$saved_redis
}

shop_answers() { # PORT
  within 60 is_ready "$1" && return 0
  tail -n 30 "$LOG_DIR/test-web.log" "$LOG_DIR/test-worker.log"
  because "pas de réponse de /health/ready/ en 60 s" "lisez .dev/log/test-web.log"
}

run_playwright() { # FOLDER PORT URL
  local only=()
  [[ -z ${SMARTMARKET_TEST_GREP:-} ]] || only=(--grep "$SMARTMARKET_TEST_GREP")
  rm -rf "$1/out"
  (
    cd "$1" || exit 1
    BASE_URL="http://127.0.0.1:$2" CHROMIUM=$(chromium_path) DATABASE_URL=$3 SMARTMARKET_LOGINS="$DEV_DIR/test-logins.txt" \
      npx --no-install playwright test "${only[@]}"
  )
}
