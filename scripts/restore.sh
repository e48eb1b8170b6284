#!/usr/bin/env bash
# Brings a backup back: checked first, restored beside, compared, then swapped in by renaming. usage() below says more.

# shellcheck source=scripts/lib/backup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/backup.sh"

usage() {
  cat <<'TEXT'
Restaure une sauvegarde. Tout est vérifié avant que rien ne soit touché : sceau, tailles, empreintes, versions, schéma,
lecture complète. La base est restaurée à côté, comparée au manifeste, puis échangée par renommage (l’arrêt dure moins
d’une seconde). L’ancienne base reste sous un autre nom. Les tâches en attente (courriels…) sont retenues, tout le
monde est déconnecté.

scripts/restore.sh NOM [--verify-only] [--db-only] [--yes]
  NOM            une sauvegarde de BACKUP_DIR (scripts/backup.sh --list), ou « latest » : la plus récente
  --verify-only  fait tout dans une base d’essai, l’efface, ne change rien ; beat le fait chaque semaine
  --db-only      la base seule, les images restent comme elles sont
  --yes          ne demande pas de confirmation (sans terminal, rien n’est demandé)

Réglages (environnement ou .env) : BACKUP_DIR ; BACKUP_IDENTITY, fichier de la clé privée age d’une sauvegarde chiffrée.
TEXT
}

NAME='' VERIFY_ONLY='' DB_ONLY='' YES=''
GIVEN=("$@")
while (($#)); do
  case $1 in
    --verify-only) VERIFY_ONLY=1 ;;
    --db-only) DB_ONLY=1 ;;
    --yes) YES=1 ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) fail "Option inconnue : $1" "scripts/restore.sh connaît --verify-only, --db-only et --yes" "scripts/restore.sh --help en dit plus" ;;
    *)
      [[ -z $NAME ]] || fail "Un seul nom, s’il vous plaît." "reçu « $NAME » et « $1 »" ""
      NAME=$1
      ;;
  esac
  shift
done
[[ -n $NAME ]] || fail "Quelle sauvegarde ?" "il faut un nom" "scripts/backup.sh --list les montre ; « latest » prend la plus récente"
check_name "$NAME"

STARTED=$(now_us)
STAMP=$(date -u +%Y%m%d%H%M%S)
BESIDE='' WORK='' LOCKED_OUT=''

leave() {
  local code=$?
  trap - EXIT INT TERM HUP
  set +e
  [[ -z $LOCKED_OUT ]] || administer -c "alter database \"$LIVE\" allow_connections true" >/dev/null 2>&1
  [[ -z $BESIDE ]] || administer -c "drop database if exists \"$BESIDE\" with (force)" >/dev/null 2>&1
  [[ -z $WORK ]] || rm -rf "$WORK"
  exit "$code"
}
trap leave EXIT
trap 'exit 130' INT TERM HUP

damaged() { # WHAT
  [[ -z $VERIFY_ONLY ]] || tell_shop verify "$NAME" 0 "$1"
  fail "La sauvegarde « $NAME » ne peut pas servir : $1." "elle est incomplète, abîmée, ou d’une autre version" \
    "prenez-en une autre (scripts/backup.sh --list) ; rien n’a été changé"
}

newest() {
  find "$BACKUPS" -mindepth 2 -maxdepth 2 -name manifest.json -printf '%T@ %h\n' | sort -rn | sed -n '1s#.*/##p'
}

# --- 1. Before anything is touched ------------------------------------------------------------------------------------

