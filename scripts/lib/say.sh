#!/usr/bin/env bash
# What the scripts say: plain lines, colours only on a terminal, and failures that name step, reason and remedy.

if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  IS_TTY=1 BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' YELLOW=$'\e[33m' BLUE=$'\e[34m' MAGENTA=$'\e[35m' CYAN=$'\e[36m' OFF=$'\e[0m'
else
  IS_TTY='' BOLD='' DIM='' RED='' GREEN='' YELLOW='' BLUE='' MAGENTA='' CYAN='' OFF=''
fi
# Used by the files that source this one.
export BLUE MAGENTA CYAN DIM IS_TTY

say() { printf '%s\n' "$*"; }
note() { printf '  %s·%s %s\n' "$YELLOW" "$OFF" "$*"; }
warn() { printf '  %s!%s %s\n' "$YELLOW" "$OFF" "$*" >&2; }
title() { printf '%s%s%s\n' "$BOLD" "$*" "$OFF"; }

# Ends the script: what failed, why, what to do.
fail() { # WHAT WHY WHAT_TO_DO
  printf '\n%s✗ %s%s\n' "$RED$BOLD" "$1" "$OFF" >&2
  [[ -z ${2:-} ]] || printf '  %sPourquoi :%s %s\n' "$BOLD" "$OFF" "$2" >&2
  [[ -z ${3:-} ]] || printf '  %sQue faire :%s %s\n' "$BOLD" "$OFF" "$3" >&2
  exit 1
}

# "0,4 s" or "1 min 15 s".
now_us() { printf '%s' "${EPOCHREALTIME//[.,]/}"; }
spent() { # STARTED_US
  local ms=$((($(now_us) - $1) / 1000))
  if ((ms < 60000)); then
    printf '%d,%d s' $((ms / 1000)) $((ms % 1000 / 100))
  else
    printf '%d min %02d s' $((ms / 60000)) $((ms / 1000 % 60))
  fi
}

# Text filled up with blanks to a width; printf's own widths count bytes, and accents have two.
padded() { # WIDTH TEXT
  local blanks=$(($1 - ${#2}))
  printf '%s%*s' "$2" $((blanks > 0 ? blanks : 0)) ''
}

# A frame round lines given as arguments; an empty line is a gap.
framed() {
  local line width=0 bar
  for line in "$@"; do ((${#line} > width)) && width=${#line}; done
  printf -v bar '%*s' $((width + 4)) ''
  bar=${bar// /─}
  printf '\n%s╭%s╮%s\n' "$GREEN" "$bar" "$OFF"
  for line in "$@"; do printf '%s│%s  %s  %s│%s\n' "$GREEN" "$OFF" "$(padded "$width" "$line")" "$GREEN" "$OFF"; done
  printf '%s╰%s╯%s\n\n' "$GREEN" "$bar" "$OFF"
}
