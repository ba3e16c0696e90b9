// HTTPS of a plugin: through the relay by CONNECT, and encrypted between the plugin and the server.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { nameServer } from './name-server.ts';
import { eventually, handler, TestBuilder } from './support.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');
const cert = fixture('hooks.example.com.crt');

/** Trusts only the certificate in its archive. */
const client = handler(
  [
    'def predict(self, request):',
    '    trusted = os.path.join(os.path.dirname(__file__), "ca.pem")',
    '    try:',
    '        with urllib.request.urlopen(request["url"], context=ssl.create_default_context(cafile=trusted)) as answer:',
    '            return json.load(answer)',
    '    except urllib.error.URLError as error:',
    '        return {"error": str(error.reason)}',
  ].join('\n'),
  'import json\nimport os\nimport ssl\nimport urllib.error\nimport urllib.request',
);

test('a plugin verifies the server itself, and the log has the host and the bytes', async () => {
  const dns = await nameServer((name, type) => (type === 'A' && name.endsWith('.example.com') ? [127, 0, 0, 1] : []));
  const web = createServer({ cert, key: fixture('hooks.example.com.key') }, (request, response) =>
    response.end(JSON.stringify({ host: request.headers.host })),
  );
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  const builder = await TestBuilder.start({
    env: { BUILDER_EGRESS_NETWORKS: '127.0.0.1/32', BUILDER_NAME_SERVERS: dns.address },
  });
  const permissions = { network: [`hooks.example.com:${port}`, `api.example.com:${port}`] };
  await builder.put('dep_tls', { ...(await builder.putPlugin({ ...client, 'ca.pem': cert })), permissions });
  const fetched = (host: string) => builder.result('dep_tls', { url: `https://${host}:${port}/` });
  expect(await fetched('hooks.example.com')).toEqual({ host: `hooks.example.com:${port}` });
  await eventually(() => builder.logs('dep_tls')).toEqual([
    expect.stringMatching(`network: hooks.example.com:${port}, [0-9]+ bytes sent, [0-9]+ received$`),
  ]);
  expect(await fetched('api.example.com')).toEqual({
    error: expect.stringContaining("certificate is not valid for 'api.example.com'"),
  });
  expect(await fetched('other.example.com')).toEqual({ error: 'Tunnel connection failed: 403 Forbidden' });
  await builder.close();
  web.close();
  dns.close();
});
