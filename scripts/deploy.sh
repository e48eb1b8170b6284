#!/usr/bin/env bash
# Puts another release into service without a failed request: the new web beside the old, a health gate, the switch of
# nginx, then the workers; on any failure the old release goes on. usage() below says more.

# shellcheck source=scripts/lib/backup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/backup.sh"

usage() {
  cat <<'TEXT'
Met une autre version en service, sans requête perdue, sur la pile de docker-compose.prod.yaml :
sauvegarde, vérification des réglages, migrations, nouveau web à côté de l’ancien, attente qu’il soit prêt, bascule de
nginx, workers. Au premier échec, l’ancienne version continue et tout est remis comme avant.

scripts/deploy.sh ÉTIQUETTE [--no-backup] [--with-nginx]
scripts/deploy.sh --rollback [--with-nginx]
  ÉTIQUETTE     une version de ghcr.io/username/smartmarket-web, par exemple 1.2.0
  --rollback    revient à la version d’avant ; le schéma reste (les migrations ne retirent rien à la version d’avant)
  --no-backup   sans sauvegarde d’abord
  --with-nginx  remplace aussi nginx (une à deux secondes de coupure) ; sinon le sien continue
TEXT
}

WANTED='' ROLLBACK='' BACKUP=1 WITH_NGINX=''
while (($#)); do
  case $1 in
    --rollback) ROLLBACK=1 ;;
    --no-backup) BACKUP='' ;;
    --with-nginx) WITH_NGINX=1 ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) fail "Option inconnue : $1" "" "scripts/deploy.sh --help les montre" ;;
    *)
      [[ -z $WANTED ]] || fail "Une seule étiquette, s’il vous plaît." "reçu « $WANTED » et « $1 »" ""
      WANTED=$1
      ;;
  esac
  shift
done

STARTED=$(now_us)
ENV_FILE="$OPS_ROOT/.env"
# What the new release must say yes to before it gets any visitor.
read -ra CHECK <<<"${DEPLOY_CHECK:-check --deploy}"
NEW_WEB=() OLD_WEB=() NEW_WORKER=()
SWITCHED='' DONE=''

setting() { sed -n "s/^$1=//p" "$ENV_FILE" | tail -n 1 | tr -d "\"'"; }
set_setting() { # NAME VALUE
  local new="$ENV_FILE.new"
  (grep -v "^$1=" "$ENV_FILE" && printf '%s=%s\n' "$1" "$2") >"$new"
  chmod --reference="$ENV_FILE" "$new"
  # Only root can give a file away; for anybody else it is already his own.
  ((EUID != 0)) || chown --reference="$ENV_FILE" "$new"
  mv "$new" "$ENV_FILE"
}

