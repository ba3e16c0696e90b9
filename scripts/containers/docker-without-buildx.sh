#!/bin/sh
# Wraps the Docker command line for wrangler on machines without buildx or registry access: drops options that only buildx has, and
# doesn't pull existing images.
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
