// Decides which gate has failed, and says so in words.
import { releaseLimits } from '../../contract/limits/deployments.ts';
import type { ReleaseGate, ReleasePlan } from '../../contract/releases.ts';
import { formatShare } from '../../core/quantities.ts';
import { missingCallers } from './callers.ts';
import { percentileMs } from './durations.ts';
import { logEvidence, logSum, type Outcomes } from './evidence.ts';
import { allowedMargin, type Measuring, usedGates } from './measuring.ts';

/** How the false alarms are split, among the gates that a plan has. Errors get the most: they need the least calls to be sure. */
const parts: Record<ReleaseGate, number> = { error_rate: 12, p95_ratio: 6, answer_diff: 1, crashes: 1 };

/** Weight of the evidence that a plan expects little of: sticky callers, or calls drawn one by one. */
const unexpected = 0.1;

export function failedGate(state: Measuring, plan: ReleasePlan): { gate: ReleaseGate; reason: string } | null {
  const gate = usedGates(plan).find((used) => gateEvidence(state, plan, used) >= 1);
  return gate ? { gate, reason: gateReason(state, plan, gate) } : null;
}

/** Returns the evidence against the candidate, from 0 to 1, at which it is reverted. */
export function gateEvidence(state: Measuring, plan: ReleasePlan, gate: ReleaseGate): number {
  const all = usedGates(plan).reduce((sum, used) => sum + parts[used], 0);
  const falseAlarms = (releaseLimits.falseAlarms * parts[gate]) / all;
  return Math.min(1, Math.max(0, logOfGate(state, plan, gate) / -Math.log(falseAlarms)));
}

function logOfGate({ evidence, callers }: Measuring, plan: ReleasePlan, gate: ReleaseGate): number {
  const margin = allowedMargin(plan, gate);
  const ofCalls = evidence[gate];
  const calls = ofCalls ? logEvidence(ofCalls, margin) : -Infinity;
  if (gate === 'p95_ratio' || gate === 'answer_diff') return calls;
  // The mean of two tests is a test, if the plan alone decides the weights.
  const weight = plan.sticky === 'key' ? 1 - unexpected : unexpected;
  const enough = missingCallers(callers, 'stable') === 0 && missingCallers(callers, 'candidate') === 0;
  const ofCallers = logEvidence(gate === 'crashes' ? callers.crashes : callers.errors, margin);
  return logSum([Math.log(1 - weight) + calls, enough ? Math.log(weight) + ofCallers : -Infinity]);
}

function gateReason({ totals, answers }: Measuring, { gates }: ReleasePlan, gate: ReleaseGate): string {
  const { stable, candidate } = totals;
  if (gate === 'p95_ratio') {
    const [own, other] = [candidate, stable].map(({ durations }) => percentileMs(durations, 0.95) ?? 0);
    return `95% of calls to the candidate took at most ${own} ms, and to the stable version ${other} ms; ${gates.p95_ratio} times as long is allowed`;
  }
  if (gate === 'answer_diff') {
    const { outcomes } = answers;
    return `${part(outcomes.candidate, 'answers of the candidate differed')}, and ${part(outcomes.stable, 'when the stable version answered twice')}`;
  }
  const what = gate === 'crashes' ? 'crashes' : 'errors';
  const own = { calls: candidate.calls, failed: candidate[what] };
  const other = { calls: stable.calls, failed: stable[what] };
  return `${part(own, `calls to the candidate ${gate === 'crashes' ? 'crashed' : 'failed'}`)}, and ${part(other, 'to the stable version')}`;
}

function part({ calls, failed }: Outcomes, what: string): string {
  return `${failed.toLocaleString('en')} of ${calls.toLocaleString('en')} ${what} (${formatShare(failed, calls)})`;
}
