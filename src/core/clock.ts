// Defines time: milliseconds since the Unix epoch internally, ISO 8601 in the API.

export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Returns the UTC day, such as 2026-03-12. */
export function isoDay(ms: number): string {
  return iso(ms).slice(0, 10);
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
