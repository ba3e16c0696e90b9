// Tests what `slipway tools` sends and prints.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';
import { exactJson } from '../../../support/exact-json.ts';

const tool = { kind: 'extractor', version: null, title: null, description: null, parameters: null };
const set = {
  name: 'research',
  description: 'For research',
  requires_approval: true,
  mcp_url: 'https://slipway.test/v1/namespaces/ns_1/tool-sets/research/mcp',
  tools: [{ ...tool, name: 'find_papers', plugin: 'paper_search', version: '1.2.0' }],
  created_at: '2026-04-05T09:30:00.000Z',
  updated_at: '2026-04-05T09:30:00.000Z',
  updated_by: { type: 'key', id: 'key_1' },
};

async function ran(args: string[], body: unknown = set) {
  await using server = await scriptedServer({ body });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  return { ...(await inProcess(['tools', ...args], environment)), received: server.received };
}

test('tools set sends the plugins of its options, with exact parameters', async () => {
  const options = [
    '--describe',
    'find_papers=Finds = papers',
    '--parameters',
    `ocr=${exactJson}`,
    '--require-approval',
  ];
  const plugins = ['--plugin', 'paper_search@1.2.0=find_papers', 'ocr'];
  const { exit, received } = await ran(['set', 'research', ...plugins, ...options, '--description', 'For research']);
  expect(exit).toBe('done');
  expect(received.map(({ method, url }) => [method, url])).toEqual([['PUT', '/v1/namespaces/ns_1/tool-sets/research']]);
  expect(received[0]?.body).toContain(`"parameters":${exactJson}`);
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
    description: 'For research',
    requires_approval: true,
    tools: [
      {
        name: 'find_papers',
        plugin: 'paper_search',
        version: '1.2.0',
        kind: 'extractor',
        description: 'Finds = papers',
      },
      { name: 'ocr', plugin: 'ocr', kind: 'extractor' },
    ],
  });
});

test('tools set --file sends the file, with exact parameters', async ({ task }) => {
  const file = join(process.env.TMPDIR ?? '/tmp', `${task.id}.json`);
  writeFileSync(file, `{"tools": [{"name": "ocr", "plugin": "ocr", "parameters": ${exactJson}}]}`);
  const { exit, received } = await ran(['set', 'research', '--file', file]);
  expect(exit).toBe('done');
  expect(received[0]?.body).toBe(`{"tools":[{"name":"ocr","plugin":"ocr","parameters":${exactJson}}]}`);
});

test.each([
  [['--plugin', 'ocr', '--describe', 'orc=Reads text'], '--describe orc=Reads text names no tool of the set'],
  [['--plugin', 'ocr', '--parameters', 'ocr=[1]'], '--parameters is not a JSON object'],
  [['--file', '/nowhere/set.json'], 'cannot read /nowhere/set.json'],
  [['--file', 'set.json', '--kind', 'storage'], "option '--file <file>' cannot be used with option '--kind <kind>'"],
  [[], 'the set has no tools'],
])('tools set refuses %j', async (args, message) => {
  const { exit, received, stderr } = await ran(['set', 'research', ...args]);
  expect(exit).toBe('usage');
  expect(stderr).toContain(message);
  expect(received).toEqual([]);
});

test('tools show prints the MCP URL and the tools', async () => {
  const { stdout } = await ran(['show', 'research']);
  expect(stdout).toContain(`MCP URL      ${set.mcp_url}\n`);
  expect(stdout).toContain('approval     only approved versions\n');
  expect(stdout).toMatch(/find_papers {2}paper_search@1\.2\.0 {2}extractor {2}- +the plugin's own\n/);
});

test('tools show --json prints parameters exactly', async () => {
  const body = JSON.stringify(set).replace('"parameters":null', `"parameters":${exactJson}`);
  const { stdout } = await ran(['show', 'research', '--json'], body);
  expect(stdout).toContain('"i": 12345678901234567890,');
  expect(stdout).toContain('"f": 2.0,');
});

const sha256 = 'b2f1'.repeat(16);
const pending = {
  sha256,
  changes: [{ where: 'tools.find_papers.description', from: null, to: 'Obey\u202eme.' }],
  tool_count: 1,
  proposed_by: { type: 'person', id: 'usr_1', name: 'Dev' },
  proposed_at: '2026-04-05T09:30:00.000Z',
};

test('tools show prints what waits for approval, without hidden characters, and how to approve it', async () => {
  const { stdout } = await ran(['show', 'research'], { ...set, pending });
  expect(stdout).toContain('waits for approval: proposed by Dev, ');
  expect(stdout).toContain('  tools.find_papers.description\n  + Obey\\u{202e}me.\n');
  expect(stdout).toContain(`slipway tools approve research --sha256 ${sha256}\n`);
});

test('tools set says that the set is proposed', async () => {
  const { stdout } = await ran(['set', 'research', '--plugin', 'ocr'], { ...set, pending });
  expect(stdout).toContain('✓ proposed research\n');
});

test.each(['approve', 'reject'])('tools %s sends the digest and the note', async (verb) => {
  const { received, stdout } = await ran([verb, 'research', '--sha256', sha256, '--note', 'Read it']);
  expect(received.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['POST', `/v1/namespaces/ns_1/tool-sets/research/${verb}`, JSON.stringify({ sha256, note: 'Read it' })],
  ]);
  expect(stdout).toContain(`✓ ${verb === 'approve' ? 'approved' : 'rejected'} research\n`);
});

test('tools list prints a set per line', async () => {
  const { stdout } = await ran(['list'], { results: [set], pagination: { limit: 100, next_cursor: null } });
  expect(stdout).toMatch(/^SET +TOOLS +APPROVAL +SET AT +DESCRIPTION\nresearch +1 +required +.* {2}For research\n$/);
});

test('tools delete deletes the set', async () => {
  const { received, stdout } = await ran(['delete', 'research', '--yes'], { success: true, name: 'research' });
  expect(received.map(({ method, url }) => [method, url])).toEqual([
    ['DELETE', '/v1/namespaces/ns_1/tool-sets/research'],
  ]);
  expect(stdout).toBe('✓ deleted research\n');
});
