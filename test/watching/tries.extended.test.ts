// Tests deployments whose workers die, hang or stop in order.
import { expect, test } from 'vitest';
import { hangsMax, leases } from '../../src/contract/limits/leases.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
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
