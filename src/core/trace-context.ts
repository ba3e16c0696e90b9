// Reads and writes W3C Trace Context's `traceparent`, level 1: a request's trace and parent span.

export const traceHeader = 'traceparent';

export interface TraceContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** True if the caller that started the trace wants it recorded. */
  sampled: boolean;
}

/** Returns null if the header is missing or has to be ignored. Versions after 00 may have more fields. */
export function parseTraceparent(text: string | null | undefined): TraceContext | null {
  const [, version, traceId = '', spanId = '', flags = '', rest] = form.exec(text ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

export function formatTraceparent({ sampled, spanId, traceId }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** Starts a span below the parent, or a new recorded trace. */
export function newSpanBelow(parent: TraceContext | null): TraceContext {
  return { traceId: parent?.traceId ?? hex(16), spanId: hex(8), sampled: parent?.sampled ?? true };
}

/** Returns the part of a request's trace that a row stores for later work. Null if the trace isn't recorded. */
export function keptTrace(trace: TraceContext | null): string | null {
  return trace?.sampled ? formatTraceparent(trace) : null;
}

function hex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
