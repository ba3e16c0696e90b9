// Schedules retries of failed deliveries (Standard Webhooks, "Deliverability and reliability"). Retries end after two days. outcomes.ts
// disables an endpoint whose deliveries have all failed for five days.
import { signedRequests } from '../contract/limits/signed-requests.ts';

/** Returns the wait before the next attempt, plus up to 10% to spread retries; undefined after the last attempt. */
export function retryWaitMs(attemptsMade: number, random: () => number = Math.random): number | undefined {
  const wait = signedRequests.retryWaitsMs[attemptsMade - 1];
  return wait === undefined ? undefined : Math.round(wait * (1 + random() / 10));
}

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Parses a Retry-After header: seconds or a date (RFC 9110 §10.2.3), at most an hour. Returns undefined if it is missing or invalid. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d{1,9}$/.test(header)
    ? Number(header) * 1000
    : httpDate.test(header)
      ? Date.parse(header) - now
      : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), signedRequests.retryAfterMaxMs);
}
