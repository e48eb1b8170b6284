#!/usr/bin/env bash
# Our own Redis in .dev/redis (or .dev/test-redis): a free port, a password, 127.0.0.1 only.

REDIS_FIRST_PORT=56320

start_redis() {
  local account dir port try log="$LOG_DIR/${SERVICES_PREFIX}redis-server.log"
  account=$(account_for redis "$DEV_DIR/${SERVICES_PREFIX}redis")
  dir=$(service_dir "${SERVICES_PREFIX}redis" "$account")
  if [[ -n $(redis_pid "$dir") ]]; then # left running by a script that was killed
    port=$(sed -n 's/^port //p' "$dir/redis.conf")
    write_redis_url "$dir" "$port"
    if redis_answers; then return 0; fi
    stop_redis
  fi
  for try in 1 2 3; do
    port=$(cat "$RUN_DIR/${SERVICES_PREFIX}redis.port" 2>/dev/null || echo "$REDIS_FIRST_PORT")
    port=$(free_port "$port") || because "aucun port libre à partir de $port" "arrêtez ce qui les occupe"
    write_redis_conf "$dir" "$account" "$port"
    (as_account "$account" setsid redis-server "$dir/redis.conf" >>"$log" 2>&1 </dev/null &)
    write_redis_url "$dir" "$port"
    if within 10 redis_answers; then
      printf '%s' "$port" >"$RUN_DIR/${SERVICES_PREFIX}redis.port"
      return 0
    fi
    stop_redis
    sleep "$try"
  done
  tail -n 8 "$log"
  return 1
}

write_redis_conf() { # DIR ACCOUNT PORT
  local save='save 60 1'
  [[ -z $SERVICES_PREFIX ]] || save='save ""'
  printf '%s\n' "bind 127.0.0.1" "port $3" "requirepass $(random_hex 16)" "dir \"$1\"" \
    "daemonize no" "appendonly no" "$save" "loglevel notice" "databases 16" |
    write_private "$2" "$1/redis.conf"
}

write_redis_url() { # DIR PORT
  (
    umask 077
    printf 'redis://default:%s@127.0.0.1:%s/0' "$(sed -n 's/^requirepass //p' "$1/redis.conf")" "$2" >"$RUN_DIR/${SERVICES_PREFIX}redis.url"
  )
}

# The process number of the running Redis of this very folder, or nothing. Redis works in its data folder, and a pid
# file would be removed by a second one that fails to start: so the running processes are asked.
redis_pid() { # DIR
  local proc name
  for proc in /proc/[0-9]*; do
    { IFS= read -r name <"$proc/comm"; } 2>/dev/null || continue
    if [[ $name == redis-server && $(readlink "$proc/cwd" 2>/dev/null) == "$1" ]]; then
      printf '%s' "${proc#/proc/}"
      return 0
    fi
  done
}

redis_answers() {
  [[ $(redis-cli --no-auth-warning -u "$(<"$RUN_DIR/${SERVICES_PREFIX}redis.url")" ping 2>/dev/null) == PONG ]]
}

check_given_redis() {
  [[ $(redis-cli --no-auth-warning -u "$REDIS_URL" ping 2>/dev/null) == PONG ]] ||
    because "pas de réponse de $(hide_password "$REDIS_URL")" "corrigez REDIS_URL, ou retirez-la : SmartMarket démarrera son propre Redis"
}

stop_redis() {
  local dir="$DEV_DIR/${SERVICES_PREFIX}redis" pid
  [[ -d $dir/. ]] || return 0
  dir=$(realpath "$dir")
  pid=$(redis_pid "$dir")
  [[ -n $pid ]] || return 0
  kill -TERM "$pid" 2>/dev/null || true
  within 5 gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
}
