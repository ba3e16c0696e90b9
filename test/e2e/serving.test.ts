// Tests what `npm start` runs: its demo, and plugins on all surfaces during redeployments and process kills.
// @module-tag long
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { GitServer } from '../builder/sources/git-server.ts';
import { patienceMs, waitFor, waitUntil } from '../support/waiting.ts';
import { batchingPlugin, echoPlugin, publish, versionPluginSource } from './plugins.ts';
import { expectNoneLeft, listProcesses } from './processes.ts';
import { newStateFolder, removeState, type Slipway, startSlipway, stateFolder } from './slipway.ts';

const logsOf = z.object({ lines: z.array(z.object({ line: z.string(), request: z.string().optional() })) });
/** The first build on a machine compiles Go's standard library. */
const firstBuildMs = 900_000;

test('the demo publishes and calls the example, and the next start only calls it', async () => {
  const state = await stateFolder();
  const first = await startSlipway(state, { args: [] });
  const { api_key } = await first.ready();
  await waitFor(() => expect(first.output).toContain(`curl -s -H 'Authorization: Bearer ${api_key}'`));
  expect(namesOfSteps(first.output)).toEqual(['pack', 'presign', 'upload', 'confirm', 'deploy', 'live', 'call']);
  const stopped = await first.stop();
  expect(stopped.exitCode).toBe(0);
  expect(stopped.output).toMatch(/Stopping…\nStopped\.\n$/);
  await expectNoneLeft(state);

  const second = await startSlipway(state, { args: [] });
  expect(await second.ready()).toMatchObject({ api_key });
  await waitFor(() => expect(second.output).toContain("curl -s -H 'Authorization: Bearer"));
  expect(namesOfSteps(second.output)).toEqual(['published', 'live', 'call']);
});

