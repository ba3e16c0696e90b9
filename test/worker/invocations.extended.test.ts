// Counts the requests of a tick of the sweep with a thousand due rows of each kind.
import { expect, test } from 'vitest';
import { hostLine } from '../../src/contract/builder/logs/line.ts';
import { builderLimits } from '../../src/contract/limits/builder.ts';
import { sweep, sweepSteps } from '../../src/sweep.ts';
import { testApp } from '../support/deps.ts';
import { makeEverythingDue, sceneOfEach } from '../support/scenes/everything-due.ts';
import { countedDeps, type Requests } from '../support/workers/counted-deps.ts';
import { platform, seconds } from './invocation-limits.ts';

/** A sweep tick makes fewer requests than this, whichever requests the platform counts. */
const tickMax = 1000;

const hours = 3600 * seconds;

/** Returns a builder whose instances print continuously. */
function busyBuilder(state: { isBusy: boolean }) {
  const chunkAt = (start: number) => ({ start, writer: 'aaaaaaaa', lines: [hostLine(start, 'printed')] });
  const chunks = Array.from({ length: builderLimits.logChunksAtOnce }, (_, i) => chunkAt(i));
  const source = {
    unstoredLogs: async () => ({ logs: state.isBusy ? [{ id: 'dep_00000000000000000000000001', chunks }] : [] }),
    logsStored: async () => {},
    awake: async () => [],
  };
  return { logSources: async () => [source] };
}

const requestsOf = ({ database, queues, store, builders }: Requests) => database + queues + store + builders;

/** Runs each step, and returns its requests and the rows it read. */
async function stepsOfTick(): Promise<[name: string, requests: Requests][]> {
  const state = { isBusy: false };
  const { replacements, during } = countedDeps(busyBuilder(state), testApp().deps.builder);
  const scene = await sceneOfEach(replacements);
  // Starts at the beginning of an hour, so that no new hour begins during the steps.
  scene.clock.advance(26 * hours - (scene.clock.now() % hours));
  for (let tick = 0; tick < 3; tick++) await sweep(scene.deps);
  const idle = await during(() => sweep(scene.deps));
  expect({ trips: idle.database, queues: idle.queues, store: idle.store }).toEqual({ trips: 1, queues: 0, store: 0 });
  await makeEverythingDue(scene);
  scene.clock.advance(20 * seconds);
  state.isBusy = true;
  const steps: [name: string, requests: Requests][] = [];
  for (const step of sweepSteps)
    steps.push([
      step.name,
      await during(async () => {
        await step(scene.deps);
        await scene.app.settled();
      }),
    ]);
  console.info(JSON.stringify({ idle, steps }));
  return steps;
}

test('a tick takes one round trip if nothing is due, and fewer than a thousand requests with a thousand due rows of each kind', async () => {
  const steps = await stepsOfTick();
  const sum = (count: (one: Requests) => number) => steps.reduce((total, [, one]) => total + count(one), 0);
  expect(sum(requestsOf)).toBeLessThan(tickMax);
  expect(sum(({ database }) => database)).toBeLessThanOrEqual(platform.queries / 2);
});
