#!/bin/sh
# Makes the images that `npm run test:containers` builds on, for a machine that reaches a Debian mirror but no image registry.
# Needs root, a Docker engine, debootstrap, and `npm ci`. Images that exist are kept: remove one to have it made again.
#
#   slipway-base/python   Debian bookworm with its Python (3.11), the argument BASE of builder/Dockerfile
#   slipway-base/node     Node 24 from node_modules and npm from its registry, the argument NODE
#   slipway-base/sidecar  stands in for workerd's networking sidecar (scripts/containers/sidecar.py)
#   slipway-base/go       with --go: the first, Git, and the Go of this machine, for the image that builds plugins
#
# --tag-pulled-names also gives them the names by which builder/Dockerfile and wrangler.toml pull the real ones, where nothing has these.
# DEBIAN_MIRROR names another mirror.
set -eu
cd "$(dirname "$0")/.."

docker=${WRANGLER_DOCKER_BIN:-docker}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

fail() {
  echo "docker-bases: $1" >&2
  exit 1
}

# Runs a command silently, and prints its output if it fails.
quietly() {
  "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; fail "$1 failed"; }
}

missing() {
  if "$docker" image inspect "$1" >/dev/null 2>&1; then
    echo "$1 exists"
    return 1
  fi
  echo "making $1 …"
}

# debian IMAGE PACKAGES: imports a minimal Debian with these packages.
debian() {
  quietly debootstrap --variant=minbase --include="$2" bookworm "$work/root" "$mirror"
  rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/doc
  tar -C "$work/root" -c . | "$docker" import --change 'CMD ["/bin/sh"]' - "$1" >/dev/null
  rm -rf "$work/root"
}

# tag STAND_IN NAME
tag() {
  "$docker" image inspect "$2" >/dev/null 2>&1 || "$docker" tag "$1" "$2"
}

with_go=
with_names=
for option in "$@"; do
  case $option in
  --go) with_go=1 ;;
  --tag-pulled-names) with_names=1 ;;
  --help | -h) sed -n '2,/^set -eu/s/^# \{0,1\}//p' scripts/docker-bases.sh; exit 0 ;;
  *) fail "unknown option $option. Use --go and --tag-pulled-names." ;;
  esac
done

"$docker" version >/dev/null 2>&1 || fail 'no Docker engine answers. Start dockerd, then retry.'
command -v debootstrap >/dev/null || fail 'debootstrap is missing. Install it (apt-get install debootstrap), then retry.'
[ "$(id -u)" = 0 ] || fail 'debootstrap needs root. Run this script as root.'
[ -x node_modules/node/bin/node ] || fail 'node_modules has no Node. Run npm ci, then retry.'

python_packages=python3,ca-certificates

missing slipway-base/python && debian slipway-base/python "$python_packages"

if missing slipway-base/node; then
  mkdir "$work/node"
  cp -L node_modules/node/bin/node "$work/node/node"
  quietly npm install --silent --prefix "$work/node" npm@11.19.1
  cat >"$work/node/Dockerfile" <<END
FROM scratch
COPY node /usr/local/bin/node
COPY node_modules/npm /usr/local/lib/node_modules/npm
END
  quietly "$docker" build --tag slipway-base/node "$work/node"
fi

if missing slipway-base/sidecar; then
  mkdir "$work/sidecar"
  cp scripts/containers/sidecar.py "$work/sidecar/"
  printf 'FROM slipway-base/python\nCOPY sidecar.py /sidecar.py\nENTRYPOINT ["python3", "-I", "/sidecar.py"]\n' >"$work/sidecar/Dockerfile"
  quietly "$docker" build --tag slipway-base/sidecar "$work/sidecar"
fi

if [ -n "$with_go" ] && missing slipway-base/go; then
  command -v go >/dev/null || fail 'Go is missing on this machine. Install Go 1.24 or newer, then retry.'
  debian "slipway-base/git" "$python_packages,git"
  mkdir "$work/go"
  cp -R "$(go env GOROOT)" "$work/go/go"
  printf 'FROM slipway-base/git\nCOPY go /usr/local/go\nENV PATH=/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin\n' >"$work/go/Dockerfile"
  quietly "$docker" build --tag slipway-base/go "$work/go"
fi

if [ -n "$with_names" ]; then
  tag slipway-base/python python:3.12-slim-bookworm
  tag slipway-base/node node:24-bookworm-slim
  [ -z "$with_go" ] || tag slipway-base/go golang:1.26-bookworm
fi
