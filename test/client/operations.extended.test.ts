// Compiles client calls, and tests which calls the client's types accept.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Exists only in the compiler's memory. */
const sourceFile = join(root, 'test/client/calls.ts');

const accepted = [
  "client.get('/v1/plugins')",
  "client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy', { path })",
  "client.post('/v1/namespaces/list', { body: { search: 'x' } })",
  "client.post('/v1/namespaces/{namespace_id}/plugins', { path, form: new FormData() })",
  "client.post('/v1/plugins/uploads', { body: { name: 'a' } }).then(({ upload_id }) => upload_id.length)",
];
const rejected = [
  ['a path without its values', "client.get('/v1/namespaces/{namespace_id}/plugins')"],
  ['a missing body', "client.post('/v1/plugins/uploads', {})"],
  ['an unknown field', "client.post('/v1/plugins/uploads', { body: { name: 'a', size: 1 } })"],
  ['an unknown path', "client.get('/v1/plugin')"],
  ['a method that the path does not support', "client.delete('/v1/plugins')"],
  [
    'an unknown field of the result',
    "client.post('/v1/plugins/uploads', { body: { name: 'a' } }).then(({ upload }) => upload)",
  ],
] as const;
const calls = [...accepted, ...rejected.map(([, call]) => call)];

let errorsByCall: Map<string, string[]>;
beforeAll(() => {
  errorsByCall = compile(calls);
});

test.each(accepted)('a call with the right types is accepted: %s', (call) => {
  expect(errorsByCall.get(call)).toEqual([]);
});

describe('rejects', () => {
  test.each(rejected)('a call with wrong types is rejected: %s', (_, call) => {
    expect(errorsByCall.get(call)).toHaveLength(1);
  });
});

/** Returns each call's errors, with the project's own compiler options. */
function compile(lines: readonly string[]): Map<string, string[]> {
  const head = [
    "import type { SlipwayClient } from '../../src/client/client.ts';",
    'declare const client: SlipwayClient;',
    "const path = { namespace_id: 'ns_1', plugin_id: 'a_1_0_0' };",
  ];
  const text = [...head, ...lines.map((line) => `void ${line};`)].join('\n');
  const program = createProgram(text);
  const errors = new Map<string, string[]>(lines.map((line) => [line, []]));
  for (const { messageText, start = 0 } of ts.getPreEmitDiagnostics(program, program.getSourceFile(sourceFile))) {
    const line = text.slice(0, start).split('\n').length - 1 - head.length;
    errors.get(lines[line] ?? '')?.push(ts.flattenDiagnosticMessageText(messageText, '\n'));
  }
  return errors;
}

function createProgram(text: string): ts.Program {
  const config = join(root, 'tsconfig.node.json');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    dirname(config),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => path === sourceFile || fileExists(path);
  host.readFile = (path) => (path === sourceFile ? text : readFile(path));
  return ts.createProgram([sourceFile], options, host);
}