# All of the manifest that is needed here, one value per line; PostgreSQL reads the JSON.
read_manifest() {
  local seen
  [[ -s $DIR/manifest.json ]] || damaged "manifest.json manque ou est vide"
  [[ -s $DIR/manifest.sha256 ]] || damaged "manifest.sha256 manque"
  (cd "$DIR" && sha256sum --status --strict -c manifest.sha256 2>/dev/null) || damaged "manifest.json a été modifié"
  seen=$(administer -v m="$(base64 -w0 <"$DIR/manifest.json")" <<'SQL' 2>/dev/null
create temporary table t as select convert_from(decode(:'m', 'base64'), 'utf8')::jsonb as m;
select m->>'format' from t;
select m->>'db_only' from t;
select m->>'pg_server_version' from t;
select coalesce(m->>'encryption', '') from t;
select m->>'snapshot_at' from t;
select extract(epoch from now() - (m->>'snapshot_at')::timestamptz)::bigint from t;
select m->'database'->>'collate' from t;
select m->'database'->>'ctype' from t;
select m->'database'->>'encoding' from t;
select m->>'app_version' from t;
select coalesce(m->'media'->>'sha256_of_list', '') from t;
select jsonb_build_object('tables', m->'tables', 'sums', m->'sums', 'migrations', m->'migrations')::text from t;
select string_agg(k, ' ' order by k) from t, jsonb_object_keys(m->'migrations') k;
select coalesce(sum((f->>'bytes')::bigint), 0) from t, jsonb_array_elements(m->'files') f;
select string_agg((f->>'name') || '|' || (f->>'bytes') || '|' || (f->>'sha256'), ' ') from t, jsonb_array_elements(m->'files') f;
SQL
  ) || damaged "manifest.json n’est pas lisible"
  {
    read -r M_FORMAT && read -r M_DB_ONLY && read -r M_SERVER && read -r M_ENCRYPTION && read -r M_AT && read -r M_AGE &&
      read -r M_COLLATE && read -r M_CTYPE && read -r M_ENCODING && read -r M_APP && read -r M_LIST && read -r M_FACTS &&
      read -r M_MIGRATIONS && read -r M_BYTES && read -r M_FILES
  } <<<"$seen" || damaged "manifest.json est incomplet"
  [[ $M_FORMAT == "$FORMAT" ]] || damaged "format $M_FORMAT, ce programme lit le format $FORMAT"
  [[ $M_COLLATE$M_CTYPE$M_ENCODING =~ ^[A-Za-z0-9._@-]+$ ]] || damaged "réglages de langue inattendus"
  [[ $M_DB_ONLY == false ]] || DB_ONLY=1
}

check_files() {
  local file name bytes sha wanted=(database.dump)
  [[ $M_DB_ONLY == true ]] || wanted+=(media.tar)
  for name in "${wanted[@]}"; do
    [[ " $M_FILES" == *" $name${M_ENCRYPTION:+.age}|"* ]] || damaged "le manifeste ne nomme pas $name"
  done
  for file in $M_FILES; do
    IFS='|' read -r name bytes sha <<<"$file"
    [[ $name =~ ^[a-z]+\.[a-z.]+$ ]] || damaged "nom de fichier inattendu dans le manifeste"
    [[ -f $DIR/$name ]] || damaged "$name manque"
    [[ $(bytes_of "$DIR/$name") == "$bytes" ]] || damaged "$name a $(bytes_of "$DIR/$name") octets au lieu de $bytes"
    [[ $(sha_of "$DIR/$name") == "$sha" ]] || damaged "le contenu de $name a changé"
  done
}

check_versions() {
  local here known version checksum live
  ((M_SERVER / 10000 <= SERVER_VERSION / 10000)) ||
    damaged "elle vient de PostgreSQL $((M_SERVER / 10000)), le serveur est en version $((SERVER_VERSION / 10000))"
  here=$(pg_restore --version | sed -E 's/.* ([0-9]+)(\.[0-9]+)?.*/\1/')
  ((here >= M_SERVER / 10000)) || damaged "pg_restore $here est plus ancien qu’elle"
  # A schema that this release does not know would come up broken.
  if known=$("${SMARTMARKET:-smartmarket}" showmigrations 2>/dev/null | sed -n 's/^\[.\] *\([0-9]\{14\}\).*/\1/p') && [[ -n $known ]]; then
    for version in $M_MIGRATIONS; do
      grep -qx "$version" <<<"$known" || damaged "son schéma ($version) est inconnu de cette version du logiciel"
    done
  else
    warn "smartmarket ne répond pas : le schéma n’est comparé qu’à la base actuelle"
  fi
  live=$(query -c "select version || ' ' || encode(checksum, 'hex') from _sqlx_migrations where success" 2>/dev/null) || live=''
  while read -r version checksum; do
    [[ -n $version ]] || continue
    if [[ " $M_MIGRATIONS " == *" $version "* && $M_FACTS != *"\"$version\": \"$checksum\""* ]]; then
      damaged "la migration $version n’y est pas la même qu’ici"
    fi
  done <<<"$live"
}

