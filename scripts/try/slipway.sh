#!/bin/sh
# The program of Dockerfile.try: `slipway serve` runs Slipway, and other words go to the command line. Both give up root for the owner of
# the mounted folder, so that files in it belong to the person whose folder it is.
set -eu
home=/var/lib/slipway
owner=$(stat -c %u:%g /plugins)
if [ "${1:-}" = serve ]; then
  # Docker on macOS and Windows shows any folder as root's, and anybody can write in it.
  case $owner in 0:*) owner=10001:0 ;; esac
  [ "$(stat -c %u:%g "$home")" = "$owner" ] || chown -R "$owner" "$home"
  set -- /slipway/scripts/start.cjs
else
  case $owner in 0:*) home=/root ;; esac
  set -- /slipway/src/cli/main.ts "$@"
fi
exec env HOME="$home" setpriv --reuid "${owner%:*}" --regid "${owner#*:}" --clear-groups --no-new-privs node "$@"
