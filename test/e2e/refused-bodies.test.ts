// Tests that a proxy passes on the refusal of a body that it is still sending.
// @module-tag long
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';
import { startSlipway, stateFolder } from './slipway.ts';

/** Starts a proxy that answers 502 if its connection to Slipway breaks. */
async function proxyTo(port: string): Promise<string> {
  const server = createServer((near, answer) => {
    const { headers, method, url: path } = near;
    const far = request({ host: loopback, port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 0, response.headers);
      pipeline(response, answer).catch(() => {});
    });
    far.on('error', () => {
      if (!answer.headersSent) answer.writeHead(502).end();
    });
    pipeline(near, far).catch(() => {});
  });
  const [own = 0] = await freePorts(1);
  server.listen(own, loopback);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://${loopback}:${own}`;
}

test('a refused body of 20 MB gets its answer through a proxy, whether or not its length is announced', async () => {
  const local = await (await startSlipway(await stateFolder())).ready();
  const proxy = await proxyTo(new URL(local.url).port);
  const bytes = new Uint8Array(20_000_000).fill(0x20);
  const statusOf = async (key: string, body: BodyInit) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const at = `${proxy}/v1/namespaces/${local.namespace_id}/plugins/nothing_1_0_0/realtime/test`;
    const response = await fetch(new Request(at, { method: 'POST', headers, body, ...{ duplex: 'half' } }));
    return [response.status, (await response.text()).includes('"success":false')];
  };
  const statuses = [];
  for (const body of [() => bytes, () => new Blob([bytes]).stream()])
    for (const key of [local.api_key, 'sk_wrong']) statuses.push(await statusOf(key, body()));
  expect(statuses).toEqual([
    [413, true],
    [401, true],
    [413, true],
    [401, true],
  ]);
});
