// Gives bodies their places in the memory of the isolate, for as long as their requests last. Until a body has its place, its bytes stay with
// the sender. *The isolate dies:* its connections break, and nothing of a body that waits was done. *The sender leaves:* its place is free at
// once while its body is read, and otherwise when its request ends, or `isolateMemory.bodies.heldMs` after the runtime dropped that.
import type { Context, HonoRequest, MiddlewareHandler } from 'hono';
import { bodyLimits, isolateMemory } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import type { Held, Room } from '../../core/room.ts';
import { bodyRoom } from '../../registry/storage/archive-place.ts';
import { clientAddress } from '../authentication/address-limits.ts';
import type { AppEnv } from '../context.ts';

export const plainBodies: MiddlewareHandler<AppEnv> = async (c, next) => {
  const encoding = c.req.header('content-encoding')?.trim() ?? '';
  if (encoding === '' || encoding.toLowerCase() === 'identity' || !c.req.raw.body) return next();
  throw new Problem('encoded-body', `The body has the header Content-Encoding: ${encoding}`);
};

interface Need {
  /** Bytes of memory. */
  amount: number;
  waitMs: number;
  isSmall?: boolean | undefined;
}

/** Ends the place of a request's body with its answer. */
export const leavesPlace: MiddlewareHandler<AppEnv> = async (c, next) => {
  try {
    await next();
  } finally {
    c.var.bodyPlace?.leave();
  }
};

/** Returns the place of the request's JSON body of so many bytes, which it may have already. */
export async function reserveJsonBody(c: Context<AppEnv>, bytes: number): Promise<Held> {
  const amount = bodyLimits.bodyTimes * bytes;
  return takePlace(c, bodyRoom, { amount, waitMs: bodyLimits.waitMs, isSmall: bytes < bodyLimits.smallBytes });
}

/** Waits until there is room for the request's body. Organizations take turns, and so do addresses that send no key. */
export async function takePlace(c: Context<AppEnv>, room: Room, { amount, waitMs, isSmall }: Need): Promise<Held> {
  const { bodyPlace } = c.var;
  if (bodyPlace) return bodyPlace;
  const until = Date.now() + waitMs;
  const whileWaiting = async () => {
    if (Date.now() >= until) throw memoryFull();
  };
  const held = await room.enter(amount, { owner: ownerOf(c), isSmall, whileWaiting });
  const alive = setInterval(held.keep, bodyLimits.aliveMs);
  const leave = () => {
    clearInterval(alive);
    held.leave();
  };
  const place = { ...held, leave };
  c.set('bodyPlace', place);
  return place;
}

/**
 * Waits for the whole place of a body that announced no length, and turns out not to be small. What it holds meanwhile is small, and it gives up
 * as others do.
 */
export async function growPlace(place: Held, bytes: number): Promise<void> {
  const until = Date.now() + bodyLimits.waitMs;
  const amount = Math.min(bodyLimits.bodyTimes * bytes, isolateMemory.bodies.perOwner);
  while (!place.growTo(amount)) {
    if (Date.now() >= until) throw memoryFull();
    await new Promise((resolve) => setTimeout(resolve, bodyLimits.lookMs));
  }
}

/** Forgets the body, of which nothing is needed any more, and gives its place back. Work that needs another place goes on without it. */
export function leaveBody(c: Context<AppEnv>): void {
  forgetBody(c.req);
  c.var.bodyPlace?.leave();
}

function ownerOf(c: Context<AppEnv>): string {
  const { actor } = c.var;
  return actor && actor.ref.type !== 'anonymous' ? actor.organizationId : `address ${clientAddress(c)}`;
}

function memoryFull(): Problem {
  return new Problem('memory-full', 'Requests with large bodies hold all the memory that there is for them', {
    retryAfterSeconds: bodyLimits.retryAfterSeconds,
  });
}

/** Small bodies stay: a new request takes longer than they are worth. */
export function forgetBody(request: HonoRequest): void {
  request.bodyCache = {};
  const { headers, method, url } = request.raw;
  if (Number(headers.get('content-length') ?? bodyLimits.smallBytes) >= bodyLimits.smallBytes)
    request.raw = new Request(url, { headers, method });
}
