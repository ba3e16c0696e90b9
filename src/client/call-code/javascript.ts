// Writes a call in JavaScript, for Node 18 or newer.
import { compactJson, readJsonTree, survivesJavaScript } from '../../core/json/tree.ts';
import type { CodedCall } from './coded-call.ts';

/** Uses an object literal, or a string if `JSON.stringify` would change its values. */
export function javaScriptProgram({ body, mode, origin, path }: CodedCall): string {
  const header = { stream: "\n  accept: 'text/event-stream',", later: "\n  prefer: 'respond-async'," };
  const text = JSON.stringify(compactJson(readJsonTree(body)));
  return `const headers = {
  authorization: \`Bearer \${process.env.SLIPWAY_API_KEY}\`,
  'content-type': 'application/json',${mode === undefined ? '' : header[mode]}
};
const body = ${survivesJavaScript(body) ? `JSON.stringify(${body})` : text};

const response = await fetch(${JSON.stringify(origin + path)}, { method: 'POST', headers, body });
if (!response.ok) throw new Error(await response.text());
${reading(mode, origin)}`;
}

function reading(mode: CodedCall['mode'], origin: string): string {
  if (mode === undefined) return 'console.log(JSON.stringify(await response.json(), null, 2));';
  if (mode === 'stream')
    return `let rest = '';
for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines)
    if (line.startsWith('data: ')) console.log(JSON.stringify(JSON.parse(line.slice(6))));
}`;
  return `const url = ${JSON.stringify(origin)} + response.headers.get('location');

let call = { status: 'queued' };
while (call.status === 'queued' || call.status === 'running') {
  const answer = await fetch(url, { headers: { ...headers, prefer: 'wait=60' } });
  if (!answer.ok) throw new Error(await answer.text());
  call = await answer.json();
}
console.log(JSON.stringify(call, null, 2));`;
}
