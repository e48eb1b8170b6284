#!/usr/bin/env bash
# Ports on 127.0.0.1: is something listening, and which one is free. Needs no tool but bash.

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() { # FIRST -> the first free port from there on
  local port=$1
  while ((port < $1 + 200)); do
    if ! port_taken "$port"; then
      printf '%s' "$port"
      return 0
    fi
    port=$((port + 1))
  done
  return 1
}

# The status code of GET http://127.0.0.1:PORT/PATH, or 000.
http_status() { # PORT PATH
  local line=''
  {
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 0
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
    IFS= read -r -t 5 line <&3 || true
    exec 3<&- 3>&-
  } 2>/dev/null
  line=${line#* }
  [[ ${line:0:3} =~ ^[0-9]{3}$ ]] && printf '%s' "${line:0:3}" || printf '000'
}
