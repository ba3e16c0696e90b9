// Tests whether calls to the candidate fail more often than calls to the stable version, at any time and as often as wanted.
//
// It is the safe two-sample test of Turner, Ly and Grünwald, "Generic E-variables for exact sequential k-sample tests that allow for
// optional stopping" (Journal of Statistical Planning and Inference, 2024), with the margin of Turner and Grünwald, "Safe sequential
// testing and effect size estimation in stratified count data" (AISTATS 2023). An alternative says how often each version fails. Each
// call multiplies its evidence by the probability of what happened under the alternative, divided by the same under the nearest null
// hypothesis. If the candidate isn't worse, the expected factor is at most 1. So the chance that the evidence ever reaches 1/α is at
// most α (Ville's inequality). The evidence of the test is a weighted mean over a fixed grid of alternatives.
//
// The draw itself is part of the data: chance alone decides which version answers a call. With equal versions and no margin, the
// expected factor is therefore 1 for any outcomes, also if callers fail at different rates, or if failures come in waves.
import { type ReleaseSide, releaseSides } from '../../contract/releases.ts';

interface Alternative {
  stable: number;
  candidate: number;
  prior: number;
}

/** How a side was chosen, and how much more the candidate may fail. */
export interface Draw {
  /** Probability of the candidate. */
  share: number;
  margin: number;
}

export interface Outcomes {
  calls: number;
  failed: number;
}

/**
 * Prior weights by the stable version's rate, then the candidate's. The grid is dense enough that one alternative is near any that
 * matters. Those that decide how soon a candidate that fails in a few percent of calls, or is twice as slow, is found weigh more.
 */
const grid: Record<number, Record<number, number>> = {
  0.001: { 0.008: 1, 0.03: 3, 0.1: 1, 0.3: 1, 0.9: 1 },
  0.005: { 0.02: 1, 0.04: 4, 0.1: 1, 0.3: 1, 0.9: 1 },
  0.012: { 0.035: 5, 0.07: 2, 0.2: 1, 0.6: 1 },
  0.045: { 0.1: 2, 0.2: 3, 0.4: 1, 0.85: 1 },
  0.15: { 0.25: 1, 0.45: 1, 0.8: 1 },
  0.35: { 0.5: 1, 0.75: 1, 0.95: 1 },
};

const alternatives: Alternative[] = Object.entries(grid).flatMap(([stable, rates]) =>
  Object.entries(rates).map(([candidate, prior]) => ({ stable: Number(stable), candidate: Number(candidate), prior })),
);
const numbered = [...alternatives.entries()];

export interface Evidence {
  /** Logarithm of the evidence for each alternative. */
  logs: number[];
  seen: Record<ReleaseSide, Outcomes>;
}

export function newEvidence(): Evidence {
  return { logs: alternatives.map(() => 0), seen: { stable: noOutcomes(), candidate: noOutcomes() } };
}

export function noOutcomes(): Outcomes {
  return { calls: 0, failed: 0 };
}

/** Adds calls that were drawn one by one. */
export function addCalls(evidence: Evidence, draw: Draw, outcomes: Record<ReleaseSide, Outcomes>): void {
  if (draw.share <= 0 || draw.share >= 1) return;
  for (const side of releaseSides) addOutcomes(evidence.seen[side], outcomes[side]);
  for (const [nth, alternative] of tested(draw.margin)) {
    const nearest = nearestNull(alternative, draw);
    evidence.logs[nth] =
      (evidence.logs[nth] ?? 0) +
      logLikelihood(outcomes.stable, alternative.stable) -
      logLikelihood(outcomes.stable, nearest) +
      logLikelihood(outcomes.candidate, alternative.candidate) -
      logLikelihood(outcomes.candidate, nearest + draw.margin);
  }
}

/**
 * Adds all calls of one caller, who was drawn once. The factor compares what happened under the side that was drawn with the mean over
 * both draws, so that its expectation is 1 for any outcomes of equal versions.
 *
 * A margin makes it conservative. One more failure raises the candidate's factor by at most the ratio r of the odds, and a margin m
 * adds failures with a probability of at most m per call. So dividing by (1 + m (r - 1)) for each call bounds the expectation again.
 */
export function addCaller(evidence: Evidence, draw: Draw, side: ReleaseSide, outcomes: Outcomes): void {
  if (draw.share <= 0 || draw.share >= 1) return;
  addOutcomes(evidence.seen[side], outcomes);
  for (const [nth, { stable, candidate }] of tested(draw.margin)) {
    const ofStable = logLikelihood(outcomes, stable);
    const ofCandidate = logLikelihood(outcomes, candidate);
    const mean = logSum([Math.log(1 - draw.share) + ofStable, Math.log(draw.share) + ofCandidate]);
    const odds = (candidate * (1 - stable)) / (stable * (1 - candidate));
    const allowance = outcomes.calls * Math.log1p(draw.margin * (odds - 1));
    const factor = side === 'stable' ? ofStable - mean : ofCandidate - mean - allowance;
    evidence.logs[nth] = (evidence.logs[nth] ?? 0) + factor;
  }
}

/**
 * Returns the logarithm of the evidence that the candidate fails more often, by more than the margin. There is none while it doesn't:
 * without this, luck of the draw alone, such as few calls to the candidate, would count.
 */
export function logEvidence({ logs, seen }: Evidence, margin: number): number {
  const among = tested(margin);
  if (among.length === 0 || rate(seen.candidate) <= rate(seen.stable) + margin) return -Infinity;
  const priors = among.reduce((sum, [, { prior }]) => sum + prior, 0);
  return logSum(among.map(([nth, { prior }]) => Math.log(prior / priors) + (logs[nth] ?? 0)));
}

function rate({ calls, failed }: Outcomes): number {
  return calls === 0 ? 0 : failed / calls;
}

function addOutcomes(outcomes: Outcomes, more: Outcomes): void {
  outcomes.calls += more.calls;
  outcomes.failed += more.failed;
}

export function logSum(logs: number[]): number {
  const most = Math.max(...logs);
  return most === -Infinity ? most : most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

/** Returns the alternatives that lie beyond the margin. */
function tested(margin: number): [number, Alternative][] {
  return numbered.filter(([, { stable, candidate }]) => candidate > stable + margin);
}

/**
 * Returns the stable version's rate in the null hypothesis nearest to an alternative (by Kullback-Leibler divergence), where the
 * candidate's is higher by the margin.
 */
function nearestNull({ stable, candidate }: Alternative, { share, margin }: Draw): number {
  if (margin === 0) return (1 - share) * stable + share * candidate;
  let low = stable;
  let high = candidate - margin;
  for (let round = 0; round < 50; round += 1) {
    const middle = (low + high) / 2;
    const slope =
      ((1 - share) * (middle - stable)) / (middle * (1 - middle)) +
      (share * (middle + margin - candidate)) / ((middle + margin) * (1 - middle - margin));
    if (slope < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function logLikelihood({ calls, failed }: Outcomes, rate: number): number {
  return failed * Math.log(rate) + (calls - failed) * Math.log1p(-rate);
}
