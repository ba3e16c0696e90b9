// Searches the memory of other processes, reading it as a debugger does.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const pieceBytes = 4 * 1024 * 1024;

/** Returns the memory ranges that a process can read, except read-only file mappings. */
function rangesOf(pid: number): [bigint, bigint][] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(
    /^([0-9a-f]+)-([0-9a-f]+) r(.)\S+ \S+ \S+ \d+ *(.*)$/gm,
  );
  return [...lines].flatMap(([, from, to, write, path = '']): [bigint, bigint][] =>
    (write === 'w' || path === '') && !path.startsWith('[v') ? [[BigInt(`0x${from}`), BigInt(`0x${to}`)]] : [],
  );
}

/** Returns whether the process has any of these in memory, or false if it has ended. Throws if this user may not read its memory. */
export function hasInMemory(pid: number, ...anyOf: Buffer[]): boolean {
  const overlap = Math.max(...anyOf.map(({ length }) => length)) - 1;
  const buffer = Buffer.alloc(pieceBytes);
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/mem`, 'r');
    for (const [from, to] of rangesOf(pid))
      for (let at = from; at < to; at += BigInt(pieceBytes - overlap)) {
        const piece = buffer.subarray(0, readPiece(file, buffer, at, to));
        if (anyOf.some((bytes) => piece.includes(bytes))) return true;
      }
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ESRCH')) throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
  return false;
}

/** Returns the number of bytes read. This is 0 for a mapping that the kernel shows to nobody, such as a device's. */
function readPiece(file: number, buffer: Buffer, at: bigint, to: bigint): number {
  const left = to - at;
  const size = left < pieceBytes ? Number(left) : pieceBytes;
  try {
    return readSync(file, buffer, 0, size, at);
  } catch (error) {
    if (hasCode(error, 'EIO', 'EFAULT')) return 0;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => error.code === code);
}
