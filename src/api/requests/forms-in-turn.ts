// Makes forms wait until there is memory for them, because a form is read as a whole and an isolate may receive several large ones at a
// time.
import type { HonoRequest, MiddlewareHandler } from 'hono';
import { apiLimits, bodyLimits, isolateMemory } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import { bodyRoom, largeRoom } from '../../registry/storage/archive-place.ts';
import type { AppEnv } from '../context/context.ts';
import { takePlace } from './body-place.ts';
import { PacedReader } from './paced-reader.ts';

/** Returns whether the request is for the one route that reads a whole form. */
export function readsForm({ method, path }: Pick<HonoRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && /^\/v1\/namespaces\/[^/]+\/plugins$/.test(path);
}

/** Reserves the form's memory before reading any of it. Rejects a form that is too large without reading it. */
export const formsInTurn: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!readsForm(c.req)) return next();
  const { body } = c.req.raw;
  const bytes = Number(c.req.header('content-length') ?? Number.NaN);
  if (!body || bytes > apiLimits.idempotentFormBytes) return next();
  const amount = Number.isFinite(bytes) ? bodyLimits.formTimes * bytes : isolateMemory.large.size;
  const room = bytes < bodyLimits.smallFormBytes ? bodyRoom : largeRoom;
  const place = await takePlace(c, room, { amount, waitMs: bodyLimits.formWaitMs });
  const form = arriving(new PacedReader(body, place), bytes);
  c.req.raw = new Request(c.req.raw, { body: form.body });
  try {
    await next();
  } finally {
    form.end();
    form.check();
  }
};

interface Arriving {
  /** The form as it arrives. Fails if the form is ended. */
  body: ReadableStream<Uint8Array>;
  /**
   * Throws if the form was ended because it was slow. The body's reader gets a different error, because streams don't pass this one on
   * unchanged.
   */
  check(): void;
  /** Stops reading. */
  end(): void;
}

function arriving(reader: PacedReader, bytes: number): Arriving {
  const { readable, writable } = Number.isSafeInteger(bytes)
    ? new FixedLengthStream(bytes)
    : new IdentityTransformStream();
  const writer = writable.getWriter();
  const end = (cause?: unknown) => {
    reader.cancel(cause);
    writer.abort(cause).catch(() => {});
  };
  const late: Problem[] = [];
  handOn(reader, writer).catch((cause: unknown) => {
    if (cause instanceof Problem) late.push(cause);
    end(cause);
  });
  const check = () => {
    for (const problem of late) throw problem;
  };
  return { body: readable, check, end };
}

/** Forwards bytes as fast as they are read. */
async function handOn(reader: PacedReader, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  for (let value = await reader.read(); value; value = await reader.read()) await writer.write(value);
  await writer.close();
}
