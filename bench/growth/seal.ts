// Seals all events of a database file in full blocks, each one minute after its last event. Does what the sweep does
// (src/events/seal.ts), but without D1.
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { genesisHash } from '../../src/contract/events/event-block.ts';
import { sealing } from '../../src/contract/limits/events.ts';
import { canonicalJson } from '../../src/core/json/canonical.ts';

const rowSchema = z.object({ seq: z.number(), organization_id: z.string(), created_at: z.number(), line: z.string() });
type Row = z.infer<typeof rowSchema>;

/** SQL that formats an event as `eventLine` does, with the keys in the same order. */
const line = `json_object('actor', json_object('id', actor ->> '$.id', 'type', actor ->> '$.type'), 'data', json(data), 'id', id,
  'namespace_id', namespace_id, 'organization_id', organization_id, 'subject_id', subject_id,
  'timestamp', strftime('%Y-%m-%dT%H:%M:%S', created_at / 1000, 'unixepoch') || printf('.%03dZ', created_at % 1000), 'type', type)`;

export function sealAll(db: DatabaseSync, now: number): void {
  const select = db.prepare(
    `select seq, organization_id, created_at, ${line} as line from events order by organization_id, seq`,
  );
  const insert = db.prepare('insert into event_blocks values (?, ?, ?, ?, ?, ?, ?)');
  let block: Row[] = [];
  let number = 0;
  let previous = genesisHash;
  const seal = () => {
    const [first] = block;
    const last = block.at(-1);
    if (!first || !last) return;
    number += 1;
    const { organization_id } = first;
    const sealedAt = Math.min(now, last.created_at + sealing.graceMs);
    const head = {
      organization_id,
      number,
      previous,
      events: block.length,
      sealed_at: new Date(sealedAt).toISOString(),
    };
    const hash = createHash('sha256');
    for (const text of [canonicalJson(head), ...block.map((row) => row.line)]) hash.update(`${text}\n`);
    const digest = hash.digest('hex');
    insert.run(organization_id, number, previous, digest, block.length, last.seq, sealedAt);
    previous = digest;
    block = [];
  };
  for (const found of select.iterate()) {
    const row = rowSchema.parse(found);
    if (block[0]?.organization_id !== row.organization_id || block.length === sealing.blockEvents) {
      const changes = block[0]?.organization_id !== row.organization_id;
      seal();
      if (changes) [number, previous] = [0, genesisHash];
    }
    block.push(row);
  }
  seal();
}
