// Counts the calls of a plugin's live version since its promotion, by which its health is judged: a version that was rolled back took its
// errors with it.

import { formatVersion } from '../contract/plugin/manifest.ts';
import { type CallCount, countFromNumbers, stepMs, stepStart, sumCounts } from '../contract/traffic.ts';
import type { CountedCalls } from './call-counters.ts';
import type { OverviewFacts, ShownVersion } from './overview-facts.ts';

export interface LiveCalls extends Pick<CallCount, 'calls' | 'errors'> {
  since: number;
}

interface Counted {
  /** Counts by the hour. */
  hours: readonly CountedCalls[];
  /** Counts by the minute, of the hour of the promotion. */
  minutes: readonly CountedCalls[];
}

/** Calls of the minute of the promotion count too: a version has none before it, unless it was deployed again. */
export function countLiveCalls(live: ShownVersion, promotedAt: number, { hours, minutes }: Counted): LiveCalls {
  const label = countedLabel(live);
  const hour = stepStart('hour', promotedAt);
  const first = stepStart('minute', promotedAt);
  const { calls, errors } = sumCounts([
    ...hours.filter(({ at, version }) => version === label && at > hour),
    ...minutes.filter(({ at, version }) => version === label && at >= first && at < hour + stepMs.hour),
  ]);
  return { since: promotedAt, calls, errors };
}

/** How counts name a version: by its number, or a Go plugin's by its commit. */
function countedLabel(version: ShownVersion): string {
  return (version.kind === 'extractor' ? null : version.source?.commit) ?? formatVersion(version);
}

/** Returns the minutes of an hour's row. */
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
