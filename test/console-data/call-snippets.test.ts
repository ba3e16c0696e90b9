// Tests that the playground's snippets send a call as written.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { writeCallSnippets } from '../../src/console/data/calls/call-snippets.ts';
import { JsonText } from '../../src/core/json/text.ts';
import { compactExactJson, exactJson } from '../support/exact-json.ts';

const execute = promisify(execFile);

function snippets(inputs: string, parameters = '{ }') {
  const texts = { inputs: new JsonText(inputs), parameters: new JsonText(parameters) };
  const call = { namespace: 'ns_1', name: 'notes', version: '1.0.0', mode: undefined, ...texts };
  return writeCallSnippets(call, 'https://slipway.example.com');
}

const body = `{"inputs":${compactExactJson},"parameters":{"f":2.0}}`;

test('the commands contain the inputs and parameters as written', () => {
  const { CLI, curl } = snippets(exactJson, '{"f": 2.0}');
  expect(CLI).toBe(`slipway invoke notes@1.0.0 -d '${compactExactJson}' --parameters '{"f":2.0}'`);
  expect(curl).toContain(` -d '${body}' `);
  expect(snippets(exactJson).CLI).not.toContain('--parameters');
});

test('Python and TypeScript send exactly the bytes as written', async () => {
  const { Python, TypeScript } = snippets(exactJson, '{"f": 2.0}');
  const python = /data=(.*)\.encode\(\)/.exec(Python)?.[1];
  const typescript = /body: (.*),$/m.exec(TypeScript)?.[1];
  const written = await Promise.all([
    execute(inject('python'), ['-c', `print(${python}, end="")`]),
    execute(process.execPath, ['-e', `process.stdout.write(${typescript})`]),
  ]);
  expect(written.map(({ stdout }) => stdout)).toEqual([body, body]);
});

test('TypeScript contains an object if JSON.stringify would write the same text', () => {
  expect(snippets('{"text": "hello", "times": 2}').TypeScript).toContain(
    '  body: JSON.stringify({"inputs":{"text":"hello","times":2},"parameters":{}}),\n',
  );
});
