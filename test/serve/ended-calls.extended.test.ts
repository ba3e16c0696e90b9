// Tests that each admitted call ends exactly once, whatever its outcome, and what its failure reports.
import { expect, test } from 'vitest';
import { StartFailed } from '../../src/builders/start-failures.ts';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import type { StartError } from '../../src/contract/builder/start-errors.ts';
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

/** Counts of a call that the plugin failed, that it didn't fail, and that never ran. */
const failed = [{ calls: 1, errors: 1 }];
const ran = [{ calls: 1, errors: 0 }];
const never: typeof ran = [];

test.each<[string, Deps['builder']['call'], typeof ran]>([
  ['answered', async () => success, ran],
  ['answered with an error', async () => error, failed],
  ['ended by a crash', failing('instance-crashed'), failed],
  ['answered by what is no answer', failing('answer-invalid'), failed],
  ["ended by the plugin's own time limit", failing('call-timeout'), failed],
  ['lost with its batch', failing('batch-lost'), failed],
  ['refused by a busy instance', failing('instance-busy'), never],
  ['too large for the plugin', failing('body-too-large'), never],
  ['unreadable for the plugin', failing('call-unreadable'), never],
  ['refused by the platform', failing('unauthorized'), never],
  ['lost by the platform', failing('call-repeated'), never],
])('a call that is %s counts against the plugin only if it failed, and leaves its limit', async (_, answer, counts) => {
  const { counted, inProgress } = await called(answer);
  expect([counted(), inProgress()]).toEqual([counts, 0]);
});

test("a call that ran beyond its caller's deadline counts, but not as the plugin's failure", async () => {
  const late = Promise.withResolvers<typeof success>();
  const { counted, inProgress } = await called(() => late.promise, 20);
  late.resolve(success);
  await late.promise;
  expect([counted(), inProgress()]).toEqual([ran, 0]);
});

test.each<[StartError['code'], typeof ran]>([
  ['load-failed', failed],
  ['process-died', failed],
  ['builder-failed', never],
  ['needs-gpu', never],
  ['not-granted', never],
])('a call whose instance does not start (%s) counts if that is the doing of the plugin', async (code, counts) => {
  const { counted } = await called(() => Promise.reject(new StartFailed({ code, message: 'as the test says' })));
  expect(counted()).toEqual(counts);
});

test('a crash after the deadline of its caller is reported', async () => {
  const crash = Promise.withResolvers<typeof success>();
  const { sent } = await called(() => crash.promise, 20);
  const crashes = () => sent.filter(({ type }) => type === 'instance-crashed');
  expect(crashes()).toEqual([]);
  crash.reject(Object.assign(new BuilderError('instance-crashed', 'It crashed.'), { crashes: 3 }));
  await expect.poll(crashes).toMatchObject([{ crashes: 3 }]);
});
