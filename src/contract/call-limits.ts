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

/** How an isolate and the limit's object share it. */
export const limitSharing = {
  /** A share of the calls per minute is at most one in this many, among all isolates together. So little is lost at the minute's end. */
  partsOfMinute: 40,
  /** And at most one in this many of what is left, so that no isolate holds what another needs. */
  partsOfRest: 8,
  /** An isolate keeps one in this many of the calls at once for its next calls. */
  partsAtOnce: 40,
  /** An isolate that was silent for this long no longer holds calls at once. It repeats what it holds more often. */
  heldMs: 30_000,
  repeatEveryMs: 10_000,
  /** How long an isolate waits for the object. Without an answer, the call goes ahead. */
  answerMs: 2000,
  /** Limits that an isolate keeps shares of. */
  remembered: 10_000,
} as const;

/** What an isolate asks the limit's object for. */
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
