// Writes a call in Python, with its standard library.
import { compactJson, isJsonArray, type JsonTree, readJsonTree, survivesJavaScript } from '../../core/json/tree.ts';
import type { CodedCall } from './coded-call.ts';
import { laidOut } from './shown-json.ts';

export function pythonProgram({ body, mode, origin, path }: CodedCall): string {
  const header = { stream: '\n    "Accept": "text/event-stream",', later: '\n    "Prefer": "respond-async",' };
  const tree = readJsonTree(body);
  const isLiteral = survivesJavaScript(body);
  return `import json, os, urllib.request

url = ${JSON.stringify(origin + path)}
headers = {
    "Authorization": f"Bearer {os.environ['SLIPWAY_API_KEY']}",
    "Content-Type": "application/json",${mode === undefined ? '' : header[mode]}
}
body = ${isLiteral ? laidOut(pythonTree(tree), '    ') : JSON.stringify(compactJson(tree))}

request = urllib.request.Request(url, ${isLiteral ? 'json.dumps(body)' : 'body'}.encode(), headers)
with urllib.request.urlopen(request) as response:
${reading(mode, origin)}`;
}

function reading(mode: CodedCall['mode'], origin: string): string {
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

const literals = new Map([
  ['true', 'True'],
  ['false', 'False'],
  ['null', 'None'],
]);

/** JSON that survives JavaScript is Python except for three words. */
function pythonTree(tree: JsonTree): JsonTree {
  if (typeof tree === 'string') return literals.get(tree) ?? tree;
  if (isJsonArray(tree)) return tree.map(pythonTree);
  return { members: tree.members.map(([key, value]) => [key, pythonTree(value)]) };
}
