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

async function send(url, options) {
  const response = await fetch(url, options);
  if (response.ok) return response;
  console.error(\`\${response.status}: \${await response.text()}\`);
  process.exit(1);
}

const response = await send(${JSON.stringify(origin + path)}, { method: 'POST', headers, body });
${reading(mode, origin)}`;
}

/** Answers are printed as they came, since JavaScript would round numbers. A stream that ends without the event `done` was interrupted. */
function reading(mode: CodedCall['mode'], origin: string): string {
  if (mode === undefined)
    return `const text = await response.text();
console.log(text);
const answer = JSON.parse(text);
if (answer.status !== 'success') {
  console.error(answer.error);
  process.exitCode = 1;
}`;
  if (mode === 'stream')
    return `let event = 'none';
let rest = '';
for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const [, field, value] = /^(event|data): (.*)/.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'data' && event === 'chunk') console.log(value);
    else if (field === 'data' && event === 'error') console.error(JSON.parse(value).error);
  }
}
if (event !== 'done') {
  if (event !== 'error') console.error('The stream was interrupted.');
  process.exitCode = 1;
}`;
  return `const url = ${JSON.stringify(origin)} + response.headers.get('location');

let text = await response.text();
let call = JSON.parse(text);
while (call.status === 'queued' || call.status === 'running') {
  const answer = await send(url, { headers: { ...headers, prefer: 'wait=60' } });
  text = await answer.text();
  call = JSON.parse(text);
}
console.log(text);
if (call.status !== 'succeeded') {
  console.error(JSON.stringify(call.answer?.error ?? call.status));
  process.exitCode = 1;
}`;
}
