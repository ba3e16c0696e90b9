// Checks what `slipway doctor` reports about a server, its clock and the API key.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { folderOf, slipway } from './slipway.ts';

async function serverThat(headers: Record<string, string>): Promise<string> {
  const server = createServer((request, response) => {
    const known = request.headers.authorization === 'Bearer sk_known';
    response.writeHead(request.url === '/openapi.json' || known ? 200 : 401, headers);
    const key = { name: 'ci', scopes: ['plugins:read'] };
    const refusal = { error: { type: 'UnauthorizedError', message: 'Invalid API key' } };
    response.end(
      JSON.stringify(request.url === '/openapi.json' ? { info: { version: '1.2.3' } } : known ? key : refusal),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Found {
  name: string;
  status: string;
  detail: string;
}

test.each([
  ['everything in order', {}, ['--api-key', 'sk_known'], 0, ['server right', 'clock right', 'key right']],
  ['an invalid key', {}, ['--api-key', 'sk_old'], 1, ['server right', 'clock right', 'key wrong']],
  [
    'a wrong clock and no key',
    { date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
    [],
    1,
    ['server right', 'clock wrong', 'key wrong'],
  ],
])('%s', async (_, headers, args, code, expected) => {
  const url = await serverThat(headers);
  const ran = await slipway(['doctor', '--json', '--base-url', url, ...args], {
    cwd: folderOf({}),
    env: { HOME: folderOf({}) },
  });
  const items: Found[] = JSON.parse(ran.stdout).items;
  const ofServer = items.slice(items.findIndex(({ name }) => name === 'server'));
  expect([ran.code, ofServer.map(({ name, status }) => `${name} ${status}`)]).toEqual([code, expected]);
});

test('an unreachable server is reported with a fix', async () => {
  const args = ['doctor', '--base-url', 'http://127.0.0.1:9'];
  const { code, stdout } = await slipway(args, { cwd: folderOf({}), env: { HOME: folderOf({}) } });
  expect([code, stdout.slice(stdout.indexOf('✗ server'))]).toEqual([
    1,
    `✗ server  Connection to http://127.0.0.1:9 failed: bad port
  fix     start a local server with \`npm start\`, or set another URL with --base-url or SLIPWAY_BASE_URL
`,
  ]);
});
