#!/usr/bin/env bash
# Installs Debian packages as root without starting or enabling the servers that come with them:
# SmartMarket runs its own, and a machine's own PostgreSQL and Redis are never touched.
# Usage: apt-install.sh PACKAGE...   (root only; called by lib/packages.sh)

set -Eeuo pipefail
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
cluster_rule=/etc/postgresql-common/createcluster.d/smartmarket-setup.conf
marker='# smartmarket set-up, removed when it ends'

undo() {
  if [[ -f $policy ]] && grep -qF "$marker" "$policy"; then rm -f "$policy"; fi
  rm -f "$cluster_rule"
}
trap undo EXIT
trap 'exit 130' INT TERM HUP
undo # left by a run that was killed

# Which of the two servers are new: only those are kept from starting.
fresh=()
for name in postgresql redis-server; do
  [[ " $* " == *" $name"* ]] && fresh+=("$name")
done

if ((${#fresh[@]})); then
  if [[ ! -e $policy ]]; then
    # shellcheck disable=SC2016 # the dollars are for the written script
    printf '#!/bin/sh\n%s\nfor word in "$@"; do\n  case $word in %s) exit 101 ;; esac\ndone\nexit 0\n' \
      "$marker" "$(printf '%s*|' "${fresh[@]}" | sed 's/|$//')" >"$policy"
    chmod 755 "$policy"
  fi
  # No cluster of the system's on port 5432: ours is made in the project's own folder.
  mkdir -p "${cluster_rule%/*}"
  printf '%s\ncreate_main_cluster = false\n' "$marker" >"$cluster_rule"
fi

options=(-y -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
apt-get "${options[@]}" update || echo 'apt-get update had errors; trying to install all the same'
packages=()
for name in "$@"; do
  # Debian 13 and Ubuntu carry a newer PostgreSQL than 15: take the one they have.
  if [[ $name == postgresql-15 ]] && ! apt-cache show postgresql-15 >/dev/null 2>&1; then name=postgresql; fi
  packages+=("$name")
done
apt-get "${options[@]}" install --no-install-recommends "${packages[@]}"

# Nor at the next boot. (PostgreSQL's service starts clusters of the system's, and there is none.)
if [[ " ${fresh[*]-} " == *' redis-server '* ]]; then
  update-rc.d redis-server disable >/dev/null 2>&1 || true
  deb-systemd-helper disable redis-server.service >/dev/null 2>&1 || true
fi
