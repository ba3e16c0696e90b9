// Tests instance logs over HTTP: read, followed, and after the instance was stopped.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { serverSentEvents } from '../../src/client/streams.ts';
import { idOf } from '../../src/contract/ids.ts';
import { stopDueInstances } from '../../src/deploy/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { origin } from '../support/client.ts';
import { testApp } from '../support/deps.ts';
import { losingQueues } from '../support/losing-queues.ts';
import { type Organization, organization } from '../support/organization.ts';
import { type Files, plugin } from '../support/plugin.ts';
import { publish } from '../support/publish.ts';

const app = testApp({ queues: losingQueues().queues });
const handler = `print("loaded", flush=True)


class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        print("called", inputs, flush=True)
        return {}
`;

interface Scene {
  org: Organization;
  at: string;
}

async function published(files: Files = {}): Promise<Scene> {
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ files: { 'realtime.py': handler, ...files } }));
  return { org, at: `${org.plugins}/hello_ext_1_0_0` };
}

async function deployed({ org, at }: Scene): Promise<{ path: string; id: string }> {
  const { body } = await org.post(`${at}/deploy`);
  const id = z.object({ deployment_id: idOf('deployment') }).parse(body).deployment_id;
  await advanceDeployment(app.deps, id);
  return { path: `/v1/namespaces/${org.namespaceId}/deployments/${id}`, id };
}

function call({ org, at }: Scene, n: number) {
  return org.post(`${at}/realtime/test`, { inputs: { n } });
}

const log = z.object({ instance_state: z.string().nullable(), lines: z.array(z.object({ line: z.string() })) });

async function linesAt(org: Organization, path: string) {
  const { instance_state, lines } = log.parse((await org.get(path)).body);
  return { instance_state, lines: lines.map(({ line }) => line) };
}

test('reads the log of the deployment that serves a version, and of one deployment', async () => {
  const s = await published();
  const { path, id } = await deployed(s);
  await call(s, 1);
  const line = (text: string) => ({ at: expect.any(String), stream: 'stdout', line: text });
  const whole = {
    deployment_id: id,
    generation: 1,
    instance_state: 'ready',
    lines: [line('loaded'), { ...line("called {'n': 1}"), request: expect.stringMatching(/^req_/) }],
  };
  expect((await s.org.get(`${s.at}/logs`)).body).toEqual(whole);
  expect((await s.org.get(`${path}/logs`)).body).toEqual(whole);
  expect((await linesAt(s.org, `${path}/logs?tail=1`)).lines).toEqual(["called {'n': 1}"]);
  expect((await linesAt(s.org, `${path}/logs?tail=0`)).lines).toEqual([]);
});

test.each([
  ['is not deployed', undefined],
  ['is deployed for batch only', 'batch_only'],
])('the log of a plugin that %s is empty', async (_what, type) => {
  const s = await published();
  if (type) await s.org.post(`${s.at}/deploy?deployment_type=${type}`);
  expect(await linesAt(s.org, `${s.at}/logs`)).toEqual({ instance_state: null, lines: [] });
});

test('the log outlives its instance', async () => {
  const s = await published({ 'tests/examples/one.json': '{"inputs":{"n":7},"result":{"n":7}}' });
  const { path } = await deployed(s);
  const plugins = await app.deps.db.query.plugins.findMany({ where: (p, { eq }) => eq(p.organizationId, s.org.id) });
  for (const { id } of plugins) await stopDueInstances(app.deps, id);
  expect(await linesAt(s.org, `${path}/logs`)).toEqual({ instance_state: null, lines: ['loaded', "called {'n': 7}"] });
});

test.each(['tail=-1', 'tail=1001', 'tail=all', 'follow=yes'])('a request with %s is rejected', async (query) => {
  const s = await published();
  expect((await s.org.get(`${s.at}/logs?${query}`)).status).toBe(422);
});

async function following({ org, at }: Scene, lastEventId?: string) {
  const headers = { authorization: `Bearer ${org.key}`, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) };
  const { body } = await app.fetch(new Request(`${origin}${at}/logs?follow=true`, { headers }));
  const messages = serverSentEvents(body);
  return {
    next: async () => {
      const { value } = await messages.next();
      const { lines } = log.pick({ lines: true }).parse(JSON.parse(value?.data ?? '{}'));
      return { id: value?.id, lines: lines.map(({ line }) => line) };
    },
    leave: () => messages.return(undefined),
  };
}

test('a follower gets each line once, also after it reconnects', async () => {
  const s = await published();
  await deployed(s);
  const first = await following(s);
  expect((await first.next()).lines).toEqual(['loaded']);
  await call(s, 1);
  const { id, lines } = await first.next();
  expect(lines).toEqual(["called {'n': 1}"]);
  await first.leave();
  await call(s, 2);
  const second = await following(s, id);
  expect((await second.next()).lines).toEqual(["called {'n': 2}"]);
  await second.leave();
});
