// Summarizes what a release has measured, for people.
import type { ReleaseGate, ReleaseMeasured, ReleasePlan, SideCounts } from '../../contract/releases.ts';
import { comparedAnswers } from './answers.ts';
import { percentileMs } from './durations.ts';
import { gateEvidence } from './gates.ts';
import { type Measuring, usedGates } from './measuring.ts';
import { pointsUntil } from './series.ts';

export function measuredOf(state: Measuring, plan: ReleasePlan): ReleaseMeasured {
  const evidence = (gate: ReleaseGate) => Math.round(1000 * gateEvidence(state, plan, gate)) / 1000;
  return {
    stable: measuredSide(state.totals.stable),
    candidate: measuredSide(state.totals.candidate),
    gates: usedGates(plan).map((gate) => ({ gate, evidence: evidence(gate) })),
    compared: comparedAnswers(state.answers),
    step_calls: state.stepCalls,
    series: pointsUntil(state.series),
  };
}

function measuredSide({ calls, errors, crashes, durations }: SideCounts): ReleaseMeasured['stable'] {
  const [p50, p95] = [0.5, 0.95].map((share) => percentileMs(durations, share));
  return { calls, errors, crashes, p50_ms: p50 ?? null, p95_ms: p95 ?? null };
}
