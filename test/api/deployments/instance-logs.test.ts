// Tests instance logs over HTTP: reading, following, paging, and reading after the instance, its version or its builder has ended.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { serverSentEvents } from '../../../src/client/streams.ts';
import { idSchema } from '../../../src/contract/ids.ts';
import { plugins } from '../../../src/db/schema/registry.ts';
import type { Deps } from '../../../src/deps.ts';
import { stopDueInstances } from '../../../src/instances/fleets/stop.ts';
import { collectLogs, sweepUnstoredLogs } from '../../../src/logs/collect.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { clientOf, origin } from '../../support/client.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { ownBuilder } from '../../support/own-builder.ts';
import { type Files, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const { queues } = losingQueues();
// Uses its own builder. If test files shared one, a log chunk stored by one file would be missing from the other's bucket.
const own = await ownBuilder();
const app = testApp({ queues, builder: own.builder });
afterAll(() => own.kill());

const handler = `import os

print("loaded", flush=True)


class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        print("called", inputs, flush=True)
        if inputs.get("die"):
            os._exit(1)
        for n in range(inputs.get("lines", 0)):
            print("x" * 1000)
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

async function deployed({ org, at }: Scene, deps: Deps = app.deps) {
  const { body } = await org.post(`${at}/deploy`);
  const id = z.object({ deployment_id: idSchema('deployment') }).parse(body).deployment_id;
  await advanceDeployment(deps, id);
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

test("a log can be read for a version's live deployment, and for one deployment", async () => {
  const s = await published();
  const { path, id } = await deployed(s);
  await call(s, 1);
  const line = (text: string) => ({ at: expect.any(String), stream: 'stdout', line: text });
  const whole = {
    deployment_id: id,
    generation: 1,
    instance_state: 'ready',
    lines: [line('loaded'), { ...line("called {'n': 1}"), request: expect.stringMatching(/^req_/) }],
    pagination: { limit: 1000, next_cursor: null },
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

async function stopDue(s: Scene, deps: Deps = app.deps): Promise<void> {
  const own = await deps.db.select().from(plugins).where(eq(plugins.organizationId, s.org.id));
  for (const { id } of own) await stopDueInstances(deps, id);
}

test('the log outlives its instance', async () => {
  const s = await published({ 'tests/examples/one.json': '{"inputs":{"n":7},"result":{"n":7}}' });
  const { path } = await deployed(s);
  await stopDue(s);
  expect(await linesAt(s.org, `${path}/logs`)).toEqual({ instance_state: null, lines: ['loaded', "called {'n': 7}"] });
});

test('the log continues when its instance sleeps', { tags: 'long' }, async () => {
  const s = await published();
  const { path, id } = await deployed(s);
  await call(s, 1);
  await app.deps.builder.stop(id);
  const asleep = ['loaded', "called {'n': 1}"];
  expect(await linesAt(s.org, `${path}/logs`)).toEqual({ instance_state: null, lines: asleep });
  await sweepUnstoredLogs(app.deps);
  await call(s, 2);
  const awake = { instance_state: 'ready', lines: [...asleep, 'loaded', "called {'n': 2}"] };
  expect(await linesAt(s.org, `${path}/logs`)).toEqual(awake);
});

test('the log continues when its process crashes', { tags: 'long' }, async () => {
  const s = await published();
  const { path } = await deployed(s);
  await s.org.post(`${s.at}/realtime/test`, { inputs: { die: true } });
  await call(s, 1);
  const { lines } = await linesAt(s.org, `${path}/logs`);
  expect(lines).toEqual([
    'loaded',
    "called {'die': True}",
    expect.stringMatching(/^The process exited: .*1.*\. Restarting\.$/),
    'loaded',
    "called {'n': 1}",
  ]);
});

test("a deployment's log stays after another deployment replaces it", { tags: 'long' }, async () => {
  const s = await published();
  const first = await deployed(s);
  await call(s, 1);
  const second = await deployed(s);
  await call(s, 2);
  const later = testApp({ queues, builder: own.builder, clock: clockAt(Date.now() + 60_000) });
  await stopDue(s, later.deps);
  expect(await app.deps.builder.status(first.id)).toBeUndefined();
  expect((await linesAt(s.org, `${first.path}/logs`)).lines).toEqual(['loaded', "called {'n': 1}"]);
  expect((await linesAt(s.org, `${second.path}/logs`)).lines).toEqual(['loaded', "called {'n': 2}"]);
});

test('a stored log outlives its builder', { tags: 'long' }, async () => {
  const killed = await ownBuilder();
  const deps = { ...app.deps, builder: killed.builder };
  const s = await published();
  const { path, id } = await deployed(s, deps);
  const before = clientOf(`Bearer ${s.org.key}`, testApp({ queues, builder: killed.builder }).fetch);
  await before.post(`${s.at}/realtime/test`, { inputs: { n: 1 } });
  await collectLogs(deps, 1); // the first chunk is neither full nor old
  expect(await storedChunks(id)).toBe(0);
  await before.post(`${s.at}/realtime/test`, { inputs: { lines: 100 } });
  await collectLogs(deps, 1000);
  expect(await storedChunks(id)).toBe(1);
  await killed.kill();
  await call(s, 3);
  const { lines: texts } = await linesAt(s.org, `${path}/logs`);
  expect(texts.slice(0, 4)).toEqual(['loaded', "called {'n': 1}", "called {'lines': 100}", 'x'.repeat(1000)]);
  expect(texts.slice(-2)).toEqual(['loaded', "called {'n': 3}"]);
});

async function storedChunks(id: string): Promise<number> {
  return (await env.ARCHIVES.list({ prefix: `logs/${id}/` })).objects.length;
}

const page = z.object({
  lines: z.array(z.object({ line: z.string(), request: z.string().optional(), at: z.string() })),
  pagination: z.object({ next_cursor: z.string().nullable() }),
});

async function pageAt(org: Organization, path: string) {
  const { lines, pagination } = page.parse((await org.get(path)).body);
  return { lines: lines.map(({ line }) => line), next: pagination.next_cursor, first: lines[0] };
}

test('a log paged backward returns new and stored lines without gaps', async () => {
  const s = await published();
  const { path } = await deployed(s);
  await call(s, 1);
  await sweepUnstoredLogs(app.deps);
  await call(s, 2);
  await call(s, 3);
  const newest = await pageAt(s.org, `${path}/logs?tail=2`);
  const older = await pageAt(s.org, `${path}/logs?tail=2&cursor=${newest.next}`);
  expect([newest.lines, older.lines, older.next]).toEqual([
    ["called {'n': 2}", "called {'n': 3}"],
    ['loaded', "called {'n': 1}"],
    null,
  ]);
});

test("a filtered log has only a request's lines, or lines since a given time", async () => {
  const s = await published();
  const { path } = await deployed(s);
  await call(s, 1);
  const { headers } = await call(s, 2);
  const of = await pageAt(s.org, `${path}/logs?request=${headers.get('slipway-request-id')}`);
  expect([of.lines, of.next]).toEqual([["called {'n': 2}"], null]);
  const since = await pageAt(s.org, `${path}/logs?since=${of.first?.at}`);
  expect(since.lines).toContain("called {'n': 2}");
  expect(since.lines).not.toContain('loaded');
});

test.each(['tail=-1', 'tail=1001', 'tail=all', 'follow=yes', 'cursor=abc', 'since=yesterday', 'request=a%20b'])(
  'a request with %s is rejected',
  async (query) => {
    const s = await published();
    expect((await s.org.get(`${s.at}/logs?${query}`)).status).toBe(422);
  },
);

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

test('a follower gets each line once, even if it reconnects', async () => {
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
