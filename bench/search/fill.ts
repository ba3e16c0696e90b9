// Fills a local database with plugins of one organization, made from a vocabulary in which few words are frequent, and with their index.
import type { NamespaceId, OrganizationId } from '../../src/core/ids.ts';
import { changedLines, changesOf, linesOf } from '../../src/features/search/lines.ts';
import { divided } from '../../src/features/search/merge.ts';

const letters = 'aeioubcdfglmnprst';

/** A sequence of numbers from 0 to 1 that is the same in each run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

export interface Made {
  id: string;
  number: number;
  name: string;
  description: string;
  tags: string[];
  readme: string;
}

/** Makes plugins with names of 2 or 3 words, up to 5 tags, descriptions of 12 words and READMEs of 400. */
export function makePlugins(count: number): { plugins: Made[]; words: string[] } {
  const random = sequence(7);
  const letter = () => letters[Math.floor(random() * letters.length)] ?? '';
  const word = () => Array.from({ length: 3 + Math.floor(random() * 8) }, letter).join('');
  const words = [...new Set(Array.from({ length: 20_000 }, word))];
  /** Picks the word with rank r about as often as 1/r. */
  const pick = () => words[Math.floor(words.length ** random())] ?? '';
  const some = (least: number, more: number) => Array.from({ length: least + Math.floor(random() * more) }, pick);
  const plugins = Array.from({ length: count }, (_, i) => ({
    id: `plg_bench${String(i).padStart(21, '0')}`,
    number: i + 1,
    name: `${some(2, 2).join('_')}_${i}`,
    description: some(12, 1).join(' '),
    tags: some(0, 6),
    readme: some(400, 1).join(' '),
  }));
  return { plugins, words };
}

export interface Place {
  db: D1Database;
  organizationId: OrganizationId;
  namespaceId: NamespaceId;
}

export interface Index {
  lines: string[];
  blocks: [first: string, text: string][];
}

/** Makes the plugins' lines, and blocks with all but the last `queued` plugins. */
export function makeIndex(made: readonly Made[], namespaceId: NamespaceId, queued: number): Index {
  const lines = made.map((plugin) => linesOf({ ...plugin, kind: 'extractor', ownerId: namespaceId }));
  const merged = made.slice(0, made.length - queued);
  const changes = changesOf(merged.map(({ number }, i) => ({ number, merged: null, queued: lines[i] ?? '' })));
  return { lines, blocks: divided('', changedLines('', [...changes.terms.keys()].sort(), changes)) };
}

/** Inserts the plugins and their index. The last `queued` ones are being merged. */
export async function fill(
  { db, organizationId, namespaceId }: Place,
  made: readonly Made[],
  { blocks, lines }: Index,
  queued: number,
): Promise<void> {
  const owner = `'${organizationId}', '${namespaceId}', 'extractor'`;
  await db
    .prepare(
      "insert into scans (id, sha256, policy_version, level, status, verdict, findings, error_rules, files_scanned, created_at) values ('scn_bench', 'bench', 'bench', 'seed', 'done', 'pass', '[]', '[]', 1, 0)",
    )
    .run();
  for (let at = 0; at < made.length; at += 200) {
    const chunk = made.slice(at, at + 200).map((plugin, i) => {
      const isQueued = at + i >= made.length - queued;
      const { readme: _, ...shown } = plugin;
      return { ...shown, [isQueued ? 'queued' : 'merged']: lines[at + i], merging: isQueued ? 1 : 0 };
    });
    const rows = JSON.stringify(chunk);
    const from = `from json_each(?)`;
    const field = (name: string) => `(value ->> '$.${name}')`;
    await db.batch([
      db
        .prepare(
          `insert into plugins (id, organization_id, owner_id, kind, name, active_version_id, requires_approval, created_at, updated_at) select ${field('id')}, ${owner}, ${field('name')}, 'v' || ${field('id')}, 0, 0, 0 ${from}`,
        )
        .bind(rows),
      db
        .prepare(
          `insert into plugin_versions (id, plugin_id, organization_id, owner_id, kind, name, major, minor, patch, description, sha256, upload_sha256, size_bytes, manifest, has_realtime, feature_uri, scan_id, verdict, judged_policy, judging_attempts, created_by, deploy_approved, trials, created_at, updated_at)
           select 'v' || ${field('id')}, ${field('id')}, ${owner}, ${field('name')}, 1, 0, 0, ${field('description')}, 'bench', 'bench', 1, json_object('tags', value -> '$.tags'), 0, '', 'scn_bench', 'pass', 0, 0, '{}', 0, 0, 0, 0 ${from}`,
        )
        .bind(rows),
      db
        .prepare(
          `update search_words set read_revision = revision, number = j.value ->> '$.number', queued = j.value ->> '$.queued', merged = j.value ->> '$.merged', merging = j.value ->> '$.merging' from json_each(?) j where search_words.id = j.value ->> '$.id'`,
        )
        .bind(rows),
    ]);
  }
  for (const [first, text] of blocks)
    await db.prepare('insert into search_blocks values (?, ?, ?)').bind(organizationId, first, text).run();
}
