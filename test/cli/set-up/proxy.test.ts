// Tests that commands reach the server through the proxy that the environment names, and this machine directly.
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import { expect, test } from 'vitest';
import { loopback } from '../../../scripts/machine/ports.ts';
import { scriptedServer } from '../../client/scripted-server.ts';
import { slipway } from '../slipway.ts';

const plugins = { success: true, plugins: [], total: 0 };

/** A proxy that leads every tunnel to one server, and records where the tunnels should have led. */
async function proxyTo(target: string) {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', ({ url = '' }, client) => {
    asked.push(url);
    const socket = connect(Number(new URL(target).port), loopback, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      pipeline(client, socket, client, () => {});
    });
    socket.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, loopback, resolve));
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { asked, url: `http://${loopback}:${port}`, [Symbol.asyncDispose]: async () => void proxy.close() };
}

test.each([
  ['another machine through the proxy', 'http://slipway.test:8080', {}, ['slipway.test:8080']],
  ['this machine directly', undefined, {}, []],
  ['this machine directly, also if NO_PROXY names others', undefined, { NO_PROXY: 'other.test' }, []],
])('a command asks %s', async (_what, baseUrl, more, expected) => {
  await using server = await scriptedServer({ body: plugins }, { body: plugins });
  await using proxy = await proxyTo(server.url);
  const own = { SLIPWAY_BASE_URL: baseUrl ?? server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { stderr } = await slipway(['env', 'show', 'notes@1.0.0'], { env: { ...own, HTTP_PROXY: proxy.url, ...more } });
  expect([proxy.asked, server.received[0]?.url]).toEqual([
    expected,
    '/v1/namespaces/ns_1/plugins/notes_1_0_0/environment',
  ]);
  expect(stderr).not.toContain('cannot reach');
});
