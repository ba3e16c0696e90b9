// Tests that each admitted call ends exactly once, whatever its outcome, and what its failure reports.
import { expect, test } from 'vitest';
import { BuilderError } from '../../src/contract/builder/instances.ts';
import type { SubjectLimit } from '../../src/contract/call-limits.ts';
import { emptyObject } from '../../src/core/json/text.ts';
import type { Deps } from '../../src/deps.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { unwrittenCalls } from '../../src/traffic/call-counters.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { deploy, scene } from '../support/scenes/scene.ts';

const success = { status: 'success', result: emptyObject, duration_ms: 1 } as const;
const error = { status: 'error', error: { type: 'ValueError', message: 'broken' }, duration_ms: 1 } as const;
const failing = (code: BuilderError['code']) => () => Promise.reject(new BuilderError(code, 'as the test says'));
const perKey: SubjectLimit['limit'] = { perMinute: null, atOnce: 1 };

/** Calls the plugin as a key that may have one call in progress. The call has a deadline if `timeoutMs` is set. */
async function called(answer: Deps['builder']['call'], timeoutMs?: number) {
  const s = await scene();
  await advanceDeployment(s.deps, (await deploy(s)).id);
  const deadline = timeoutMs === undefined ? undefined : { timeoutMs, at: s.clock.now() + timeoutMs };
  const builder = { ...s.deps.builder, call: answer };
  const deps = { ...s.deps, ...emptyCallCaches(), builder, deadline };
  const actor = { ...s.actor, keyId: deps.ids('apiKey'), callLimit: perKey };
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  await invoke(deps, actor, callee, callOf()).catch(() => {});
  return {
    sent: s.sent,
    counted: () => unwrittenCalls(deps.calls, s.namespaceId).map(({ calls, errors }) => ({ calls, errors })),
    inProgress: () => deps.callLimits.held.get(actor.keyId)?.calls.size,
  };
}

test.each<[string, Deps['builder']['call'], number]>([
  ['answered', async () => success, 0],
  ['answered with an error', async () => error, 1],
  ['ended by a crash', failing('instance-crashed'), 1],
  ['lost with its batch', failing('batch-lost'), 1],
  ['refused by a busy instance', failing('instance-busy'), 1],
  ['refused by the platform', failing('unauthorized'), 1],
])('a call that is %s is counted once, and leaves its limit', async (_, answer, errors) => {
  const { counted, inProgress } = await called(answer);
  expect([counted(), inProgress()]).toEqual([[{ calls: 1, errors }], 0]);
});

test('a call that is answered after its deadline is counted once, as failed', async () => {
  const late = Promise.withResolvers<typeof success>();
  const { counted, inProgress } = await called(() => late.promise, 20);
  late.resolve(success);
  await late.promise;
  expect([counted(), inProgress()]).toEqual([[{ calls: 1, errors: 1 }], 0]);
});

test('a crash after the deadline of its caller is reported', async () => {
  const crash = Promise.withResolvers<typeof success>();
  const { sent } = await called(() => crash.promise, 20);
  const crashes = () => sent.filter(({ type }) => type === 'instance-crashed');
  expect(crashes()).toEqual([]);
  crash.reject(Object.assign(new BuilderError('instance-crashed', 'It crashed.'), { crashes: 3 }));
  await expect.poll(crashes).toMatchObject([{ crashes: 3 }]);
});