async function callBySocket(url: string, key: string, body: string, more: string[] = []): Promise<Socket> {
  const { hostname, pathname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const head = [`POST ${pathname} HTTP/1.1`, 'host: localhost', `authorization: Bearer ${key}`, ...more];
  socket.write(`${[...head, `content-length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`);
  return socket;
}

function namesOfSteps(output: string): string[] {
  const demo = output.slice(output.indexOf('Demo:'), output.indexOf('Published and live'));
  return [...demo.matchAll(/^ {2}(\w+) /gm)].map(([, name = '']) => name);
}

describe('one run of npm start', () => {
  let state: string;
  let slipway: Slipway;
  let local: Local;
  let client: ExtractorClient;
  beforeAll(async () => {
    state = await newStateFolder();
    const env = { SLIPWAY_ALLOW_LOOPBACK: '1' };
    slipway = await startSlipway(state, { env });
    local = await slipway.ready();
    client = new ExtractorClient(local);
  });
  afterAll(() => removeState(state));

  /** Publishes a plugin that waits as long as its call says, and prints how the call went. Returns its URL and its log. */
  async function publishWaiting(name: string) {
    const plugin = echoPlugin(name, '1.0.0');
    plugin.files['realtime.py'] = `import asyncio


class LeaverInferenceService:
    async def run_inference(self, inputs, parameters):
        print("begins")
        try:
            await asyncio.sleep(inputs["seconds"])
        except asyncio.CancelledError:
            print("cancelled")
            raise
        return {"echo": [0.0, 1.0]}
`;
    await publish(client, plugin);
    await client.deploy(plugin.pluginId);
    expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });
    const headers = { authorization: `Bearer ${local.api_key}` };
    const lines = async () => {
      const logs = await fetch(`${local.url}${client.path(plugin.pluginId, 'logs')}`, { headers });
      return logsOf.parse(await logs.json()).lines;
    };
    return { url: `${local.url}${client.path(plugin.pluginId, 'realtime', 'test')}`, lines };
  }

  test('a caller that resets its connection cancels its call, and the log has the request IDs', async () => {
    const { lines, url } = await publishWaiting('leaver');
    const headers = { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' };
    const answered = await fetch(url, { method: 'POST', headers, body: '{"inputs":{"seconds":0}}' });
    await answered.json();
    const leaving = await callBySocket(url, local.api_key, '{"inputs":{"seconds":20}}');
    await expect.poll(async () => (await lines()).length).toBe(2);
    leaving.resetAndDestroy();
    await expect.poll(async () => (await lines()).length).toBe(3);
    const [first, second, third] = await lines();
    expect(first).toMatchObject({ line: 'begins', request: answered.headers.get('slipway-request-id') });
    expect(second).toMatchObject({ line: 'begins', request: third?.request });
    expect(third).toMatchObject({ line: 'cancelled' });
  });

  test('a caller that closes only its sending side gets its answer', async () => {
    const { lines, url } = await publishWaiting('half_closer');
    const socket = await callBySocket(url, local.api_key, '{"inputs":{"seconds":1}}');
    socket.end();
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    socket.destroy();
    expect((await lines()).map(({ line }) => line)).toEqual(['begins']);
  });

  test('a request with two Host headers is refused', async () => {
    const socket = await callBySocket(`${local.url}/v1/keys`, local.api_key, '{}', ['host: other.example']);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 422 /);
    expect(String(answer)).toContain('slipway-request-id: req_');
    socket.destroy();
  });

  test('a call whose caller closed its connection is cancelled at the limit that the caller sent', async () => {
    const { lines, url } = await publishWaiting('closer');
    const socket = await callBySocket(url, local.api_key, '{"inputs":{"seconds":20}}', ['x-request-timeout: 2']);
    await expect.poll(async () => (await lines()).length).toBe(1);
    socket.destroy();
    await expect.poll(async () => (await lines()).map(({ line }) => line)).toContain('cancelled');
  });

  test.each([
    ['one by one', echoPlugin('echo', '1.0.0'), 4],
    ['in batches', batchingPlugin('echo_batches', '1.0.0'), 16],
  ])('no call fails during three redeployments of a plugin that answers %s', async (_, plugin, callersAtOnce) => {
    await publish(client, plugin);
    await client.deploy(plugin.pluginId);
    expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({
      status: 'DEPLOYED',
      serving: { generation: 1 },
    });

    let over = false;
    onTestFinished(() => {
      over = true;
    });
    const answeredBy = new Set<string>();
    const failures: unknown[] = [];
    const keepCalling = async (caller: number) => {
      for (let count = 0; !over; count++) {
        const inputs = { caller, count };
        try {
          const answer = await client.call(plugin.pluginId, inputs);
          expect(answer.raw_response).toEqual({ echo: [0, 1], inputs });
          answeredBy.add(answer.deployment_id);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const callers = Array.from({ length: callersAtOnce }, (_, caller) => keepCalling(caller));
    const deployed: string[] = [];
    for (const generation of [2, 3, 4]) {
      const { deployment_id } = await client.deploy(plugin.pluginId);
      deployed.push(deployment_id);
      expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({
        status: 'DEPLOYED',
        serving: { generation },
      });
      await waitFor(() => expect(answeredBy).toContain(deployment_id));
    }
    over = true;
    await Promise.all(callers);
    expect(failures).toEqual([]);
    expect(answeredBy.size).toBe(4);
  });

  test('a Go plugin is installed without a key, updated without a lost call, and removed', {
    tags: ['git', 'go'],
    timeout: firstBuildMs,
  }, async () => {
    const git = await GitServer.start();
    onTestFinished(() => git.close());
    const repository = git.repository('mimir-plugin-reporter');
    const [first, second] = ['1.2.0', '1.3.0', '1.4.0'].map((version) => {
      const answer = version === '1.4.0' ? 'undefinedOnPurpose' : undefined;
      const commit = repository.commit(versionPluginSource(version, answer));
      repository.git('tag', `v${version}`);
      return commit;
    });
    const request = async (method: string, path: string, body?: object) => {
      const sent = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
      const response = await fetch(`${slipway.url}/api/plugins${path}`, { method, ...sent });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? null : JSON.parse(text),
        location: response.headers.get('location'),
      };
    };
    const call = () =>
      request('POST', '/reporter/call', { method: 'execute', params: { action: 'report', params: {} } });
    const install = {
      name: 'reporter',
      repository: repository.url,
      version: 'v1.2.0',
      description: 'Reports its version',
    };

    // An operation that takes longer than its request is polled.
    const becomes = (expected: object) =>
      waitFor(async () => expect((await request('GET', '/reporter')).body).toMatchObject(expected), {
        timeout: firstBuildMs,
        interval: 200,
      });

    const requestedAt = Date.now();
    const installed = await request('POST', '', install);
    expect([installed.status, installed.location]).toEqual([201, '/api/plugins/reporter']);
    await becomes({
      ...install,
      status: 'active',
      loaded: true,
      git_commit_hash: first,
      actions: [{ name: 'report' }],
    });
    expect((await request('POST', '', install)).status).toBe(409);
    expect(await call()).toMatchObject({ status: 200, body: { result: { output: { version: '1.2.0' } } } });

    const { installed_at } = (await request('GET', '/reporter')).body;
    expect(Date.parse(installed_at)).toBeGreaterThanOrEqual(requestedAt);

    const answers = new Set<unknown>();
    const updated = request('PUT', '/reporter', { version: 'v1.3.0' });
    await waitUntil(
      async () => {
        const version = (await call()).body.result?.output.version;
        answers.add(version);
        return version === '1.3.0';
      },
      { interval: 1 },
    );
    expect((await updated).status).toBe(200);
    await becomes({ version: 'v1.3.0', git_commit_hash: second, loaded: true, installed_at });
    expect([...answers]).toEqual(['1.2.0', '1.3.0']);

    const refused = await request('PUT', '/reporter', { version: 'v1.4.0' });
    expect([refused.status, refused.body.error.message]).toEqual([422, expect.stringContaining('undefinedOnPurpose')]);
    expect(refused.body.error.message).toMatch(/plugin\.go:\d+/);
    expect((await request('GET', '/reporter')).body).toMatchObject({
      version: 'v1.3.0',
      status: 'active',
      loaded: true,
    });

    await git.close();
    const { api_key: apiKey, namespace_id } = local;
    const owner = new SlipwayClient({ baseUrl: slipway.url, apiKey });
    const rollBack = (version?: string) =>
      owner.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
        path: { namespace_id, slug: 'reporter' },
        body: { kind: 'pipeline', ...(version !== undefined && { version }) },
      });
    expect(await rollBack()).toMatchObject({ version: first, previous_version: second });
    await becomes({ version: 'v1.2.0', git_commit_hash: first, loaded: true });
    expect((await call()).body).toMatchObject({ result: { output: { version: '1.2.0' } } });
    expect(await rollBack('v1.3.0')).toMatchObject({ version: second });
    await becomes({ version: 'v1.3.0', git_commit_hash: second, loaded: true, status: 'active' });
    expect((await call()).body).toMatchObject({ result: { output: { version: '1.3.0' } } });
    await expect(rollBack('v9')).rejects.toMatchObject({ status: 404 });

    expect(await request('DELETE', '/reporter')).toMatchObject({ status: 204, body: null });
    expect((await request('GET', '/reporter')).status).toBe(404);
    expect((await request('GET', '')).body).toEqual([]);
  });

  test('a call after a SIGKILL of the builder succeeds', async () => {
    const plugin = echoPlugin('again', '1.0.0');
    await publish(client, plugin);
    await client.deploy(plugin.pluginId);
    expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });

    const before = listProcesses(state).filter(({ command }) =>
      /builder\/(?:server\/main\.ts|host-python)/.test(command),
    );
    const builder = before.find(({ command }) => command.includes('server/main.ts'));
    expect(before.length).toBeGreaterThan(1);
    // PID 0 would be the test runner's own process group.
    if (!builder) throw new Error('the builder process was not found');
    process.kill(builder.pid, 'SIGKILL');
    expect(await client.call(plugin.pluginId, { text: 'again' })).toMatchObject({ status: 'success' });

    const pidsBefore = before.map(({ pid }) => pid);
    await waitFor(() => expect(listProcesses(state).filter(({ pid }) => pidsBefore.includes(pid))).toEqual([]));
    expect(slipway.child.exitCode).toBeNull();
  });
});
