#!/usr/bin/env bash
# What scripts/test ran: one row for each check, the counts of all test runners, and the closing line.

RESULT_ROWS=()
PASSED=0 FAILED=0 SKIPPED=0

# Runs a check and records it. COUNTER prints "passed failed skipped" from the log; '-' when the check is no test runner.
# A check that failed without naming a failed test counts as one failure, so that "0 failed" is never said of a red run.
check() { # KEY TITLE COUNTER CMD...
  local key=$1 title=$2 counter=$3 passed=0 failed=0 skipped=0 state=ok detail=''
  shift 3
  try_step "$key" "$title" "$@"
  if [[ $counter != - ]]; then
    read -r passed failed skipped < <("$counter" "$LOG_DIR/$key.log")
    detail="$passed réussis, $failed échoués, $skipped sautés"
  fi
  if ((STEP_STATUS != 0)); then
    state=ÉCHEC
    if ((failed == 0)); then failed=1 detail+="${detail:+ – }arrêté avec le code $STEP_STATUS"; fi
    show_reason "$key"
  elif ((failed > 0)); then
    state=ÉCHEC
  fi
  record "$title" "$state" "$STEP_TOOK" "$detail"
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
}

record() { # TITLE STATE TIME DETAIL
  RESULT_ROWS+=("  $(padded 36 "$1") $(padded 9 "$2") $(padded 12 "$3") $4")
}

# Something that could not even be tried.
not_run() { # TITLE WHY
  record "$1" "non fait" "" "$2"
  FAILED=$((FAILED + 1))
}

show_reason() { # KEY
  local why todo
  if [[ -s $RUN_DIR/why.$$ ]]; then
    { IFS= read -r why && IFS= read -r todo; } <"$RUN_DIR/why.$$" || true
    rm -f "$RUN_DIR/why.$$"
    [[ -n $STEP_STREAM ]] || telling_lines "$LOG_DIR/$1.log" 40
    note "pourquoi : $why"
    note "que faire : $todo"
  elif [[ -z $STEP_STREAM ]]; then
    telling_lines "$LOG_DIR/$1.log" 40
  fi
}

show_results() { # STARTED_US
  local row
  printf '\n%s\n' "$BOLD  $(padded 36 Vérification) $(padded 9 Résultat) Durée$OFF"
  for row in "${RESULT_ROWS[@]}"; do
    case $row in
      *' ÉCHEC '* | *' non fait '*) printf '%s%s%s\n' "$RED" "$row" "$OFF" ;;
      *) printf '%s\n' "$row" ;;
    esac
  done
  printf '  en tout %s ; journaux dans .dev/log\n\n' "$(spent "$1")"
  if ((SKIPPED)); then
    say "$PASSED passed, $FAILED failed, $SKIPPED skipped"
  else
    say "$PASSED passed, $FAILED failed"
  fi
}

# "Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 2 skipped"
count_nextest() { # LOG
  sed 's/\x1b\[[0-9;]*m//g; s/([^)]*)//g' "$1" |
    awk '/^ *Summary .* tests? run:/ {
           p = f = s = 0
           for (i = 2; i <= NF; i++) {
             if ($i ~ /^passed/) p += $(i - 1)
             if ($i ~ /^failed/) f += ($(i - 1) == "exec" ? $(i - 2) : $(i - 1))
             if ($i ~ /^timed/) f += $(i - 1)
             if ($i ~ /^skipped/) s += $(i - 1)
           }
           print p, f, s; seen = 1 }
         END { if (!seen) print 0, 0, 0 }'
}

# "test result: ok. 12 passed; 0 failed; 1 ignored; ..." once for each test binary
count_cargo_test() { # LOG
  sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '/^test result:/ { for (i = 1; i <= NF; i++) {
      if ($i ~ /^passed/) p += $(i - 1); if ($i ~ /^failed/) f += $(i - 1); if ($i ~ /^ignored/) s += $(i - 1) } }
    END { print p + 0, f + 0, s + 0 }'
}

count_playwright() {
  node -e '
    let stats = {};
    try { ({ stats } = JSON.parse(require("fs").readFileSync("src/tests/browser/out/report.json", "utf8"))); } catch {}
    const { expected = 0, flaky = 0, unexpected = 0, skipped = 0 } = stats;
    console.log(expected, unexpected + flaky, skipped);'
}
