// Tests that releases of equal versions are hardly ever reverted, in seeded simulations of all steps and gates.
import { expect, inject, test } from 'vitest';
import { heavyTailed, lognormal, planOf, scenario, simulate } from './simulated-release.ts';

const releases = inject('weekly') ? 2_000 : 100;
const steps = [
  { percent: 0, shadow: 20 },
  { percent: 1, shadow: 10 },
  { percent: 10, shadow: 10 },
  { percent: 50, shadow: 10 },
];
const plan = planOf({ steps });
const sticky = planOf({ steps, sticky: 'key' });

/** Some callers never fail, some nearly always. */
const unequal = (count: number) => Array.from({ length: count }, (_, nth) => [0, 0, 0.1, 0.5, 1, 2, 9][nth % 7] ?? 0);

test.each([
  { versions: 'that never fail', fails: 0, crashes: 0 },
  { versions: 'that fail in 0.1% of calls', fails: 0.001, crashes: 0.0005 },
  { versions: 'that fail in 1% of calls, often by a crash', fails: 0.01, crashes: 0.01 },
  { versions: 'that fail in 20% of calls', fails: 0.2, crashes: 0.05 },
  { versions: 'with heavy-tailed durations and noisy answers', fails: 0, duration: heavyTailed, noise: 0.3 },
  { versions: 'with callers of unequal error rates', fails: 0.1, callers: unequal(30) },
  { versions: 'with few sticky callers of unequal error rates', fails: 0.1, callers: unequal(70), plan: sticky },
  { versions: 'with many sticky callers of unequal error rates', fails: 0.1, callers: unequal(400), plan: sticky },
])(
  'equal versions $versions are reverted in at most 1% of releases',
  ({ fails, crashes = 0, callers = [1], noise = 0, duration = lognormal, plan: own = plan }) => {
    const behavior = { fails, crashes };
    const shared = { plan: own, callers, noise, duration, callsPerStep: 1_500, reportCalls: 100 };
    const equal = scenario({ ...shared, stable: behavior, candidate: behavior });
    const ended = Array.from({ length: releases }, (_, seed) => simulate(equal, seed + 1));
    expect(ended.filter(({ gate }) => gate !== null).length / releases).toBeLessThanOrEqual(0.01);
  },
);
