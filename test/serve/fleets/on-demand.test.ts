// Tests that calls start instances on demand.
import { expect, test } from 'vitest';
import { instanceState } from '../../../src/serve/instance-state.ts';
import { newRouteCache } from '../../../src/serve/route.ts';
import { answerOf } from '../../support/json-text.ts';
import { overview, type Scene } from '../../support/scenes/scene.ts';
import { call, liveScene } from './sleeping.ts';

async function stateOf(s: Scene): Promise<string | undefined> {
  return (await instanceState(s.deps, (await overview(s)).serving))?.state;
}

test('a stopped instance is asleep, and the next call starts it', async () => {
  const s = await liveScene();
  expect(await stateOf(s)).toBe('running');
  await s.deps.builder.stop(s.id);
  expect(await stateOf(s)).toBe('asleep');
  expect(answerOf((await call(s)).answer)).toMatchObject({ status: 'success', result: { inputs: { text: 'hello' } } });
  expect(await stateOf(s)).toBe('running');
});

test('many calls to a sleeping instance share one start', async () => {
  const s = await liveScene();
  await s.deps.builder.stop(s.id);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => call(s, newRouteCache(), String(n))));
  expect(answers.map(({ answer }) => answer.status)).toEqual(Array.from({ length: 20 }, () => 'success'));
  expect(await s.deps.builder.status(s.id)).toMatchObject({ restarts: 0, calls: 20 });
});

test('an instance whose last start failed is shown as failing, with the reason, until a start succeeds', async () => {
  const s = await liveScene();
  await s.deps.builder.stop(s.id);
  const spec = {
    runtime: 'executable',
    kind: 'pipeline',
    organization: s.actor.organizationId,
    artifact: s.version.sha256,
    plugin: { name: 'hello_ext', version: '1.0.0' },
    data: null,
    network: false,
  } as const;
  for await (const _ of s.deps.builder.start(s.id, spec));
  const state = await instanceState(s.deps, (await overview(s)).serving);
  expect(state).toMatchObject({ state: 'failing', error: expect.any(String), restarts: null });
  await s.deps.builder.stop(s.id);
  expect((await call(s)).answer).toMatchObject({ status: 'success' });
  expect(await stateOf(s)).toBe('running');
});
