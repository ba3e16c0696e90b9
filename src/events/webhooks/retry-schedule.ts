// When a delivery that failed is tried again (Standard Webhooks, "Deliverability and reliability").

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** The waits after the first attempt, the second one, and so on: nine attempts within two days. */
const waitsMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 14 * hour];

/** A receiver may ask for no more than that. */
export const retryAfterMaxMs = hour;

/** Undefined after the last attempt. Up to a tenth more, so that what failed together doesn't come back together. */
export function retryWaitMs(attemptsMade: number, random: () => number = Math.random): number | undefined {
  const wait = waitsMs[attemptsMade - 1];
  return wait === undefined ? undefined : Math.round(wait * (1 + random() / 10));
}

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Of a Retry-After header: seconds or a date (RFC 9110 §10.2.3), at most an hour. Undefined for none, or for what isn't one. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d{1,9}$/.test(header)
    ? Number(header) * second
    : httpDate.test(header)
      ? Date.parse(header) - now
      : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), retryAfterMaxMs);
}
