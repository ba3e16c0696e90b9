// Writes a call in Python, with its standard library.
import { compactJson, isJsonArray, type JsonTree, readJsonTree, survivesJavaScript } from '../../core/json/tree.ts';
import type { CodedCall } from './coded-call.ts';
import { laidOut } from './shown-json.ts';

export function pythonProgram({ body, mode, origin, path }: CodedCall): string {
  const header = { stream: '\n    "Accept": "text/event-stream",', later: '\n    "Prefer": "respond-async",' };
  const tree = readJsonTree(body);
  const isLiteral = survivesJavaScript(body);
  return `import json, os, sys, urllib.error, urllib.request

url = ${JSON.stringify(origin + path)}
headers = {
    "Authorization": f"Bearer {os.environ['SLIPWAY_API_KEY']}",
    "Content-Type": "application/json",${mode === undefined ? '' : header[mode]}
}
body = ${isLiteral ? laidOut(pythonTree(tree), '    ') : JSON.stringify(compactJson(tree))}


def send(data=None, headers=headers):
    try:
        return urllib.request.urlopen(urllib.request.Request(url, data, headers))
    except urllib.error.HTTPError as error:
        sys.exit(f"{error.code}: {error.read().decode()}")


response = send(${isLiteral ? 'json.dumps(body)' : 'body'}.encode())
${reading(mode, origin)}`;
}

/** A stream that ends without the event \`done\` was interrupted. */
function reading(mode: CodedCall['mode'], origin: string): string {
  if (mode === 'stream')
    return `event = "none"
for line in response:
    field, _, value = line.decode().rstrip("\\n").partition(": ")
    if field == "event":
        event = value
    elif field == "data" and event == "chunk":
        print(json.dumps(json.loads(value)), flush=True)
    elif field == "data" and event == "error":
        sys.exit(json.loads(value)["error"])
if event != "done":
    sys.exit("The stream was interrupted.")`;
  if (mode === undefined)
    return `answer = json.load(response)
print(json.dumps(answer, indent=2))
if answer["status"] != "success":
    sys.exit(answer["error"])`;
  return `url = ${JSON.stringify(origin)} + response.headers["Location"]
call = json.load(response)
while call["status"] in ("queued", "running"):
    call = json.load(send(headers={**headers, "Prefer": "wait=60"}))
print(json.dumps(call, indent=2))
if call["status"] != "succeeded":
    sys.exit(json.dumps((call["answer"] or {}).get("error", call["status"])))`;
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
