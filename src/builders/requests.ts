// Sends requests to a builder, retries them while it restarts, and reads the responses.
import { ZodError, type z } from 'zod';
import { BuilderError, builderErrorSchema, builderErrorStatus } from '../contract/builder/errors.ts';
import { contractHeader, contractVersion } from '../contract/builder/instances.ts';
import type { CallOptions } from '../contract/builder/serving.ts';
import { builderLimits, builderRequests, startLimitMs } from '../contract/limits/builder.ts';
import { containerLimits } from '../contract/limits/containers.ts';
import { parseJson } from '../core/json/parse.ts';
import { LineReader } from '../core/paced-lines.ts';
import { formatSeconds } from '../core/quantities.ts';

/** Sends one request to the builder that has, or will have, this instance. Rejects if nothing responds. */
export type Send = (instanceId: string, path: string, init: RequestInit) => Promise<Response>;

/** Request timeout, and how long to retry a builder that refuses connections. */
export interface RetryPolicy {
  timeoutMs: number;
  reconnectMs: number;
}

export type Request = <Result>(
  id: string,
  path: string,
  init: RequestInit & { policy: RetryPolicy },
  read: (response: Response) => Promise<Result>,
) => Promise<Result>;

/** Returns a function that sends a request, retries it while a builder restarts, and reads the response. `init.signal` aborts it. */
export function requestBy(send: Send): Request {
  return (id, path, { policy, ...init }, read) => {
    const headers = { ...init.headers, [contractHeader]: contractVersion };
    const attempt = async (timeout: AbortSignal) => {
      const signal = init.signal ? AbortSignal.any([timeout, init.signal]) : timeout;
      const response = await send(id, path, { ...init, signal, headers });
      if (response.ok) return read(response);
      throw await readBuilderError(response);
    };
    const retryPolicy = init.body instanceof ReadableStream ? { ...policy, reconnectMs: 0 } : policy;
    return withRetry(attempt, retryPolicy, init.signal);
  };
}

/**
 * Retries while a builder restarts. Resends a request after a broken connection, so every request must be repeatable. A call has an ID,
 * so a builder that already got the call refuses it (D47).
 */
async function withRetry<Result>(
  attempt: (signal: AbortSignal) => Promise<Result>,
  { timeoutMs, reconnectMs }: RetryPolicy,
  ended: AbortSignal | null = null,
): Promise<Result> {
  const deadline = Date.now() + reconnectMs;
  for (;;) {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await attempt(signal);
    } catch (cause) {
      ended?.throwIfAborted();
      if (isFinal(cause, deadline)) throw cause;
      if (signal.aborted)
        throw new BuilderError(
          'unreachable',
          `The builder did not answer within ${formatSeconds(timeoutMs)}`,
          [],
          cause,
        );
      if (Date.now() >= deadline) throw new BuilderError('unreachable', 'The builder does not answer', [], cause);
      await new Promise((resolve) => setTimeout(resolve, builderRequests.retryEveryMs));
    }
  }
}

/** Returns whether the request was answered. A builder about to exit hasn't started the request. */
function isFinal(error: unknown, deadline: number): boolean {
  if (error instanceof BuilderError) return error.code !== 'builder-stopping' || Date.now() >= deadline;
  return error instanceof ZodError || error instanceof SyntaxError;
}

const missing: ReadonlySet<string> = new Set<BuilderError['code']>(['instance-gone', 'stopped', 'not-found']);

export async function unlessMissing<Result>(answer: Promise<Result>): Promise<Result | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof BuilderError && missing.has(error.code)) return undefined;
    throw error;
  }
}

/** Maximum length of a builder's line other than a stream value. Results are the longest. */
const lineBytes = 2 * builderLimits.callBytes;

