#!/usr/bin/env bash
# One consistent backup of the shop: database, pictures, settings without secrets. usage() below says more.

# shellcheck source=scripts/lib/backup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/backup.sh"

usage() {
  cat <<'TEXT'
Sauvegarde la boutique : base de données, images, réglages sans secrets, dans un dossier vérifié avec son manifeste.
Pendant ce temps la boutique continue ; tout vient d’un même instant de la base.

scripts/backup.sh [NOM] [--db-only] [--list]
  NOM        sinon backup_AAAAMMJJ_HHMMSS
  --db-only  la base seule
  --list     ce qui existe déjà

Réglages (environnement ou .env) :
  BACKUP_DIR        /opt/smartmarket/backups
  BACKUP_RECIPIENT  clé publique age (age1…) : la base et les images sont chiffrées
  BACKUP_UPLOAD     programme appelé avec le dossier fini, par exemple pour une copie vers un stockage S3
  BACKUP_KEEP       « jours semaines mois » gardés, 7 4 12 ; ne concerne que les noms automatiques, jamais la dernière bonne
TEXT
}

NAME='' DB_ONLY='' LIST=''
GIVEN=("$@")
while (($#)); do
  case $1 in
    --db-only) DB_ONLY=1 ;;
    --list) LIST=1 ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) fail "Option inconnue : $1" "scripts/backup.sh connaît --db-only et --list" "scripts/backup.sh --help en dit plus" ;;
    *)
      [[ -z $NAME ]] || fail "Un seul nom, s’il vous plaît." "reçu « $NAME » et « $1 »" ""
      NAME=$1
      ;;
  esac
  shift
done
[[ -z $NAME ]] || check_name "$NAME"

STARTED=$(now_us)
PARTIAL=''
leave() {
  local code=$?
  trap - EXIT
  # A backup that is not whole must not look like one.
  if [[ -n $PARTIAL && -d $PARTIAL ]]; then
    rm -rf "$PARTIAL"
    tell_shop backup "$NAME" 0 "arrêtée avant la fin (code $code)"
  fi
  exit "$code"
}
trap leave EXIT
trap 'exit 130' INT TERM HUP

list() {
  local dir
  for dir in "$BACKUPS"/*/; do
    [[ -s $dir/manifest.json ]] || continue
    printf '%-34s %8s Mo  %s%s\n' "$(basename "$dir")" "$(($(du -sb "$dir" | cut -f1) / 1048576))" \
      "$(sed -n 's/.*"finished": *"\([^"]*\)".*/\1/p' "$dir/manifest.json" | head -n 1)" \
      "$([[ ! -e $dir/verified ]] || echo '  restauration vérifiée')"
  done
}

# Holds a transaction open in a psql of its own; pg_dump and the counts below see exactly its instant.
open_snapshot() {
  coproc SNAPSHOT { psql -X -q -A -t -v ON_ERROR_STOP=1; }
  printf '%s\n' "set idle_in_transaction_session_timeout = 0; set statement_timeout = 0;" \
    "begin isolation level repeatable read read only;" "select pg_export_snapshot(), now(), pg_current_wal_lsn();" >&"${SNAPSHOT[1]}"
  IFS='|' read -r -t 30 SNAPSHOT_ID SNAPSHOT_AT SNAPSHOT_LSN <&"${SNAPSHOT[0]}" ||
    fail "La base n’a pas donné d’instantané." "la connexion a été coupée" "réessayez ; rien n’a été écrit"
}
ask_snapshot() { # SQL on one line -> one line
  printf '%s\n' "$1" >&"${SNAPSHOT[1]}"
  IFS= read -r -t 600 ANSWER <&"${SNAPSHOT[0]}" || fail "La base n’a pas fini de compter." "la connexion a été coupée" "réessayez"
}

pack_media() {
  local dir=${MEDIA_DIR:-}
  [[ -n $dir && -d $dir ]] || fail "Le dossier des images est introuvable." "MEDIA_DIR vaut « ${dir:-rien} »" \
    "donnez MEDIA_DIR, ou sauvegardez la base seule : --db-only"
  # Pictures are never changed under their name, so those named by the database at that instant are all here.
  # Unfinished uploads and what a restore left behind begin with a point.
  (cd "$dir" && find . -type f -not -path '*/.*/*' -not -name '.*' -print0 | sort -z) >"$PARTIAL/.files"
  tar -C "$dir" --null --verbatim-files-from -T "$PARTIAL/.files" --numeric-owner -cf "$PARTIAL/media.tar"
  (cd "$dir" && xargs -0 -r sha256sum <"$PARTIAL/.files") >"$PARTIAL/media.list"
  rm -f "$PARTIAL/.files"
}

