// Writes a call in Python, with its standard library.
import {
  compactJson,
  decodeString,
  isJsonArray,
  isJsonString,
  type JsonTree,
  readJsonTree,
} from '../../core/json/tree.ts';
import type { ShownCall } from './coded-call.ts';

export function pythonProgram({ body, isLiteral, mode, origin, path }: ShownCall): string {
  const header = { stream: '\n    "Accept": "text/event-stream",', later: '\n    "Prefer": "respond-async",' };
  const value = isLiteral ? pythonLiteral(readJsonTree(body), '') : JSON.stringify(compactJson(readJsonTree(body)));
  return `import json, os, urllib.request

url = ${JSON.stringify(origin + path)}
headers = {
    "Authorization": f"Bearer {os.environ['SLIPWAY_API_KEY']}",
    "Content-Type": "application/json",${mode === undefined ? '' : header[mode]}
}
body = ${value}

request = urllib.request.Request(url, ${isLiteral ? 'json.dumps(body)' : 'body'}.encode(), headers)
with urllib.request.urlopen(request) as response:
${reading(mode, origin)}`;
}

function reading(mode: ShownCall['mode'], origin: string): string {
  if (mode === 'stream')
    return `    for line in response:
        if line.startswith(b"data: "):
            print(json.dumps(json.loads(line[6:])), flush=True)`;
  if (mode === undefined) return '    print(json.dumps(json.load(response), indent=2))';
  return `    url = ${JSON.stringify(origin)} + response.headers["Location"]

call = {"status": "queued"}
while call["status"] in ("queued", "running"):
    request = urllib.request.Request(url, headers={**headers, "Prefer": "wait=60"})
    with urllib.request.urlopen(request) as response:
        call = json.load(response)
print(json.dumps(call, indent=2))`;
}

const literals: Record<string, string> = { true: 'True', false: 'False', null: 'None' };
const lineChars = 72;

/** JSON strings are also Python strings, once `\\/` is `/`. */
function pythonLiteral(tree: JsonTree, indent: string): string {
  if (typeof tree === 'string')
    return isJsonString(tree) ? JSON.stringify(decodeString(tree)) : (literals[tree] ?? tree);
  const inner = `${indent}    `;
  const parts = (nested: string): string[] =>
    isJsonArray(tree)
      ? tree.map((item) => pythonLiteral(item, nested))
      : tree.members.map(([key, value]) => `${pythonLiteral(key, nested)}: ${pythonLiteral(value, nested)}`);
  const [open, close] = isJsonArray(tree) ? '[]' : '{}';
  const line = `${open}${parts(inner).join(', ')}${close}`;
  if (line.length + indent.length <= lineChars) return line;
  return `${open}\n${parts(inner)
    .map((part) => `${inner}${part},\n`)
    .join('')}${indent}${close}`;
}
