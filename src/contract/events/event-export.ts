// Verifies an export of an organization's events, line by line and without access to Slipway (docs/events.md).
import { z } from 'zod/mini';
import { parseJson } from '../../core/json/parse.ts';
import { type EventBlock, eventBlockSchema, genesisHash, hashBlock } from './event-block.ts';

/** Where a cut or divided export continues. */
const nextSchema = z.object({ from_block: z.int(), skip: z.int() });

/**
 * A line is an event, a block (`{"block":`) or an end (`{"end":`). Only after an end with `next` may more lines follow: the next part.
 */
const lineSchema = z.union([
  z.object({ block: eventBlockSchema }),
  z.object({ end: z.object({ events: z.int(), blocks: z.int(), next: z.optional(nextSchema) }) }),
  z.object({ id: z.string(), type: z.string() }),
]);
export type ExportLine = z.infer<typeof lineSchema>;

export interface VerifiedExport {
  events: number;
  blocks: number;
  /** Events after the last block, not sealed yet. */
  unsealed: number;
  /** Previous hash of the export's first block: `genesisHash` if the export starts with block 1. */
  previous: string;
  /** Hash of the last block; `previous` if the export has no blocks. */
  last: string;
}

export interface ExportProblem {
  /** The line where the problem was detected, counted from 1. */
  line: number;
  problem: string;
}

/** Verifies an export's lines one by one. Keeps only one block's events. */
export class ExportVerifier {
  readonly #onBlock: (hash: string) => void;
  readonly #seen = { events: 0, blocks: 0 };
  /** Counts of the current part, which its end line must match. */
  #part = { events: 0, blocks: 0 };
  #previous = genesisHash;
  #last: EventBlock | undefined;
  #unsealed: string[] = [];
  #ended = false;
  #line = 0;
  #problem: ExportProblem | undefined;

  /** `onBlock` gets the hash of each intact block. */
  constructor(onBlock: (hash: string) => void = () => {}) {
    this.#onBlock = onBlock;
  }

  /** Keeps the first problem and verifies nothing after it. */
  async add(text: string): Promise<void> {
    if (this.#problem) return;
    this.#line += 1;
    const problem = await this.#problemOf(text);
    if (problem !== undefined) this.#problem = { line: this.#line, problem };
  }

  /** Returns the outcome. Call it after the last line. */
  result(): VerifiedExport | ExportProblem {
    if (this.#problem) return this.#problem;
    if (!this.#ended) return { line: this.#line + 1, problem: 'the end line is missing' };
    const last = this.#last?.hash ?? this.#previous;
    return { ...this.#seen, unsealed: this.#unsealed.length, previous: this.#previous, last };
  }

  async #problemOf(text: string): Promise<string | undefined> {
    if (this.#ended) return 'there are more lines after the end line';
    const parsed = parseExportLine(text);
    if (!parsed) return 'this is not an event, a block or the end line';
    if ('end' in parsed) return this.#end(parsed.end);
    if ('block' in parsed) return this.#block(parsed.block);
    this.#seen.events += 1;
    this.#part.events += 1;
    this.#unsealed.push(text);
    return undefined;
  }

  #end({ events, blocks, next }: { events: number; blocks: number; next?: object | undefined }): string | undefined {
    const part = this.#part;
    this.#ended = next === undefined;
    this.#part = { events: 0, blocks: 0 };
    if (events === part.events && blocks === part.blocks) return undefined;
    return `the export has ${part.events} events and ${part.blocks} blocks, but its end line has other counts`;
  }

  async #block(block: EventBlock): Promise<string | undefined> {
    const problem = await blockProblem(block, this.#last, this.#unsealed);
    if (problem !== undefined) return problem;
    if (!this.#last) this.#previous = block.previous;
    this.#last = block;
    this.#onBlock(block.hash);
    this.#seen.blocks += 1;
    this.#part.blocks += 1;
    this.#unsealed = [];
    return undefined;
  }
}

export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  onBlock?: (hash: string) => void,
): Promise<VerifiedExport | ExportProblem> {
  const verifier = new ExportVerifier(onBlock);
  for await (const line of lines) await verifier.add(line);
  return verifier.result();
}

/** Returns undefined for an invalid line, such as a truncated one. */
export function parseExportLine(text: string): ExportLine | undefined {
  return lineSchema.safeParse(parseJson(text)).data;
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
  if (block.hash !== (await hashBlock(block, events)))
    return `block ${block.number} or one of its ${events.length} events was changed after it was sealed`;
  return undefined;
}
