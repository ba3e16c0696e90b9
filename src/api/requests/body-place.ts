// Reserves isolate memory for request bodies for as long as their requests last. Until a body has its reservation, its bytes stay with
// the sender. *If the isolate dies*, its connections break, and no work has been done for waiting bodies. *If the sender leaves* while
// its body is being read, the reservation ends immediately. Otherwise it ends with the request, or `isolateMemory.bodies.heldMs` after
// the runtime drops the request.
import type { Context, HonoRequest, MiddlewareHandler } from 'hono';
import { bodyLimits, isolateMemory } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import type { Held, Room, WatchedPlace } from '../../core/room.ts';
import { logRoom } from '../../logs/read-log.ts';
import { bodyRoom } from '../../registry/storage/archive-place.ts';
import type { AppEnv } from '../context/context.ts';
import { clientAddress } from './origin.ts';

export const plainBodies: MiddlewareHandler<AppEnv> = async (c, next) => {
  const encoding = c.req.header('content-encoding')?.trim() ?? '';
  if (encoding === '' || encoding.toLowerCase() === 'identity' || !c.req.raw.body) return next();
  throw new Problem('encoded-body', `The body has the header Content-Encoding: ${encoding}`);
};

interface Need {
  /** Memory in bytes. */
  amount: number;
  waitMs: number;
  isSmall?: boolean | undefined;
}

/** Releases a body's reservation when the response is ready. */
export const leavesPlace: MiddlewareHandler<AppEnv> = async (c, next) => {
  try {
    await next();
  } finally {
    c.get('bodyPlace')?.leave();
  }
};

/** Returns a reservation for the request's JSON body of this many bytes. The request may already have one. */
export function reserveJsonBody(c: Context<AppEnv>, bytes: number): Promise<WatchedPlace> {
  const amount = bodyLimits.bodyTimes * bytes;
  return takePlace(c, bodyRoom, { amount, waitMs: bodyLimits.waitMs, isSmall: bytes < bodyLimits.smallBytes });
}

/** Waits until there is memory for the request's body. Organizations take turns, and so do addresses of requests without a key. */
export async function takePlace(
  c: Context<AppEnv>,
  room: Room,
  { amount, waitMs, isSmall }: Need,
): Promise<WatchedPlace> {
  const bodyPlace = c.get('bodyPlace');
  if (bodyPlace) return bodyPlace;
  const until = Date.now() + waitMs;
  const whileWaiting = async () => {
    if (Date.now() >= until) throw memoryFull();
  };
  const held = await room.enter(amount, { owner: ownerOf(c), isSmall, whileWaiting });
  const timer = setInterval(() => {
    held.keep();
    place.look?.();
  }, bodyLimits.aliveMs);
  const leave = () => {
    clearInterval(timer);
    held.leave();
  };
  const place: WatchedPlace = { ...held, look: undefined, leave };
  c.set('bodyPlace', place);
  return place;
}

/** Waits for the request's turn to read logs. */
export async function takeLogTurn(c: Context<AppEnv>): Promise<void> {
  await takePlace(c, logRoom, { amount: 1, waitMs: bodyLimits.waitMs });
}

/**
 * Waits for the full reservation for a body that announced no length and turns out not to be small. Meanwhile the body holds little
 * memory, and it gives up like other bodies.
 */
export async function growPlace(place: Held, bytes: number): Promise<void> {
  const until = Date.now() + bodyLimits.waitMs;
  const amount = Math.min(bodyLimits.bodyTimes * bytes, isolateMemory.bodies.perOwner);
  while (!place.growTo(amount)) {
    if (Date.now() >= until) throw memoryFull();
    await new Promise((resolve) => setTimeout(resolve, bodyLimits.lookMs));
  }
}

/**
 * Drops the body once it's no longer needed, and releases its reservation. Work that needs another reservation continues without the
 * body.
 */
export function leaveBody(c: Context<AppEnv>): void {
  forgetBody(c.req);
  c.get('bodyPlace')?.leave();
}

function ownerOf(c: Context<AppEnv>): string {
  const actor = c.get('actor');
  return actor && actor.ref.type !== 'anonymous' ? actor.organizationId : `address ${clientAddress(c)}`;
}

function memoryFull(): Problem {
  return new Problem('memory-full', 'Requests with large bodies, or for logs, hold all the available memory', {
    retryAfterSeconds: bodyLimits.retryAfterSeconds,
  });
}

/** Keeps small bodies, because creating a new request costs more than they do. */
export function forgetBody(request: HonoRequest): void {
  request.bodyCache = {};
  const { headers, method, url } = request.raw;
  if (Number(headers.get('content-length') ?? bodyLimits.smallBytes) >= bodyLimits.smallBytes)
    request.raw = new Request(url, { headers, method });
}
