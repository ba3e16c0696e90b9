// Replaces what depends on the day of the run, or on how long the scene has been running.
import { z } from 'zod';

const amounts = z.looseObject({ calls: z.int() });
const history = z.looseObject({
  months: z.array(z.looseObject({ month: z.string(), total: amounts })),
  forecast: amounts,
});
const delivery = z.looseObject({ attempts_made: z.array(z.unknown()) });

/** Returns the response as of the time shown on the page. */
export function withFixedMoments(body: string, until: string): string {
  if (!/"(?:forecast|attempts_made)"/.test(body)) return body;
  const answer: unknown = JSON.parse(body);
  const fixed = monthsUpTo(answer, until) ?? firstAttempt(answer);
  return fixed === undefined ? body : JSON.stringify(fixed);
}

/** The forecast is what the last month used, because the real one depends on the day. */
function monthsUpTo(answer: unknown, until: string): object | undefined {
  const { data } = history.safeParse(answer);
  if (!data) return undefined;
  const { months, forecast } = data;
  return {
    ...data,
    months: months.map((month, at) => ({ ...month, month: monthBefore(until, months.length - 1 - at) })),
    forecast: { ...forecast, ...months.at(-1)?.total },
  };
}

function monthBefore(until: string, months: number): string {
  const day = new Date(until);
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() - months)).toISOString().slice(0, 7);
}

/** In a slow run, the delivery has been repeated before its page opens. */
function firstAttempt(answer: unknown): object | undefined {
  const { data } = delivery.safeParse(answer);
  return data && { ...data, attempts_made: data.attempts_made.slice(0, 1) };
}
