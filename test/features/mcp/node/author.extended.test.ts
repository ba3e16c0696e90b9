// Tests `slipway mcp`: the official client starts the packaged command line, and calls its tools.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { folderOf, keptFolderOf, ownVariables, plugin, slipway } from '../../../cli/slipway.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

/** Starts `slipway mcp` in the folder. The process ends with the returned value. */
async function author(cwd: string, env: Record<string, string> = {}) {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const args = [inject('cli'), 'mcp'];
  const transport = new StdioClientTransport({ command: process.execPath, args, cwd, env: ownVariables(env) });
  const errors: string[] = [];
  client.onerror = (error) => errors.push(error.message);
  await client.connect(transport);
  return {
    client,
    errors,
    call: async (name: string, input: Record<string, unknown> = {}) => {
      const { content, isError = false, structuredContent } = await client.callTool({ name, arguments: input });
      const text = content.map((part) => ('text' in part ? part.text : '')).join('');
      return { isError, text, structured: structuredContent };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

const rejected = { ...plugin, 'processors/core.py': 'import subprocess\n' };
const cwd = keptFolderOf({ ...below('demo', rejected), ...below('good', plugin), 'own/a.txt': '', 'notes/a.txt': '' });
let server: Awaited<ReturnType<typeof author>>;

beforeAll(async () => {
  server = await author(cwd);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(cwd, { recursive: true, force: true });
});

test('the tools of slipway mcp only read, and say what they need', async () => {
  const { tools } = await server.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['lint', 'test', 'status', 'logs', 'findings', 'docs']);
  for (const { annotations, description, inputSchema, title } of tools) {
    expect([annotations?.readOnlyHint, inputSchema.type]).toEqual([true, 'object']);
    expect([title, description]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  }
});

test('lint gives each finding with its place and fix, as text and as JSON', async () => {
  const { isError, structured, text } = await server.call('lint', { folder: 'demo' });
  expect([isError, text]).toEqual([
    false,
    expect.stringContaining('processors/core.py:1:8: error: Forbidden import: subprocess'),
  ]);
  expect(text).toContain('= fix: ');
  expect(structured).toMatchObject({ verdict: 'reject', findings: [{ file: 'processors/core.py', ruleId: 'SLP101' }] });
  expect(server.errors).toEqual([]);
});

test('lint adds hints about an accepted plugin', async () => {
  const { structured, text } = await server.call('lint', { folder: 'good' });
  expect(structured).toMatchObject({ verdict: 'pass', hints: [expect.stringMatching(/^no README.md: /)] });
  expect(text).toContain('✓ clean: 2 files');
  expect(text).toContain('hint: no README.md: ');
});

test('a folder outside the current one is refused, also behind a link, whether or not it exists', async () => {
  const other = folderOf(rejected);
  symlinkSync(other, join(cwd, 'link'));
  for (const folder of ['..', other, 'link', '../missing', 'own/../../missing'])
    for (const tool of ['lint', 'test'])
      expect(await server.call(tool, { folder })).toEqual({
        isError: true,
        text: `✗ ${folder} is outside the folder in which \`slipway mcp\` runs\n  fix      Name a folder in it, such as \`.\` or \`my_plugin\`.`,
        structured: undefined,
      });
});

test('a folder that is missing or no plugin is a tool error with the fix, without a stack', async () => {
  const missing = await server.call('lint', { folder: 'missing' });
  expect([missing.isError, missing.text]).toEqual([true, expect.stringContaining('no such file or folder')]);
  const { isError, text } = await server.call('lint', { folder: 'notes' });
  expect([isError, text]).toEqual([true, expect.stringMatching(/^✗ notes is not a plugin: .*\n {2}fix {6}/)]);
  expect(missing.text + text).not.toContain('    at ');
  expect((await server.call('lint', { folder: 'notes\0' })).text).toContain('must not have a NUL character');
});

test('test runs a new plugin in the sandbox, and docs has the format of its AGENTS.md', async () => {
  await slipway(['init', 'my_plugin'], { cwd });
  const { isError, structured, text } = await server.call('test', { folder: 'my_plugin' });
  expect([isError, text]).toEqual([false, expect.stringContaining('✓ my_plugin 1.0.0 passed')]);
  expect(structured).toMatchObject({ passed: true, not_tested: [] });
  expect((await server.call('docs', { page: 'plugin-format' })).text).toContain('run_inference(self, inputs: dict');
  expect(server.errors).toEqual([]);
});

test('docs lists its pages, and has the help of commands and the rules', async () => {
  const list = await server.call('docs');
  for (const page of ['plugin-format', 'go-plugin-format', 'publish', 'RULE']) expect(list.text).toContain(page);
  expect((await server.call('docs', { page: 'keys create' })).text).toContain('Usage: slipway keys create');
  expect((await server.call('docs', { page: 'SLP301' })).text).toMatch(/^SLP301 {2}/);
  for (const page of ['none such', 'constructor', '__proto__'])
    expect(await server.call('docs', { page })).toMatchObject({
      isError: true,
      text: `✗ there is no page '${page}'\n  fix      Leave out \`page\` to list the pages.`,
    });
});

test('without a key, tools about published plugins say how to sign in', async () => {
  for (const [tool, input] of [
    ['status', {}],
    ['logs', { name: 'demo' }],
    ['findings', { name: 'demo' }],
  ] as const)
    expect(await server.call(tool, input)).toMatchObject({
      isError: true,
      text: '✗ no API key for http://127.0.0.1:8080\n  fix      Run `slipway login` or set SLIPWAY_API_KEY.',
    });
});

const scan = {
  ...{ success: true, plugin_id: 'demo_1_0_0', name: 'demo', version: '1.0.0', code_hash: 'aa', verdict: 'warn' },
  ...{ level: 'seed', policy_version: '30', scanned_at: '2026-01-01T00:00:00Z' },
  findings: [
    {
      ...{ rule: 'SLP402', severity: 'warning', file: 'a.py', filename: 'a.py', line: 1, column: 8, end_line: 1 },
      ...{ end_column: 14, name: 'pickle', message: 'Serialization module: pickle', waived: true, waiver: null },
      ...{ trail: [], trail_message: null },
    },
  ],
};

test('findings are those of the registry, with the settings of the environment', async () => {
  await using registry = await scriptedServer({ body: scan });
  const env = { SLIPWAY_BASE_URL: registry.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  await using signedIn = await author(cwd, env);
  const { structured, text } = await signedIn.call('findings', { name: 'demo', version: '1.0.0' });
  expect(text).toBe(
    'demo 1.0.0: warn (policy 30, seed)\na.py:1:8: warning: Serialization module: pickle [SLP402] (waived)',
  );
  expect(structured).toMatchObject({ verdict: 'warn' });
  expect(registry.received.map(({ url }) => url)).toEqual(['/v1/namespaces/ns_1/plugins/demo_1_0_0/scan']);
});

test('logs are cut at 256 KiB, with a note', async () => {
  const line = { at: '2026-01-01T00:00:00.000Z', stream: 'stdout', line: 'é'.repeat(2000) };
  const lines = Array.from({ length: 100 }, () => line);
  const log = { lines, deployment_id: 'dep_1', generation: 1, pagination: { next_cursor: null } };
  await using registry = await scriptedServer({ body: log });
  const env = { SLIPWAY_BASE_URL: registry.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  await using signedIn = await author(cwd, env);
  const { structured, text } = await signedIn.call('logs', { name: 'demo@1.0.0', level: 'info', limit: 100 });
  expect(structured).toBeUndefined();
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(256 * 1024);
  expect(text).toMatch(/é\n… cut: the answer has \d+ bytes, and at most 262144 are returned\.$/);
});

test('a name that a command would take for an option is refused, and no request is sent', async () => {
  await using registry = await scriptedServer();
  const env = { SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  await using signedIn = await author(cwd, env);
  for (const tool of ['status', 'logs', 'findings'])
    expect(await signedIn.call(tool, { name: `--base-url=${registry.url}` })).toMatchObject({ isError: true });
  expect(registry.received).toEqual([]);
});

test('only protocol messages reach standard output, and the process ends with its input', async () => {
  const folder = folderOf(rejected);
  const child = spawn(process.execPath, [inject('cli'), 'mcp'], { cwd: folder, env: ownVariables(), stdio: 'pipe' });
  const closed = once(child, 'close');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const clientInfo = { name: 'test', version: '1.0.0' };
  const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  const requests = [
    { id: 1, method: 'initialize', params: initialize },
    { id: 2, method: 'tools/call', params: { name: 'lint', arguments: { folder: '.' } } },
    { id: 3, method: 'tools/call', params: { name: 'docs', arguments: { page: 'publish' } } },
  ];
  for (const request of requests) {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...request })}\n`);
    const { value = '' } = await lines.next();
    expect(JSON.parse(value)).toMatchObject({ jsonrpc: '2.0', id: request.id, result: {} });
  }
  child.stdin.end();
  expect([await lines.next(), await closed]).toEqual([{ done: true, value: undefined }, [0, null]]);
});

function below(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}
