// Tests the share of worse candidates that are reverted within some calls, in seeded simulations.
import { expect, test } from 'vitest';
import { percentile, scenario } from './simulated-release.ts';
import { plan, releases, simulated } from './simulated-releases.ts';

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

test('a candidate that is 1.2 times as slow is not reverted', () => {
  const all = simulated(scenario({ plan, callsPerStep: 3_000, reportCalls: 100, candidate: { slower: 1.2 } }));
  expect(all.filter(({ gate }) => gate === 'p95_ratio').length / releases).toBeLessThanOrEqual(0.01);
});
