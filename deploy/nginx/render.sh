#!/usr/bin/env bash
# Writes a complete nginx configuration into a folder, from the files beside this script and the environment.
# The container does it at each start, smartmarket-nginx.service before nginx, scripts/test-nginx into .dev.
#
#   NGINX_RUN             where (default /run/nginx): configuration, pid, cache, temporary files
#   NGINX_HOSTS           names of the shop, separated by blanks; requests for other names are cut off (444)
#   NGINX_TLS_DIR         folder with fullchain.pem and privkey.pem; empty: plain HTTP (behind another proxy)
#   NGINX_HTTP_PORT       default 8080
#   NGINX_HTTPS_PORT      default 8443
#   NGINX_STATUS_PORT     default 8081, on 127.0.0.1: /_sante and /_etat
#   NGINX_TRUSTED_PROXIES addresses whose X-Forwarded-For is believed (the proxy in front); default: none
#   NGINX_UNLIMITED_FROM  addresses without rate limits (probes, load tests); default: none
#   NGINX_ACCESS_LOG      default /dev/stdout
#   STATIC_DIR, MEDIA_DIR, ACME_DIR, NGINX_UPSTREAM (blank-separated host:port)

set -Eeuo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

run=${NGINX_RUN:-/run/nginx}
hosts=${NGINX_HOSTS:-localhost}
tls=${NGINX_TLS_DIR:-}
http=${NGINX_HTTP_PORT:-8080} https=${NGINX_HTTPS_PORT:-8443} status=${NGINX_STATUS_PORT:-8081}
static=${STATIC_DIR:-/srv/static} media=${MEDIA_DIR:-/srv/media} acme=${ACME_DIR:-/srv/acme}
log=${NGINX_ACCESS_LOG:-/dev/stdout}

refuse() {
  printf '✗ nginx : %s\n  Que faire : %s\n' "$1" "$2" >&2
  exit 1
}

# Only words that cannot end a directive or begin a new one.
plain() { # NAME VALUE PATTERN
  local word
  for word in $2; do
    [[ $word =~ ^$3$ ]] || refuse "$1 contient « $word »" "corrigez $1 dans .env"
  done
}
plain NGINX_HOSTS "$hosts" '[A-Za-z0-9*.-]+'
plain NGINX_TRUSTED_PROXIES "${NGINX_TRUSTED_PROXIES:-}" '[0-9a-fA-F:./]+'
plain NGINX_UNLIMITED_FROM "${NGINX_UNLIMITED_FROM:-}" '[0-9a-fA-F:./]+'
plain NGINX_UPSTREAM "${NGINX_UPSTREAM:-}" '[A-Za-z0-9.:_-]+'
plain NGINX_HTTP_PORT "$http" '[0-9]{1,5}'
plain NGINX_HTTPS_PORT "$https" '[0-9]{1,5}'
plain NGINX_STATUS_PORT "$status" '[0-9]{1,5}'
if [[ -n $tls && ! ( -r $tls/fullchain.pem && -r $tls/privkey.pem ) ]]; then
  refuse "NGINX_TLS_DIR vaut « $tls », où fullchain.pem ou privkey.pem manque ou n’est pas lisible" \
    "mettez-y le certificat, ou videz NGINX_TLS_DIR si un autre relais fait le TLS"
fi

mkdir -p "$run/generated" "$run/tmp" "$run/cache"
rm -rf "$run/pages"
cp -r "$here/pages" "$run/pages"
for file in nginx.conf maps.conf headers.conf proxy.conf stream.conf site.conf mime.types; do
  from=$here/$file
  # nginx.conf stands at the top of the repository, beside the others in the image.
  [[ -r $from ]] || from=$here/../../$file
  sed -e "s|@RUN@|$run|g" -e "s|@CONF@|$run|g" -e "s|@ACCESS_LOG@|$log|g" \
    -e "s|@STATIC@|$static|g" -e "s|@MEDIA@|$media|g" -e "s|@ACME@|$acme|g" "$from" >"$run/$file"
done

cd "$run/generated"
brotli=/usr/lib/nginx/modules/ngx_http_brotli_static_module.so
if [[ -r $brotli ]]; then
  echo "load_module $brotli;" >modules.conf
  echo "brotli_static on;" >brotli.conf
else
  : >modules.conf
  : >brotli.conf
fi
for address in ${NGINX_TRUSTED_PROXIES:-}; do echo "set_real_ip_from $address;"; done >real-ip.conf
printf 'real_ip_header X-Forwarded-For;\nreal_ip_recursive on;\n' >>real-ip.conf
for address in ${NGINX_UNLIMITED_FROM:-}; do echo "$address 1;"; done >unlimited.conf
# start.sh keeps this one up to date while nginx runs.
read -ra upstream <<<"${NGINX_UPSTREAM:-}"
"$here/upstream.sh" write "$run/generated/upstream.conf" "${upstream[@]}"

{
  # The container's own health, whatever the shop does.
  echo "server { listen 127.0.0.1:$status; location = /_sante { access_log off; default_type text/plain; return 200 'ok'; }"
  echo "  location = /_etat { access_log off; stub_status; } location / { return 404; } }"
  # Nobody's name: cut without an answer. Without it the first server would answer to every name (reset links!).
  echo "server { listen $http default_server; listen [::]:$http default_server; server_name _; return 444; }"
  # On the machine itself: health and the WebSocket test of the runbook.
  local_names='localhost 127.0.0.1 [::1]'
  if [[ " $hosts " != *' localhost '* ]]; then
    echo "server { listen $http; listen [::]:$http; server_name $local_names; include headers.conf; include proxy.conf;"
    echo "  location ~* ^/health/(live|ready)/?\$ { access_log off; proxy_pass http://web; }"
    echo "  location = /ws/admin/orders/ { include proxy.conf; proxy_set_header Upgrade \$http_upgrade;"
    echo "    proxy_set_header Connection \$connection_upgrade; proxy_pass http://web; }"
    echo "  location / { return 444; } }"
  fi
  if [[ -n $tls ]]; then
    echo "server { listen $http; listen [::]:$http; server_name $hosts; include headers.conf;"
    echo "  location ^~ /.well-known/acme-challenge/ { root $acme; default_type text/plain; try_files \$uri =404; }"
    echo "  location / { return 301 https://\$host\$request_uri; } }"
    echo "ssl_certificate $tls/fullchain.pem; ssl_certificate_key $tls/privkey.pem;"
    echo "server { listen $https ssl http2 default_server; listen [::]:$https ssl http2 default_server; server_name _; return 444; }"
    echo "server { listen $https ssl http2; listen [::]:$https ssl http2; server_name $hosts; include site.conf; }"
  else
    echo "server { listen $http; listen [::]:$http; server_name $hosts; include site.conf; }"
  fi
} >servers.conf
