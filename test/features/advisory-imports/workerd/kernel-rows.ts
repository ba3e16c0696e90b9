// Tells the kernel's tests what they need to know about imports of advisories.
import { env } from 'cloudflare:workers';
import { advisoryImportLimits, advisoryLimits } from '../../../../src/contract/limits/scans.ts';
import { systemClock } from '../../../../src/core/clock.ts';
import { idSource } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import { newImport as newAdvisoryImport } from '../../../../src/features/advisory-imports/imports.ts';
import { advisoryImports } from '../../../../src/features/advisory-imports/tables.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import { clientOf } from '../../../support/client.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { know } from '../../../support/scenes/advisories.ts';
import { adminAuthorization } from '../../../support/scenes/organization.ts';

const operator = { scope: 'admin', of: 'organization' } as const;

const feed = 'https://feeds.example.com/made.zip';

const authorization: Record<string, Row> = {
  'GET /v1/admin/advisories/imports': operator,
  'POST /v1/admin/advisories/imports': { ...operator, sent: { body: { size_bytes: 10 } } },
  'GET /v1/admin/advisories/imports/{import_id}': operator,
  'POST /v1/admin/advisories/imports/{import_id}/start': operator,
  'DELETE /v1/admin/advisories/imports/{import_id}': { ...operator, status: 409 },
  'DELETE /v1/admin/advisories/{advisory_id}': {
    ...operator,
    ready: async () => {
      const id = `GHSA-made-${crypto.randomUUID()}`;
      await know({ id });
      return { ids: { advisory_id: id } };
    },
  },
  'GET /v1/admin/advisories/sources': operator,
  'POST /v1/admin/advisories/sources': { ...operator, sent: { body: { url: feed } } },
  'DELETE /v1/admin/advisories/sources': {
    ...operator,
    query: `?url=${encodeURIComponent(feed)}`,
    ready: async ({ org }) => {
      await clientOf(adminAuthorization, org.fetch).post('/v1/admin/advisories/sources', { url: feed });
      return {};
    },
  },
};

/** Creates an import of advisories that waits for its URL. */
async function newImport(): Promise<string> {
  const from = { url: 'https://feeds.example.com/all.zip' };
  const row = newAdvisoryImport({ clock: systemClock, ids: idSource(systemClock.now) }, from, {
    type: 'admin',
    id: 'tests',
  });
  await database(env.DB).insert(advisoryImports).values(row);
  return row.id;
}

const times = 1000;
const first = { from: 10_001, times };
const second = { from: 20_001, times };
const third = { from: 30_001, times };
const text = (value: string) => `'${value}'`;
const run = (statement: string) => env.DB.prepare(statement).run();

/** Makes imports due whose worker died, and sources. */
async function makeDue({ old }: { old: string }): Promise<void> {
  const by = `'{"type":"system","id":"tests"}'`;
  await run(`insert into advisory_imports (id, url, status, cursor, counts, attempts, created_by, created_at, updated_at)
    values ('adv_00000000000000000000000001', 'https://feeds.example.com/all.zip', 'open', 0, '{}', 0, ${by}, ${old}, ${old})`);
  await copyRow('advisory_imports', first, {});
  await copyRow('advisory_imports', second, { url: 'null', updated_at: '1' });
  await copyRow('advisory_imports', third, { status: text('done'), ended_at: '1' });
  await run(`insert into advisory_sources (url, next_at, created_by, created_at)
    values ('https://feeds.example.com/all.zip', ${old}, ${by}, ${old})`);
}

export const rows: FeatureRows = {
  authorization,
  missingIds: { import_id: 'adv_00000000000000000000000000' },
  ids: async () => ({ import_id: await newImport() }),
  operationEvents: {
    'DELETE /v1/admin/advisories/imports/{import_id}': [],
    'DELETE /v1/admin/advisories/sources': [],
    'DELETE /v1/admin/advisories/{advisory_id}': [],
    'POST /v1/admin/advisories/imports': [],
    'POST /v1/admin/advisories/imports/{import_id}/start': [],
    'POST /v1/admin/advisories/sources': [],
  },
  recordsOnly: {
    advisory_imports: "the operator's, with their own states and times",
    advisory_sources: "the operator's",
  },
  bySense: ['POST /v1/admin/advisories/imports body#/url', 'POST /v1/admin/advisories/sources body#/url'],
  bounded: [
    // Most advisories have few hits: one trip reads, one statement removes hits, one writes them, and one ends the match.
    {
      what: 'message `read-advisories`',
      queries: 5 + advisoryImportLimits.sliceBatches + advisoryLimits.matchesByOne * 4,
      others: 3 + advisoryImportLimits.zipBytesMax / (8 * 1024 * 1024),
    },
  ],
  boundedTables: ['advisory_sources'],
  meantScans: [
    // One page of all imports in primary key order, for the operator.
    { plan: 'SCAN advisory_imports', sql: /order by "advisory_imports"\."id" desc limit/ },
  ],
  makeDue,
};
