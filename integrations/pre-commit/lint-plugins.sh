#!/bin/sh
# Lints the plugins that the files of a commit belong to: `lint-plugins.sh [--policy LEVEL] FILE…`. A whole plugin is linted, since the files of
# one are followed into each other. Files outside of any plugin are left alone.
set -eu

policy=seed
if [ "${1:-}" = --policy ]; then
  policy=$2
  shift 2
fi

# SLIPWAY_CLI names an installed command line. A `slipway` on PATH may be another tool of that name.
slipway() {
  if [ -n "${SLIPWAY_CLI:-}" ]; then
    "$SLIPWAY_CLI" "$@"
  else
    npx --yes @slipway-registry/cli@0.1.0 "$@"
  fi
}

plugin_of() {
  folder=$(dirname -- "$1")
  while [ ! -f "$folder/manifest.py" ] && [ ! -f "$folder/plugin.yaml" ]; do
    case $folder in
      . | /) return ;;
    esac
    folder=$(dirname -- "$folder")
  done
  printf '%s\n' "$folder"
}

plugins=$(for file; do plugin_of "$file"; done | sort -u)
[ -n "$plugins" ] || exit 0

set -f
IFS='
'
# shellcheck disable=SC2086 # one argument for each line
slipway lint --policy "$policy" -- $plugins
