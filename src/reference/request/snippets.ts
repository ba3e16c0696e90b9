// Writes the same request in several languages. Values are quoted for each language; the key is read from the environment.
import { compactJson, indentedJson, readJsonTree, survivesJavaScript, tryReadJsonTree } from '../../core/json/tree.ts';
import { type Draft, shellQuoted } from './draft.ts';

export const languages = ['curl', 'TypeScript', 'Python', 'CLI'] as const;
export type Language = (typeof languages)[number];

/** Writes the snippets. A language that can't send the request has none. */
export function writeSnippets(draft: Draft, origin: string): Map<Language, string> {
  const snippets = new Map<Language, string>([
    ['curl', curl(draft, origin)],
    ['TypeScript', typescript(draft, origin)],
    ['Python', python(draft, origin)],
  ]);
  if (draft.command !== null) snippets.set('CLI', draft.command);
  return snippets;
}

function curl({ method, url, headers, needsKey, json, form }: Draft, origin: string): string {
  const parts = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${shellQuoted(`${origin}${url}`)}`,
    ...(needsKey ? ['-H "Authorization: Bearer $SLIPWAY_API_KEY"'] : []),
    ...headers.map(([name, value]) => `-H ${shellQuoted(`${name}: ${value}`)}`),
    ...(json === null ? [] : [`-H 'Content-Type: application/json'`, `--data-raw ${shellQuoted(compact(json))}`]),
    ...form.map(({ name, value, isFile }) => `${isFile ? '-F' : '--form-string'} ${field(name, value, isFile)}`),
  ];
  return parts.join(' \\\n  ');
}

function field(name: string, value: string, isFile: boolean): string {
  return shellQuoted(`${name}=${isFile ? '@' : ''}${value}`);
}

function typescript({ method, url, headers, needsKey, json, form, isJsonAnswer }: Draft, origin: string): string {
  const sent = [
    ...(needsKey ? [`    authorization: \`Bearer \${process.env.SLIPWAY_API_KEY}\`,`] : []),
    ...(json === null ? [] : [`    'content-type': 'application/json',`]),
    ...headers.map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`),
  ];
  const body = isLiteral(json) ? `JSON.stringify(${indented(pretty(json), 2)})` : JSON.stringify(json);
  const options = [
    ...(method === 'GET' ? [] : [`  method: '${method}',`]),
    ...(sent.length > 0 ? ['  headers: {', ...sent, '  },'] : []),
    ...(json === null ? [] : [`  body: ${body},`]),
    ...(form.length > 0 ? ['  body: form,'] : []),
  ];
  const call = `fetch(${JSON.stringify(`${origin}${url}`)}${options.length > 0 ? `, {\n${options.join('\n')}\n}` : ''})`;
  return [
    ...typescriptForm(form),
    `const response = await ${call};`,
    `if (!response.ok) throw new Error(\`\${response.status}: \${await response.text()}\`);`,
    `console.log(await response.${isJsonAnswer ? 'json' : 'text'}());`,
  ].join('\n');
}

function typescriptForm(form: Draft['form']): string[] {
  if (form.length === 0) return [];
  const lines = form.map(({ name, value, isFile }) => {
    const text = JSON.stringify(value);
    return `form.set(${JSON.stringify(name)}, ${isFile ? `await openAsBlob(${text}), ${text}` : text});`;
  });
  return [`import { openAsBlob } from 'node:fs';`, '', 'const form = new FormData();', ...lines];
}

function python({ method, url, headers, needsKey, json, form, isJsonAnswer }: Draft, origin: string): string {
  const raw = json !== null && !isLiteral(json);
  const sent = [
    ...(needsKey ? [`        "Authorization": f"Bearer {os.environ['SLIPWAY_API_KEY']}",`] : []),
    ...(raw ? ['        "Content-Type": "application/json",'] : []),
    ...headers.map(([name, value]) => `        ${JSON.stringify(name)}: ${JSON.stringify(value)},`),
  ];
  const files = form.filter(({ isFile }) => isFile);
  const data = form.filter(({ isFile }) => !isFile);
  const file = ({ name, value }: { name: string; value: string }) =>
    `        ${JSON.stringify(name)}: open(${JSON.stringify(value)}, "rb"),`;
  return [
    ...(needsKey ? ['import os', ''] : []),
    'import httpx',
    '',
    'response = httpx.request(',
    `    "${method}",`,
    `    ${JSON.stringify(`${origin}${url}`)},`,
    ...(sent.length > 0 ? ['    headers={', ...sent, '    },'] : []),
    ...(json === null ? [] : [raw ? `    content=${JSON.stringify(json)},` : `    json=${pythonJson(json)},`]),
    ...(files.length > 0 ? ['    files={', ...files.map(file), '    },'] : []),
    ...(data.length > 0 ? ['    data={', ...data.map((one) => pythonPair(one)), '    },'] : []),
    ')',
    'response.raise_for_status()',
    `print(response.${isJsonAnswer ? 'json()' : 'text'})`,
  ].join('\n');
}

function pythonPair({ name, value }: { name: string; value: string }): string {
  return `        ${JSON.stringify(name)}: ${JSON.stringify(value)},`;
}

/** Converts JSON to Python: it is valid Python except for three words. */
function pythonJson(json: string): string {
  const words = new Map([
    ['true', 'True'],
    ['false', 'False'],
    ['null', 'None'],
  ]);
  const text = pretty(json).replaceAll(/"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g, (part) => words.get(part) ?? part);
  return indented(text, 4);
}

/**
 * Returns whether the text is JSON that can be inlined in a program. Other text is quoted: it isn't JSON, or the program would turn it
 * into different JSON.
 */
function isLiteral(text: string | null): text is string {
  return text !== null && tryReadJsonTree(text) !== undefined && survivesJavaScript(text);
}

function pretty(json: string): string {
  return indentedJson(readJsonTree(json));
}

/** Returns compact JSON. Leaves text that isn't JSON unchanged; the server rejects it. */
function compact(json: string): string {
  const tree = tryReadJsonTree(json);
  return tree === undefined ? json : compactJson(tree);
}

function indented(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`);
}
