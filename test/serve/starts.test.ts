// Tests calls whose instance starts slowly: callers wait for as long as they announced, and the start continues.
import { expect, test } from 'vitest';
import { BuilderError, type InstanceEvent } from '../../src/contract/builder/instances.ts';
import { emptyObject } from '../../src/core/json/text.ts';
import type { Deps } from '../../src/deps.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { instanceState } from '../../src/serve/instance-state.ts';
import { invoke } from '../../src/serve/invoke.ts';
import type { CallDeps } from '../../src/serve/points.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { organization } from '../support/scenes/organization.ts';
import { deploy, overview, type Scene, scene } from '../support/scenes/scene.ts';

const answered = { status: 'success', result: emptyObject, duration_ms: 1 } as const;
const ready = { type: 'ready', instance: {} } as InstanceEvent;

/** Returns a sleeping instance whose start ends when the test says so. */
async function sleeping(code: 'instance-gone' | 'instance-starting' = 'instance-gone') {
  const s = await scene();
  await advanceDeployment(s.deps, (await deploy(s)).id);
  const start = Promise.withResolvers<void>();
  const seen = { starts: 0, calls: 0, isUp: false };
  const builder: Partial<Deps['builder']> = {
    async *start() {
      seen.starts++;
      await start.promise;
      seen.isUp = true;
      yield ready;
    },
    call: async () => {
      if (!seen.isUp) throw new BuilderError(code, 'not now');
      seen.calls++;
      return answered;
    },
  };
  return { s, seen, builder, begin: start.resolve };
}

function call(s: Scene, builder: Partial<Deps['builder']>, waiting: Pick<CallDeps, 'startWaitMs' | 'deadline'> = {}) {
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  const caches = emptyCallCaches();
  const deps = { ...s.deps, ...caches, ...waiting, builder: { ...s.deps.builder, ...builder } };
  return invoke(deps, s.actor, callee, callOf());
}

test.each(['instance-gone', 'instance-starting'] as const)(
  'a call that gets %s waits until the instance has started, and runs once',
  async (code) => {
    const { s, seen, builder, begin } = await sleeping(code);
    const calling = call(s, builder);
    await expect.poll(() => seen.starts).toBe(1);
    begin();
    expect((await calling).answer).toEqual(answered);
    expect(seen).toMatchObject({ starts: 1, calls: 1 });
  },
);

test.each([0, 20])(
  'a caller that waits %s ms gets 503, and the start continues for the next call',
  async (startWaitMs) => {
    const { s, seen, builder, begin } = await sleeping();
    const problem = await call(s, builder, { startWaitMs }).catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: 'plugin-starting', status: 503, retryAfterSeconds: 5 });
    expect(seen).toMatchObject({ starts: 1, calls: 0 });
    begin();
    await expect.poll(() => seen.isUp).toBe(true);
    expect((await call(s, builder, { startWaitMs })).answer).toEqual(answered);
  },
);

test('a caller with a time limit for the whole call gets its answer when that time is up', async () => {
  const { s, builder, begin } = await sleeping();
  const deadline = { timeoutMs: 20, at: s.clock.now() + 20 };
  expect((await call(s, builder, { deadline })).answer).toMatchObject({ error: { type: 'CallTimeout' } });
  begin();
});

test('an instance is shown as starting while its container starts', async () => {
  const { s } = await sleeping();
  const status = () => Promise.reject(new BuilderError('instance-starting', 'its container starts'));
  const { serving } = await overview(s);
  expect(await instanceState({ builder: { ...s.deps.builder, status } }, serving)).toMatchObject({
    state: 'starting',
    error: null,
  });
});

test.each([
  ['121', 422],
  ['soon', 422],
  ['60', 404],
])('the header Slipway-Start-Timeout: %s returns %s', async (seconds, status) => {
  const org = await organization();
  const headers = { 'slipway-start-timeout': seconds };
  const answer = await org.send('POST', `${org.plugins}/by-name/nothing/realtime`, { body: { inputs: {} }, headers });
  expect(answer.status).toBe(status);
});
