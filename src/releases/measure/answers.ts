// Counts answers that differ, without normal variation: for half of the compared calls, the stable version answers twice.
import { releaseLimits } from '../../contract/limits/deployments.ts';
import type { ComparedAnswer, ReleaseMeasured, ReleaseSide } from '../../contract/releases.ts';
import { noOutcomes, type Outcomes } from './evidence.ts';

interface DifferingPath {
  count: number;
  /** The stable version's own answers differ there. */
  varies: boolean;
  what: string;
}

export interface Answers {
  /** Answers by the version that repeated the call. */
  outcomes: Record<ReleaseSide, Outcomes>;
  paths: Record<string, DifferingPath>;
}

export function newAnswers(): Answers {
  return { outcomes: { stable: noOutcomes(), candidate: noOutcomes() }, paths: {} };
}

/**
 * Adds a comparison, and returns whether it differs beyond what is known to vary. A path counts the first time that the stable version
 * varies there, and no longer after it, so that both sides are judged by what was known before.
 */
export function addAnswer({ outcomes, paths }: Answers, { repeatedOn, differences }: ComparedAnswer): boolean {
  const differs = differences.some(({ path }) => !paths[path]?.varies);
  outcomes[repeatedOn].calls += 1;
  outcomes[repeatedOn].failed += differs ? 1 : 0;
  for (const [path, what] of new Map(differences.map((difference) => [difference.path, difference.what]))) {
    const kept = paths[path] ?? keepPath(paths, path, { what, varies: repeatedOn === 'stable' });
    if (!kept) continue;
    kept.count += 1;
    kept.varies ||= repeatedOn === 'stable';
  }
  return differs;
}

/** Paths that vary replace others, since they decide what counts. */
function keepPath(
  paths: Answers['paths'],
  path: string,
  { what, varies }: Pick<DifferingPath, 'what' | 'varies'>,
): DifferingPath | undefined {
  const kept = Object.entries(paths);
  if (kept.length >= releaseLimits.pathsKept) {
    const rarest = kept.filter(([, other]) => !other.varies).sort(([, a], [, b]) => a.count - b.count)[0];
    if (!varies || !rarest) return;
    delete paths[rarest[0]];
  }
  const added = { count: 0, varies, what };
  paths[path] = added;
  return added;
}

export function comparedAnswers({ outcomes, paths }: Answers): ReleaseMeasured['compared'] {
  const shown = Object.entries(paths)
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, releaseLimits.pathsShown)
    .map(([path, { count, varies, what }]) => ({ path, count, varies, what }));
  return { answers: outcomes.candidate.calls, differing: outcomes.candidate.failed, paths: shown };
}
