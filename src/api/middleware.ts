// Prepares every request: ID, dependencies, headers, log line.
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { z } from 'zod';
import { requestLog } from '../contract/limits/logs.ts';
import type { LocationHint } from '../contract/plugin/placement.ts';
import { systemClock } from '../core/clock.ts';
import { idSource } from '../core/ids.ts';
import { type LogFields, withFields } from '../core/log.ts';
import {
  formatTraceparent,
  newSpanBelow,
  parseTraceparent,
  type TraceContext,
  traceHeader,
} from '../core/trace-context.ts';
import type { Deps } from '../deps.ts';
import { announceEvents } from '../events/record.ts';
import type { AppEnv, LogSample } from './context/context.ts';
import { problemResponse } from './problems/problem-response.ts';
import { pathOf, requireOneHost, storageFor } from './requests/origin.ts';
import { dropRest } from './requests/refused-body.ts';
import { contentPolicy } from './responses/security-headers.ts';

const reported = z.object({
  continent: z.string().optional(),
  country: z.string().optional(),
  longitude: z.coerce.number().optional(),
});

const middleEast = new Set(['AE', 'BH', 'IL', 'IQ', 'IR', 'JO', 'KW', 'LB', 'OM', 'PS', 'QA', 'SA', 'SY', 'TR', 'YE']);
/** Longitudes that divide a continent into two regions. */
const divides = { NA: -100, EU: 15 };

/** Returns null if the platform doesn't report a location, as in local runs. */
export function readLocationHint(cf: unknown): LocationHint | null {
  if (cf === undefined) return null;
  const { continent, country = '', longitude = 0 } = reported.safeParse(cf).data ?? {};
  switch (continent) {
    case 'NA':
      return longitude < divides.NA ? 'wnam' : 'enam';
    case 'SA':
      return 'sam';
    case 'EU':
      return longitude < divides.EU ? 'weur' : 'eeur';
    case 'AS':
      return middleEast.has(country) ? 'me' : 'apac';
    case 'OC':
      return 'oc';
    case 'AF':
      return 'afr';
    default:
      return null;
  }
}

export type MakeDeps = (env: unknown, ctx: { waitUntil(work: Promise<unknown>): void }) => Deps;

const ids = idSource(systemClock.now);
/** Probes, which monitors request every few seconds. */
const probes = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Gives the request its ID and every response its common headers. Reads no settings, so configuration errors get the ID and headers
 * too.
 */
export const identify: MiddlewareHandler<AppEnv> = async (c, next) => {
  const requestId = ids('request');
  c.set('requestId', requestId);
  c.set('renderProblem', problemResponse);
  await next();
  // `c.header` would copy the response.
  const { headers } = c.res;
  headers.set('slipway-request-id', requestId);
  headers.set('x-content-type-options', 'nosniff');
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', contentPolicy);
  if (c.res.status >= 400) c.res = await dropRest(c.req.raw, c.res);
};

export function prepare(
  partsOf: (env: object) => { makeDeps: MakeDeps; caches: AppEnv['Variables']['caches'] },
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    requireOneHost(c.req.url);
    const { makeDeps, caches } = partsOf(c.env);
    const made = makeDeps(c.env, c.executionCtx);
    const parent = parseTraceparent(c.req.header(traceHeader));
    const isRecorded = made.tracing !== null && (parent !== null || made.tracing.begins());
    const trace = isRecorded ? newSpanBelow(parent) : parent;
    const fields = () => ({ request_id: c.get('requestId'), organization: c.get('actor')?.organizationId });
    const deps = {
      ...made,
      ...logging(made, fields),
      locationHint: readLocationHint(c.req.raw.cf) ?? made.locationHint,
      storage: storageFor(made, c.req.url),
      trace,
    };
    const startedAt = deps.clock.now();
    c.set('deps', deps);
    c.set('caches', caches);
    c.set('mayMoveTraffic', false);
    c.set('credential', null);
    await next();
    announceEvents(deps);
    if (trace) endSpan(c, { trace, parent, startedAt });
    const durationMs = deps.clock.now() - startedAt;
    const standsFor = sampledAs(caches.sample, { status: c.res.status, durationMs }, deps.logEvery);
    if (standsFor === null) return;
    const path = pathOf(c.req.url);
    if (probes.has(path) && c.res.status < 400) return;
    deps.log.info('request', {
      method: c.req.method,
      path,
      status: c.res.status,
      duration_ms: durationMs,
      stands_for: standsFor > 1 ? standsFor : undefined,
      key: c.get('actor')?.ref.id,
    });
  };
}

interface RequestSpan {
  trace: TraceContext;
  parent: TraceContext | null;
  startedAt: number;
}

/** Returns the request's span and duration to the caller, and records the span if there is a collector. */
function endSpan(c: Context<AppEnv>, { parent, startedAt, trace }: RequestSpan): void {
  const { actor, deps, requestId } = c.var;
  const endedAt = deps.clock.now();
  c.res.headers.set(
    'server-timing',
    `traceparent;desc="${formatTraceparent(trace)}", total;dur=${endedAt - startedAt}`,
  );
  deps.tracing?.record({
    trace,
    parentId: parent?.spanId ?? null,
    name: `${c.req.method} ${routeOf(c)}`,
    kind: 'server',
    beganAt: startedAt,
    endedAt,
    attributes: {
      'http.request.method': c.req.method,
      'http.response.status_code': c.res.status,
      'slipway.request_id': requestId,
      'slipway.organization': actor?.organizationId,
    },
    failed: c.res.status >= 500,
  });
}

/** Returns the route's pattern, because paths contain IDs and would create too many span names. */
function routeOf(c: Context<AppEnv>): string {
  return matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'of no route';
}

/** Returns the deps with a log that adds the fields to every line, including lines about failed deferred work. */
export function loggingDeps(deps: Deps, fields: () => LogFields): Deps {
  return { ...deps, ...logging(deps, fields) };
}

function logging(deps: Deps, fields: () => LogFields): Pick<Deps, 'log' | 'defer'> {
  const log = withFields(deps.log, fields);
  const defer: Deps['defer'] = (work) =>
    deps.defer(work.catch((cause: unknown) => log.error('deferred.failed', { cause })));
  return { log, defer };
}

/** Returns how many requests a log line stands for, or null if this request gets none. Logs one in `every` ordinary requests. */
export function sampledAs(
  sample: LogSample,
  { status, durationMs }: { status: number; durationMs: number },
  every: number,
): number | null {
  if (status >= 400 || durationMs >= requestLog.slowMs) return 1;
  sample.skipped += 1;
  if (sample.skipped < every) return null;
  sample.skipped = 0;
  return every;
}
