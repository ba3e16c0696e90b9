// Tests what a release has measured as people see it, when its steps end, and what doesn't count.
import { expect, test } from 'vitest';
import { releaseLimits } from '../../src/contract/limits/deployments.ts';
import { durationBucket, releaseMeasuredSchema, type SideCounts } from '../../src/contract/releases.ts';
import { failedGate } from '../../src/releases/measure/gates.ts';
import { holdOf } from '../../src/releases/measure/hold.ts';
import { measuredOf } from '../../src/releases/measure/measured.ts';
import { addDelta, beginStep, newMeasuring } from '../../src/releases/measure/measuring.ts';
import { emptyDelta, planOf, scenario, simulate } from './simulated-release.ts';

function calls(count: number, more: Partial<SideCounts> & { ms?: number } = {}): SideCounts {
  const { ms = 50, ...counts } = more;
  return { calls: count, errors: 0, crashes: 0, starts: 0, durations: { [durationBucket(ms)]: count }, ...counts };
}

function drawn(weight: number, stable: SideCounts, candidate: SideCounts) {
  return { ...emptyDelta(weight), drawn: { stable, candidate } };
}

test('a failed gate says how many calls to each version failed', () => {
  const plan = planOf({});
  const state = newMeasuring(plan, 0);
  addDelta(state, plan, drawn(1_000, calls(2_100, { errors: 3 }), calls(230, { errors: 12 })), 0);
  expect(failedGate(state, plan)).toEqual({
    gate: 'error_rate',
    reason: '12 of 230 calls to the candidate failed (5.22%), and 3 of 2,100 to the stable version (0.14%)',
  });
});

test('errors within the allowed increase, or of a gate that is off, revert nothing', () => {
  for (const gates of [{ error_rate: { max_increase: 0.2 } }, { error_rate: null }]) {
    const plan = planOf({ gates });
    const state = newMeasuring(plan, 0);
    addDelta(state, plan, drawn(1_000, calls(9_000, { errors: 9 }), calls(1_000, { errors: 100 })), 0);
    expect(failedGate(state, plan)).toBeNull();
  }
});

test('the evidence is kept as a step begins, and the calls of the step restart', () => {
  const plan = planOf({});
  const state = newMeasuring(plan, 0);
  addDelta(state, plan, drawn(1_000, calls(400), calls(40, { errors: 2 })), 0);
  const before = measuredOf(state, plan);
  beginStep(state, 1_000);
  expect(measuredOf(state, plan)).toEqual({ ...before, step_calls: 0 });
  expect(before).toMatchObject({ step_calls: 40, candidate: { calls: 40, errors: 2 } });
  expect(before.gates[0]?.evidence).toBeGreaterThan(0);
});

test('a step waits for its time and for enough calls, and is overdue in the end', () => {
  const plan = planOf({ hold: '5m', max_hold: '1h' });
  const state = newMeasuring(plan, 0);
  addDelta(state, plan, drawn(100, calls(600), calls(6)), 0);
  const waitsForCalls = '14 more calls of the candidate';
  expect(holdOf(state, plan, 100_000)).toEqual({
    over: false,
    waitsFor: `3 min 20 s and ${waitsForCalls}`,
    until: null,
  });
  expect(holdOf(state, plan, 300_000)).toEqual({ over: false, waitsFor: waitsForCalls, until: null });
  expect(holdOf(state, plan, 3_600_000)).toEqual({ overdue: true, reason: `The step waited 1 h for ${waitsForCalls}` });
  addDelta(state, plan, drawn(100, calls(1_400), calls(14)), 200_000);
  expect(holdOf(state, plan, 299_000)).toEqual({ over: false, waitsFor: '1 s', until: 300_000 });
  expect(holdOf(state, plan, 300_000)).toEqual({ over: true });
});

test('a hold of calls ends with that many calls of the candidate', () => {
  const plan = planOf({ hold: { calls: 500 } });
  const state = newMeasuring(plan, 0);
  addDelta(state, plan, drawn(5_000, calls(499), calls(499)), 0);
  expect(holdOf(state, plan, 0)).toMatchObject({ over: false, waitsFor: '1 more call of the candidate' });
  addDelta(state, plan, drawn(5_000, calls(1), calls(1)), 0);
  expect(holdOf(state, plan, 0)).toEqual({ over: true });
});

