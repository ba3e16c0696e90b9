// Tests deployment and install limits at their real values, just below each limit and at the limit.
import { and, eq } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import { deploymentStepRows } from '../../src/db/schema/deploy.ts';
import { uploads } from '../../src/db/schema/registry.ts';
import { claimDeployment } from '../../src/rollouts/steps/claim.ts';
import { type TestApp, testApp } from '../support/deps.ts';
import { runStep } from '../support/scenes/deployment-steps.ts';
import { organization } from '../support/scenes/organization.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';
import { waitFor } from '../support/waiting.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';
import { ownWorker } from '../support/workers/own-worker.ts';

const at = '2026-11-20T12:00:00.000Z';
const line = (length: number) => ({ at, stream: 'stdout' as const, line: 'x'.repeat(length) });

async function claimed(s: Scene) {
  const claim = await claimDeployment(s.deps, (await deploy(s)).id);
  if (!claim) throw new Error('the deployment was not claimed');
  const ofStep = and(eq(deploymentStepRows.deploymentId, claim.deployment.id), eq(deploymentStepRows.step, 'build'));
  const step = async () => (await s.deps.db.select().from(deploymentStepRows).where(ofStep))[0];
  return { claim, step };
}

test.each([
  ['500 short lines', 501, 10, 500],
  ['100,000 characters', 101, 1000, 100],
  ['100,000 characters in long lines', 40, 4096, 24],
])('a step keeps the newest %s of its log, and counts the whole log', async (_what, count, length, kept) => {
  const s = await scene();
  const { claim, step } = await claimed(s);
  await runStep(s.deps, claim, { state: 'building', step: 'build' }, async (log) => {
    for (let i = 0; i < count; i++) log(line(length));
  });
  const row = await step();
  expect([row?.logLines, row?.log?.length]).toEqual([count, kept]);
});

test("a running step's log is written every second while it grows", async () => {
  const s = await scene();
  const { claim, step } = await claimed(s);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const begun = Promise.withResolvers<(entry: ReturnType<typeof line>) => void>();
  const ended = Promise.withResolvers<void>();
  try {
    const running = runStep(s.deps, claim, { state: 'building', step: 'build' }, (log) => {
      begun.resolve(log);
      return ended.promise;
    });
    const log = await begun.promise;
    log(line(1));
    vi.advanceTimersByTime(999);
    expect((await step())?.logLines).toBe(0);
    vi.advanceTimersByTime(1);
    await waitFor(async () => expect((await step())?.logLines).toBe(1));
    log(line(1));
    vi.advanceTimersByTime(1000);
    await waitFor(async () => expect((await step())?.logLines).toBe(2));
    ended.resolve();
    await running;
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['90 s', undefined, 90_000],
  ['as long as it prefers', 'wait=5', 5_000],
  ['90 s even if it prefers longer', 'respond-async, wait=1000', 90_000],
])('an unfinished install gets a response after %s', async (_what, prefer, waitMs) => {
  const real = testApp();
  const fetching = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const builder: Builder = {
    ...real.deps.builder,
    capabilities: async () => ({
      sources: { available: true, git: '2.39' },
      builds: { available: true, toolchain: 'go1.26', target: 'linux/amd64', recipe: '', analyzer: '' },
      isolates: { available: true },
    }),
    fetchSource: async () => {
      fetching.resolve();
      await ended.promise;
      return { refused: { code: 'repository-not-found', message: 'there is no such repository' } };
    },
  };
  const { queues } = losingQueues();
  const scans = ownWorker(() => app.deps, queues.scans);
  const { installWaitMs } = deploymentLimits;
  const app: TestApp = testApp({ builder, queues: { ...queues, scans }, installWaitMs });
  const org = await organization({ fetch: app.fetch });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let status: number | undefined;
  try {
    const body = { name: 'slow', repository: 'https://git.example.com/slow.git', version: 'v1' };
    const headers = prefer === undefined ? {} : { prefer };
    const answered = org.send('POST', '/api/plugins', { body, headers }).then((answer) => {
      status = answer.status;
      return answer;
    });
    await fetching.promise;
    vi.advanceTimersByTime(waitMs - 1);
    (await app.deps.db.select().from(uploads).limit(1))[0];
    expect(status).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect((await answered).body).toMatchObject({ name: 'slow', status: 'building' });
    expect(status).toBe(201);
  } finally {
    vi.useRealTimers();
    ended.resolve();
    await app.settled();
  }
  const { body } = await org.get('/api/plugins/slow');
  expect(body).toMatchObject({ status: 'error', error_message: 'there is no such repository' });
});
