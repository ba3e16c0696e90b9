// Renders the playground's call in other languages. Quotes user values as each language requires.
import { JsonText, writeJson } from '../../../core/json/text.ts';
import { compactJson, readJsonTree, survivesJavaScript } from '../../../core/json/tree.ts';
import { quoted } from '../shell.ts';
import type { AnswerMode } from './realtime-call.ts';
import { callPath, type PlaygroundCall } from './realtime-call.ts';

type Language = 'curl' | 'CLI' | 'Python' | 'TypeScript';

const modeHeaders: Record<AnswerMode, [name: string, value: string]> = {
  stream: ['Accept', 'text/event-stream'],
  later: ['Prefer', 'respond-async'],
};

export function writeCallSnippets(call: PlaygroundCall, origin: string): Record<Language, string> {
  const { mode, name, version } = call;
  const [inputs, parameters] = [compactText(call.inputs), compactText(call.parameters)];
  const url = `${origin}${callPath(call)}`;
  const body = writeJson({ inputs, parameters });
  return {
    curl: curlOf(url, body, mode),
    CLI: `slipway invoke ${version === undefined ? name : `${name}@${version}`}${mode === undefined ? '' : ` --${mode}`} -d ${quoted(inputs.text)}${
      parameters.text === '{}' ? '' : ` --parameters ${quoted(parameters.text)}`
    }`,
    Python: pythonOf(url, body, mode),
    TypeScript: typeScriptOf(url, body, mode),
  };
}

/** `-N` makes curl print data as it arrives. */
function curlOf(url: string, body: string, mode: AnswerMode | undefined): string {
  const [name, value] = mode === undefined ? [] : modeHeaders[mode];
  const header = name === undefined ? '' : ` -H '${name}: ${value}'`;
  const flags = mode === 'stream' ? ' -N' : '';
  return `curl${flags} -H "Authorization: Bearer $SLIPWAY_API_KEY" -H 'Content-Type: application/json'${header} -d ${quoted(body)} ${url}`;
}

/** A JSON string is also a Python string. */
function pythonOf(url: string, body: string, mode: AnswerMode | undefined): string {
  const header = mode === undefined ? '' : `, "${modeHeaders[mode].join('": "')}"`;
  const read =
    mode === 'stream' ? 'for line in response:\n        print(line.decode(), end="")' : 'print(json.load(response))';
  return `import json, os, urllib.request

request = urllib.request.Request(
    ${JSON.stringify(url)},
    data=${JSON.stringify(body)}.encode(),
    headers={"Authorization": f"Bearer {os.environ['SLIPWAY_API_KEY']}", "Content-Type": "application/json"${header}},
)
with urllib.request.urlopen(request) as response:
    ${read}`;
}

function compactText({ text }: JsonText): JsonText {
  return new JsonText(compactJson(readJsonTree(text)));
}

/** Uses an object literal, or a string if `JSON.stringify` would change its values. */
function typeScriptOf(url: string, body: string, mode: AnswerMode | undefined): string {
  const [name = '', value] = mode === undefined ? [] : modeHeaders[mode];
  const header = mode === undefined ? '' : `, ${name.toLowerCase()}: '${value}'`;
  const read =
    mode === 'stream'
      ? 'for await (const text of response.body.pipeThrough(new TextDecoderStream())) process.stdout.write(text);'
      : 'console.log(await response.json());';
  return `const response = await fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: { authorization: \`Bearer \${process.env.SLIPWAY_API_KEY}\`, 'content-type': 'application/json'${header} },
  body: ${survivesJavaScript(body) ? `JSON.stringify(${body})` : JSON.stringify(body)},
});
${read}`;
}
