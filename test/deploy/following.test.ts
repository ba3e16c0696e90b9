// Tests how often a deployment stream queries the database, because an invocation may make only a thousand queries.
import { expect, test, vi } from 'vitest';
import { following } from '../../src/contract/limits/event-streams.ts';
import { followDeployment } from '../../src/deploy/history/follow.ts';
import { deploy, scene } from '../support/scenes/scene.ts';

test('a stream of an ongoing deployment ends with its last query, before its time limit', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const polled = { times: 0, ended: false };
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const stream = (async () => {
      for await (const { last } of followDeployment(s.deps, id, undefined)) polled.times += last ? 0 : 1;
      polled.ended = true;
    })();
    while (!polled.ended) {
      vi.runAllTimers();
      await scheduler.wait(0);
    }
    await stream;
  } finally {
    vi.useRealTimers();
  }
  expect(polled.times).toBe(following.pollsMax);
});
