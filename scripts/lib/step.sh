#!/usr/bin/env bash
# Runs one step: shows that it is running, how long it took, and on failure the step, the reason and what to do.
# A step runs in a process group of its own, so that Ctrl-C ends all of it and nothing else.

STEP_PID=''              # process group of the running step
STEP_STATUS=0            # exit code of the last step
STEP_TOOK=''             # how long it took, readable
STEP_STREAM=''           # set: show the step's output as it comes, instead of one moving line

stream_output() { STEP_STREAM=$1; } # 1 or ''

# Called inside a step: ends it with a reason that the person sees instead of the log's tail.
because() { # WHY WHAT_TO_DO
  printf '%s\n%s\n' "$1" "$2" >"$RUN_DIR/why.$$"
  exit 1
}

# Called inside a step: a line shown under the finished step.
remark() { printf '%s\n' "$*" >>"$RUN_DIR/remark.$$"; }

# Runs CMD and never fails itself: look at STEP_STATUS.
try_step() { # KEY TITLE CMD...
  local key=$1 title=$2 log="$LOG_DIR/$1.log" started
  shift 2
  rm -f "$RUN_DIR/why.$$" "$RUN_DIR/remark.$$"
  started=$(now_us)
  [[ -n $IS_TTY && -z $STEP_STREAM ]] || printf '%s▸%s %s\n' "$CYAN" "$OFF" "$title"
  set -m # a group of its own
  if [[ -n $STEP_STREAM ]]; then
    (
      set +m
      step_body "$@" 2>&1 | tee "$log"
    ) 9>&- </dev/null &
  else
    (
      set +m
      step_body "$@"
    ) >"$log" 2>&1 9>&- </dev/null &
  fi
  STEP_PID=$!
  set +m
  watch_step "$title" "$log" "$started"
  STEP_STATUS=0
  wait "$STEP_PID" 2>/dev/null || STEP_STATUS=$?
  STEP_PID=''
  STEP_TOOK=$(spent "$started")
  report_step "$title" "$log"
}

# The same, but a failure ends the script. HINT is said when the step gave no reason of its own.
step() { # KEY TITLE HINT CMD...
  local key=$1 title=$2 hint=$3
  shift 3
  try_step "$key" "$title" "$@"
  ((STEP_STATUS == 0)) || explain_step "$key" "$title" "$hint"
}

step_body() {
  set -Eeuo pipefail
  "$@"
}

watch_step() { # TITLE LOG STARTED
  local frames='⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏' i=0 line width said=0 elapsed
  while kill -0 "$STEP_PID" 2>/dev/null; do
    if [[ -n $IS_TTY && -z $STEP_STREAM ]]; then
      line=$(tail -c 400 "$2" 2>/dev/null | tr '\r' '\n' | tr -cd '[:print:]\n' | grep -v '^ *$' | tail -n 1) || line=''
      width=$(($(tput cols 2>/dev/null || echo 80) - ${#1} - 16))
      ((width > 0)) || width=0
      printf '\r\e[K%s%s%s %s  %s%s  %s%s' "$CYAN" "${frames:i++%10:1}" "$OFF" "$1" "$DIM" "$(spent "$3")" "${line:0:width}" "$OFF"
    elif [[ -z $STEP_STREAM ]]; then
      elapsed=$((($(now_us) - $3) / 60000000))
      ((elapsed == said)) || printf '  … %d min : %s\n' "$elapsed" "$(tail -n 1 "$2" 2>/dev/null | sed 's/^ *//' | cut -c 1-120)"
      said=$elapsed
    fi
    sleep 0.1
  done
  [[ -z $IS_TTY || -n $STEP_STREAM ]] || printf '\r\e[K'
}

report_step() { # TITLE LOG
  if ((STEP_STATUS == 0)); then
    printf '%s✓%s %s %s(%s)%s\n' "$GREEN" "$OFF" "$1" "$DIM" "$STEP_TOOK" "$OFF"
    if [[ -s $RUN_DIR/remark.$$ ]]; then
      while IFS= read -r line; do note "$line"; done <"$RUN_DIR/remark.$$"
    fi
  else
    printf '%s✗%s %s %s(%s)%s\n' "$RED" "$OFF" "$1" "$DIM" "$STEP_TOOK" "$OFF"
  fi
  rm -f "$RUN_DIR/remark.$$"
}

explain_step() { # KEY TITLE HINT
  local log="$LOG_DIR/$1.log" why todo
  if [[ -s $RUN_DIR/why.$$ ]]; then
    { IFS= read -r why && IFS= read -r todo; } <"$RUN_DIR/why.$$" || true
    rm -f "$RUN_DIR/why.$$"
    fail "L’étape « $2 » a échoué." "$why" "$todo"
  fi
  printf '\n%sExtrait de %s :%s\n' "$DIM" "${log#"$ROOT"/}" "$OFF" >&2
  telling_lines "$log" >&2
  fail "L’étape « $2 » a échoué au bout de $STEP_TOOK (code $STEP_STATUS)." "voyez les lignes ci-dessus ; toutes sont dans ${log#"$ROOT"/}" "$3"
}

# The first errors of a compiler, or else the end of the log.
telling_lines() { # LOG [HOW_MANY_ERRORS]
  if grep -qE '^error(\[|:)' "$1"; then
    grep -m "${2:-3}" -A 8 -E '^error(\[|:)' "$1" | sed 's/^/  │ /'
  else
    tail -n 25 "$1" | sed 's/^/  │ /'
  fi
}

# Ends the running step with all it started; for traps.
stop_step() {
  [[ -n $STEP_PID ]] || return 0
  kill -TERM -- "-$STEP_PID" 2>/dev/null || true
  local i
  for ((i = 0; i < 30; i++)); do
    kill -0 -- "-$STEP_PID" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$STEP_PID" 2>/dev/null || true
  STEP_PID=''
}
