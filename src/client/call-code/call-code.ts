// Writes a plugin's call as code to copy: commands for a shell, and programs that need no packages. All read the key from the environment.
import { survivesJavaScript } from '../../core/json/tree.ts';
import { quoted } from '../../core/shell.ts';
import type { CodedCall, ShownCall } from './coded-call.ts';
import { goProgram } from './go.ts';
import { javaScriptProgram } from './javascript.ts';
import { pythonProgram } from './python.ts';
import { shownJson } from './shown-json.ts';

const writers = {
  curl: curlCommand,
  Python: pythonProgram,
  JavaScript: javaScriptProgram,
  Go: goProgram,
  slipway: slipwayCommand,
} as const satisfies Record<string, (call: ShownCall) => string>;

export type CodeLanguage = keyof typeof writers;
export const codeLanguages: readonly CodeLanguage[] = ['curl', 'Python', 'JavaScript', 'Go', 'slipway'];

/** How the code is run. */
export const codeUses: Readonly<Record<CodeLanguage, string>> = {
  curl: 'Paste it into a terminal.',
  Python: 'Save it as call.py, and run `python3 call.py`.',
  JavaScript: 'Save it as call.mjs, and run `node call.mjs` with Node 18 or newer.',
  Go: 'Save it as call.go, and run `go run call.go`.',
  slipway: 'Paste it into a terminal with the `slipway` command.',
};

export function writeCallCode(language: CodeLanguage, call: CodedCall): string {
  const body = shownJson(call.body);
  return writers[language]({ ...call, body, isLiteral: survivesJavaScript(body) });
}

const authorization = '-H "Authorization: Bearer $SLIPWAY_API_KEY"';

/** `-N` makes curl print data as it arrives. */
function curlCommand({ body, mode, origin, path }: ShownCall): string {
  const header = { stream: " -H 'Accept: text/event-stream'", later: " -H 'Prefer: respond-async'" };
  const command = (flags: string) =>
    `curl${flags} ${quoted(origin + path)} \\
  ${authorization} \\
  -H 'Content-Type: application/json'${mode === undefined ? '' : header[mode]} \\
  -d ${quoted(body)}`;
  if (mode !== 'later') return command(mode === 'stream' ? ' -N' : '');
  return `answer=$(${command(' -sS -D - -o /dev/null')} |
  sed -n 's/^[Ll]ocation: //p' | tr -d '\\r')
curl ${quoted(origin)}"$answer" ${authorization} -H 'Prefer: wait=60'`;
}

function slipwayCommand({ command, mode, origin }: ShownCall): string {
  const [verb = '', ...rest] = command;
  const flag = mode === undefined ? '' : ` --${mode}`;
  return `SLIPWAY_BASE_URL=${quoted(origin)} slipway ${verb}${flag} ${rest.join(' ')}`;
}
