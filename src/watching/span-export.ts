// Sends an isolate's spans to a collector, after the responses that they belong to.
import { type Span, SpanBuffer, sendSpans } from '../core/spans.ts';
import type { Deps, Tracing } from '../deps.ts';

/**
 * The isolate's spans, the time when they will next be sent, and the number of requests without a trace since the last trace was
 * started.
 */
export interface SpanExport {
  buffer: SpanBuffer;
  sendsAt: number;
  skipped: number;
}

export function spanExport(): SpanExport {
  return { buffer: new SpanBuffer(), sendsAt: 0, skipped: 0 };
}

/** `every`: of this many requests without a trace, one starts a trace. */
export function tracingTo(
  to: SpanExport,
  { url, every }: { url: string; every: number },
  deps: Pick<Deps, 'clock' | 'defer' | 'log'>,
): Omit<Tracing, 'builderIn'> {
  return {
    record: (span) => recordSpan(deps, to, url, span),
    begins: () => {
      to.skipped += 1;
      if (to.skipped < every) return false;
      to.skipped = 0;
      return true;
    },
  };
}

/** How long spans wait, so that several are sent together. Deferred work has 30 s. */
const waitMs = 1_000;
/** A request that is this late with sending has ended without sending. */
const lateMs = 20_000;

/** Records a span, and schedules it to be sent after the response. */
function recordSpan(deps: Pick<Deps, 'clock' | 'defer' | 'log'>, to: SpanExport, url: string, span: Span): void {
  to.buffer.add(span);
  const now = deps.clock.now();
  if (to.buffer.isEmpty || now < to.sendsAt + lateMs) return;
  to.sendsAt = now + waitMs;
  deps.defer(sendLater(deps, to, url));
}

async function sendLater({ log }: Pick<Deps, 'log'>, to: SpanExport, url: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  to.sendsAt = -lateMs;
  const headers = { 'content-type': 'application/json' };
  const post = (body: string, signal: AbortSignal) => fetch(url, { method: 'POST', headers, body, signal });
  const { lost, cause } = await sendSpans(to.buffer, 'slipway', post);
  if (lost > 0) log.warn('spans.lost', { lost, cause });
}