write_config() {
  local name
  for name in "${PLAIN_SETTINGS[@]}"; do
    [[ -z ${!name:-} ]] || printf '%s=%s\n' "$name" "${!name}"
  done >"$PARTIAL/config.env"
}

encrypt() { # FILE
  [[ -n ${BACKUP_RECIPIENT:-} && -f $1 ]] || return 0
  age -r "$BACKUP_RECIPIENT" -o "$1.age" "$1"
  rm -f "$1"
}

# Empty where the program is not at hand (a copy of the scripts beside a managed database).
software_version() {
  local program=${SMARTMARKET:-smartmarket}
  if command -v "$program" >/dev/null 2>&1; then "$program" --version | awk '{ print $2 }'; fi
}

write_manifest() {
  local file sep='' files=''
  for file in "$PARTIAL"/*; do
    files+="$sep{\"name\":\"${file##*/}\",\"bytes\":$(bytes_of "$file"),\"sha256\":\"$(sha_of "$file")\"}"
    sep=','
  done
  # PostgreSQL writes the JSON: it escapes whatever is in the texts.
  query -v facts="$FACTS" -v files="[$files]" -v name="$NAME" -v media="$MEDIA_FACTS" -v started="$STARTED_AT" -v at="$SNAPSHOT_AT" \
    -v lsn="$SNAPSHOT_LSN" -v dump="$(pg_dump --version)" -v version="$(software_version)" -v git="${SMARTMARKET_GIT_SHA:-}" \
    -v tag="${SMARTMARKET_VERSION:-}" -v enc="${BACKUP_RECIPIENT:+age}" -v format="$FORMAT" -v dbonly="${DB_ONLY:-0}" <<'SQL' >"$PARTIAL/manifest.json"
select jsonb_pretty(jsonb_build_object(
  'format', :format, 'id', :'name', 'db_only', :'dbonly' = '1',
  'started', :'started', 'finished', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'snapshot_at', to_char(:'at'::timestamptz at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'wal_lsn', :'lsn',
  'app_version', :'version', 'app_tag', :'tag', 'git_sha', :'git',
  'pg_server_version', current_setting('server_version_num')::int, 'pg_dump_version', :'dump',
  'database', (select jsonb_build_object('encoding', pg_encoding_to_char(encoding), 'collate', datcollate, 'ctype', datctype)
                 from pg_database where datname = current_database()),
  'extensions', (select jsonb_object_agg(extname, extversion) from pg_extension),
  'files', :'files'::jsonb, 'media', :'media'::jsonb, 'encryption', nullif(:'enc', ''), 'secrets_excluded', true)
  || :'facts'::jsonb);
SQL
  (cd "$PARTIAL" && sha256sum manifest.json >manifest.sha256)
}

