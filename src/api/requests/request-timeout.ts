// Reads how long a caller waits for a call of a plugin. The call ends then, in the plugin as well.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';

const header = 'x-request-timeout';

/** The headers of a route that calls a plugin. */
export const timeoutHeaders = z.object({
  [header]: z
    .string()
    .regex(/^(?=.*[1-9])\d{1,5}(?:\.\d{1,3})?$/, 'must be a number of seconds, such as 2.5')
    .optional()
    .openapi({
      description:
        'Seconds that the caller waits, such as `2.5`. The call ends then, like one that exceeds its time limit. Has no effect beyond that limit.',
    }),
});

/** Undefined: the caller does not say. */
export function requestTimeoutMs({ req }: Pick<Context, 'req'>): number | undefined {
  const seconds = timeoutHeaders.safeParse({ [header]: req.header(header) }).data?.[header];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
