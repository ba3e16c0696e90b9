#!/bin/sh
# The Docker command line for wrangler, where buildx is missing or no registry is reached: drops the options that only buildx knows, and
# pulls no image that exists.
set -eu

case ${1:-} in
build)
  shift
  count=$#
  while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    case $argument in
    --load | --provenance=*) ;;
    *) set -- "$@" "$argument" ;;
    esac
    count=$((count - 1))
  done
  exec docker build --quiet "$@"
  ;;
pull)
  docker image inspect "$2" >/dev/null 2>&1 || exec docker "$@"
  ;;
*) exec docker "$@" ;;
esac
