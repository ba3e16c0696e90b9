// Lets forms wait until there is room for them in memory: a form is read as a whole, and an isolate may get several large ones at a time. Until
// then its bytes stay with the sender.
import type { MiddlewareHandler } from 'hono';
import { apiLimits } from '../../contract/limits/requests.ts';
import { Room } from '../../core/room.ts';
import type { AppEnv } from '../context.ts';

const room = new Room({ size: apiLimits.formRoomBytes, heldMs: apiLimits.formHeldMs });

/** Holds the room until the answer: the request refers to its body as long. */
export const formsInTurn: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!(c.req.header('content-type') ?? '').startsWith('multipart/')) return next();
  const bytes = Number(c.req.header('content-length') ?? Number.NaN);
  if (bytes < apiLimits.smallFormBytes) return next();
  await room.use(Number.isFinite(bytes) ? bytes : apiLimits.formRoomBytes, () => next());
};
