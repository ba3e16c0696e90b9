// Exports all of an organization's events with their blocks, for verification: archived events from the store, then newer ones from the
// database. Queries per response are bounded; a response that ends early gives the next position.
import { and, asc, eq, gt, gte, lt, type SQL, sql } from 'drizzle-orm';
import { eventExport } from '../contract/limits/events.ts';
import type { OrganizationId } from '../core/ids.ts';
import { canonicalJson } from '../core/json/canonical.ts';
import { readTogether } from '../db/client.ts';
import { eventArchives, eventBlocks, events } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';
import { type EventArchive, readArchive, selectArchives } from './event-archives.ts';
import { type EventRow, eventLine } from './event-line.ts';
import { type BlockRow, blockLine } from './seal.ts';

type ExportDeps = Pick<Deps, 'db' | 'blobs'>;
export type ExportLimits = Pick<Record<keyof typeof eventExport, number>, 'pageEvents' | 'pages' | 'archives'>;

/** Events keep their order and blocks their numbers, so a position stays valid when events are sealed or archived. */
export interface ExportPosition {
  organizationId: OrganizationId;
  /** Number of the next block. */
  fromBlock: number;
  /** Number of that block's events already exported. */
  skip: number;
}

/** Yields NDJSON: events in commit order, each block right after its last event, and a final line with the counts. */
export function exportEvents(deps: ExportDeps, from: ExportPosition, limits: ExportLimits = eventExport) {
  return new Export(deps, from, limits).lines();
}

class Export {
  readonly #deps: ExportDeps;
  readonly #limits: ExportLimits;
  readonly #at: ExportPosition;
  /** Sequence number of the last event; undefined until looked up. */
  #seq: number | undefined;
  readonly #counts = { events: 0, blocks: 0 };
  readonly #left: { pages: number; archives: number };

  constructor(deps: ExportDeps, from: ExportPosition, limits: ExportLimits) {
    this.#deps = deps;
    this.#limits = limits;
    this.#at = { ...from };
    this.#left = { pages: limits.pages, archives: limits.archives };
  }

  async *lines(): AsyncGenerator<string, void> {
    const left = this.#left;
    while (left.pages > 0 && left.archives > 0) {
      yield* this.#archives();
      if (left.archives > 0 && (yield* this.#pages())) return yield this.#endLine();
    }
    const { fromBlock, skip } = this.#at;
    yield this.#endLine({ next: { from_block: fromBlock, skip } });
  }

  async *#archives(): AsyncGenerator<string, void> {
    const { organizationId, fromBlock } = this.#at;
    for (const archive of await selectArchives(this.#deps.db, organizationId, fromBlock, this.#left.archives)) {
      const lines = remaining(await readArchive(this.#deps, archive), archive, this.#at);
      this.#left.archives -= 1;
      this.#count(lines.events, archive.lastBlock + 1 - this.#at.fromBlock, 0);
      this.#seq = archive.lastSeq;
      yield lines.text;
    }
  }

  /** Returns whether the export is complete. It's incomplete if events were archived after the archives were listed. */
  async *#pages(): AsyncGenerator<string, boolean> {
    while (this.#left.pages > 0) {
      this.#left.pages -= 1;
      const { rows, blocks, archives } = await this.#page();
      if (archives.length > 0) return false;
      const more = rows.length === this.#limits.pageEvents || blocks.length === this.#limits.pageEvents;
      const placed = more ? blocks.filter(({ lastSeq }) => lastSeq <= (rows.at(-1)?.seq ?? lastSeq)) : blocks;
      const sealed = placed.at(-1)?.lastSeq;
      const unsealed =
        sealed === undefined ? this.#at.skip + rows.length : rows.filter(({ seq }) => seq > sealed).length;
      this.#count(rows.length, placed.length, unsealed);
      this.#seq = rows.at(-1)?.seq ?? this.#seq;
      yield mergeLines(rows, placed)
        .map((line) => `${line}\n`)
        .join('');
      if (!more) return true;
    }
    return false;
  }

  /** Reads in one transaction, so that no event is missed because it is archived in between. */
  #page() {
    const { db } = this.#deps;
    const { organizationId, fromBlock, skip } = this.#at;
    const after = this.#seq ?? lastSeqBefore(this.#at);
    return readTogether(db, {
      archives: selectArchives(db, organizationId, fromBlock, 1),
      rows: db
        .select()
        .from(events)
        .where(and(eq(events.organizationId, organizationId), gt(events.seq, after)))
        .orderBy(asc(events.seq))
        .limit(this.#limits.pageEvents)
        .offset(this.#seq === undefined ? skip : 0),
      blocks: db
        .select()
        .from(eventBlocks)
        .where(and(eq(eventBlocks.organizationId, organizationId), gte(eventBlocks.number, fromBlock)))
        .orderBy(asc(eventBlocks.number))
        .limit(this.#limits.pageEvents),
    });
  }

  #count(eventLines: number, blockLines: number, skip: number): void {
    this.#counts.events += eventLines;
    this.#counts.blocks += blockLines;
    this.#at.fromBlock += blockLines;
    this.#at.skip = skip;
  }

  #endLine(more = {}): string {
    return `${canonicalJson({ end: { ...this.#counts, ...more } })}\n`;
  }
}

/** SQL: the `seq` of the previous block's last event. */
function lastSeqBefore({ organizationId, fromBlock }: ExportPosition): SQL {
  const block = sql`select ${eventBlocks.lastSeq} from ${eventBlocks} where ${and(eq(eventBlocks.organizationId, organizationId), lt(eventBlocks.number, fromBlock))} order by ${eventBlocks.number} desc limit 1`;
  const archive = sql`select ${eventArchives.lastSeq} from ${eventArchives} where ${and(eq(eventArchives.organizationId, organizationId), lt(eventArchives.lastBlock, fromBlock))} order by ${eventArchives.lastBlock} desc limit 1`;
  return sql`coalesce((${block}), (${archive}), 0)`;
}

const blockStart = '{"block":';

/** Returns an archive's lines from a position on. */
function remaining(
  text: string,
  archive: EventArchive,
  { fromBlock, skip }: ExportPosition,
): { text: string; events: number } {
  if (fromBlock === archive.firstBlock && skip === 0) return { text, events: archive.events };
  let block = archive.firstBlock;
  let skipped = 0;
  const lines = text.split('\n').filter((line) => {
    const isBlock = line.startsWith(blockStart);
    const isEarlier = block < fromBlock;
    if (isBlock) block += 1;
    if (isBlock || line === '' || isEarlier) return !isEarlier;
    skipped += 1;
    return skipped > skip;
  });
  const events = lines.filter((line) => line !== '' && !line.startsWith(blockStart)).length;
  return { text: lines.join('\n'), events };
}

/** Places each block after its last event, even if that event is missing, so that verification detects the gap. */
function mergeLines(rows: EventRow[], blocks: BlockRow[]): string[] {
  const placed = [
    ...rows.map((row) => ({ seq: row.seq, line: eventLine(row) })),
    ...blocks.map((block) => ({ seq: block.lastSeq, line: blockLine(block) })),
  ];
  return placed.sort((a, b) => a.seq - b.seq).map(({ line }) => line);
}
