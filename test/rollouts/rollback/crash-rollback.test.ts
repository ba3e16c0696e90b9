// Tests that a new version that crashes repeatedly in its first minute is rolled back to the previous version.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { crashRollback } from '../../../src/contract/limits/deployments.ts';
import type { Message } from '../../../src/contract/messages.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { callOf } from '../../support/json-text.ts';
import { active, named } from '../../support/scenes/two-versions.ts';
import { senderOf } from '../../support/workers/losing-queues.ts';
import { crashing, promoted, rollbacks } from './crashing.ts';

const mortal = `import os


class MortalInferenceService:
    async def run_inference(self, inputs, parameters):
        if "die" in inputs:
            os._exit(9)
        return {}
`;

test('a version whose calls end its processes three times is rolled back by a message, and an event records it', async () => {
  const s = await promoted({ 'realtime.py': mortal });
  const deferred: Promise<unknown>[] = [];
  const sent: Message[] = [];
  const deployments = senderOf(async (message) => {
    sent.push(message);
    await env.DEPLOYMENTS.send(message);
  });
  const deps = {
    ...s.deps,
    ...emptyCallCaches(),
    queues: { ...s.deps.queues, deployments },
    defer: (work: Promise<unknown>) => deferred.push(work),
  };
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  for (let crash = 1; crash <= 3; crash++) {
    expect([await named(s), sent]).toEqual([s.v1.id, []]);
    const { answer } = await invoke(deps, s.actor, callee, callOf({ die: true }));
    expect(answer).toMatchObject({ error: { type: 'InstanceCrashed' } });
    await Promise.all(deferred);
  }
  expect(sent).toEqual([{ v: 1, type: 'instance-crashed', id: s.id, crashes: 3 }]);
  await expect.poll(() => named(s)).toBe(s.v0.id);
  expect(await active(s)).toBe(s.v0.id);
  expect(await rollbacks(s)).toEqual([
    {
      actor: { type: 'system', id: 'slipway' },
      data: { to: s.v0.id, from: s.v1.id, message: 'Crashed 3 times in its first minute.' },
    },
  ]);
});

test('a version stays live after its first minute', async () => {
  const s = await promoted();
  s.clock.advance(crashRollback.noticeMs);
  await crashing(s);
  expect(await named(s)).toBe(s.v1.id);
});
