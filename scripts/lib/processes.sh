#!/usr/bin/env bash
# The processes of the running shop: started with a coloured prefix on each line, watched, stopped together.

declare -A PROCESS_PID=()   # name -> process number, which is also its group
PROCESS_ORDER=()            # as started
PROCESS_QUIET=''            # set: their lines go to the log only
# Who ended by itself, and how; read by the caller of wait_for_death.
export DEAD='' DEAD_CODE=0

quiet_processes() { PROCESS_QUIET=1; }

# Each gets a session of its own, so that Ctrl-C reaches only this script, which then stops them in order.
# Should the script itself be killed, the kernel sends them SIGTERM (--pdeathsig).
start_process() { # NAME COLOUR CMD...
  local name=$1 colour=$2 log="$LOG_DIR/$1.log" out
  shift 2
  : >"$log"
  exec {out}> >(prefix_lines "$name" "$colour" "$log" 9>&-)
  setsid setpriv --pdeathsig TERM -- "$@" >&"$out" 2>&1 9>&- </dev/null &
  PROCESS_PID[$name]=$!
  PROCESS_ORDER+=("$name")
  printf '%s' "$!" >"$RUN_DIR/$name.pid"
  exec {out}>&-
}

prefix_lines() { # NAME COLOUR LOG
  trap '' INT TERM HUP
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    printf '%s\n' "$line" >&4
    [[ -n $PROCESS_QUIET ]] || printf '%s%-6s │%s %s\n' "$2" "$1" "$OFF" "$line" 2>/dev/null || true
  done 4>>"$3"
}

process_runs() { kill -0 "${PROCESS_PID[$1]}" 2>/dev/null; }

# Returns when one of them has ended; its name is in DEAD and its exit code in DEAD_CODE.
wait_for_death() {
  local pid='' name
  DEAD='' DEAD_CODE=0
  wait -n -p pid "${PROCESS_PID[@]}" 2>/dev/null || DEAD_CODE=$?
  for name in "${PROCESS_ORDER[@]}"; do
    if [[ ${PROCESS_PID[$name]} == "${pid:-}" ]]; then DEAD=$name; fi
  done
}

stop_processes() { # SECONDS
  local name i
  for name in "${PROCESS_ORDER[@]}"; do kill -TERM "${PROCESS_PID[$name]}" 2>/dev/null || true; done
  for ((i = 0; i < $1 * 10; i++)); do
    any_process_runs || break
    sleep 0.1
  done
  for name in "${PROCESS_ORDER[@]}"; do
    if process_runs "$name"; then warn "$name ne s’est pas arrêté en $1 s : il est tué"; fi
    kill -KILL -- "-${PROCESS_PID[$name]}" 2>/dev/null || true
    rm -f "$RUN_DIR/$name.pid"
  done
  PROCESS_ORDER=()
}

any_process_runs() {
  local name
  for name in "${PROCESS_ORDER[@]}"; do
    if process_runs "$name"; then return 0; fi
  done
  return 1
}

# Ends what an earlier run of this clone left behind: only processes that run our own binaries.
stop_leftovers() { # NAME...
  local name pid exe
  for name in "$@"; do
    pid=$(cat "$RUN_DIR/$name.pid" 2>/dev/null) || continue
    exe=$(readlink "/proc/$pid/exe" 2>/dev/null) || exe=''
    exe=${exe% (deleted)}
    if [[ $exe == "$(shop_binary)" || $exe == "$(worker_binary)" ]]; then
      kill -TERM "$pid" 2>/dev/null || true
      within 10 gone "$pid" || kill -KILL -- "-$pid" 2>/dev/null || true
      note "$name (processus $pid), laissé par un démarrage précédent, est arrêté"
    fi
    rm -f "$RUN_DIR/$name.pid"
  done
}

wait_until_ready() { # PORT SECONDS
  local i
  for ((i = 0; i < $2 * 5; i++)); do
    if is_ready "$1"; then return 0; fi
    for name in "${PROCESS_ORDER[@]}"; do
      process_runs "$name" || return 1
    done
    sleep 0.2
  done
  return 1
}