unlock() { # FILE -> path of the plain file
  if [[ -z $M_ENCRYPTION ]]; then
    printf '%s' "$DIR/$1"
  else
    printf '%s' "$WORK/$1"
  fi
}

decrypt() {
  [[ -n $M_ENCRYPTION ]] || return 0
  [[ -n ${BACKUP_IDENTITY:-} && -r $BACKUP_IDENTITY ]] || fail "Cette sauvegarde est chiffrée." \
    "la clé privée age est nécessaire" "donnez son fichier par BACKUP_IDENTITY ; rien n’a été changé"
  local name
  for name in database.dump media.tar; do
    [[ -f $DIR/$name.age ]] || continue
    age -d -i "$BACKUP_IDENTITY" -o "$WORK/$name" "$DIR/$name.age" 2>/dev/null || damaged "$name.age ne se déchiffre pas avec cette clé"
  done
}

check_contents() {
  pg_restore -f /dev/null "$(unlock database.dump)" 2>/dev/null || damaged "la base qu’elle contient est illisible"
  [[ -z $DB_ONLY ]] || return 0
  [[ $(sha_of "$DIR/media.list") == "$M_LIST" ]] || damaged "media.list n’est pas celle du manifeste"
  mkdir "$WORK/media"
  tar -C "$WORK/media" --no-same-owner -xf "$(unlock media.tar)" 2>/dev/null || damaged "media.tar est illisible"
  (cd "$WORK/media" && sha256sum --status --strict -c "$DIR/media.list" 2>/dev/null) ||
    [[ ! -s $DIR/media.list ]] || damaged "des images manquent ou ont changé"
}

# --- 2. Beside --------------------------------------------------------------------------------------------------------

restore_beside() {
  BESIDE="${LIVE}_restauration_$STAMP"
  administer -c "create database \"$BESIDE\" template template0 encoding '$M_ENCODING' lc_collate '$M_COLLATE' lc_ctype '$M_CTYPE'"
  PGDATABASE=postgres pg_restore --exit-on-error --single-transaction --no-owner --no-acl -d "$BESIDE" "$(unlock database.dump)" ||
    fail "La restauration dans une base d’essai a échoué." "voyez les lignes ci-dessus" "la boutique n’a pas été touchée"
}

beside() { PGDATABASE=$BESIDE query "$@"; }

compare() {
  local facts
  facts=$(beside -c "$(facts_sql)")
  [[ $(administer -v a="$facts" -v b="$M_FACTS" <<<"select :'a'::jsonb = :'b'::jsonb") == t ]] || {
    administer -v a="$facts" -v b="$M_FACTS" <<'SQL' >&2 || warn "les différences n’ont pas pu être montrées"
select '  ' || k || ' : ' || coalesce(a->>k, 'rien') || ' au lieu de ' || coalesce(b->>k, 'rien')
  from (select :'a'::jsonb->'tables' || (:'a'::jsonb->'sums') as a, :'b'::jsonb->'tables' || (:'b'::jsonb->'sums') as b) x,
       lateral (select k from jsonb_object_keys(a || b) k) y where a->k is distinct from b->k;
SQL
    fail "La base restaurée ne correspond pas à son manifeste." "voyez les lignes ci-dessus" "la boutique n’a pas été touchée"
  }
  beside -c analyze
}

