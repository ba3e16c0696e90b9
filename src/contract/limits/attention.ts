// Defines the limits of what needs attention.
const hours = 60 * 60 * 1000;
const days = 24 * hours;

export const needLimits = {
  /** Needs of a kind in a list; the others are counted. */
  shownOfKind: 20,
  /** Needs of a kind that are read. Beyond it, dismissed ones may hide others. */
  readOfKind: 200,
  /** Dismissals of a person or key. A further one replaces the oldest. */
  dismissalsMax: 500,
  /** How long a dismissal lasts if the need doesn't change. */
  dismissalMs: 90 * days,
  dismissalsSwept: 500,
  idCharsMax: 200,
  fingerprintChars: 16,
  /** Share of a budget or quota from which it is a need, in percent. */
  spentPercent: 80,
  /** A key is a need this long before it expires, and, if it was used, this long afterwards. */
  keyExpiresMs: 14 * days,
  keyExpiredMs: 7 * days,
  /** Calls of this long decide whether a live version fails. */
  callsMs: 1 * hours,
  /** How long a reverted release or a failed push is a need. */
  endedMs: 7 * days,
  /** A builder that is silent for less is probably restarting. */
  silentMs: 1 * 60 * 1000,
} as const;

export const summaryLimits = {
  /** Hour of the day (UTC) from which the day's summary is due. */
  hourMs: 8 * hours,
  dayMs: 1 * days,
  titlesMax: 20,
  organizationsOfSweep: 20,
} as const;
