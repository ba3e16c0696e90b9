// Tests which versions stay live although they crash, and which crashes are noticed without a call.
import { expect, test } from 'vitest';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { crashRollback } from '../../../src/contract/limits/deployments.ts';
import { versionHistory } from '../../../src/pointers/history/version-history.ts';
import { sweepCrashing } from '../../../src/rollouts/rollback/crash-rollback.ts';
import { manifest } from '../../support/plugins/plugin.ts';
import { back, live, named, two } from '../../support/scenes/two-versions.ts';
import { waitFor } from '../../support/waiting.ts';
import { crashing, promoted, rollbacks } from './crashing.ts';

/** Ends its process shortly after each start, whether or not it is called. */
const dying = `import asyncio
import os


class DyingInferenceService:
    async def load_model(self):
        asyncio.get_running_loop().call_later(0.4, os._exit, 9)

    async def run_inference(self, inputs, parameters):
        return {}
`;

test('a version that crashes without a call is rolled back, and the history shows it', {
  tags: 'long',
}, async () => {
  const s = await promoted({ 'realtime.py': dying });
  await waitFor(
    async () => {
      await sweepCrashing(s.deps);
      expect(await named(s)).toBe(s.v0.id);
    },
    { interval: 200 },
  );
  const page = { limit: 10 };
  const history = await versionHistory(s.deps, s.actor, { namespaceId: s.namespaceId, name: 'hello_ext' }, page);
  expect(history.rollbacks).toEqual([
    {
      at: s.clock.now(),
      actor: { type: 'system', id: 'slipway' },
      from: '1.0.1',
      to: '1.0.0',
      message: 'Crashed 3 times in its first minute.',
    },
  ]);
  await sweepCrashing(s.deps);
  expect(await rollbacks(s)).toHaveLength(1);
});

test('a builder that does not answer for one version does not prevent checks of other versions', async () => {
  const s = await promoted();
  const asked: string[] = [];
  const status = async (id: string) => {
    asked.push(id);
    if (id !== s.id) throw new BuilderError('unreachable', 'The builder does not answer');
    return { ...((await s.deps.builder.status(id)) ?? notRunning()), early_crashes: crashRollback.crashesMax };
  };
  await sweepCrashing({ ...s.deps, builder: { ...s.deps.builder, status } });
  expect([asked.length > 1, asked.includes(s.id), await named(s)]).toEqual([true, true, s.v0.id]);
  s.clock.advance(crashRollback.noticeMs);
  asked.length = 0;
  await sweepCrashing({ ...s.deps, builder: { ...s.deps.builder, status } });
  expect(asked).toEqual([]);
});

function notRunning(): never {
  throw new Error('the instance does not run');
}

test('a version that crashes twice stays live', async () => {
  const s = await promoted();
  await crashing(s, 2);
  expect(await named(s)).toBe(s.v1.id);
});

test('concurrent crash reports roll back only once', { tags: 'long' }, async () => {
  const s = await promoted();
  await Promise.all([crashing(s), crashing(s), crashing(s)]);
  await crashing(s);
  expect(await named(s)).toBe(s.v0.id);
  expect(await rollbacks(s)).toHaveLength(1);
});

test('a version that was manually promoted again stays live', async () => {
  const s = await promoted();
  await back(s, '1.0.0');
  await back(s, '1.0.1');
  await crashing(s);
  expect(await named(s)).toBe(s.v1.id);
  expect(await rollbacks(s)).toHaveLength(2);
});

test('a redeployed version that was live before stays live', { tags: 'long' }, async () => {
  const s = await promoted();
  const id = await live(s, s.v1);
  await crashing({ ...s, id });
  expect(await named(s)).toBe(s.v1.id);
});

test('a version whose manifest opts out of the rollback stays live', { tags: 'long' }, async () => {
  const extra = 'serve_config = {"auto_rollback": False}\n';
  const s = await promoted({ 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.1', extra }) });
  await crashing(s);
  expect(await named(s)).toBe(s.v1.id);
});

test.each([
  [119_999, 'v0'],
  [120_000, 'v1'],
] as const)('a crash %d ms after the promotion leaves %s live', { tags: 'long' }, async (ms, serving) => {
  const s = await promoted();
  s.clock.advance(ms);
  await crashing(s);
  expect(await named(s)).toBe(s[serving].id);
});

test('a version without a predecessor stays live', { tags: 'long' }, async () => {
  const s = await two();
  const id = await live(s, s.v1);
  await crashing({ ...s, id });
  expect(await named(s)).toBe(s.v1.id);
  expect(await rollbacks(s)).toEqual([]);
});
