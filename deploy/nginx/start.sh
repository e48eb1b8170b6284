#!/usr/bin/env bash
# The nginx container: writes the configuration, then runs nginx, follows the web processes and new certificates.

set -Eeuo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
export NGINX_RUN=${NGINX_RUN:-/run/nginx} NGINX_WEB=${NGINX_WEB:-web}
"$here/render.sh"
# A look that fails changes nothing: the servers of before go on, the log says so, the next look is two seconds away.
look() { "$here/upstream.sh" refresh || echo '{"source":"upstream","error":"the look for web processes failed"}' >&2; }
look

# When the certificate was written, or « none » for plain HTTP.
certificate() {
  local file="${NGINX_TLS_DIR:-/nonexistent}/fullchain.pem"
  if [[ -e $file ]]; then stat -L -c %Y "$file"; else echo none; fi
}

follow() {
  local seen now
  seen=$(certificate)
  while sleep 2; do
    look
    now=$(certificate)
    if [[ $now != "$seen" ]]; then
      seen=$now
      nginx -t -q -c "$NGINX_RUN/nginx.conf" && nginx -s reload -c "$NGINX_RUN/nginx.conf"
    fi
  done
}
follow &
exec nginx -c "$NGINX_RUN/nginx.conf" -g 'daemon off;'
