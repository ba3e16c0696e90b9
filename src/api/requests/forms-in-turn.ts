// Lets forms wait until there is room for them in memory: a form is read as a whole, and an isolate may get several large ones at a time. Until
// then its bytes stay with the sender. A form that comes slowly is ended once another one waits for its room.
import type { HonoRequest, MiddlewareHandler } from 'hono';
import { apiLimits } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import { Room } from '../../core/room.ts';
import { type AppEnv, actorOf } from '../context.ts';

const room = new Room({ size: apiLimits.formRoomBytes, heldMs: apiLimits.formHeldMs });

/** Whether it is for the one route that reads a whole form. */
export function readsForm({ method, path }: Pick<HonoRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && /^\/v1\/namespaces\/[^/]+\/plugins$/.test(path);
}

/** Holds the room until the answer: the request refers to its body as long. Organizations take turns. */
export const formsInTurn: MiddlewareHandler<AppEnv> = async (c, next) => {
  const bytes = Number(c.req.header('content-length') ?? Number.NaN);
  const { body } = c.req.raw;
  if (!readsForm(c.req) || !body || bytes < apiLimits.smallFormBytes) return next();
  const amount = Number.isFinite(bytes) ? bytes : apiLimits.formRoomBytes;
  const read = async (keep: () => void) => {
    const alive = setInterval(keep, apiLimits.formAliveMs);
    const form = arriving(body, bytes);
    c.req.raw = new Request(c.req.raw, { body: form.body });
    try {
      await next();
    } finally {
      clearInterval(alive);
      form.end();
      form.check();
    }
  };
  await room.use(amount, read, actorOf(c).organizationId);
};

interface Arriving {
  /** The form as it comes. Fails if it is ended. */
  body: ReadableStream<Uint8Array>;
  /** Throws if the form was ended because it came slowly. The reader of the body gets another error: streams don't hand it on as it is. */
  check(): void;
  /** Reads nothing more. */
  end(): void;
}

function arriving(body: ReadableStream<Uint8Array>, bytes: number): Arriving {
  const { readable, writable } = Number.isSafeInteger(bytes)
    ? new FixedLengthStream(bytes)
    : new IdentityTransformStream();
  const reader = body.getReader();
  const writer = writable.getWriter();
  const end = (cause?: unknown) => {
    for (const stream of [reader.cancel(cause), writer.abort(cause)]) stream.catch(() => {});
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

/** Hands bytes on as fast as they are read. Only the time that they take to come counts. */
async function handOn(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  let piece = { bytes: 0, ms: 0 };
  for (;;) {
    const began = Date.now();
    const { done, value } = await soon(reader.read(), began + apiLimits.formPieceMs - piece.ms);
    if (done) return writer.close();
    piece = { bytes: piece.bytes + value.length, ms: piece.ms + Date.now() - began };
    if (piece.bytes >= apiLimits.formPieceBytes) piece = { bytes: 0, ms: 0 };
    await writer.write(value);
  }
}

/** Rejects when bytes are due and another form waits. */
async function soon<Result>(read: Promise<Result>, dueAt: number): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const look = () => {
    if (Date.now() >= dueAt && room.isWaitedFor()) late.reject(tooSlow());
  };
  look();
  const timer = setInterval(look, apiLimits.formLookMs);
  try {
    return await Promise.race([late.promise, read]);
  } finally {
    clearInterval(timer);
  }
}

function tooSlow(): Problem {
  const { formPieceBytes, formPieceMs } = apiLimits;
  const message = `The form came slower than ${formPieceBytes / formPieceMs / 1000} MB a second while others waited for its room in memory`;
  return new Problem('body-too-slow', message);
}
