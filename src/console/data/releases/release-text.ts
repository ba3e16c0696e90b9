// Describes releases: shares, decisions, and curves.
import type { Schemas } from '../api.ts';
import type { ChartMark } from '../traffic/traffic-marks.ts';

type InFull = Schemas['ReleaseInFull'];
type Decision = InFull['decisions'][number];
type Points = NonNullable<InFull['measured']>['series'];

const words: Record<string, string> = {
  started: 'started the release',
  stepped: 'moved to the next step',
  paused: 'paused the release',
  resumed: 'resumed the release',
  reverted: 'reverted the release',
  succeeded: 'completed the release',
  cancelled: 'cancelled the release',
};

export function decisionWord({ type }: Decision): string {
  const word = type.replace('release.', '');
  return words[word] ?? word;
}

/** Returns the candidate's share of calls. A release that succeeded has given it the name. */
export function candidatePercent({ percent, state }: Pick<InFull, 'percent' | 'state'>): number {
  return state === 'succeeded' ? 100 : percent;
}

/** Returns both versions' curves: failed calls in percent, and the 95th percentile of durations. */
export function releaseCurves(series: Points) {
  const errors = (side: 'stable' | 'candidate') =>
    series.map(({ [side]: own }) => (own.calls === 0 ? null : (100 * own.errors) / own.calls));
  return {
    times: series.map(({ at }) => at),
    errors: { stable: errors('stable'), candidate: errors('candidate') },
    p95: {
      stable: series.map(({ stable }) => stable.p95_ms),
      candidate: series.map((point) => point.candidate.p95_ms),
    },
  };
}

/** Returns the decisions as marks on the time axis. The first was made before anything was measured. */
export function decisionMarks(decisions: readonly Decision[], first: number): ChartMark[] {
  return decisions.map(({ at, percent, type }) => {
    const word = type.replace('release.', '');
    const label = word === 'started' || word === 'stepped' ? `${percent}%` : word;
    return { at: Math.max(first, Date.parse(at)), label, isRollback: word === 'reverted' };
  });
}
