#!/usr/bin/env bash
# The nginx container: writes the configuration, then runs nginx, follows the web processes and new certificates.

set -Eeuo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
export NGINX_RUN=${NGINX_RUN:-/run/nginx} NGINX_WEB=${NGINX_WEB:-web}
"$here/render.sh"
"$here/upstream.sh" refresh || true

certificate() { stat -L -c %Y "${NGINX_TLS_DIR:-/nonexistent}/fullchain.pem" 2>/dev/null || true; }

follow() {
  local seen now
  seen=$(certificate)
  while sleep 2; do
    "$here/upstream.sh" refresh || true
    now=$(certificate)
    if [[ $now != "$seen" ]]; then
      seen=$now
      nginx -t -q -c "$NGINX_RUN/nginx.conf" && nginx -s reload -c "$NGINX_RUN/nginx.conf"
    fi
  done
}
follow &
exec nginx -c "$NGINX_RUN/nginx.conf" -g 'daemon off;'
