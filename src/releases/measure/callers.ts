// Counts sticky callers. Chance draws them once, not for each of their calls, so a caller is one piece of evidence: it is added once,
// after enough calls, under the share and side that it was drawn with.
import { releaseLimits } from '../../contract/limits/deployments.ts';
import type { ReleaseDelta, ReleaseSide } from '../../contract/releases.ts';
import { addCaller, type Evidence, newEvidence, type Outcomes } from './evidence.ts';

/** Lists, because thousands of callers are stored after each report. Callers that were added have no counts. */
type Caller = [weight: number, isCandidate: 0 | 1, counts?: Counts];
type Counts = [weightBefore: number, calls: number, errors: number, crashes: number];

export interface Callers {
  /** Callers by a hash of their key. */
  known: Record<string, Caller>;
  /** Callers in the evidence. */
  added: Record<ReleaseSide, number>;
  errors: Evidence;
  crashes: Evidence;
}

/** A caller is added after this many calls, or errors if no margin is allowed. More of one caller's errors say nothing new. */
const callsToAdd = 20;
const errorsCounted = 5;

export function newCallers(): Callers {
  return { known: {}, added: { stable: 0, candidate: 0 }, errors: newEvidence(), crashes: newEvidence() };
}

export function addCallers(callers: Callers, delta: ReleaseDelta, margin: number): void {
  for (const [key, { side, calls, errors, crashes }] of Object.entries(delta.sticky)) {
    const caller = drawnCaller(callers, key, side, delta.weight);
    if (!caller?.[2]) continue;
    const [before, ...counts] = caller[2];
    const sums = { calls: counts[0] + calls, errors: counts[1] + errors, crashes: counts[2] + crashes };
    caller[2] = [before, sums.calls, sums.errors, sums.crashes];
    if (sums.calls < callsToAdd && (margin > 0 || sums.errors < errorsCounted)) continue;
    const share = (delta.weight - before) / (10_000 - before);
    addCaller(callers.errors, { share, margin }, side, capped(sums.calls, sums.errors));
    addCaller(callers.crashes, { share, margin: 0 }, side, capped(sums.calls, sums.crashes));
    caller.length = 2;
    callers.added[side] += 1;
  }
}

/**
 * Returns a caller whose draw is known. As the share grows, callers of the stable version are drawn again: each moves with a
 * probability that makes up the difference. Callers of the candidate stay, which is no new draw.
 */
function drawnCaller(callers: Callers, key: string, side: ReleaseSide, weight: number): Caller | undefined {
  const known = callers.known[key];
  const isCandidate = side === 'candidate' ? 1 : 0;
  if (!known && Object.keys(callers.known).length >= releaseLimits.stickyKeysMax) return;
  const [before, wasCandidate] = known ?? [0, 0];
  if (known && before === weight && wasCandidate === isCandidate) return known;
  if (before >= weight || wasCandidate) return;
  const drawn: Caller = [weight, isCandidate, [before, 0, 0, 0]];
  callers.known[key] = drawn;
  return drawn;
}

/** Returns how many more callers a side needs before their evidence counts. */
export function missingCallers({ added }: Callers, side: ReleaseSide): number {
  return Math.max(0, releaseLimits.stickyKeysMin - added[side]);
}

function capped(calls: number, failed: number): Outcomes {
  return { calls, failed: Math.min(failed, errorsCounted) };
}
