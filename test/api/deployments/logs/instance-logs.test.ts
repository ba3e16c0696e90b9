// Tests instance logs over HTTP: reading, following, paging, and reading after the instance, its version or its builder has ended.
import { afterAll, expect, test } from 'vitest';
import { serverSentEvents } from '../../../../src/client/streams.ts';
import { origin } from '../../../support/client.ts';
import { call, linesAt, log, logging, pageAt, type Scene } from './logging.ts';

const { own, app, published, deployed, stopDue } = await logging();

afterAll(() => own.kill());

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

test('the log outlives its instance', async () => {
  const s = await published({ 'tests/examples/one.json': '{"inputs":{"n":7},"result":{"n":7}}' });
  const { path } = await deployed(s);
  await stopDue(s);
  expect(await linesAt(s.org, `${path}/logs`)).toEqual({ instance_state: null, lines: ['loaded', "called {'n': 7}"] });
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
