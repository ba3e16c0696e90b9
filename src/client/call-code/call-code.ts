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

/** How the code is run. */
export const codeUses: Readonly<Record<CodeLanguage, string>> = {
  curl: 'Paste it into a terminal.',
  Python: 'Save it as call.py, and run python3 call.py.',
  JavaScript: 'Save it as call.mjs, and run node call.mjs with Node 18 or newer.',
  Go: 'Save it as call.go, and run go run call.go.',
  slipway: 'Paste it into a terminal with the slipway command.',
};

export function writeCallCode(language: CodeLanguage, call: CodedCall): string {
  return writers[language]({ ...call, body: shownJson(call.body) });
}

const authorization = '-H "Authorization: Bearer $SLIPWAY_API_KEY"';

/** `-N` makes curl print data as it arrives. */
function curlCommand({ body, mode, origin, path }: CodedCall): string {
  const header = { stream: " -H 'Accept: text/event-stream'", later: " -H 'Prefer: respond-async'" };
  const command = (flags: string) =>
    `curl${flags} ${quoted(origin + path)} \\
  ${authorization} \\
  -H 'Content-Type: application/json'${mode === undefined ? '' : header[mode]} \\
  -d ${quoted(body)}`;
  if (mode !== 'later') return command(mode === 'stream' ? ' -N' : '');
  return `answer=$(${command(' -sS -D - -o /dev/null')} |
  sed -n 's/^[Ll]ocation: //p' | tr -d '\\r')
curl ${quoted(origin)}"\${answer:?}" ${authorization} -H 'Prefer: wait=60'`;
}
