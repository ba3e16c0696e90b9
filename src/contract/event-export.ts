// Verifies an export of an organization's events, line by line and without access to Slipway (docs/events.md).
import { z } from 'zod';
import { type EventBlock, eventBlockSchema, genesisHash, hashOfBlock } from './event-block.ts';

/** A line is an event, a block (`{"block":`) or, as the last line, the end (`{"end":`). */
const line = z.union([
  z.object({ block: eventBlockSchema }),
  z.object({ end: z.object({ events: z.int(), blocks: z.int() }) }),
  z.object({ id: z.string(), type: z.string() }),
]);

export interface VerifiedExport {
  events: number;
  blocks: number;
  /** Events after the last block, which are not sealed yet. */
  unsealed: number;
  /** The hashes of the blocks, oldest first. */
  hashes: string[];
  /** The previous hash of the first block in the export: `genesisHash` if the export begins with block 1. */
  previous: string;
}

export interface ExportProblem {
  /** The line where the problem was detected, counted from 1. */
  line: number;
  problem: string;
}

export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<VerifiedExport | ExportProblem> {
  const seen: VerifiedExport = { events: 0, blocks: 0, unsealed: 0, hashes: [], previous: genesisHash };
  let last: EventBlock | undefined;
  let unsealed: string[] = [];
  let ended = false;
  let number = 0;
  for await (const text of lines) {
    number += 1;
    const fail = (problem: string): ExportProblem => ({ line: number, problem });
    if (ended) return fail('there are more lines after the end line');
    const parsed = parseLine(text);
    if (!parsed) return fail('this is not an event, a block or the end line');
    if ('end' in parsed) {
      ended = true;
      if (parsed.end.events !== seen.events || parsed.end.blocks !== seen.blocks)
        return fail(
          `the export has ${seen.events} events and ${seen.blocks} blocks, but its end line has other counts`,
        );
    } else if ('block' in parsed) {
      const problem = await blockProblem(parsed.block, last, unsealed);
      if (problem !== undefined) return fail(problem);
      if (!last) seen.previous = parsed.block.previous;
      last = parsed.block;
      seen.blocks += 1;
      seen.hashes.push(last.hash);
      unsealed = [];
    } else {
      seen.events += 1;
      unsealed.push(text);
    }
  }
  return ended ? { ...seen, unsealed: unsealed.length } : { line: number + 1, problem: 'the end line is missing' };
}

function parseLine(text: string): z.infer<typeof line> | undefined {
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
  if (block.previous !== before.hash) return `block ${block.number} does not have the hash of the block before it`;
  if (last && block.organization_id !== last.organization_id)
    return `block ${block.number} belongs to another organization`;
  if (block.events !== events.length)
    return `block ${block.number} was sealed with ${block.events} events, but the export has ${events.length}`;
  if (block.hash !== (await hashOfBlock(block, events)))
    return `block ${block.number} or one of its ${events.length} events was changed after it was sealed`;
  return undefined;
}
