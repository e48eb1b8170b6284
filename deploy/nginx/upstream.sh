#!/usr/bin/env bash
# Which web processes nginx sends requests to.
#
#   upstream.sh write FILE [HOST:PORT...]  writes the upstream block
#   upstream.sh only ADDRESS...            sends everything to these (a deployment), until:
#   upstream.sh auto                       goes back to all that answer to NGINX_WEB
#   upstream.sh show                       the servers of now
#   upstream.sh refresh                    looks NGINX_WEB up again; called every two seconds by start.sh
#
# nginx itself looks a name up only once, at its start. So a new web process comes in when it says it is ready, and one
# that is stopping goes out before it lets go of its port; each change is checked (nginx -t), then reloaded.

set -Eeuo pipefail
run=${NGINX_RUN:-/run/nginx}
file="$run/generated/upstream.conf"
pinned="$run/pinned"
web=${NGINX_WEB:-}
port=${NGINX_WEB_PORT:-8000}

write() { # FILE SERVER...
  local target=$1 server
  shift
  # Nobody there (yet): a port where nothing listens, so that visitors see the page « la boutique revient ».
  (($#)) || set -- 127.0.0.1:9
  {
    echo 'upstream web {'
    echo '  zone web 128k;'
    for server in "$@"; do echo "  server $server max_fails=3 fail_timeout=2s;"; done
    echo '  keepalive 32;'
    echo '  keepalive_timeout 60s;'
    echo '}'
  } >"$target.new"
  mv "$target.new" "$target"
}

servers() { sed -n 's/^  server \([^ ]*\) .*/\1/p' "$file" 2>/dev/null; }

# What a web process says of itself: ok, degraded, down, stopping; nothing when it does not answer.
state() { # ADDRESS
  local answer
  # shellcheck disable=SC2016 # the dollars belong to the inner shell
  answer=$(timeout 2 bash -c '
    exec 3<>"/dev/tcp/$1/$2" || exit 0
    printf "GET /health/ready/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" >&3
    cat <&3' _ "$1" "$port" 2>/dev/null | tr -d '\0') || return 0
  sed -n 's/.*"status": *"\([a-z]*\)".*/\1/p' <<<"$answer" | tail -n 1
}

# A name that nobody answers to yet is an empty list, not an error.
resolve() {
  local found
  if found=$(getent ahostsv4 "$web"); then awk '{ print $1 }' <<<"$found" | sort -u; fi
}

refresh() {
  local address wanted=() now found=()
  now=" $(servers | tr '\n' ' ')"
  mapfile -t found < <(resolve)
  for address in "${found[@]}"; do
    if [[ -s $pinned ]] && ! grep -qxF "$address" "$pinned"; then continue; fi
    case $(state "$address") in
      ok | degraded) wanted+=("$address:$port") ;;
      stopping) ;;
      # In trouble (no database, say) but already in service: it gives its own answer.
      *) if [[ $now == *" $address:$port "* ]]; then wanted+=("$address:$port"); fi ;;
    esac
  done
  if ((${#wanted[@]} == 0)); then
    # Nobody is ready: rather all that exist than nobody.
    for address in "${found[@]}"; do wanted+=("$address:$port"); done
  fi
  [[ " $(printf '%s ' "${wanted[@]}")" != "$now" ]] || return 0
  cp "$file" "$file.before"
  write "$file" "${wanted[@]}"
  if nginx -t -q -c "$run/nginx.conf" 2>&1; then
    # Before nginx runs there is nothing to reload: it reads the file when it starts.
    if [[ -s $run/nginx.pid ]]; then nginx -s reload -c "$run/nginx.conf"; fi
    echo "{\"source\":\"upstream\",\"servers\":\"${wanted[*]-}\"}" >&2
  else
    mv "$file.before" "$file"
  fi
}

case ${1:-} in
  write)
    shift
    write "$@"
    ;;
  only)
    shift
    (($#)) || { echo "✗ upstream.sh only demande une adresse au moins" >&2; exit 1; }
    printf '%s\n' "$@" >"$pinned"
    refresh
    servers
    ;;
  auto)
    rm -f "$pinned"
    refresh
    servers
    ;;
  show) servers ;;
  refresh) refresh ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 1
    ;;
esac
