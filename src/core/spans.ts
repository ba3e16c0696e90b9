// Holds spans that were recorded until they are sent, and writes them as OTLP JSON (opentelemetry-proto 1, trace service).
import type { TraceContext } from './trace-context.ts';

/** The cause of a span: a request, a message of a queue, or the work around it. */
export type SpanKind = keyof typeof kindNumbers;

export interface Span {
  trace: TraceContext;
  /** Null: the trace begins with it. */
  parentId: string | null;
  name: string;
  kind: SpanKind;
  /** Milliseconds of the Unix clock. */
  beganAt: number;
  endedAt: number;
  attributes: Record<string, string | number | undefined>;
  failed: boolean;
}

const heldMax = 2048;
const sentAtOnce = 512;

/** Holds a limited number of spans: a collector that is slow or gone costs nothing else. Beyond that, new ones are dropped and counted. */
export class SpanBuffer {
  #spans: Span[] = [];
  #dropped = 0;

  /** Adds a span, if the caller that began its trace wants it. */
  add(span: Span): void {
    if (!span.trace.sampled) return;
    if (this.#spans.length < heldMax) this.#spans.push(span);
    else this.#dropped += 1;
  }

  get isEmpty(): boolean {
    return this.#spans.length === 0;
  }

  /** Removes what one request sends, and the number of spans that were dropped since. */
  take(): { spans: Span[]; dropped: number } {
    const taken = { spans: this.#spans.splice(0, sentAtOnce), dropped: this.#dropped };
    this.#dropped = 0;
    return taken;
  }
}

/** The numbers of OTLP. */
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

/** As text: JSON's numbers are too short for it. */
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

/** Sends what the buffer has, one request after the other. What a collector refuses is lost. Returns how many spans were, and why. */
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
      if (!response.ok) throw new Error(`The collector answered ${response.status}`);
    } catch (error) {
      lost += spans.length;
      cause = error;
    }
  }
  return cause === undefined ? { lost } : { lost, cause };
}
