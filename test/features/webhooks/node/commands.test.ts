// Tests what `slipway webhooks` has in common with other commands: secrets, confirmation, lists, help and completion.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { folderOf } from '../../../cli/slipway.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const environmentFor = (url: string) => ({ SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: 'sk_any' });
const webhook = { secret: 'whsec_secret', endpoint_id: 'whk_1', url: 'https://hooks.test' };

test.each([
  ['create', ['webhooks', 'create', webhook.url]],
  ['rotate', ['webhooks', 'rotate', 'whk_1']],
])('slipway webhooks %s prints only the secret to standard output', async (_, args) => {
  await using server = await scriptedServer({ body: webhook }, { body: webhook });
  const ran = await inProcess(args, environmentFor(server.url));
  expect([ran.exit, ran.stdout]).toEqual(['done', `${webhook.secret}\n`]);
  expect(ran.stderr).toContain('shown only once');
  expect(ran.stderr).not.toContain(webhook.secret);
  const asJson = await inProcess([...args, '--json'], environmentFor(server.url));
  expect([JSON.parse(asJson.stdout), asJson.stderr]).toEqual([webhook, '']);
});

test('slipway webhooks delete without a terminal requires --yes', async () => {
  await using server = await scriptedServer({ body: {} });
  const args = ['webhooks', 'delete', 'whk_1'];
  const { exit, stderr } = await inProcess(args, environmentFor(server.url));
  expect([exit, stderr.slice(stderr.indexOf('✗'))]).toEqual([
    'usage',
    '✗ confirmation required: Delete whk_1 with its deliveries\n  fix      Repeat the command with --yes: there is no terminal to ask on, or --no-input is set.\n',
  ]);
  expect(server.received).toEqual([]);
  expect((await inProcess([...args, '--yes'], environmentFor(server.url))).exit).toBe('done');
  expect(server.received.map(({ method, url }) => [method, url])).toEqual([['DELETE', '/v1/webhooks/whk_1']]);
});

const page = { results: [], pagination: { limit: 2, next_cursor: 'bmV4dA' } };
const lists: [args: string[], path: string][] = [
  [['webhooks', 'list'], '/v1/webhooks'],
  [['webhooks', 'deliveries', 'whk_1'], '/v1/webhooks/whk_1/deliveries'],
];

test.each(lists)('a list %j accepts --limit and --cursor, and says that there are more results', async (args, path) => {
  await using server = await scriptedServer({ body: page }, { body: page });
  const paged = [...args, '--limit', '2', '--cursor', 'YWJj', '--json'];
  const ran = await inProcess(paged, environmentFor(server.url));
  const { pathname, searchParams } = new URL(server.received[0]?.url ?? '', server.url);
  expect([ran.exit, ran.stderr, pathname, searchParams.get('limit'), searchParams.get('cursor')]).toEqual([
    'done',
    '',
    path,
    '2',
    'YWJj',
  ]);
  expect(JSON.parse(ran.stdout)).toMatchObject({ results: [], pagination: { next_cursor: 'bmV4dA' } });
  expect(await inProcess(args, environmentFor(server.url))).toMatchObject({
    exit: 'done',
    stderr: 'There are more results; repeat with --cursor bmV4dA\n',
  });
});

test('help explains `webhooks listen`, and a misspelled command gets a suggestion', async () => {
  const { exit, stdout } = await inProcess(['help', 'webhooks', 'listen']);
  expect([exit, stdout.startsWith('Examples:')]).toEqual(['done', true]);
  expect(await inProcess(['webhooks', 'lsten'])).toMatchObject({
    exit: 'usage',
    stderr: expect.stringMatching(/\blisten\b/),
  });
});

test('shells complete the commands', async () => {
  for (const shell of ['zsh', 'fish'])
    expect((await inProcess(['completion', shell])).stdout).toMatch(/["']webhooks listen["']/);
  expect((await inProcess(['completion', 'powershell'])).stdout).toMatch(/^ {4}'webhooks' = @\('list', 'create'/m);
  const folder = folderOf({ 'slipway.bash': (await inProcess(['completion', 'bash'])).stdout });
  const words = `COMP_WORDS=(slipway webhooks re); COMP_CWORD=2`;
  const ask = `source ${join(folder, 'slipway.bash')}; ${words}; _slipway; echo "\${COMPREPLY[@]}"`;
  const completed = execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8' });
  expect(completed.trim()).toBe('redeliver recover');
});
