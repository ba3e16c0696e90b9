// Tests releases in what `npm start` runs, while callers continue: processes are killed in each state, and callers keep their versions.
// @module-tag long
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../../scripts/demo/extractor-client.ts';
import type { Local } from '../../../scripts/local/organization.ts';
import { patienceMs, waitFor, waitUntil } from '../../support/waiting.ts';
import { echoPlugin, publish } from '../plugins.ts';
import { listProcesses } from '../processes.ts';
import { startSlipway, stateFolder } from '../slipway.ts';

function saying(version: string) {
  const plugin = echoPlugin('steady', version);
  plugin.files['realtime.py'] = `class SteadyInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"echo": [0.0, 1.0], "version": "${version}"}
`;
  return plugin;
}

const releaseModel = z.object({ id: z.string(), state: z.string(), step: z.int(), reason: z.string().nullable() });

/** Calls the API of a server, which may be restarting. */
function api({ api_key, namespace_id, url }: Local) {
  const at = `${url}/v1/namespaces/${namespace_id}`;
  const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' };
  return {
    async release() {
      const listed = await fetch(`${at}/releases?plugin=steady&limit=1`, { headers });
      return z.object({ results: z.array(releaseModel) }).parse(await listed.json()).results[0];
    },
    post: (path: string, body: object) =>
      fetch(`${at}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
    call: (key: string) =>
      fetch(`${at}/plugins/by-name/steady/realtime`, {
        method: 'POST',
        headers: { ...headers, 'slipway-key': key },
        body: '{"inputs":{}}',
      }),
  };
}

/** Keeps calling. A connection that a killed workerd broke is no answer; the caller calls again. */
function keepCalling(own: ReturnType<typeof api>, callers: number) {
  const seen = new Map<string, string[]>();
  const failures: string[] = [];
  let over = false;
  const one = async (key: string) => {
    while (!over) {
      const response = await own.call(key).catch(() => undefined);
      const text = await response?.text().catch(() => undefined);
      if (!response || text === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
      else if (response.status === 200 && text.includes('"version"'))
        seen.set(key, [...(seen.get(key) ?? []), response.headers.get('slipway-version') ?? '']);
      else failures.push(`${response.status} ${text}`);
    }
  };
  const calling = Promise.all(Array.from({ length: callers }, (_, nth) => one(`caller-${nth}`)));
  return {
    seen,
    failures,
    async stop() {
      over = true;
      await calling;
    },
  };
}

test('no call fails through a release whose processes are killed in each state, and no caller goes back', async () => {
  const state = await stateFolder();
  const local = await (await startSlipway(state)).ready();
  const client = new ExtractorClient(local);
  const own = api(local);
  for (const plugin of [saying('1.0.0'), saying('1.1.0')]) await publish(client, plugin);
  await client.deploy('steady_1_0_0');
  expect(await waitUntilSettled(client, 'steady_1_0_0', patienceMs)).toMatchObject({ status: 'DEPLOYED' });
  const calling = keepCalling(own, 24);
  const kill = async (part: string) => {
    const victim = listProcesses(state).find(({ command }) => command.includes(part));
    if (!victim) throw new Error(`${part} was not found`);
    process.kill(victim.pid, 'SIGKILL');
    await waitFor(async () => expect((await own.call('caller-0')).status).toBe(200));
  };
  const reaches = (step: number) =>
    waitUntil(async () => ((await own.release().catch(() => undefined))?.step ?? -1) >= step);

  const plan = {
    steps: [{ percent: 0, shadow: 100 }, { percent: 30 }, { percent: 60 }],
    hold: { calls: 300 },
    gates: { answer_diff: { ignore: ['$.version'] } },
  };
  await own.post('/plugins/steady_1_1_0/deploy', { release: plan });
  await reaches(0);
  await kill('builder/server');
  await kill('workerd serve');
  await reaches(1);
  await kill('builder/server');
  await kill('workerd serve');
  await reaches(2);
  const paused = await own.release();
  await own.post(`/releases/${paused?.id}/pause`, {});
  await kill('workerd serve');
  await own.post(`/releases/${paused?.id}/resume`, {});
  await waitUntil(async () => (await own.release().catch(() => undefined))?.state === 'succeeded');
  await waitFor(() => expect([...calling.seen.values()].map((versions) => versions.at(-1))).not.toContain('1.0.0'));
  await calling.stop();

  expect(calling.failures).toEqual([]);
  for (const versions of calling.seen.values()) expect(versions).toEqual(versions.toSorted());
}, 600_000);
