// Gathers what a plugin call needs, with how long its caller waits. After that time, the call also ends in the plugin.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { serving } from '../../contract/limits/serving.ts';
import type { CallDeps } from '../../serve/points.ts';
import type { AppEnv } from '../context/context.ts';
import { optionalWholeNumber } from './paging.ts';

const header = 'x-request-timeout';
const startHeader = 'slipway-start-timeout';
const startSecondsMax = serving.startWaitMaxMs / 1000;

/** Headers for a route that calls a plugin. */
export const timeoutHeaders = z.object({
  [header]: z
    .string()
    .regex(/^(?=.*[1-9])\d{1,5}(?:\.\d{1,3})?$/, 'must be a number of seconds, such as 2.5')
    .optional()
    .openapi({
      description:
        'Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit.',
    }),
  [startHeader]: optionalWholeNumber({ min: 0, max: startSecondsMax }).openapi({
    description: `Number of seconds that the caller waits for an instance that is asleep; ${serving.startWaitMs / 1000} by default. After that, the response is 503 with \`Retry-After\`, and the start continues. With \`0\`, the call does not wait for a start`,
  }),
});

/** Returns the caller's limit, or undefined if it sent none. */
function startWaitMs({ req }: Pick<Context, 'req'>): number | undefined {
  const sent = req.header(startHeader);
  const seconds = sent === undefined ? undefined : timeoutHeaders.shape[startHeader].safeParse(sent).data;
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Returns the caller's limit, or undefined if it sent none. */
function requestTimeoutMs({ req }: Pick<Context, 'req'>): number | undefined {
  const sent = req.header(header);
  const seconds = sent === undefined ? undefined : timeoutHeaders.shape[header].safeParse(sent).data;
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** Returns the dependencies of a plugin call: the request's, the isolate's cached routes, and the call counter. */
export function callDeps(c: Context<AppEnv>): CallDeps {
  const deps = c.get('deps');
  const timeoutMs = requestTimeoutMs(c);
  const deadline = timeoutMs === undefined ? undefined : { timeoutMs, at: deps.clock.now() + timeoutMs };
  const { calls, fleets, releaseCounts, routes } = c.get('caches');
  const requestId = c.get('requestId');
  const callerKey = c.req.header('slipway-key');
  return { ...deps, routes, fleets, calls, releaseCounts, callerKey, requestId, deadline, startWaitMs: startWaitMs(c) };
}
