// Tests that an interrupted command reports what remains on the server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, inject, onTestFinished, test } from 'vitest';
import { inProcess } from './in-process.ts';
import { folderOf, ownVariables, plugin } from './slipway.ts';

const main = inject('cli');

/** Answers every request except the last, which it leaves open. `reached` resolves when that request arrives. */
async function serverThatStopsAt(last: string) {
  const reached = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    await text(request);
    const path = request.url ?? '';
    if (path.includes(last)) return reached.resolve();
    const upload = { upload_id: 'plu_1', presigned_url: `${url}/put` };
    const deployment = { deployment_id: 'dep_1', namespace_id: 'ns_1', status: 'queued' };
    const answer = path.endsWith('/uploads')
      ? upload
      : path.endsWith('/deploy')
        ? deployment
        : { plugin_id: 'demo_1_0_0', warnings: [] };
    response.writeHead(200, { etag: '"1"' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  return { env, reached: reached.promise };
}

test.each([
  ['SIGINT', '/confirm', 'the server may still publish demo 1.0.0', 'Publish again to continue.'],
  [
    'SIGTERM',
    '/deployments/dep_1/events',
    'demo 1.0.0 stays published, and its deployment continues if it has begun',
    '`slipway status demo` shows its state.',
  ],
] as const)('slipway publish ended by %s reports what remains at %s', async (signal, last, stays, hint) => {
  const { env, reached } = await serverThatStopsAt(last);
  const child = spawn(process.execPath, [main, 'publish', folderOf({ ...plugin, 'README.md': '# demo\n' })], {
    env: ownVariables(env),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const printed = text(child.stderr);
  await reached;
  child.kill(signal);
  const [code] = await once(child, 'close');
  expect([code, (await printed).split('\n').filter((line) => !line.startsWith('·'))]).toEqual([
    130,
    [`✗ interrupted: ${stays}`, `  fix      ${hint}`, ''],
  ]);
});

test('slipway publish on a Go folder points to slipway install', async () => {
  const { env } = await serverThatStopsAt('nothing');
  const folder = folderOf({ 'go.mod': 'module upper\n\ngo 1.24\n', 'plugin.go': 'package main\n\nfunc main() {}\n' });
  const { exit, stderr } = await inProcess(['publish', folder], env);
  expect([exit, stderr]).toEqual([
    'usage',
    `✗ ${folder} is a Go plugin, which is installed from its Git repository
  fix      Push it, then run \`slipway install URL\`.
`,
  ]);
});

test('slipway publish reports findings once, and names the rule', async () => {
  const { env } = await serverThatStopsAt('nothing');
  const folder = folderOf({ ...plugin, 'a.py': 'eval("1")\n' });
  const { exit, stderr } = await inProcess(['publish', folder], env);
  expect([exit, stderr.match(/✗.*|.*fix .*/g)]).toEqual([
    'rejected',
    [
      '✗ rejected before upload: 1 error',
      '  fix      Fix the error. `slipway lint --explain SLP201` explains the rule. If a waiver covers it, publish with --waived.',
    ],
  ]);
});

test.each([
  [
    'not published yet',
    404,
    { error: { message: 'Not found' } },
    'done',
    '✓ demo 1.0.0 would be accepted; nothing was uploaded\n',
  ],
  ['taken', 200, { plugin: { code_hash: 'other' } }, 'conflict', ''],
])('slipway publish --dry-run asks the server: %s', async (_, status, body, exit, stdout) => {
  const server = createServer(({ url = '' }, response) => {
    const [code, answer] = url.endsWith('/requirements') ? [200, { missing: [] }] : [status, body];
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  expect(await inProcess(['publish', '--dry-run', folderOf(plugin)], env)).toMatchObject({ exit, stdout });
});
