#!/usr/bin/env bash
# Settings from a .env file: KEY=VALUE lines, no shell in them; what the environment already has wins.

load_dotenv() { # FILE
  local line key value
  [[ -r $1 ]] || return 0
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Z][A-Z0-9_]*)=(.*)$ ]] || continue
    key=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
    case $value in
      \"*\" | \'*\') value=${value:1:${#value}-2} ;;
    esac
    [[ -n ${!key+set} || -z $value ]] || export "$key=$value"
  done <"$1"
}
