// Defines limits of calls: for each plugin, version or API key, how many may begin in a minute and how many may be in progress. An
// isolate takes shares of a limit from the limit's object, so that no call needs the database.
import { z } from 'zod';

export const limitedKinds = ['plugin', 'version', 'key'] as const;
export type LimitedKind = (typeof limitedKinds)[number];

/** Calls per minute of the clock, and calls in progress. Null means no limit. */
export const callLimitSchema = z.object({
  perMinute: z.int().min(1).max(10_000_000).nullable(),
  atOnce: z.int().min(1).max(100_000).nullable(),
});
export type CallLimit = z.infer<typeof callLimitSchema>;

/** A limit and what it limits, by ID. */
export interface SubjectLimit {
  kind: LimitedKind;
  subjectId: string;
  limit: CallLimit;
}

/** An isolate's request to the limit's object. */
export interface ShareRequest {
  isolate: string;
  /** Counts the isolate's requests for this limit, so that a late one changes nothing. */
  number: number;
  /** The isolate's time in milliseconds. */
  at: number;
  limit: CallLimit;
  /** Calls that the isolate wants to begin in this minute. */
  toBegin: number;
  /** Calls in progress that the isolate wants to hold in total; 0 gives them all back. */
  toHold: number;
}

export interface Share {
  /** Calls that may begin in this minute. If 0, the minute has none left. */
  begin: number;
  /** Calls in progress that the isolate holds in total. */
  hold: number;
}
