// Writes a plugin's call as code to copy: commands for a shell, and programs that need no packages. All read the key from the environment.
import { quoted } from '../../core/shell.ts';
import type { CodedCall } from './coded-call.ts';
import { goProgram } from './go.ts';
import { javaScriptProgram } from './javascript.ts';
import { pythonProgram } from './python.ts';
import { shownJson } from './shown-json.ts';

const writers = {
  curl: curlCommand,
  Python: pythonProgram,
  JavaScript: javaScriptProgram,
  Go: goProgram,
  slipway: ({ command, origin }) => `SLIPWAY_BASE_URL=${quoted(origin)} ${command}`,
} as const satisfies Record<string, (call: CodedCall) => string>;

export type CodeLanguage = keyof typeof writers;
export const codeLanguages: readonly CodeLanguage[] = ['curl', 'Python', 'JavaScript', 'Go', 'slipway'];

/** How the code is run. All of it ends with an exit code other than 0 if the call fails, and says why on standard error. */
export const codeUses: Readonly<Record<CodeLanguage, string>> = {
  curl: 'Paste it into a terminal with sh, bash or zsh.',
  Python: 'Save it as call.py, and run python3 call.py.',
  JavaScript: 'Save it as call.mjs, and run node call.mjs with Node 18 or newer.',
  Go: 'Save it as call.go, and run go run call.go.',
  slipway:
    'Paste it into a terminal with the slipway command. It prints the result alone; with --json, the whole answer.',
};

export function writeCallCode(language: CodeLanguage, call: CodedCall): string {
  return writers[language]({ ...call, body: shownJson(call.body) });
}

const authorization = '-H "Authorization: Bearer $SLIPWAY_API_KEY"';

/** `-N` makes curl pass on data as it arrives. A shell that the code is pasted into stays open, with `$?` set to 1 after a failure. */
function curlCommand({ body, mode, origin, path }: CodedCall): string {
  const header = { stream: " -H 'Accept: text/event-stream'", later: " -H 'Prefer: respond-async'" };
  const command = `curl ${mode === 'stream' ? '-sSN' : '-sS'} ${quoted(origin + path)} \\
  ${authorization} \\
  -H 'Content-Type: application/json'${mode === undefined ? '' : header[mode]} \\
  -d ${quoted(body)}`;
  if (mode === 'stream') return `${command} |\n${readStream}`;
  if (mode === undefined) return `answer=$(${command})\n${printAnswer('\'{"status":"success",\'*')}`;
  return `answer=$(${command})
call=$(printf '%s\\n' "$answer" | sed -n 's/^{"call_id":"\\([a-z0-9_]*\\)".*/\\1/p')
while case $answer in '{"call_id":"'"$call"'","status":"'[qr]u*) true ;; *) false ;; esac; do
  answer=$(curl -sS ${quoted(`${origin}/v1/calls/`)}"$call" ${authorization} -H 'Prefer: wait=60')
done
${printAnswer('\'{"call_id":"\'*\'","status":"succeeded",\'*')}`;
}

/** An answer's status is its first field, so that nothing that a plugin answers is taken for it. */
function printAnswer(succeeded: string): string {
  return `case $answer in
  ${succeeded}) printf '%s\\n' "$answer" ;;
  *) printf '%s\\n' "$answer" >&2; false ;;
esac`;
}

/** Lines before the first event are an error's, and the last one of those has no line end. */
const readStream = `(
  event=
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in 'event: '*) event=\${line#event: } ;; esac
    case $event in
      chunk | done) printf '%s\\n' "$line" ;;
      *) printf '%s\\n' "$line" >&2 ;;
    esac
  done
  [ "$event" = done ]
)`;
