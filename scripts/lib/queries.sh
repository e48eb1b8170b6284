#!/usr/bin/env bash
# The offline query cache in .sqlx: what sqlx's macros learnt about each query from a migrated database, committed so
# that nobody needs a database to compile. It is collected by compiling every crate against a fresh database.

QUERIES_FOUND="$DEV_DIR/sqlx-found"

# The migrations as `smartmarket migrate` applies them, without the binary: it may not compile before .sqlx is right.
apply_migrations() { # URL
  local file mode
  for file in "$ROOT"/migrations/*.sql; do
    mode=(--single-transaction)
    if head -n 1 "$file" | grep -qi '^-- no-transaction'; then mode=(); fi
    psql -X -q -v ON_ERROR_STOP=1 "${mode[@]}" -f "$file" "$1" >/dev/null || because "la migration ${file##*/} échoue" \
      "corrigez-la ; le message de PostgreSQL est dans le journal"
  done
}

# Compiles with CMD so that every macro runs and writes what it found into QUERIES_FOUND.
collect_queries() { # CMD...
  local url
  url=$(fresh_database smartmarket_queries)
  apply_migrations "$url"
  rm -rf "$QUERIES_FOUND"
  mkdir -p "$QUERIES_FOUND"
  # A crate that is up to date is not compiled, and its macros would not run.
  find "$ROOT/src" \( -name lib.rs -o -path '*/bin/*.rs' -o -path '*/tests/main.rs' \) -exec touch {} +
  env -u SQLX_OFFLINE DATABASE_URL="$url" SQLX_OFFLINE_DIR="$QUERIES_FOUND" "$@"
}

# Fails with the list of differences between .sqlx and what the code asks now.
compare_queries() {
  local file missing=() stale=()
  for file in "$QUERIES_FOUND"/query-*.json; do
    [[ -e $file ]] || continue
    cmp -s "$file" "$ROOT/.sqlx/${file##*/}" || missing+=("$file")
  done
  for file in "$ROOT"/.sqlx/query-*.json; do
    [[ -e $file ]] || continue
    [[ -e $QUERIES_FOUND/${file##*/} ]] || stale+=("$file")
  done
  if ((${#missing[@]} == 0 && ${#stale[@]} == 0)); then
    say "$(find "$ROOT/.sqlx" -name 'query-*.json' 2>/dev/null | wc -l) requêtes, toutes comme dans le dépôt"
    return 0
  fi
  say "${#missing[@]} requêtes manquent ou diffèrent dans .sqlx, ${#stale[@]} y sont pour rien :"
  for file in "${missing[@]}"; do say "  + $(query_text "$file")"; done
  for file in "${stale[@]}"; do say "  - $(query_text "$file")"; done
  because "le dossier .sqlx ne correspond pas au code" "lancez scripts/sqlx-prepare et ajoutez .sqlx au commit"
}

query_text() { grep -m 1 '"query":' "$1" | tr -s ' ' | cut -c 1-110; }

replace_queries() {
  mkdir -p "$ROOT/.sqlx"
  find "$ROOT/.sqlx" -name 'query-*.json' -delete
  find "$QUERIES_FOUND" -name 'query-*.json' -exec cp {} "$ROOT/.sqlx/" \;
  remark "$(find "$ROOT/.sqlx" -name 'query-*.json' | wc -l) requêtes dans .sqlx ; ajoutez le dossier au commit"
}
