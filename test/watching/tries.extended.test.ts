// Tests deployments whose workers die, hang or stop in order.
import { expect, test } from 'vitest';
import { hangsMax, leases } from '../../src/contract/limits/leases.ts';
import { noMarks } from '../../src/core/work-marks.ts';
import { whileMarked } from '../../src/events/set-aside.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { testApp } from '../support/deps.ts';
import { deploy, scene } from '../support/scenes/scene.ts';
import { interrupted, killedClaims, read } from './tried.ts';

test('a deployment goes live after seven workers that were killed', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  expect(await killedClaims(s, id, 7)).toBe(7);
  s.clock.advance(leases.deployment.leaseMs + 1);
  await advanceDeployment(s.deps, id);
  expect(await read(s, id)).toMatchObject({ status: 'promoted' });
});

test('orderly stops during a deployment are not counted', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  s.deps.marks = interrupted(id, { stopped: 30 });
  expect(await killedClaims(s, id, 30)).toBe(30);
  s.clock.advance(leases.deployment.leaseMs + 1);
  await advanceDeployment(s.deps, id);
  expect(await read(s, id)).toMatchObject({ status: 'promoted' });
});

test('a deployment that made Slipway hang three times is set aside', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  s.deps.marks = interrupted(id, { hung: hangsMax });
  await advanceDeployment(s.deps, id);
  const { error, status } = (await read(s, id)) ?? {};
  expect({ error, status }).toEqual({
    status: 'failed',
    error: expect.stringContaining('it made Slipway hang 3 times'),
  });
});

test('work that was in progress when Slipway hung goes on alone', async () => {
  const { deps } = testApp();
  deps.marks = { ...noMarks, interruptions: () => ({ hung: 1, stopped: 0 }) };
  let running = 0;
  let most = 0;
  const work = () =>
    whileMarked(deps, { id: 'dep_1' }, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    });
  await Promise.all([work(), work(), work()]);
  expect(most).toBe(1);
});