prepare() {
  # The schema of an older backup is brought up to this release, still beside.
  local url=${DATABASE_URL:-}
  [[ -n $url ]] || url=$(<"$DATABASE_URL_FILE")
  if command -v "${SMARTMARKET:-smartmarket}" >/dev/null 2>&1; then
    DATABASE_URL=$(sed -E 's#^([a-z]+://[^/?]*)/[^?]*#\1/'"$BESIDE"'#' <<<"$url") "${SMARTMARKET:-smartmarket}" migrate 2>/dev/null |
      sed 's/^/  schéma : /' || fail "Les migrations de la base restaurée ont échoué." "" "la boutique n’a pas été touchée"
  fi
  # What had been waiting may have been sent since: nothing goes out until somebody says so.
  HELD=$(beside -c "with h as (update jobs set state = 'held', lease_by = null, lease_until = null
                     where state in ('ready', 'running') returning 1) select count(*) from h")
  beside -c "update users set session_epoch = session_epoch + 1"
  # Erasures asked for since the backup, once the shop keeps a ledger of them.
  if [[ $(query -c "select to_regclass('public.erasures') is not null" 2>/dev/null) == t ]]; then
    warn "des effacements de données personnelles ont un registre : rejouez-les (RUNBOOK, « Effacements »)"
  fi
}

# --- 3. The swap ------------------------------------------------------------------------------------------------------

confirm() {
  [[ -z $YES && -t 0 && -t 1 ]] || return 0
  local answer
  say "La base « $LIVE » va être remplacée par son état du $M_AT. L’actuelle sera gardée sous un autre nom."
  printf 'Continuer ? (oui/non) '
  read -r answer
  [[ $answer == oui ]] || fail "Abandon." "la réponse n’était pas « oui »" "rien n’a été changé"
}

put_media_back() {
  local dir=${MEDIA_DIR:-} list missing=0 name
  [[ -z $DB_ONLY ]] || return 0
  [[ -n $dir ]] || fail "MEDIA_DIR manque." "" "donnez le dossier des images, ou restaurez la base seule : --db-only"
  mkdir -p "$dir"
  # Names are digests of the contents: what is there and right stays, what is missing or damaged comes back.
  # sha256sum ends with 1 when something differs: that is the answer, not a failure.
  list=$(cd "$dir" && if ! sha256sum --quiet -c "$DIR/media.list" 2>/dev/null; then :; fi | sed -n 's/: FAILED.*//p')
  while IFS= read -r name; do
    [[ -n $name ]] || continue
    mkdir -p "$dir/$(dirname "$name")"
    cp "$WORK/media/$name" "$dir/$name.new"
    chmod 644 "$dir/$name.new"
    mv "$dir/$name.new" "$dir/$name"
    missing=$((missing + 1))
  done <<<"$list"
  chmod 755 "$dir" && find "$dir" -mindepth 1 -maxdepth 1 -type d -exec chmod 755 {} +
  say "Images remises : $missing"
}

swap() {
  local begun exists
  KEPT="${LIVE}_avant_$STAMP"
  exists=$(administer -c "select 1 from pg_database where datname = '$LIVE'")
  begun=$(now_us)
  if [[ $exists == 1 ]]; then
    LOCKED_OUT=1
    administer -c "alter database \"$LIVE\" allow_connections false"
    administer -c "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname in ('$LIVE', '$BESIDE') and pid <> pg_backend_pid()" >/dev/null
    administer <<SQL || fail "L’échange a échoué." "voyez les lignes ci-dessus" "l’ancienne base est toujours en place"
begin;
alter database "$LIVE" rename to "$KEPT";
alter database "$BESIDE" rename to "$LIVE";
commit;
SQL
    LOCKED_OUT=''
    BESIDE=''
    administer -c "alter database \"$KEPT\" allow_connections true"
  else
    KEPT=''
    administer -c "alter database \"$BESIDE\" rename to \"$LIVE\""
    BESIDE=''
  fi
  OUTAGE=$(spent "$begun")
}

# The search index is made from the database: made again, not brought back. The old one serves until then.
rebuild_indexes() {
  "${SMARTMARKET:-smartmarket}" build-ml-indexes --help >/dev/null 2>&1 || return 0
  if "${SMARTMARKET:-smartmarket}" build-ml-indexes --force >/dev/null 2>&1; then
    say "Index de recherche reconstruits"
  else
    warn "les index de recherche n’ont pas pu être reconstruits : smartmarket build-ml-indexes --force"
  fi
}

