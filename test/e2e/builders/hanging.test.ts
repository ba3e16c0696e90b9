// Tests a Worker whose calls reach one of two builders through a connection that carries only health checks for a while.
// @module-tag long
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../../scripts/demo/extractor-client.ts';
import { freePorts, loopback } from '../../../scripts/machine/ports.ts';
import { slipway as slipwayCli } from '../../cli/slipway.ts';
import { waitFor } from '../../support/waiting.ts';
import { echoPlugin, publish } from '../plugins.ts';
import { startSlipway, stateFolder } from '../slipway.ts';
import { startBuilders } from './builders.ts';

/** Forwards connections to a builder. While it hangs, it swallows everything but health checks. */
async function between(target: string) {
  const state = { hangs: false };
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let isSwallowed = false;
    for (const one of [near, far]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => [near, far].forEach((end) => void end.destroy()));
    }
    near.on('data', (chunk) => {
      if (/^[A-Z]+ \//.test(chunk.toString('latin1'))) isSwallowed = state.hangs && !chunk.includes('GET /health');
      if (!isSwallowed) far.write(chunk);
    });
    far.on('data', (chunk) => void near.write(chunk));
  });
  const [own = 0] = await freePorts(1);
  server.listen(own, loopback);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const one of sockets) one.destroy();
    server.close();
  });
  return { url: `http://${loopback}:${own}`, state };
}

test('calls go to the other builder while one hangs and answers health checks, and back afterward', {
  timeout: 300_000,
}, async () => {
  const folder = await stateFolder();
  const builders = await startBuilders(folder, 2);
  const { BUILDER_TOKEN = '' } = builders.env(2);
  const ways = await Promise.all(builders.all.map(({ url }) => between(url)));
  const env = { BUILDER_URLS: ways.map(({ url }) => url).join(','), BUILDER_TOKEN };
  const local = await (await startSlipway(folder, { env })).ready();
  const client = new ExtractorClient(local);
  const plugin = echoPlugin('echo', '1.0.0');
  await publish(client, plugin);
  const { deployment_id: id } = await client.deploy(plugin.pluginId);
  expect(await waitUntilSettled(client, plugin.pluginId, 120_000)).toMatchObject({ status: 'DEPLOYED' });
  const call = async () => {
    const response = await fetch(`${local.url}${client.path('by-name', 'echo', 'realtime')}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' },
      body: '{"inputs":{}}',
      signal: AbortSignal.timeout(10_000),
    });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"success"')]);
  };
  await call();
  const counts = () => Promise.all(builders.all.map((one) => one.calls(id)));
  const home = (await counts()).findIndex((count) => count > 0);
  const way = ways[home] ?? expect.fail('no builder has the instance');
  const listed = async () => {
    const settings = { SLIPWAY_BASE_URL: local.url, SLIPWAY_ADMIN_TOKEN: local.admin_token };
    const { stdout } = await slipwayCli(['builders'], { env: settings });
    return stdout.split('\n').find((line) => line.startsWith(new URL(way.url).host));
  };
  expect(await listed()).toMatch(/ ok /);
  way.state.hangs = true;
  await waitFor(call);
  expect(await listed()).toMatch(/ (?:late|lost) /);
  await call();
  way.state.hangs = false;
  await waitFor(async () => expect(await listed()).toMatch(/ ok /));
  const before = (await counts())[home] ?? 0;
  await waitFor(async () => {
    await call();
    expect((await counts())[home]).toBeGreaterThan(before);
  });
});
