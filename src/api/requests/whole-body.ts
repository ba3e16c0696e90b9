// Reads whole bodies, up to a limit.
import type { Context } from 'hono';
import { bodyLimits } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import type { AppEnv } from '../context/context.ts';
import { growPlace, reserveJsonBody } from './body-place.ts';
import { PacedReader, readSmall } from './paced-reader.ts';

/**
 * Reads the whole body, whose memory stays reserved until the response. Returns null if it is empty, and undefined if the request has
 * none.
 */
export async function bodyAtMost(
  c: Context<AppEnv>,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer> | null | undefined> {
  const { raw } = c.req;
  const announced = Number(raw.headers.get('content-length') ?? 0);
  if (announced > bytes) throw tooLarge(bytes);
  if (!mayHaveBody(raw)) return undefined;
  if (raw.bodyUsed) return readBefore(c, bytes);
  if (announced > 0 && announced < bodyLimits.smallBytes) return readSmall(await reserveJsonBody(c, announced), raw);
  if (!raw.body) return undefined;
  const place = await reserveJsonBody(c, announced || Math.min(bytes, bodyLimits.smallBytes - 1));
  const reader = new PacedReader(raw.body, place);
  try {
    const grow = announced === 0 ? () => growPlace(place, bytes) : async () => {};
    const body = await readAtMost(reader, { announced, bytes, grow });
    if (announced === 0) place.shrinkTo(bodyLimits.bodyTimes * (body?.length ?? 0));
    return body;
  } catch (cause) {
    if (cause instanceof Problem && cause.code === 'body-too-large') reader.release();
    else reader.cancel(cause);
    throw cause;
  }
}

/** Returns the body that an outer router's `jsonAtMost` has read. */
async function readBefore({ req }: Context<AppEnv>, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(await req.arrayBuffer());
  if (body.length > bytes) throw tooLarge(bytes);
  return body;
}

interface Expected {
  announced: number;
  bytes: number;
  /** Grows the reservation for a body that turns out not to be small. */
  grow(): Promise<void>;
}

/**
 * Reads into a single buffer, which grows with the received bytes up to the announced length, so that a large body is in memory only
 * once.
 */
async function readAtMost(
  reader: PacedReader,
  { announced, bytes, grow }: Expected,
): Promise<Uint8Array<ArrayBuffer> | null> {
  let whole = new Uint8Array(0);
  let size = 0;
  for (let chunk = await reader.read(); chunk; chunk = await reader.read()) {
    const end = size + chunk.length;
    if (end > bytes) throw tooLarge(bytes);
    if (size < bodyLimits.smallBytes && end >= bodyLimits.smallBytes) await grow();
    if (end > whole.length) whole = grown(whole, Math.max(end, Math.min(announced || bytes, 2 * whole.length)));
    whole.set(chunk, size);
    size = end;
  }
  if (size === 0) return null;
  return size === whole.length ? whole : whole.slice(0, size);
}

function tooLarge(bytes: number): Problem {
  return new Problem('body-too-large', `This request's body is larger than ${bytes} bytes`);
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

/** Some clients send a body with GET, which `new Request` rejects. No route reads such a body. */
export function mayHaveBody({ method }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