# Newest first: one for each of the last days, weeks and months that have one; the newest and the last verified always.
prune() {
  local keep_days keep_weeks keep_months dir name stamp day week month verified='' newest=1 kept=0 gone=0
  read -r keep_days keep_weeks keep_months <<<"${BACKUP_KEEP:-7 4 12}"
  [[ "$keep_days $keep_weeks $keep_months" =~ ^[0-9]+\ [0-9]+\ [0-9]+$ ]] || { warn "BACKUP_KEEP n’est pas « jours semaines mois » : rien n’est effacé" && return 0; }
  local -A days=() weeks=() months=()
  while read -r name; do
    dir="$BACKUPS/$name" stamp=${name:7:8}
    day=$stamp month=${stamp:0:6} week=$(date -d "$stamp" +%G%V 2>/dev/null || echo "$stamp")
    local keep=''
    if [[ -n $newest ]]; then keep=1 newest=''; fi
    if [[ -z $verified && -e $dir/verified ]]; then keep=1 verified=1; fi
    if [[ -z ${days[$day]:-} ]] && ((${#days[@]} < keep_days)); then days[$day]=1 keep=1; fi
    if [[ -z ${weeks[$week]:-} ]] && ((${#weeks[@]} < keep_weeks)); then weeks[$week]=1 keep=1; fi
    if [[ -z ${months[$month]:-} ]] && ((${#months[@]} < keep_months)); then months[$month]=1 keep=1; fi
    if [[ -n $keep ]]; then
      kept=$((kept + 1))
    else
      rm -rf "${dir:?}"
      gone=$((gone + 1))
    fi
  done < <(cd "$BACKUPS" && find . -maxdepth 1 -type d -regextype posix-extended -regex '\./backup_[0-9]{8}_[0-9]{6}' \
    -exec test -s '{}/manifest.json' ';' -printf '%f\n' | sort -r)
  ((gone == 0)) || say "Effacées par la règle « $keep_days jours, $keep_weeks semaines, $keep_months mois » : $gone ; gardées : $kept"
}

find_installation backup.sh "${GIVEN[@]}"
open_backup_dir
if [[ -n $LIST ]]; then
  list
  exit 0
fi
STARTED_AT=$(date -u +%Y-%m-%dT%H:%M:%SZ)
NAME=${NAME:-backup_$(date +%Y%m%d_%H%M%S)}
[[ ! -e $BACKUPS/$NAME ]] || fail "La sauvegarde « $NAME » existe déjà." "$SHOWN/$NAME" "donnez un autre nom"
need_server
size=$(query -c "select pg_database_size(current_database())") || fail "La base « $LIVE » ne répond pas." "" "voyez les journaux de PostgreSQL"
media_size=0
[[ -n $DB_ONLY || ! -d ${MEDIA_DIR:-/nonexistent} ]] || media_size=$(du -sb "$MEDIA_DIR" | cut -f1)
need_space "$BACKUPS" $((size / 2 + media_size * ${BACKUP_RECIPIENT:+2*}1 + 16777216)) "la sauvegarde"
# We hold the lock: a partial folder is the rest of a run that was killed.
find "$BACKUPS" -maxdepth 1 -type d -name '*.partial' -exec rm -rf {} +
PARTIAL="$BACKUPS/$NAME.partial"
mkdir "$PARTIAL"

open_snapshot
pg_dump -Fc -Z 6 --no-password --lock-wait-timeout=30s --snapshot="$SNAPSHOT_ID" -f "$PARTIAL/database.dump" ||
  fail "pg_dump a échoué." "voyez les lignes ci-dessus" "corrigez, puis recommencez ; les sauvegardes existantes sont intactes"
ask_snapshot "$(facts_sql | tr '\n' ' ')"
FACTS=$ANSWER
printf 'commit;\n\\q\n' >&"${SNAPSHOT[1]}"
# Listing the contents would not notice a truncated file: everything is decoded once.
pg_restore -f /dev/null "$PARTIAL/database.dump" || fail "La sauvegarde écrite est illisible." "voyez les lignes ci-dessus" "vérifiez le disque"
MEDIA_FACTS='null'
if [[ -z $DB_ONLY ]]; then
  pack_media
  MEDIA_FACTS=$(printf '{"count":%d,"bytes":%d,"sha256_of_list":"%s"}' "$(wc -l <"$PARTIAL/media.list")" "$(bytes_of "$PARTIAL/media.tar")" "$(sha_of "$PARTIAL/media.list")")
fi
write_config
encrypt "$PARTIAL/database.dump"
encrypt "$PARTIAL/media.tar"
write_manifest
sync -f "$PARTIAL"
mv "$PARTIAL" "$BACKUPS/$NAME"
PARTIAL=''
sync -f "$BACKUPS"
if [[ -n ${BACKUP_UPLOAD:-} ]]; then
  "$BACKUP_UPLOAD" "$BACKUPS/$NAME" || fail "La sauvegarde « $NAME » est bonne, mais sa copie au loin a échoué." \
    "$BACKUP_UPLOAD a fini avec une erreur" "relancez-la : $BACKUP_UPLOAD $SHOWN/$NAME"
fi
prune
took=$((($(now_us) - STARTED) / 1000000))
record_status backup "$NAME" "$took"
tell_shop backup "$NAME" "$(du -sb "$BACKUPS/$NAME" | cut -f1)"
say "Sauvegarde terminée : $SHOWN/$NAME"
say "  $(($(du -sb "$BACKUPS/$NAME" | cut -f1) / 1024)) Ko en $(spent "$STARTED") ; instantané du $SNAPSHOT_AT${BACKUP_RECIPIENT:+ ; chiffrée}"
