// Tests followers of each kind that share a reader, and readers that leave.

import { expect, test } from 'vitest';
import { streamShares } from '../../src/contract/limits/event-streams.ts';
import { origin } from '../support/client.ts';
import { keyOf } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';
import { followersMany, following } from './followers.ts';

const { counted, r, opened, newDeployment, waitingCall } = await following();

const changes = {
  release: async () => ({ at: `${r.one}/events`, change: () => r.org.post(`${r.one}/pause`), news: 'release' }),
  deployment: async () => {
    const deployment = await newDeployment('1.0.2');
    return { at: `${deployment}/events`, change: () => r.org.post(`${deployment}/cancel`), news: 'end' };
  },
};

test.each(Object.entries(changes))('many followers of one %s cost one reader', async (_kind, prepare) => {
  const { at, change, news } = await prepare();
  const streams = await Promise.all(Array.from({ length: followersMany }, () => opened(at)));
  await waitFor(() => expect(streams.every(({ got }) => got.length > 0)).toBe(true));
  const before = streams.map(({ got }) => got.length);
  const trips = await counted.during(async () => {
    expect((await change()).status).toBe(200);
    await waitFor(() => expect(streams.every(({ got }, i) => got.slice(before[i]).includes(news))).toBe(true));
  });
  // The change itself makes about five.
  expect(trips).toBeLessThan(followersMany);
});

test('many requests that wait for one later call cost one reader, and each gets its state', async () => {
  const at = await waitingCall();
  const wait = () => r.org.send('GET', at, { headers: { prefer: 'wait=2' } });
  const waiting = () => Promise.all(Array.from({ length: followersMany }, wait));
  const trips = await counted.during(async () => {
    expect((await waiting()).map(({ body }) => Object(body).status)).toEqual(Array(followersMany).fill('queued'));
  });
  // Each request looks up its key and the call by itself, and would look at the call eight times more if it were alone.
  expect(trips).toBeLessThan(4 * followersMany);
  const both = waiting();
  await r.org.del(at);
  expect((await both).map(({ body }) => Object(body).status)).toEqual(Array(followersMany).fill('cancelled'));
});

test('a stream whose reader leaves before its first event gives its place back', async () => {
  const key = await keyOf(r.org);
  for (let round = 0; round < 3; round++) {
    const streams = await Promise.all(
      Array.from({ length: streamShares.perKey }, () => opened(`${r.one}/events`, key)),
    );
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
    await Promise.all(streams.map(({ close }) => close()));
  }
});

test('the end of the first follower does not end the others, and a late one gets the present state', async () => {
  const at = await newDeployment('1.0.3');
  const first = await opened(`${at}/events`);
  const second = await opened(`${at}/events`);
  await waitFor(() => expect([first.got, second.got]).toEqual([['status'], ['status']]));
  await first.close();
  const late = await opened(`${at}/events`);
  await waitFor(() => expect(late.got).toEqual(['status']));
  await r.org.post(`${at}/cancel`);
  await waitFor(() => expect([second.got.at(-1), late.got.at(-1)]).toEqual(['end', 'end']));
  expect([second.hasEnded, late.hasEnded]).toEqual([true, true]);
});

test("a request that would wait beyond its key's share gets 429", async () => {
  const at = await waitingCall();
  const key = await keyOf(r.org);
  const open = Array.from({ length: streamShares.perKey }, () => opened(`${r.one}/events`, key));
  expect(new Set((await Promise.all(open)).map(({ status }) => status))).toEqual(new Set([200]));
  const read = (headers: Record<string, string>) =>
    r.org.fetch(new Request(`${origin}${at}`, { headers: { authorization: `Bearer ${key}`, ...headers } }));
  expect([(await read({ prefer: 'wait=5' })).status, (await read({})).status]).toEqual([429, 200]);
});
