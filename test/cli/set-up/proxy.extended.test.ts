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

const own = { SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
const read = ['env', 'show', 'notes@1.0.0'];
const elsewhere = 'http://slipway.test:8080';

/** Reads something with this environment, whose variables may name the proxy. Returns what the proxy and the server were asked. */
async function asked(environment: (proxy: string, server: string) => Record<string, string>) {
  await using server = await scriptedServer({ body: plugins }, { body: plugins });
  await using proxy = await proxyTo(server.url);
  const env = { SLIPWAY_BASE_URL: server.url, ...own, ...environment(proxy.url, server.url) };
  const { stderr } = await slipway(read, { env });
  expect(stderr).not.toContain('cannot reach');
  expect(server.received[0]?.url).toBe('/v1/namespaces/ns_1/plugins/notes_1_0_0/environment');
  return proxy.asked;
}

test.each([
  ['through the proxy', 'slipway.test:8080', (proxy: string) => proxy],
  ['through a proxy without a scheme', 'slipway.test:8080', (proxy: string) => proxy.replace('http://', '')],
])('a command asks another machine %s', async (_how, tunnel, value) => {
  expect(await asked((proxy) => ({ SLIPWAY_BASE_URL: elsewhere, HTTP_PROXY: value(proxy) }))).toEqual([tunnel]);
});

test.each([{}, { NO_PROXY: 'other.test' }])('a command asks this machine directly with %o', async (more) => {
  expect(await asked((proxy) => ({ HTTP_PROXY: proxy, ...more }))).toEqual([]);
});

test.each([{ NO_PROXY: '*' }, { NO_PROXY: 'other.test,0.0.0.0' }, { no_proxy: '', NO_PROXY: '0.0.0.0' }])(
  'a command asks another address directly with %o',
  async (more) => {
    const address = (server: string) => server.replace(loopback, '0.0.0.0');
    expect(await asked((proxy, server) => ({ SLIPWAY_BASE_URL: address(server), HTTP_PROXY: proxy, ...more }))).toEqual(
      [],
    );
  },
);

test.each(['http://ann:secret@proxy.test:port', 'socks4://ann:secret@proxy.test'])(
  'a proxy of %s is an error that names the variable, and not its value',
  async (value) => {
    const { code, stderr } = await slipway(read, { env: { SLIPWAY_BASE_URL: elsewhere, ...own, https_proxy: value } });
    expect([code, stderr]).toEqual([
      2,
      '✗ https_proxy is not the URL of a proxy that slipway can use\n  fix      Set it to a URL such as http://proxy.example.com:8080.\n',
    ]);
  },
);