/** Reads NDJSON and validates each line. A builder lost before the end counts as unreachable. */
export async function* events<Event>(
  schema: z.ZodType<Event>,
  open: () => Promise<ReadableStream<Uint8Array>>,
): AsyncGenerator<Event> {
  const reader = new LineReader(await open(), lineBytes);
  const read = () =>
    reader.read().catch((cause: unknown) => {
      throw new BuilderError('unreachable', 'The builder was lost while it worked', [], cause);
    });
  try {
    for (let lines = await read(); lines; lines = await read())
      for (const line of lines) yield schema.parse(JSON.parse(line));
  } finally {
    await reader.cancel().catch(() => {});
  }
}

export async function requireBody(response: Response): Promise<ReadableStream<Uint8Array>> {
  if (!response.body) throw new BuilderError('internal', 'The builder sent no body');
  return response.body;
}

export function jsonBy<Output>(schema: z.ZodType<Output>): (response: Response) => Promise<Output> {
  return async (response) => schema.parse(await response.json());
}

export async function done(response: Response): Promise<void> {
  await response.body?.cancel();
}

export async function readBuilderError(response: Response): Promise<BuilderError> {
  const text = await response.text().catch(() => '');
  const body = builderErrorSchema.safeParse(parseJson(text));
  if (body.success) {
    const { code, message, missing, crashes = 0 } = body.data.error;
    return Object.assign(new BuilderError(code, message, missing), { crashes });
  }
  if (response.status === builderErrorStatus['contract-mismatch'])
    return new BuilderError('contract-mismatch', 'The builder is from another release than the Worker.');
  const elsewhere = response.headers.get('location');
  if (elsewhere !== null)
    return new BuilderError(
      'unreachable',
      `The builder's URL redirects to ${elsewhere}. Use the URL of the builder itself.`,
    );
  // A builder that crashes within a request answers 500. Anything else comes from a proxy, or from a server that isn't a builder.
  return response.status === 500
    ? new BuilderError('internal', 'The builder answered 500')
    : new BuilderError('unreachable', `The builder cannot be reached (${response.status}): ${text.slice(0, 200)}`);
}

export const json = { 'content-type': 'application/json' };

export const defaultPolicy: RetryPolicy = {
  timeoutMs: builderRequests.timeoutMs,
  reconnectMs: builderLimits.reconnectMs,
};
/** Starting an instance, joining a start, or sending the archive. */
export const startPolicy: RetryPolicy = {
  ...defaultPolicy,
  timeoutMs: containerLimits.coldStartMs + builderLimits.startMs,
};
/** Covers the largest environment, which a start assembles first. Only a hanging builder reaches it. */
export const instancePolicy: RetryPolicy = {
  ...defaultPolicy,
  timeoutMs: containerLimits.coldStartMs + 2 * startLimitMs(builderLimits, builderLimits.environmentBytes),
};
/** Longer than the builder's own limits, so only a hanging builder reaches it. */
export function callPolicy({ callMs = builderLimits.callMs }: CallOptions): RetryPolicy {
  return { ...defaultPolicy, timeoutMs: builderLimits.readyWaitMs + callMs + 2 * builderLimits.hangMs };
}
/** The instance stops after the call, so a retry would find no instance. */
export function batchPolicy(options: CallOptions): RetryPolicy {
  return onceWithin(callPolicy(options).timeoutMs + builderLimits.hangMs);
}
/** Includes the builds ahead of this one in the queue. */
export const buildPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 3 * builderLimits.buildMs };
/** Includes several installations ahead of this one. */
export const environmentPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.environmentMs };
export const fetchPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.fetchMs };
export const stopPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.drainMaxMs };
/** For display only. */
export const statusPolicy: RetryPolicy = onceWithin(builderRequests.statusMs);

export function onceWithin(timeoutMs: number): RetryPolicy {
  return { timeoutMs, reconnectMs: 0 };
}

export function post(value: unknown, policy: RetryPolicy) {
  return { method: 'POST', body: JSON.stringify(value), headers: json, policy };
}
