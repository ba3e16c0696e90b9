// Tests the logs of instances that crash, sleep or are replaced, backward pages, and requests that are rejected.
import { env } from 'cloudflare:workers';
import { afterAll, expect, test } from 'vitest';
import { collectLogs, sweepUnstoredLogs } from '../../../../src/logs/collect.ts';
import { clientOf } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { ownBuilder } from '../../../support/own-builder.ts';
import { call, linesAt, logging, pageAt } from './logging.ts';

const { queues, own, app, published, deployed, stopDue } = await logging();

afterAll(() => own.kill());

test.each([
  ['is not deployed', undefined],
  ['is deployed for batch only', 'batch_only'],
])('the log of a plugin that %s is empty', async (_what, type) => {
  const s = await published();
  if (type) await s.org.post(`${s.at}/deploy?deployment_type=${type}`);
  expect(await linesAt(s.org, `${s.at}/logs`)).toEqual({ instance_state: null, lines: [] });
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

test.each(['tail=-1', 'tail=1001', 'tail=all', 'follow=yes', 'cursor=abc', 'since=yesterday', 'request=a%20b'])(
  'a request with %s is rejected',
  async (query) => {
    const s = await published();
    expect((await s.org.get(`${s.at}/logs?${query}`)).status).toBe(422);
  },
);
