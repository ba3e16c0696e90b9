// Gives a body the length that R2 requires. A local store reads and writes files without ever yielding, and workerd handles nothing
// else in that time: a large file would block all calls, and the Worker would seem to hang.
import { piecesToCopy } from '../../core/paced-bytes.ts';
import { withLength } from '../../core/paced-streams.ts';
import { inTurn, type Pace, turnBytes } from '../../core/turns.ts';
import type { Deps } from '../../deps.ts';

/** Returns a body that R2 can store. `size` is its number of bytes. Locally, other requests get a turn after each piece. */
export function storable(
  { local }: Pick<Deps['storage'], 'local'>,
  body: ReadableStream<Uint8Array>,
  size: number,
): ReadableStream<Uint8Array> {
  return local ? withLength(piecesToCopy(body), size).body : body.pipeThrough(new FixedLengthStream(size));
}

const operations: readonly (string | symbol)[] = ['head', 'get', 'put', 'delete', 'list'];

/** Wraps a local bucket so that its operations take turns with other work and yield to calls, unless their request has priority. */
export function pausing(bucket: R2Bucket, pace: Readonly<Pace>): R2Bucket {
  return new Proxy(bucket, {
    get(target, name) {
      if (name === 'createMultipartUpload')
        return async (...args: Parameters<R2Bucket[typeof name]>) => pausingUpload(await target[name](...args));
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (!operations.includes(name)) return member.bind(target);
      return (...args: unknown[]) => {
        if (isLarge(args[1])) return Reflect.apply(member, target, inPieces(args));
        if (pace.mode === 'ahead') return Reflect.apply(member, target, args);
        return inTurn(async () => Reflect.apply(member, target, args));
      };
    },
  });
}

function pausingUpload(upload: R2MultipartUpload): R2MultipartUpload {
  return new Proxy(upload, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => Reflect.apply(member, target, name === 'uploadPart' ? inPieces(args) : args);
    },
  });
}

function isLarge(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length > turnBytes;
}

/** Writes a large value, which is the second argument, in turns. */
function inPieces([key, value, ...options]: readonly unknown[]): unknown[] {
  return [key, isLarge(value) ? withLength(piecesOf(value), value.length).body : value, ...options];
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += turnBytes) yield bytes.subarray(at, at + turnBytes);
}