# Workers that were at work come back by themselves within seconds; the restored table still shows those of the backup.
count_workers() { # SINCE: an interval
  query -c "select count(*) from job_workers where kind = 'worker' and stopped_at is null and last_seen_at > now() - interval '$1'" 2>/dev/null || echo 0
}
wait_for_workers() {
  local try since
  ((WORKERS > 0)) || return 0
  since=$(now_us)
  for ((try = 0; try < 60; try++)); do
    if [[ $(count_workers "$((($(now_us) - since) / 1000)) milliseconds") -gt 0 ]]; then
      say "Les workers sont revenus"
      return 0
    fi
    sleep 0.5
  done
  warn "les workers ne sont pas encore revenus : smartmarket-worker inspect ping"
}

# Sessions live in Redis. The epoch of every account has been raised already: this only removes what is left of them.
forget_sessions() {
  local url=${REDIS_URL:-} host port number password
  [[ -n $url || -z ${REDIS_URL_FILE:-} ]] || url=$(<"$REDIS_URL_FILE")
  [[ $url =~ ^redis://(([^:/@]*):([^@]*)@)?([^:/]+)(:([0-9]+))?(/([0-9]+))?$ ]] || return 0
  password=$(unescaped "${BASH_REMATCH[3]}") host=${BASH_REMATCH[4]} port=${BASH_REMATCH[6]:-6379} number=${BASH_REMATCH[8]:-0}
  (
    exec 3<>"/dev/tcp/$host/$port"
    # shellcheck disable=SC2016 # the dollars belong to Redis's protocol
    [[ -z $password ]] || printf '*2\r\n$4\r\nAUTH\r\n$%d\r\n%s\r\n' "${#password}" "$password" >&3
    printf 'SELECT %s\r\nFLUSHDB\r\nQUIT\r\n' "$number" >&3
    timeout 5 cat <&3
  ) 2>/dev/null | grep -q '^+OK' || warn "Redis n’a pas répondu : les sessions finiront d’elles-mêmes (les comptes les refusent déjà)"
}

find_installation restore.sh "${GIVEN[@]}"
open_backup_dir
[[ $NAME != latest ]] || NAME=$(newest)
[[ -n $NAME ]] || fail "Il n’y a aucune sauvegarde." "$SHOWN est vide" "scripts/backup.sh en fait une"
DIR="$BACKUPS/$NAME"
[[ -d $DIR ]] || fail "La sauvegarde « $NAME » n’existe pas." "$SHOWN/$NAME est introuvable" "scripts/backup.sh --list les montre"
need_server
read_manifest
check_files
check_versions
need_space "$BACKUPS" $((M_BYTES * 2 + 1048576)) "la vérification"
find "$BACKUPS" -maxdepth 1 -type d -name '.restauration.*' -exec rm -rf {} +
WORK=$(mktemp -d "$BACKUPS/.restauration.XXXXXX")
decrypt
check_contents
say "Vérifiée : $NAME (état du $M_AT, logiciel ${M_APP:-inconnu})"
[[ -n $VERIFY_ONLY ]] || confirm
restore_beside
compare
say "Restaurée à côté et comparée : lignes, sommes et migrations sont celles du manifeste"
if [[ -n $VERIFY_ONLY ]]; then
  touch "$DIR/verified"
  record_status verified "$NAME" $((($(now_us) - STARTED) / 1000000))
  tell_shop verify "$NAME" "$M_BYTES"
  say "Essai de restauration réussi en $(spent "$STARTED") ; rien n’a été changé."
  exit 0
fi
prepare
put_media_back
WORKERS=$(count_workers '15 seconds')
swap
forget_sessions
wait_for_workers
rebuild_indexes
touch "$DIR/verified"
record_status restored "$NAME" $((($(now_us) - STARTED) / 1000000))
say "Restauration terminée : « $LIVE » est dans l’état du $M_AT"
say "  RPO  $((M_AGE + ($(now_us) - STARTED) / 1000000)) s : ce qui a été fait après l’instantané manque"
say "  RTO  $(spent "$STARTED") en tout, dont $OUTAGE sans base"
say "  Tâches retenues : $HELD ; regardez-les (smartmarket-worker inspect stats), puis : smartmarket jobs release"
say "  Tout le monde est déconnecté."
[[ -z $KEPT ]] || say "  L’ancienne base est gardée : $KEPT (à effacer quand tout va bien)"
