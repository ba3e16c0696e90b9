// The export of an organization's events, verified: read line by line, with nothing but what it says itself (docs/events.md).
import { z } from 'zod';
import { type EventBlock, eventBlockSchema, genesisHash, hashOfBlock } from './event-block.ts';

/** Lines begin as events, as `{"block":` and, the last one, as `{"end":`. */
const line = z.union([
  z.object({ block: eventBlockSchema }),
  z.object({ end: z.object({ events: z.int(), blocks: z.int() }) }),
  z.object({ id: z.string(), type: z.string() }),
]);

export interface Verified {
  events: number;
  blocks: number;
  /** Events after the last block: nothing proves them yet. */
  unsealed: number;
  /** The hashes of the blocks, the oldest first. */
  hashes: string[];
  /** What stood before the first block of this export: noBlock when it begins with the first one of all. */
  previous: string;
}

export interface Broken {
  /** Counted from 1; where it shows. */
  line: number;
  problem: string;
}

export async function verifyExport(lines: AsyncIterable<string> | Iterable<string>): Promise<Verified | Broken> {
  const seen: Verified = { events: 0, blocks: 0, unsealed: 0, hashes: [], previous: genesisHash };
  let last: EventBlock | undefined;
  let open: string[] = [];
  let ended = false;
  let number = 0;
  for await (const text of lines) {
    number += 1;
    const broken = (problem: string): Broken => ({ line: number, problem });
    if (ended) return broken('there is more after the end');
    const read = lineOf(text);
    if (!read) return broken('this is neither an event nor a block nor the end');
    if ('end' in read) {
      ended = true;
      if (read.end.events !== seen.events || read.end.blocks !== seen.blocks)
        return broken(`it ends with ${seen.events} events and ${seen.blocks} blocks, not with what it says`);
    } else if ('block' in read) {
      const problem = await blockProblem(read.block, last, open);
      if (problem !== undefined) return broken(problem);
      if (!last) seen.previous = read.block.previous;
      last = read.block;
      seen.blocks += 1;
      seen.hashes.push(last.hash);
      open = [];
    } else {
      seen.events += 1;
      open.push(text);
    }
  }
  return ended ? { ...seen, unsealed: open.length } : { line: number + 1, problem: 'the end is missing' };
}

function lineOf(text: string): z.infer<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function blockProblem(
  block: EventBlock,
  last: EventBlock | undefined,
  events: string[],
): Promise<string | undefined> {
  const before = last ?? { number: block.number - 1, hash: block.number === 1 ? genesisHash : block.previous };
  if (block.number !== before.number + 1) return `block ${block.number} follows block ${before.number}`;
  if (block.previous !== before.hash) return `block ${block.number} does not continue the block before it`;
  if (last && block.organization_id !== last.organization_id) return `block ${block.number} is another organization's`;
  if (block.events !== events.length)
    return `block ${block.number} was sealed over ${block.events} events, and here it has ${events.length}`;
  if (block.hash !== (await hashOfBlock(block, events)))
    return `block ${block.number} or one of its ${events.length} events is not as it was sealed`;
  return undefined;
}
