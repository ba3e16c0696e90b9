// Finds the line of a place in an input, for an error. An input may be split in several passes, none of which counts lines, so it is read again.
import { turnBytes } from '../../core/turns.ts';

const lineFeed = 0x0a;

/** Returns the number of the line, from 1, that has the byte at this place. `pause` is awaited now and then. */
export async function lineAt(
  input: AsyncGenerator<Uint8Array, void>,
  place: number,
  pause: () => Promise<void>,
): Promise<number> {
  let line = 1;
  let left = place;
  let unpaused = 0;
  for await (const bytes of input) {
    const end = Math.min(left, bytes.length);
    for (let at = bytes.indexOf(lineFeed); at !== -1 && at < end; at = bytes.indexOf(lineFeed, at + 1)) line += 1;
    left -= end;
    if (left === 0) break;
    unpaused += bytes.length;
    if (unpaused < turnBytes) continue;
    unpaused = 0;
    await pause();
  }
  return line;
}
