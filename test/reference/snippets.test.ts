// Tests each language's snippet with values that have a special meaning in that language.
import { expect, test } from 'vitest';
import type { ShownOperation } from '../../src/reference/document.ts';
import { draftRequest, type Entered } from '../../src/reference/request/draft.ts';
import { languages, writeSnippets } from '../../src/reference/request/snippets.ts';
import { compactExactJson, exactJson } from '../support/exact-json.ts';

const rename: ShownOperation = {
  id: 'renameThing',
  method: 'patch',
  path: '/v1/things/{thing_id}',
  isWebhook: false,
  components: {
    schemas: { Thing: { type: 'object', properties: { name: { type: 'string', example: 'films' } } } },
    parameters: { ThingId: { name: 'thing_id', in: 'path', required: true, example: 'thg_1' } },
  },
  problems: [],
  operation: {
    operationId: 'renameThing',
    security: [{ bearerAuth: [] }],
    parameters: [{ $ref: '#/components/parameters/ThingId' }, { name: 'force', in: 'query' }],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
    },
    responses: { 200: { content: { 'application/json': {} } } },
    'x-slipway-command': 'slipway things edit {thing_id} --name {name} --note {note}',
  },
};

function snippets(shown: ShownOperation, entered: Entered[] = []): string[] {
  const made = writeSnippets(draftRequest(shown, entered), 'https://slipway.example.com');
  return languages.flatMap((language) => made.get(language) ?? []);
}

const entry = (place: string, name: string, text: string): Entered => ({ place, name, text, file: undefined });

test('a snippet has examples for the required fields until a value is entered', () => {
  expect(snippets(rename)).toEqual([
    `curl -X PATCH https://slipway.example.com/v1/things/thg_1 \\
  -H "Authorization: Bearer $SLIPWAY_API_KEY" \\
  -H 'Content-Type: application/json' \\
  --data-raw '{"name":"films"}'`,
    `const response = await fetch("https://slipway.example.com/v1/things/thg_1", {
  method: 'PATCH',
  headers: {
    authorization: \`Bearer \${process.env.SLIPWAY_API_KEY}\`,
    'content-type': 'application/json',
  },
  body: JSON.stringify({
    "name": "films"
  }),
});
if (!response.ok) throw new Error(\`\${response.status}: \${await response.text()}\`);
console.log(await response.json());`,
    `import os

import httpx

response = httpx.request(
    "PATCH",
    "https://slipway.example.com/v1/things/thg_1",
    headers={
        "Authorization": f"Bearer {os.environ['SLIPWAY_API_KEY']}",
    },
    json={
      "name": "films"
    },
)
response.raise_for_status()
print(response.json())`,
    'slipway things edit thg_1 --name films --note NOTE',
  ]);
});

test('an entered value is quoted as each language requires', () => {
  const body = JSON.stringify({ name: `it's $(id) "true" null`, note: true, gone: null, list: ['a', 'b'] });
  const [curl, typescript, python, cli] = snippets(rename, [
    entry('path', 'thing_id', '../$&;`id`'),
    entry('query', 'force', "a&b='c'"),
    entry('body', 'JSON', body),
  ]);
  const url = 'https://slipway.example.com/v1/things/..%2F%24%26%3B%60id%60?force=a%26b%3D%27c%27';
  expect(curl).toBe(`curl -X PATCH '${url}' \\
  -H "Authorization: Bearer $SLIPWAY_API_KEY" \\
  -H 'Content-Type: application/json' \\
  --data-raw '{"name":"it'\\''s $(id) \\"true\\" null","note":true,"gone":null,"list":["a","b"]}'`);
  expect(typescript).toContain(`fetch("${url}", {`);
  expect(typescript).toContain(`    "name": "it's $(id) \\"true\\" null",\n    "note": true,\n    "gone": null,`);
  expect(python).toContain(`    "${url}",`);
  expect(python).toContain(`      "name": "it's $(id) \\"true\\" null",\n      "note": True,\n      "gone": None,`);
  expect(cli).toBe(`slipway things edit '../$&;\`id\`' --name 'it'\\''s $(id) "true" null' --note true`);
});

test('a body that is not JSON is sent as entered', () => {
  const [curl, typescript, python] = snippets(rename, [entry('body', 'JSON', "{'name'}")]);
  expect(curl).toContain(`--data-raw '{'\\''name'\\''}'`);
  expect(typescript).toContain(`  body: "{'name'}",`);
  expect(python).toContain(`        "Content-Type": "application/json",\n    },\n    content="{'name'}",`);
});

test('a body is sent as entered if a program would change its numbers or keys', () => {
  const [curl, typescript, python] = snippets(rename, [entry('body', 'JSON', exactJson)]);
  expect(curl).toContain(`--data-raw '${compactExactJson}'`);
  expect(typescript).toContain(`  body: ${JSON.stringify(exactJson)},`);
  expect(python).toContain(`    content=${JSON.stringify(exactJson)},`);
});

test("a command's options have numbers as entered", () => {
  const [, , , cli] = snippets(rename, [entry('body', 'JSON', '{"name": 2.0, "note": [12345678901234567890, -0.0]}')]);
  expect(cli).toBe("slipway things edit thg_1 --name 2.0 --note '[12345678901234567890,-0.0]'");
});

test("a form's snippet names its file, and the snippet of a request without a key does not read one from the environment", () => {
  const schema = {
    properties: { file: { type: 'string', contentEncoding: 'binary' }, name: { type: 'string', example: 'echo' } },
    required: ['file', 'name'],
  };
  const publish: ShownOperation = {
    ...rename,
    method: 'post',
    path: '/v1/open',
    operation: {
      operationId: 'publishThing',
      security: [],
      requestBody: { required: true, content: { 'multipart/form-data': { schema } } },
      responses: { 204: {} },
    },
  };
  expect(snippets(publish)).toEqual([
    `curl -X POST https://slipway.example.com/v1/open \\
  -F file=@plugin.zip \\
  --form-string name=echo`,
    `import { openAsBlob } from 'node:fs';

const form = new FormData();
form.set("file", await openAsBlob("plugin.zip"), "plugin.zip");
form.set("name", "echo");
const response = await fetch("https://slipway.example.com/v1/open", {
  method: 'POST',
  body: form,
});
if (!response.ok) throw new Error(\`\${response.status}: \${await response.text()}\`);
console.log(await response.text());`,
    `import httpx

response = httpx.request(
    "POST",
    "https://slipway.example.com/v1/open",
    files={
        "file": open("plugin.zip", "rb"),
    },
    data={
        "name": "echo",
    },
)
response.raise_for_status()
print(response.text)`,
  ]);
});
