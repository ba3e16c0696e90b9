// Records spans for the Worker's requests that belong to a trace: an instance start, a build, an installation. Calls have their own
// spans (calls.ts).
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Span } from '../../../src/core/spans.ts';
import { newSpanBelow, parseTraceparent, traceHeader } from '../../../src/core/trace-context.ts';
import type { SpanExporter } from './span-exporter.ts';

type Env = { Bindings: HttpBindings };
type AttributesOf = (c: Context<Env>) => Span['attributes'];

/** A span ends with its response. For a start, a build or an installation, that is when its log ends. */
export function requestSpans(spans: SpanExporter, attributesOf: AttributesOf): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { incoming, outgoing } = c.env;
    const parent = parseTraceparent(incoming.headers[traceHeader]?.toString());
    const beganAt = Date.now();
    outgoing.once('close', () => {
      if (!parent) return;
      spans.record({
        trace: newSpanBelow(parent),
        parentId: parent.spanId,
        name: `${c.req.method} ${routeOf(c)}`,
        kind: 'server',
        beganAt,
        endedAt: Date.now(),
        attributes: { 'http.response.status_code': outgoing.statusCode, ...attributesOf(c) },
        failed: outgoing.statusCode >= 500,
      });
    });
    await next();
  };
}

/** Returns the route's pattern, because paths contain IDs and would create too many span names. */
function routeOf(c: Context<Env>): string {
  return matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'of no route';
}
