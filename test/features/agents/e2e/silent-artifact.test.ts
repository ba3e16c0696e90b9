// Tests that a server that never answers holds up nothing but its own artifacts.
// @module-tag long
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Local } from '../../../../scripts/local/organization.ts';
import { freePorts, loopback } from '../../../../scripts/machine/ports.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../../../e2e/slipway.ts';
import { waitFor } from '../../../support/waiting.ts';

let state: string;
let slipway: Slipway;
let local: Local;
beforeAll(async () => {
  state = await newStateFolder();
  slipway = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  local = await slipway.ready();
});
afterAll(async () => {
  await slipway.stop();
  await removeState(state);
});

test('an artifact that never arrives delays neither webhooks nor other artifacts', async () => {
  const requested: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    requested.push(url);
    if (url === '/hook') response.end();
  });
  onTestFinished(() => server.close().closeAllConnections());
  const [port = 0] = await freePorts(1);
  await new Promise<void>((resolve) => server.listen(port, loopback, resolve));
  const send = (method: string, path: string, body: object) =>
    fetch(slipway.url + path, {
      method,
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' },
    });
  const at = `http://${loopback}:${port}`;
  const checksum = `sha256:${'0'.repeat(64)}`;
  for (const version of ['1', '2']) {
    const artifactUrl = `${at}/artifact`;
    await send('POST', '/api/v1/plugins', { name: 'silent', version, pluginType: 'log', artifactUrl, checksum });
  }
  await waitFor(() => expect(requested).toEqual(['/artifact', '/artifact']));
  await send('POST', '/v1/webhooks', { url: `${at}/hook`, events: ['namespace.'] });
  await send('PATCH', '/v1/namespaces/default', { description: 'updated' });
  await waitFor(() => expect(requested).toEqual(['/artifact', '/artifact', '/hook']));
});
