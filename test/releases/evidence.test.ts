// Tests the sequential test: values computed in other ways, and that equal versions are expected to give no evidence.
import { expect, test } from 'vitest';
import { releaseSides } from '../../src/contract/releases.ts';
import { addCaller, addCalls, logEvidence, newEvidence } from '../../src/releases/measure/evidence.ts';

const none = { calls: 0, failed: 0 };

/** All lists of `length` bits. */
function bits(length: number): number[][] {
  return Array.from({ length: 2 ** length }, (_, number) => Array.from({ length }, (_, nth) => (number >> nth) & 1));
}

function product(factors: number[]): number {
  return factors.reduce((all, factor) => all * factor, 1);
}

/** Adds calls one by one: `sides` and `fails` hold 1 for the candidate, and for a failure. */
function evidenceOf(sides: number[], fails: number[], { share, margin }: { share: number; margin: number }) {
  const evidence = newEvidence();
  for (const [nth, side] of sides.entries()) {
    const call = { calls: 1, failed: fails[nth] ?? 0 };
    addCalls(evidence, { share, margin }, side ? { stable: none, candidate: call } : { stable: call, candidate: none });
  }
  return evidence;
}

test.each([
  // The first alternative: 0.1% of calls to the stable version fail, and 0.8% to the candidate. Together 0.17% at 10%.
  { outcome: 'a failed call to the candidate', side: 'candidate', failed: 1, factor: 0.008 / 0.0017 },
  { outcome: 'a successful call to the candidate', side: 'candidate', failed: 0, factor: 0.992 / 0.9983 },
  { outcome: 'a failed call to the stable version', side: 'stable', failed: 1, factor: 0.001 / 0.0017 },
  { outcome: 'a successful call to the stable version', side: 'stable', failed: 0, factor: 0.999 / 0.9983 },
] as const)('evidence grows by the likelihood ratio: $outcome', ({ side, failed, factor }) => {
  const evidence = newEvidence();
  const outcomes = { stable: none, candidate: none, [side]: { calls: 1, failed } };
  addCalls(evidence, { share: 0.1, margin: 0 }, outcomes);
  expect(Math.exp(evidence.logs[0] ?? 0)).toBeCloseTo(factor, 10);
});

test('evidence with a margin uses the null hypothesis with the least divergence', () => {
  const [stable, candidate, share, margin] = [0.001, 0.1, 0.3, 0.05];
  const divergence = (from: number, to: number) =>
    from * Math.log(from / to) + (1 - from) * Math.log((1 - from) / (1 - to));
  const rates = Array.from({ length: 50_000 }, (_, nth) => (nth + 1) / 1e6);
  const both = (rate: number) => (1 - share) * divergence(stable, rate) + share * divergence(candidate, rate + margin);
  const nearest = rates.reduce((best, rate) => (both(rate) < both(best) ? rate : best));
  const evidence = newEvidence();
  addCalls(evidence, { share, margin }, { stable: none, candidate: { calls: 1, failed: 1 } });
  expect(Math.exp(evidence.logs[2] ?? 0)).toBeCloseTo(candidate / (nearest + margin), 3);
});

test.each([0.01, 0.1, 0.5])(
  'evidence is expected to be at most 1 for any outcomes of equal versions: share %s',
  (share) => {
    for (const fails of bits(5)) {
      const expected = bits(5).map((sides) => {
        const chance = product(sides.map((side) => (side ? share : 1 - share)));
        return chance * Math.exp(logEvidence(evidenceOf(sides, fails, { share, margin: 0 }), 0));
      });
      expect(expected.reduce((sum, value) => sum + value)).toBeLessThanOrEqual(1 + 1e-9);
    }
  },
);

test.each([
  { stable: 0, margin: 0.01 },
  { stable: 0.02, margin: 0.01 },
  { stable: 0.3, margin: 0.05 },
  { stable: 0.5, margin: 0.2 },
])(
  'evidence is expected to be at most 1 if the candidate is worse by the margin: $stable, $margin',
  ({ stable, margin }) => {
    const share = 0.2;
    const cases = bits(4).flatMap((sides) => bits(4).map((fails) => ({ sides, fails })));
    const expected = cases.map(({ sides, fails }) => {
      const chances = sides.map((side, nth) => {
        const rate = side ? stable + margin : stable;
        return (side ? share : 1 - share) * (fails[nth] ? rate : 1 - rate);
      });
      return product(chances) * Math.exp(logEvidence(evidenceOf(sides, fails, { share, margin }), margin));
    });
    expect(expected.reduce((sum, value) => sum + value)).toBeLessThanOrEqual(1 + 1e-9);
  },
);

test.each([
  { rate: 0.05, margin: 0 },
  { rate: 0.9, margin: 0 },
  { rate: 0.05, margin: 0.02 },
  { rate: 0.5, margin: 0.1 },
])(
  "a sticky caller's evidence is expected to be at most 1 for each alternative: $rate, $margin",
  ({ rate, margin }) => {
    const calls = 12;
    const share = 0.1;
    const expected = newEvidence().logs.map(() => 0);
    for (const side of releaseSides) {
      for (let failed = 0; failed <= calls; failed += 1) {
        const evidence = newEvidence();
        addCaller(evidence, { share, margin }, side, { calls, failed });
        const drawn = side === 'candidate' ? share : 1 - share;
        const chance = drawn * binomial(calls, failed, side === 'candidate' ? rate + margin : rate);
        for (const [nth, log] of evidence.logs.entries()) expected[nth] = (expected[nth] ?? 0) + chance * Math.exp(log);
      }
    }
    expect(Math.max(...expected)).toBeLessThanOrEqual(1 + 1e-9);
  },
);

function binomial(calls: number, failed: number, rate: number): number {
  const ways = product(Array.from({ length: failed }, (_, nth) => (calls - nth) / (nth + 1)));
  return ways * rate ** failed * (1 - rate) ** (calls - failed);
}

test('evidence is none while the candidate fails no more often', () => {
  const evidence = newEvidence();
  const outcomes = { stable: { calls: 90_000, failed: 0 }, candidate: { calls: 10, failed: 0 } };
  addCalls(evidence, { share: 0.5, margin: 0 }, outcomes);
  expect(logEvidence(evidence, 0)).toBe(-Infinity);
});
