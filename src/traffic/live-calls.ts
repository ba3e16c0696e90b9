// Counts the calls of a plugin's live version since its promotion, to judge the version's health. The errors of a rolled-back version
// don't count.
import { type CallCount, countFromNumbers, stepMs, stepStart, sumCounts } from '../contract/traffic.ts';
import { exactVersion } from '../registry/versions/versions.ts';
import type { CountedCalls } from './call-counters.ts';
import type { OverviewFacts, ShownVersion } from './overview-facts.ts';

export interface LiveCalls extends Pick<CallCount, 'calls' | 'errors' | 'invalidInputs'> {
  since: number;
}

interface Counted {
  /** Hourly counts. */
  hours: readonly CountedCalls[];
  /** Counts per minute within the promotion's hour. */
  minutes: readonly CountedCalls[];
}

/** Counts the calls, including the promotion's minute, because a version has no earlier calls in it unless it was redeployed. */
export function countLiveCalls(live: ShownVersion, promotedAt: number, { hours, minutes }: Counted): LiveCalls {
  const label = exactVersion(live);
  const hour = stepStart('hour', promotedAt);
  const first = stepStart('minute', promotedAt);
  const { calls, errors, invalidInputs } = sumCounts([
    ...hours.filter(({ at, version }) => version === label && at > hour),
    ...minutes.filter(({ at, version }) => version === label && at >= first && at < hour + stepMs.hour),
  ]);
  return { since: promotedAt, calls, errors, invalidInputs };
}

/** Returns the minutes in an hourly row. */
export function minuteCounts(
  { minutes, ...row }: OverviewFacts['promotionHours'][number],
  namespaceId: CountedCalls['namespaceId'],
): CountedCalls[] {
  return Object.entries(minutes).map(([minute, numbers]) => ({
    ...row,
    ...countFromNumbers(numbers),
    namespaceId,
    at: row.at + Number(minute) * stepMs.minute,
  }));
}
