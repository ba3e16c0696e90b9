// Tests that work which takes its worker with it is set aside after a number of tries, counted before each begins, and that other work
// goes on.
import { eq, like } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { consume } from '../../src/consume.ts';
import { hangsMax, leases, sweepGraceMs } from '../../src/contract/limits/leases.ts';
import type { Message } from '../../src/contract/messages.ts';
import { type Interruptions, noMarks, type WorkMarks } from '../../src/core/work-marks.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { deadLetters } from '../../src/db/schema/events.ts';
import type { Deps } from '../../src/deps.ts';
import { whileMarked } from '../../src/events/set-aside.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { claimDeployment } from '../../src/rollouts/steps/claim.ts';
import { sweepDeployments } from '../../src/rollouts/sweep.ts';
import { sweep, sweepSteps } from '../../src/sweep.ts';
import { testApp } from '../support/deps.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';

function interrupted(id: string, counts: Partial<Interruptions>): WorkMarks {
  const none = { hung: 0, stopped: 0 };
  return { ...noMarks, interruptions: (of) => ({ ...none, ...(of === id ? counts : {}) }) };
}

/** Claims the deployment as often as the sweep finds it, by workers that die at once. Returns the number of claims. */
async function killedClaims({ clock, deps, sent }: Scene, id: Awaited<ReturnType<typeof deploy>>['id'], most: number) {
  for (let claims = 0; claims < most; claims++) {
    sent.length = 0;
    clock.advance(leases.deployment.leaseMs + sweepGraceMs + 1);
    await sweepDeployments(deps);
    if (!sent.some((message) => message.id === id) || !(await claimDeployment(deps, id))) return claims;
  }
  return most;
}

function letters({ db }: Deps, id: string) {
  return db
    .select()
    .from(deadLetters)
    .where(like(deadLetters.reason, `${id}%`));
}

async function read({ deps }: Scene, id: Awaited<ReturnType<typeof deploy>>['id']) {
  const [row] = await deps.db.select().from(deployments).where(eq(deployments.id, id));
  return row;
}

test('a deployment whose workers die fails after eight tries, with a reason, and the operator is told', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  expect(await killedClaims(s, id, 30)).toBe(leases.deployment.attemptsMax);
  expect(await read(s, id)).toMatchObject({
    status: 'failed',
    error:
      'Slipway stopped trying to deploy this version: none of 8 tries ended. Its operator can find out why. Retry it after an upgrade.',
  });
  expect(await letters(s.deps, id)).toMatchObject([
    { queue: 'set-aside', body: { type: 'advance-deployment', id }, reason: `${id}: none of 8 tries ended` },
  ]);
});

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

test('a message that made Slipway hang three times is not handled again', async () => {
  const { deps } = testApp();
  const message: Message = { v: 1, type: 'find-affected', id: 'due' };
  deps.marks = interrupted('find-affected due', { hung: hangsMax });
  await consume(deps, message);
  expect(await letters(deps, 'find-affected due')).toMatchObject([{ body: message }]);
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

test('a step of the sweep that made Slipway hang three times, or that never ends, holds up no other', async () => {
  const { deps } = testApp();
  const begun: string[] = [];
  deps.marks = {
    interruptions: (id) => ({ hung: id === 'sweep sweepOutbox' ? hangsMax : 0, stopped: 0 }),
    begin: ({ id }) => {
      begun.push(id);
      return () => {};
    },
  };
  const { promise: never } = Promise.withResolvers<never>();
  const blobs = new Proxy(deps.blobs, {
    get: (target, name) => (name === 'list' ? () => never : Reflect.get(target, name)),
  });
  void sweep({ ...deps, blobs });
  const expected = sweepSteps.map(({ name }) => `sweep ${name}`).filter((id) => id !== 'sweep sweepOutbox');
  await expect.poll(() => begun.toSorted()).toEqual(expected.toSorted());
});
