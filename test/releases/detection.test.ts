// Tests how many calls a worse candidate gets before it is reverted, in seeded simulations.
import { expect, test } from 'vitest';
import { planOf, scenario, simulate } from './simulated-release.ts';
import { plan, releases, simulated } from './simulated-releases.ts';

test('a candidate that is twice as slow is reverted within 100 of its calls', () => {
  const all = simulated(scenario({ plan, callsPerStep: 1_500, candidate: { slower: 2 } }));
  const found = all.filter(({ gate, calls }) => gate === 'p95_ratio' && calls <= 100);
  expect(found.length / releases).toBeGreaterThanOrEqual(0.95);
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
