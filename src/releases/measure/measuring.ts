// Adds the reports of isolates to what a release has measured. The state is plain JSON, which the release's Durable Object stores.
import { releaseLimits } from '../../contract/limits/deployments.ts';
import {
  type ReleaseDelta,
  type ReleaseGate,
  type ReleasePlan,
  type ReleaseSide,
  releaseGates,
  releaseSides,
  type SideCounts,
} from '../../contract/releases.ts';
import { type Answers, addAnswer, newAnswers } from './answers.ts';
import { addCallers, type Callers, newCallers } from './callers.ts';
import { addDurations, expectWarmUp, passWarmUp, slowCalls, type WarmUp } from './durations.ts';
import { addCalls, type Evidence, newEvidence, noOutcomes, type Outcomes } from './evidence.ts';
import { addToSeries, newSeries, type Series } from './series.ts';

export interface Measuring {
  /** Index of the plan's step, when it began, and what the candidate answered in it. */
  step: number;
  stepStartedAt: number;
  stepCalls: number;
  stepCompared: number;
  /** Calls in the whole release. */
  totals: Record<ReleaseSide, SideCounts>;
  /** Evidence of each gate that the plan has, from calls that were drawn one by one. */
  evidence: Partial<Record<ReleaseGate, Evidence>>;
  callers: Callers;
  warmUp: WarmUp;
  answers: Answers;
  series: Series;
}

export function newMeasuring(plan: ReleasePlan, now: number): Measuring {
  return {
    step: 0,
    stepStartedAt: now,
    stepCalls: 0,
    stepCompared: 0,
    totals: { stable: newCounts(), candidate: newCounts() },
    evidence: Object.fromEntries(usedGates(plan).map((gate) => [gate, newEvidence()])),
    callers: newCallers(),
    warmUp: { stable: 0, candidate: releaseLimits.warmUpCalls },
    answers: newAnswers(),
    series: newSeries(now),
  };
}

export function usedGates({ gates }: ReleasePlan): ReleaseGate[] {
  return releaseGates.filter((gate) => gates[gate] !== null && gates[gate] !== false);
}

/** Returns how much more often the candidate may fail by a gate's measure. */
export function allowedMargin({ gates }: ReleasePlan, gate: ReleaseGate): number {
  if (gate === 'error_rate') return gates.error_rate?.max_increase ?? 0;
  return gate === 'answer_diff' ? (gates.answer_diff?.max_share ?? 0) : 0;
}

function newCounts(): SideCounts {
  return { calls: 0, errors: 0, crashes: 0, starts: 0, durations: {} };
}

/** Begins another step. What was learned about the candidate is kept. */
export function beginStep(state: Measuring, now: number, step = state.step + 1): void {
  state.step = step;
  state.stepStartedAt = now;
  state.stepCalls = 0;
  state.stepCompared = 0;
}

export function addDelta(state: Measuring, plan: ReleasePlan, delta: ReleaseDelta, now: number): void {
  const share = delta.weight / 10_000;
  const { error_rate: errors, crashes } = state.evidence;
  const margin = allowedMargin(plan, 'error_rate');
  if (errors) addCalls(errors, { share, margin }, drawnOneByOne(delta, 'errors'));
  if (crashes) addCalls(crashes, { share, margin: 0 }, drawnOneByOne(delta, 'crashes'));
  addCallers(state.callers, delta, margin);
  addSlow(state, plan, delta);
  addAnswers(state, plan, delta);
  for (const side of releaseSides) addCounts(state.totals[side], delta.drawn[side]);
  state.stepCalls += delta.drawn.candidate.calls;
  addToSeries(state.series, delta, now);
}

/**
 * Returns the calls without those of sticky callers. All crashed calls of a report count as one: a process that dies takes all its calls
 * with it, which are one piece of evidence. Each side has its part of that one. If instead each side's first crash counted, more would be
 * left out of the side with more calls, and equal versions would look unequal.
 */
function drawnOneByOne({ drawn, sticky }: ReleaseDelta, what: 'errors' | 'crashes'): Record<ReleaseSide, Outcomes> {
  const crashed = { stable: drawn.stable.crashes, candidate: drawn.candidate.crashes };
  const outcomes = {
    stable: { calls: drawn.stable.calls, failed: drawn.stable[what] },
    candidate: { calls: drawn.candidate.calls, failed: drawn.candidate[what] },
  };
  for (const counts of Object.values(sticky)) {
    outcomes[counts.side].calls -= counts.calls;
    outcomes[counts.side].failed -= counts[what];
    crashed[counts.side] -= counts.crashes;
  }
  const together = Math.max(1, crashed.stable + crashed.candidate);
  for (const side of releaseSides) {
    const repeated = crashed[side] - crashed[side] / together;
    outcomes[side].calls -= repeated;
    outcomes[side].failed -= repeated;
  }
  return outcomes;
}

function addSlow(state: Measuring, { gates }: ReleasePlan, delta: ReleaseDelta): void {
  const { evidence, totals, warmUp } = state;
  expectWarmUp(warmUp, delta, totals.candidate.calls === 0);
  const slow = slowCalls(delta, warmUp, totals.stable.durations, gates.p95_ratio ?? 1);
  if (evidence.p95_ratio && slow) addCalls(evidence.p95_ratio, { share: delta.weight / 10_000, margin: 0 }, slow);
  passWarmUp(warmUp, delta);
}

/** A fair coin decides which version repeats a call. */
function addAnswers(state: Measuring, plan: ReleasePlan, { compared }: ReleaseDelta): void {
  const outcomes = { stable: noOutcomes(), candidate: noOutcomes() };
  for (const answer of compared) {
    const differs = addAnswer(state.answers, answer);
    outcomes[answer.repeatedOn].calls += 1;
    outcomes[answer.repeatedOn].failed += differs ? 1 : 0;
  }
  const draw = { share: 0.5, margin: allowedMargin(plan, 'answer_diff') };
  if (state.evidence.answer_diff) addCalls(state.evidence.answer_diff, draw, outcomes);
  state.stepCompared += outcomes.candidate.calls;
}

function addCounts(counts: SideCounts, more: SideCounts): void {
  counts.calls += more.calls;
  counts.errors += more.errors;
  counts.crashes += more.crashes;
  counts.starts += more.starts;
  addDurations(counts.durations, more.durations);
}
