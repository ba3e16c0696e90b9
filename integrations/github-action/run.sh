#!/bin/sh
# Checks a plugin, and publishes it if PUBLISH asks for that. action.yml sets the variables. Exits like `slipway` does: 3 if the plugin is
# rejected. It needs Node 20 and npm alone.
set -eu

tools=$RUNNER_TEMP/slipway-cli
npm install --silent --no-audit --no-fund --prefix "$tools" "$PACKAGE"
slipway=$tools/node_modules/.bin/slipway
published=$RUNNER_TEMP/slipway-published.json

lint() {
  "$slipway" lint --policy "$POLICY" --format "$1" -- "$PLUGIN"
}

field() {
  node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8"))[process.argv[2]]' "$published" "$1"
}

publish() {
  [ "$DEPLOY" = true ] || set -- --no-deploy
  "$slipway" publish --message "$MESSAGE" --json "$@" -- "$PLUGIN" > "$published" || {
    status=$?
    cat "$published"
    exit "$status"
  }
  echo "version=$(field version)" >> "$GITHUB_OUTPUT"
  echo "plugin-id=$(field plugin_id)" >> "$GITHUB_OUTPUT"
  echo "Published $(field plugin_id)"
}

case $PUBLISH in
  true | false | dry-run) ;;
  *)
    echo "::error::The input publish is \"$PUBLISH\". Write 'true', 'false' or dry-run."
    exit 2
    ;;
esac

# The file is written for a rejected plugin too, so that a later step can upload it.
status=0
lint sarif > "$SARIF" || status=$?
echo "sarif=$SARIF" >> "$GITHUB_OUTPUT"
lint github || status=$?
[ "$status" -eq 0 ] || exit "$status"

case $PUBLISH in
  true) publish ;;
  dry-run) "$slipway" publish --dry-run -- "$PLUGIN" ;;
esac
