// Tests how many calls a worse candidate gets before it is reverted, in seeded simulations.
import { expect, inject, test } from 'vitest';
import { percentile, planOf, scenario, simulate } from './simulated-release.ts';

const releases = inject('weekly') ? 2_000 : 300;
const plan = planOf({ steps: [{ percent: 10 }] });

function simulated(of: ReturnType<typeof scenario>) {
  return Array.from({ length: releases }, (_, seed) => simulate(of, seed + 1));
}

test.each([
  { stable: 0.001, within: 200, errors: 6 },
  { stable: 0.005, within: 300, errors: 10 },
  { stable: 0.01, within: 500, errors: 16 },
])(
  'a candidate that fails 5% is reverted within $within of its calls if $stable of the stable calls fail',
  ({ stable, within, errors }) => {
    const behaviors = { stable: { fails: stable }, candidate: { fails: 0.05 } };
    const all = simulated(scenario({ plan, callsPerStep: 6_000, duration: () => 50, ...behaviors }));
    const found = all.filter(({ gate, calls }) => gate === 'error_rate' && calls <= within);
    expect(found.length / releases).toBeGreaterThanOrEqual(0.95);
    expect(
      percentile(
        all.map((release) => release.errors),
        0.95,
      ),
    ).toBeLessThanOrEqual(errors);
  },
);

test('a candidate that is twice as slow is reverted within 100 of its calls', () => {
  const all = simulated(scenario({ plan, callsPerStep: 1_500, candidate: { slower: 2 } }));
  const found = all.filter(({ gate, calls }) => gate === 'p95_ratio' && calls <= 100);
  expect(found.length / releases).toBeGreaterThanOrEqual(0.95);
});

test('a candidate that is 1.2 times as slow is not reverted', () => {
  const all = simulated(scenario({ plan, callsPerStep: 3_000, reportCalls: 100, candidate: { slower: 1.2 } }));
  expect(all.filter(({ gate }) => gate === 'p95_ratio').length / releases).toBeLessThanOrEqual(0.01);
});

test('a candidate that crashes or answers differently is reverted, with the counts as the reason', () => {
  const crashing = simulate(
    scenario({ plan: planOf({ gates: { error_rate: null } }), candidate: { crashes: 0.3 } }),
    1,
  );
  expect(crashing.reason).toMatch(
    /^\d+ of \d+ calls to the candidate crashed \([\d.]+%\), and 0 of [\d,]+ to the stable/,
  );
  const shadowed = planOf({ steps: [{ percent: 0, shadow: 10 }] });
  const different = simulate(scenario({ plan: shadowed, candidate: { differs: 0.3 } }), 1);
  expect(different).toMatchObject({ gate: 'answer_diff', calls: 0 });
});

test('a candidate that fails for sticky callers is reverted after enough callers', () => {
  const sticky = planOf({ sticky: 'key', steps: [{ percent: 50 }] });
  const callers = Array.from({ length: 200 }, () => 1);
  const { gate, state } = simulate(
    scenario({ plan: sticky, callers, callsPerStep: 8_000, candidate: { fails: 0.1 } }),
    1,
  );
  expect(gate).toBe('error_rate');
  expect(Math.min(state.callers.added.stable, state.callers.added.candidate)).toBeGreaterThanOrEqual(20);
});
