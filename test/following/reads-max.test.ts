// Tests how often one stream reads for all, because an invocation may make only a thousand queries.
import { expect, test, vi } from 'vitest';
import { anonymousActor } from '../../src/access/actor.ts';
import { following } from '../../src/contract/limits/event-streams.ts';
import { follow } from '../../src/following/follow.ts';
import { SharedReads } from '../../src/following/shared-reads.ts';
import { Streams } from '../../src/following/streams.ts';
import { testApp } from '../support/deps.ts';

test('a stream of something that changes all the time ends with its last read, before its time is over', async () => {
  const { deps } = testApp();
  const streams = new Streams();
  const actor = anonymousActor('org_00000000000000000000000000');
  const reads = new SharedReads<object>({ minMs: following.pollMinMs, maxMs: following.pollMaxMs });
  const ended = { at: 0 };
  let made = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'Date'] });
  const startedAt = Date.now();
  try {
    const stream = streams.open({ actor, credential: null, scope: 'plugins:read', namespaceId: null, thing: '/one' });
    const read = async () => ({ number: ++made });
    const looks = follow({ ...deps, clock: { now: () => Date.now() } }, { reads, streams }, stream, { read });
    const reading = (async () => {
      for await (const _ of looks);
      ended.at = Date.now();
    })();
    while (ended.at === 0) await vi.advanceTimersByTimeAsync(following.pollMinMs);
    await reading;
  } finally {
    vi.useRealTimers();
  }
  expect(made).toBe(following.readsMax);
  expect(ended.at - startedAt).toBeLessThan(following.streamMs);
  expect([streams.size, reads.size]).toEqual([0, 0]);
});