test('a step without calls of the candidate waits for compared answers', () => {
  const plan = planOf({ steps: [{ percent: 0, shadow: 10 }], hold: '1s' });
  const state = newMeasuring(plan, 0);
  const compared = Array.from({ length: 18 }, () => ({ repeatedOn: 'candidate' as const, differences: [] }));
  addDelta(state, plan, { ...emptyDelta(0), compared }, 0);
  expect(holdOf(state, plan, 2_000)).toMatchObject({ waitsFor: '2 more compared answers' });
});

test('a step with sticky callers waits for enough of them on each side', () => {
  const plan = planOf({ sticky: 'key', steps: [{ percent: 50 }], hold: '1s' });
  const callers = Array.from({ length: 10 }, () => 1);
  const { state } = simulate(scenario({ plan, callers, callsPerStep: 2_000 }), 1);
  const { stable, candidate } = state.callers.added;
  expect(stable + candidate).toBe(10);
  const waitsFor = `${20 - candidate} more callers of the candidate and ${20 - stable} more callers of the stable version`;
  expect(holdOf(state, plan, 60_000)).toEqual({ over: false, waitsFor, until: null });
});

test('a sticky caller counts at most 5 errors, once', () => {
  const plan = planOf({ sticky: 'key' });
  const state = newMeasuring(plan, 0);
  const delta = {
    ...emptyDelta(1_000),
    sticky: { a: { side: 'candidate' as const, calls: 90, errors: 90, crashes: 0 } },
  };
  for (let nth = 0; nth < 3; nth += 1) addDelta(state, plan, delta, 0);
  expect(state.callers.errors.seen.candidate).toEqual({ calls: 90, failed: 5 });
});

test('durations of new instances test nothing', () => {
  const plan = planOf({});
  const state = newMeasuring(plan, 0);
  const slow = { ms: 5_000, starts: 1 };
  for (let nth = 0; nth < 50; nth += 1) addDelta(state, plan, drawn(5_000, calls(20), calls(20, slow)), 0);
  expect(failedGate(state, plan)).toBeNull();
  for (let nth = 0; nth < 3; nth += 1) addDelta(state, plan, drawn(5_000, calls(20), calls(20, { ms: 5_000 })), 0);
  expect(failedGate(state, plan)).toMatchObject({ gate: 'p95_ratio' });
});

test("answers that vary in the stable version's own answers don't count", () => {
  const plan = planOf({ steps: [{ percent: 0, shadow: 10 }] });
  const noisy = simulate(scenario({ plan, noise: 0.8, callsPerStep: 9_000 }), 1);
  expect(noisy.gate).toBeNull();
  const { compared } = measuredOf(noisy.state, plan);
  expect(compared.differing).toBeLessThan(compared.answers / 10);
  expect(compared.paths).toHaveLength(releaseLimits.pathsShown);
  expect(compared.paths.every(({ varies }) => varies)).toBe(true);
});

test('the curves cover a day in bounded space, evenly spaced, without losing a call', () => {
  const plan = planOf({});
  let state = newMeasuring(plan, 0);
  for (let second = 0; second < 86_400; second += 60) {
    addDelta(state, plan, drawn(1_000, calls(9), calls(1)), second * 1_000);
    state = JSON.parse(JSON.stringify(state));
  }
  const measured = releaseMeasuredSchema.parse(measuredOf(state, plan));
  const { series } = measured;
  expect(series.length).toBeLessThanOrEqual(releaseLimits.seriesMax);
  expect(new Set(series.slice(1).map(({ at }, nth) => at - (series[nth]?.at ?? 0))).size).toBe(1);
  expect(series.reduce((sum, { stable }) => sum + stable.calls, 0)).toBe(measured.stable.calls);
  expect(JSON.stringify(state).length).toBeLessThan(32_000);
});
