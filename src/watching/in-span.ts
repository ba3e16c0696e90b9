// Records work as a span of its trace.
import type { Span, SpanKind } from '../core/spans.ts';
import { newSpanBelow, parseTraceparent } from '../core/trace-context.ts';
import type { Deps } from '../deps.ts';

type SpanDeps = Pick<Deps, 'clock' | 'trace' | 'tracing'>;

interface SpanOf {
  name: string;
  kind?: SpanKind;
  attributes?: Span['attributes'];
}

/**
 * Runs the work in a child span of the current one, and passes the span to the builder. Without a collector or a trace, just runs the
 * work.
 */
export async function inSpan<Own extends SpanDeps, Result>(
  deps: Own,
  { name, kind = 'internal', attributes = {} }: SpanOf,
  work: (deps: Own) => Promise<Result>,
): Promise<Result> {
  const { clock, trace: parent, tracing } = deps;
  if (!tracing || !parent?.sampled) return work(deps);
  const trace = newSpanBelow(parent);
  const beganAt = clock.now();
  const end = (failed: boolean) =>
    tracing.record({ trace, parentId: parent.spanId, name, kind, beganAt, endedAt: clock.now(), attributes, failed });
  try {
    const result = await work({ ...deps, trace, builder: tracing.builderIn(trace) });
    end(false);
    return result;
  } catch (error) {
    end(true);
    throw error;
  }
}

/** Columns that identify a row's work and its owner. */
interface Work {
  id: string;
  organizationId: string;
  attempts: number;
  traceparent: string | null;
}

const subjects = {
  publish: 'slipway.upload',
  deploy: 'slipway.deployment',
  split: 'slipway.run',
  rows: 'slipway.run',
} as const;

/** Runs a row's work in a span of the trace stored with the row, or else of the request that does the work. */
export function runInSpan<Own extends SpanDeps, Result>(
  deps: Own,
  name: keyof typeof subjects,
  { attempts, id, organizationId, traceparent }: Work,
  work: (deps: Own) => Promise<Result>,
): Promise<Result> {
  const attributes = { 'slipway.organization': organizationId, [subjects[name]]: id, 'slipway.attempt': attempts };
  if (deps.trace) return inSpan(deps, { name, attributes }, work);
  return inSpan({ ...deps, trace: parseTraceparent(traceparent) }, { name, kind: 'consumer', attributes }, work);
}
