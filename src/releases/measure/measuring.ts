// Adds the reports of isolates to what a release has measured. The state is plain JSON, which the release's Durable Object stores.

import { releaseLimits } from '../../contract/limits/releases.ts';
import {
  type ReleaseDelta,
  type ReleasePlan,
  type ReleaseSide,
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
  /** Evidence from calls that were drawn one by one. */
  evidence: Record<'errors' | 'crashes' | 'slow' | 'answers', Evidence>;
  callers: Callers;
  warmUp: WarmUp;
  answers: Answers;
  series: Series;
}

export function newMeasuring(_plan: ReleasePlan, now: number): Measuring {
  return {
    step: 0,
    stepStartedAt: now,
    stepCalls: 0,
    stepCompared: 0,
    totals: { stable: newCounts(), candidate: newCounts() },
    evidence: { errors: newEvidence(), crashes: newEvidence(), slow: newEvidence(), answers: newEvidence() },
    callers: newCallers(),
    warmUp: { stable: 0, candidate: releaseLimits.warmUpCalls },
    answers: newAnswers(),
    series: newSeries(now),
  };
}

function newCounts(): SideCounts {
  return { calls: 0, errors: 0, crashes: 0, starts: 0, durations: {} };
}

/** Begins another step. What was learned about the candidate goes on. */
export function beginStep(state: Measuring, now: number, step = state.step + 1): void {
  state.step = step;
  state.stepStartedAt = now;
  state.stepCalls = 0;
  state.stepCompared = 0;
}

export function addDelta(state: Measuring, plan: ReleasePlan, delta: ReleaseDelta, now: number): void {
  addDrawnOneByOne(state, plan, delta);
  addCallers(state.callers, delta, plan.gates.error_rate?.max_increase ?? 0);
  addSlow(state, plan, delta);
  addAnswers(state, plan, delta);
  for (const side of releaseSides) addCounts(state.totals[side], delta.drawn[side]);
  state.stepCalls += delta.drawn.candidate.calls;
  addToSeries(state.series, delta, now);
}

function addDrawnOneByOne({ evidence }: Measuring, { gates }: ReleasePlan, delta: ReleaseDelta): void {
  const share = delta.weight / 10_000;
  const errors = { share, margin: gates.error_rate?.max_increase ?? 0 };
  addCalls(evidence.errors, errors, drawnOneByOne(delta, 'errors'));
  addCalls(evidence.crashes, { share, margin: 0 }, drawnOneByOne(delta, 'crashes'));
}

/** Returns the calls without those of sticky callers. */
function drawnOneByOne({ drawn, sticky }: ReleaseDelta, what: 'errors' | 'crashes'): Record<ReleaseSide, Outcomes> {
  const outcomes = {
    stable: { calls: drawn.stable.calls, failed: drawn.stable[what] },
    candidate: { calls: drawn.candidate.calls, failed: drawn.candidate[what] },
  };
  for (const counts of Object.values(sticky)) {
    outcomes[counts.side].calls -= counts.calls;
    outcomes[counts.side].failed -= counts[what];
  }
  return outcomes;
}

function addSlow(state: Measuring, { gates }: ReleasePlan, delta: ReleaseDelta): void {
  const { evidence, totals, warmUp } = state;
  expectWarmUp(warmUp, delta, totals.candidate.calls === 0);
  const slow = gates.p95_ratio && slowCalls(delta, warmUp, totals.stable.durations, gates.p95_ratio);
  if (slow) addCalls(evidence.slow, { share: delta.weight / 10_000, margin: 0 }, slow);
  passWarmUp(warmUp, delta);
}

/** A fair coin decides which version repeats a call. */
function addAnswers(state: Measuring, { gates }: ReleasePlan, { compared }: ReleaseDelta): void {
  const outcomes = { stable: noOutcomes(), candidate: noOutcomes() };
  for (const answer of compared) {
    const differs = addAnswer(state.answers, answer);
    outcomes[answer.repeatedOn].calls += 1;
    outcomes[answer.repeatedOn].failed += differs ? 1 : 0;
  }
  const margin = gates.answer_diff?.max_share ?? 0;
  addCalls(state.evidence.answers, { share: 0.5, margin }, outcomes);
  state.stepCompared += outcomes.candidate.calls;
}

function addCounts(counts: SideCounts, more: SideCounts): void {
  counts.calls += more.calls;
  counts.errors += more.errors;
  counts.crashes += more.crashes;
  counts.starts += more.starts;
  addDurations(counts.durations, more.durations);
}
