#!/usr/bin/env bash
# Small assertions for the scripts that test scripts: a line each, a count at the end, an honest exit code.

EXPECTED_OK=0
EXPECTED_BAD=0

# What was seen must match the extended regular expression.
expect() { # TITLE PATTERN SEEN
  if [[ $3 =~ $2 ]]; then
    passed "$1"
  else
    missed "$1" "attendu : $2" "vu      : $(head -c 600 <<<"$3")"
  fi
}

expect_not() { # TITLE PATTERN SEEN
  if [[ $3 =~ $2 ]]; then
    missed "$1" "ne devait pas contenir : $2" "vu : $(head -c 600 <<<"$3")"
  else
    passed "$1"
  fi
}

# The command must succeed, or fail.
expect_ok() { # TITLE CMD...
  local title=$1 out
  shift
  if out=$("$@" 2>&1); then passed "$title"; else missed "$title" "code $? : $*" "$(tail -n 12 <<<"$out")"; fi
}

expect_refusal() { # TITLE PATTERN CMD...
  local title=$1 pattern=$2 out code=0
  shift 2
  out=$("$@" 2>&1) || code=$?
  if ((code == 0)); then
    missed "$title" "la commande a réussi : $*" "$(tail -n 6 <<<"$out")"
  elif [[ $out =~ $pattern ]]; then
    passed "$title"
  else
    missed "$title" "attendu dans le message : $pattern" "$(tail -n 6 <<<"$out")"
  fi
}

passed() {
  EXPECTED_OK=$((EXPECTED_OK + 1))
  say "  ${GREEN}✓${OFF} $1"
}

missed() { # TITLE LINE...
  EXPECTED_BAD=$((EXPECTED_BAD + 1))
  say "  ${RED}✗ $1${OFF}"
  shift
  printf '%s\n' "$@" | sed 's/^/      /'
}

expectations() { # STARTED_US: the last line; its exit code is the script's
  say ''
  say "$EXPECTED_OK réussis, $EXPECTED_BAD échoués ($(spent "$1"))"
  ((EXPECTED_BAD == 0))
}
