// Buffers recorded spans until they are sent, and writes them as OTLP JSON (opentelemetry-proto 1, trace service).
import type { TraceContext } from './trace-context.ts';

/** The cause of a span: a request, a queue message, or the surrounding work. */
export type SpanKind = keyof typeof kindNumbers;

export interface Span {
  trace: TraceContext;
  /** Null if the span starts the trace. */
  parentId: string | null;
  name: string;
  kind: SpanKind;
  /** Unix time in milliseconds. */
  beganAt: number;
  endedAt: number;
  attributes: Record<string, string | number | undefined>;
  failed: boolean;
}

const heldMax = 2048;
const sentAtOnce = 512;

/** Holds a limited number of spans, which bounds the cost of a slow or missing collector. Drops and counts further ones. */
export class SpanBuffer {
  #spans: Span[] = [];
  #dropped = 0;

  /** Adds a span, if the trace's caller wants it recorded. */
  add(span: Span): void {
    if (!span.trace.sampled) return;
    if (this.#spans.length < heldMax) this.#spans.push(span);
    else this.#dropped += 1;
  }

  get isEmpty(): boolean {
    return this.#spans.length === 0;
  }

  /** Removes one request's worth of spans, and the number of spans dropped since. */
  take(): { spans: Span[]; dropped: number } {
    const taken = { spans: this.#spans.splice(0, sentAtOnce), dropped: this.#dropped };
    this.#dropped = 0;
    return taken;
  }
}

/** OTLP's numbers. */
const kindNumbers = { internal: 1, server: 2, consumer: 5 } as const;
const errorStatus = 2;

export function toOtlp(service: string, spans: readonly Span[]): object {
  const resource = { attributes: attributesOf({ 'service.name': service }) };
  return {
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'slipway' }, spans: spans.map(otlpSpan) }] }],
  };
}

function otlpSpan({ attributes, beganAt, endedAt, failed, kind, name, parentId, trace }: Span): object {
  return {
    traceId: trace.traceId,
    spanId: trace.spanId,
    ...(parentId === null ? {} : { parentSpanId: parentId }),
    name,
    kind: kindNumbers[kind],
    startTimeUnixNano: nanosecondsOf(beganAt),
    endTimeUnixNano: nanosecondsOf(endedAt),
    attributes: attributesOf(attributes),
    status: failed ? { code: errorStatus } : {},
  };
}

/** Returns text, since JSON numbers aren't precise enough. */
function nanosecondsOf(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}

function attributesOf(attributes: Span['attributes']): object[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
}

const sendMs = 2_000;

/**
 * Sends the buffered spans, one request after the other. Spans that a collector rejects are lost. Returns how many were lost, and why.
 */
export async function sendSpans(
  buffer: SpanBuffer,
  service: string,
  post: (body: string, signal: AbortSignal) => Promise<Response>,
): Promise<{ lost: number; cause?: unknown }> {
  let lost = 0;
  let cause: unknown;
  while (!buffer.isEmpty) {
    const { dropped, spans } = buffer.take();
    lost += dropped;
    try {
      const response = await post(JSON.stringify(toOtlp(service, spans)), AbortSignal.timeout(sendMs));
      await response.body?.cancel();
      if (!response.ok) throw new Error(`The collector responded with ${response.status}`);
    } catch (error) {
      lost += spans.length;
      cause = error;
    }
  }
  return cause === undefined ? { lost } : { lost, cause };
}