with_tag() { TAG=$WANTED NGINX_TAG=$NGINX_TAG_NOW compose "$@"; }
upstream() { compose exec -T nginx /opt/smartmarket/nginx/upstream.sh "$@"; }
ids() { compose ps -q "$1" | sort; }
addresses() { # CONTAINER... on the network that nginx shares
  local network
  network="$(compose ps nginx --format '{{.Project}}' | head -n 1)_edge"
  docker inspect -f "{{(index .NetworkSettings.Networks \"$network\").IPAddress}}" "$@"
}
# With its dependencies: compose marks containers made without them as out of date, and the next « up -d » would
# replace them all at once.
beside() { # SERVICE OLD...: as many new containers as there are old ones; prints the new ids
  local service=$1 old
  shift
  old=$(printf '%s\n' "$@" | sort)
  with_tag up -d --quiet-pull --no-recreate --scale "$service=$(($# * 2))" "$service" >/dev/null 2>&1 || return 1
  comm -13 <(printf '%s\n' "$old") <(ids "$service")
}
healthy() { # CONTAINER
  [[ $(docker inspect -f '{{.State.Health.Status}}' "$1" 2>/dev/null) == healthy ]]
}
wait_healthy() { # SECONDS CONTAINER...
  local end=$((SECONDS + $1)) id
  shift
  for id in "$@"; do
    until healthy "$id"; do
      ((SECONDS < end)) || return 1
      [[ $(docker inspect -f '{{.State.Status}}' "$id" 2>/dev/null) == running ]] || return 1
      sleep 0.5
    done
  done
}
remove() { # CONTAINER...: SIGTERM, time to finish, then gone
  (($#)) || return 0
  docker stop -t 50 "$@" >/dev/null 2>&1 || note "arrêt forcé : $*"
  docker rm -f "$@" >/dev/null 2>&1 || warn "ces conteneurs restent : $* (docker rm -f)"
}

# Whatever happens before the end: the old release goes on alone.
leave() {
  local code=$?
  trap - EXIT INT TERM HUP
  if [[ -z $DONE ]] && ((${#NEW_WEB[@]} + ${#NEW_WORKER[@]} > 0)); then
    set +e
    warn "Retour à la version $CURRENT"
    mapfile -t old_addresses < <(addresses "${OLD_WEB[@]}")
    upstream only "${old_addresses[@]}" >/dev/null
    remove "${NEW_WEB[@]}" "${NEW_WORKER[@]}"
    upstream auto >/dev/null
    compose up -d migrate >/dev/null 2>&1
    warn "La version $CURRENT sert toujours ; la version $WANTED a été retirée."
  fi
  exit "$code"
}

prepare() {
  command -v docker >/dev/null 2>&1 || fail "docker est introuvable." "cette commande déploie la pile Docker" \
    "sans Docker : RUNBOOK, « Sans Docker »"
  [[ -r $ENV_FILE ]] || fail ".env manque." "$ENV_FILE est introuvable" "install -m 600 .env.production.example .env, puis remplissez-le"
  CURRENT=$(setting TAG)
  [[ -n $CURRENT ]] || fail "TAG manque dans .env." "la version en service est inconnue" "ajoutez TAG=… (docker compose ps le montre)"
  if [[ -n $ROLLBACK ]]; then
    WANTED=$(setting PREVIOUS_TAG)
    [[ -n $WANTED ]] || fail "Il n’y a pas de version d’avant." "PREVIOUS_TAG manque dans .env" "donnez une étiquette : scripts/deploy.sh ÉTIQUETTE"
  fi
  [[ $WANTED =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ ]] || fail "« ${WANTED:-rien} » n’est pas une étiquette." "" "par exemple scripts/deploy.sh 1.2.0"
  NGINX_TAG_NOW=$(setting NGINX_TAG)
  NGINX_TAG_NOW=${NGINX_TAG_NOW:-$CURRENT}
  exec 9>>"$OPS_ROOT/.deploy.lock"
  flock -n 9 || fail "Un autre déploiement est en cours." "il tient .deploy.lock" "attendez sa fin"
  mapfile -t OLD_WEB < <(ids web)
  ((${#OLD_WEB[@]})) || fail "La pile ne tourne pas." "aucun conteneur web" "docker compose -f docker-compose.prod.yaml up -d"
  have_image "ghcr.io/username/smartmarket-web:$WANTED"
  [[ -z $WITH_NGINX ]] || have_image "ghcr.io/username/smartmarket-nginx:$WANTED"
}

have_image() {
  docker image inspect "$1" >/dev/null 2>&1 || docker pull -q "$1" >/dev/null 2>&1 ||
    fail "L’image $1 est introuvable." "ni sur cette machine, ni dans le registre" "vérifiez l’étiquette ; docker pull $1"
}

check_settings() {
  local out code=0
  out=$(with_tag run --rm -T --no-deps ops smartmarket "${CHECK[@]}" 2>&1 </dev/null) || code=$?
  ((code != 0)) || return 0
  # Migrations that wait are this deployment's own work.
  if [[ $1 == before && $out == *'à appliquer'* ]]; then return 0; fi
  printf '%s\n' "$out" | sed 's/^/  │ /' >&2
  fail "smartmarket ${CHECK[*]} refuse ces réglages." "voyez les lignes ci-dessus" "corrigez .env ; la version $CURRENT sert toujours"
}

# The one-shots are replaced as well (not only run): web and worker depend on them, and compose would replace all of
# those at the next « up -d » if their dependencies were of another release.
migrate() {
  local try id code
  for try in 1 2 3 4 5 6 7 8 9 10; do
    code=1
    if with_tag up -d --quiet-pull --force-recreate migrate >"$LOG" 2>&1 </dev/null; then
      id=$(compose ps -aq migrate)
      code=$(docker wait "$id")
      docker logs "$id" >"$LOG.out" 2>&1
    else
      : >"$LOG.out"
    fi
    if [[ $code == 0 ]]; then
      sed -n '/migration\|schéma/s/^/  /p' "$LOG.out"
      return 0
    fi
    # Each migration waits three seconds at most for a lock, so that it never queues the shop behind itself.
    grep -q 'lock timeout\|55P03' "$LOG.out" || break
    note "une table est occupée, essai $try sur 10"
    sleep 3
  done
  cat "$LOG" "$LOG.out" | tail -n 12 | sed 's/^/  │ /' >&2
  compose up -d migrate >/dev/null 2>&1 || warn "la version $CURRENT n’a pas pu reprendre sa place dans compose : docker compose up -d migrate"
  fail "Les migrations ont échoué." "voyez les lignes ci-dessus" "la version $CURRENT sert toujours ; une migration échouée ne laisse rien"
}

front_is_fine() { compose exec -T nginx health /health/ready/ 8080 >/dev/null 2>&1; }

roll_web() {
  mapfile -t old_addresses < <(addresses "${OLD_WEB[@]}")
  upstream only "${old_addresses[@]}" >/dev/null # the new one gets nothing before its time
  local started
  started=$(beside web "${OLD_WEB[@]}") || fail "Le nouveau web n’a pas pu être créé." "" "docker compose logs web"
  mapfile -t NEW_WEB <<<"$started"
  [[ -n ${NEW_WEB[0]:-} ]] || { NEW_WEB=() && fail "Le nouveau web n’a pas démarré." "" "docker compose logs web"; }
  if ! wait_healthy "${DEPLOY_WAIT:-120}" "${NEW_WEB[@]}"; then
    docker logs --tail 15 "${NEW_WEB[0]}" 2>&1 | sed 's/^/  │ /' >&2
    fail "La version $WANTED ne devient pas saine." "voyez ses dernières lignes ci-dessus" "corrigez, puis recommencez"
  fi
  local id
  for id in "${NEW_WEB[@]}"; do
    docker exec "$id" health /health/ready/ >/dev/null 2>&1 || fail "La version $WANTED n’est pas prête." "/health/ready/ ne répond pas 200" "docker logs $id"
    docker exec "$id" health / >/dev/null 2>&1 || fail "La version $WANTED ne montre pas l’accueil." "/ ne répond pas 200" "docker logs $id"
  done
  say "  nouveau web prêt : $(spent "$STARTED")"
  mapfile -t new_addresses < <(addresses "${NEW_WEB[@]}")
  upstream only "${new_addresses[@]}" >/dev/null
  SWITCHED=1
  local try
  for try in 1 2 3 4 5; do
    front_is_fine || fail "Après la bascule, nginx ne répond plus bien." "essai $try sur 5" "la version $CURRENT revient"
    sleep 0.5
  done
  say "  bascule faite : $(spent "$STARTED")"
}

roll_workers() {
  local service started
  local -a old
  for service in worker beat; do
    mapfile -t old < <(ids "$service")
    ((${#old[@]})) || continue
    started=$(beside "$service" "${old[@]}") || fail "Le nouveau $service n’a pas pu être créé." "" "docker compose logs $service"
    mapfile -t -O "${#NEW_WORKER[@]}" NEW_WORKER <<<"$started"
    local -a fresh
    mapfile -t fresh <<<"$started"
    wait_healthy "${DEPLOY_WAIT:-120}" "${fresh[@]}" || fail "Le nouveau $service ne devient pas sain." "" "docker compose logs $service"
    remove "${old[@]}"
  done
}

prepare
LOG=$(mktemp)
trap leave EXIT
trap 'exit 130' INT TERM HUP
say "Déploiement de $WANTED (en service : $CURRENT)"
if [[ -n $BACKUP && -z $ROLLBACK ]]; then
  "$OPS_ROOT/scripts/backup.sh" "avant_${WANTED}_$(date +%Y%m%d_%H%M%S)" | sed 's/^/  /'
fi
check_settings before
migrate
[[ -n $ROLLBACK ]] || check_settings after
roll_web
roll_workers
DONE=1
remove "${OLD_WEB[@]}"
upstream auto >/dev/null
set_setting TAG "$WANTED"
set_setting PREVIOUS_TAG "$CURRENT"
if [[ -n $WITH_NGINX ]]; then
  set_setting NGINX_TAG "$WANTED"
  compose up -d --no-deps nginx >/dev/null 2>&1
else
  set_setting NGINX_TAG "$NGINX_TAG_NOW"
fi
rm -f "$LOG" "$LOG.out"
say "Version $WANTED en service (${SWITCHED:+bascule sans coupure, }$(spent "$STARTED") en tout). Retour : scripts/deploy.sh --rollback"
