// Simulates the reports of a release: calls with seeded outcomes, drawn for either version as isolates draw them.
import {
  type ComparedAnswer,
  durationBucket,
  type ReleaseDelta,
  type ReleasePlan,
  type ReleaseSide,
  releasePlanSchema,
} from '../../src/contract/releases.ts';
import { failedGate } from '../../src/releases/measure/gates.ts';
import { addDelta, beginStep, type Measuring, newMeasuring } from '../../src/releases/measure/measuring.ts';

/** Behavior of a version, as probabilities per call. */
export interface Behavior {
  fails: number;
  crashes: number;
  /** Factor of its durations. */
  slower: number;
  /** Share of answers that differ from the stable version's. */
  differs: number;
}

export interface Scenario {
  plan: ReleasePlan;
  callsPerStep: number;
  reportCalls: number;
  stable: Behavior;
  candidate: Behavior;
  /** Factors of the failures, by caller. */
  callers: number[];
  /** Milliseconds of a call, from two random numbers. */
  duration: (a: number, b: number) => number;
  /** Share of answers of one version that differ by themselves. */
  noise: number;
}

export interface Ended {
  gate: string | null;
  reason: string | null;
  /** Calls to the candidate, and those that failed. */
  calls: number;
  errors: number;
  state: Measuring;
}

const usual: Behavior = { fails: 0, crashes: 0, slower: 1, differs: 0 };

/** Most calls take about 50 ms. */
export const lognormal = (a: number, b: number) =>
  50 * Math.exp(0.3 * Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b));

/** The mean is hardly defined: one call in a hundred takes more than 60 times as long as the fastest. */
export const heavyTailed = (a: number) => 10 * (1 - a) ** -0.9;

export function planOf(input: Record<string, unknown>): ReleasePlan {
  return releasePlanSchema.parse(input);
}

export function scenario(
  more: Partial<Omit<Scenario, 'stable' | 'candidate'>> & Partial<Record<ReleaseSide, Partial<Behavior>>>,
): Scenario {
  return {
    plan: planOf({}),
    callsPerStep: 2_000,
    reportCalls: 20,
    callers: [1],
    duration: lognormal,
    noise: 0,
    ...more,
    stable: { ...usual, ...more.stable },
    candidate: { ...usual, ...more.candidate },
  };
}

/** Returns a generator of numbers from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs all steps, and ends early if a gate fails. */
export function simulate(of: Scenario, seed: number): Ended {
  const random = seeded(seed);
  const state = newMeasuring(of.plan, 0);
  const places = of.callers.map(() => random() * 10_000);
  for (const [nth, { percent, shadow = 0 }] of of.plan.steps.entries()) {
    if (nth > 0) beginStep(state, nth * 60_000);
    for (let calls = 0; calls < of.callsPerStep; calls += of.reportCalls) {
      const delta = report(of, { random, places, weight: percent * 100, shadow: shadow / 100 });
      addDelta(state, of.plan, delta, nth * 60_000 + calls);
      const failed = failedGate(state, of.plan);
      if (failed) return ended(state, failed);
    }
  }
  return ended(state, { gate: null, reason: null });
}

function ended(state: Measuring, { gate, reason }: Pick<Ended, 'gate' | 'reason'>): Ended {
  const { calls, errors } = state.totals.candidate;
  return { gate, reason, calls, errors, state };
}

interface Drawing {
  random: () => number;
  /** Where each sticky caller is between 0 and 10,000. */
  places: number[];
  weight: number;
  shadow: number;
}

function report(of: Scenario, drawing: Drawing): ReleaseDelta {
  const { random, places, weight, shadow } = drawing;
  const delta = emptyDelta(weight);
  for (let nth = 0; nth < of.reportCalls; nth += 1) {
    const caller = Math.floor(random() * of.callers.length);
    const isSticky = of.plan.sticky === 'key';
    const place = isSticky ? (places[caller] ?? 0) : random() * 10_000;
    const side = place < weight ? 'candidate' : 'stable';
    const crashed = random() < of[side].crashes;
    const failed = crashed || random() < of[side].fails * (of.callers[caller] ?? 1);
    count(delta, side, of[side].slower * of.duration(random(), random()));
    const counted = isSticky ? [delta.drawn[side], stickyCounts(delta, `${caller}`, side)] : [delta.drawn[side]];
    for (const counts of counted) {
      counts.calls += 1;
      counts.errors += failed ? 1 : 0;
      counts.crashes += crashed ? 1 : 0;
    }
    if (random() < shadow) delta.compared.push(compared(of, random));
  }
  return delta;
}

export function emptyDelta(weight: number): ReleaseDelta {
  const none = () => ({ calls: 0, errors: 0, crashes: 0, starts: 0, durations: {} });
  return { weight, drawn: { stable: none(), candidate: none() }, sticky: {}, compared: [] };
}

function count({ drawn }: ReleaseDelta, side: ReleaseSide, ms: number): void {
  const { durations } = drawn[side];
  const bucket = durationBucket(ms);
  durations[bucket] = (durations[bucket] ?? 0) + 1;
}

function stickyCounts({ sticky }: ReleaseDelta, key: string, side: ReleaseSide): ReleaseDelta['sticky'][string] {
  const counts = sticky[key] ?? { side, calls: 0, errors: 0, crashes: 0 };
  sticky[key] = counts;
  return counts;
}

/** Answers vary at one of 20 paths. */
function compared(of: Scenario, random: () => number): ComparedAnswer {
  const repeatedOn = random() < 0.5 ? 'stable' : 'candidate';
  const noisy = random() < of.noise ? [`$.items[${Math.floor(random() * 20)}]`] : [];
  const different = random() < of[repeatedOn].differs ? ['$.result'] : [];
  return { repeatedOn, differences: [...noisy, ...different].map((path) => ({ path, what: 'other number' })) };
}

/** Returns what a share of values doesn't exceed. */
export function percentile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;
}
