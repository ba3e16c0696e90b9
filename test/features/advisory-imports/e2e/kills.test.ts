// Tests that what `npm start` runs continues with an import of advisories, and with versions from before, after workerd is killed.
// @module-tag long
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { databaseFile } from '../../../../scripts/backup/inventory.ts';
import { ExtractorClient } from '../../../../scripts/demo/extractor-client.ts';
import type { Local } from '../../../../scripts/local/organization.ts';
import { packZip } from '../../../../src/archive/zip/pack.ts';
import { idSource } from '../../../../src/core/ids.ts';
import { echoPlugin, publish } from '../../../e2e/plugins.ts';
import { listProcesses } from '../../../e2e/processes.ts';
import { startSlipway, stateFolder } from '../../../e2e/slipway.ts';
import { waitUntil } from '../../../support/waiting.ts';

const waitMs = 400_000;
const records = 6000;

const importModel = z.looseObject({
  import_id: z.string(),
  status: z.string(),
  files_read: z.int(),
  upload_url: z.string().nullish(),
});

function operator({ admin_token, url }: Local) {
  const headers = { authorization: `Bearer ${admin_token}`, 'content-type': 'application/json' };
  return async (method: string, path = '', body?: object) => {
    const request = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const response = await fetch(`${url}/v1/admin/advisories/imports${path}`, request);
    return importModel.parse(await response.json());
  };
}

/** Returns a zip of records about packages of one name each. */
function feed(length: number): Promise<Uint8Array<ArrayBuffer>> {
  const files = Array.from({ length }, (_, i) => {
    const affected = [{ package: { ecosystem: 'PyPI', name: `package-${i}` }, versions: ['1.0.0'] }];
    const record = { id: `MADE-${i}`, modified: '2026-01-01T00:00:00Z', details: 'made '.repeat(1000), affected };
    return { path: `MADE-${i}.json`, bytes: new Uint8Array(new TextEncoder().encode(JSON.stringify(record))) };
  });
  return packZip(files);
}

/** Starts an import of the zip. Returns what reads it, undefined while workerd restarts. */
async function startImport(local: Local, zip: Uint8Array<ArrayBuffer>) {
  const ask = operator(local);
  const { import_id, upload_url } = await ask('POST', '', { size_bytes: zip.length });
  const headers = { 'content-length': String(zip.length) };
  await (await fetch(upload_url ?? '', { method: 'PUT', body: zip, headers })).text();
  await ask('POST', `/${import_id}/start`);
  return () => ask('GET', `/${import_id}`).catch(() => undefined);
}

function killWorkerd(state: string): void {
  const victim = listProcesses(state).find(({ command }) => command.includes('workerd serve'));
  if (!victim) throw new Error('workerd was not found');
  process.kill(victim.pid, 'SIGKILL');
}

test('an import continues where workerd was killed, and ends with the same counts', async () => {
  const state = await stateFolder();
  const look = await startImport(await (await startSlipway(state)).ready(), await feed(records));
  await waitUntil(async () => ((await look())?.files_read ?? 0) >= 500, { timeout: waitMs, interval: 20 });
  killWorkerd(state);
  const halfway = await waitUntil(look, { timeout: waitMs });
  expect(halfway.status).toBe('reading');
  expect(halfway.files_read).toBeGreaterThanOrEqual(500);
  expect(halfway.files_read).toBeLessThan(records);
  await waitUntil(async () => (await look())?.status === 'done', { timeout: waitMs });
  const counts = { files_read: records, records, kept: records, changed: records, invalid: 0 };
  expect(await look()).toMatchObject(counts);
}, 900_000);

/** Copies the only version, as if its copies were from before packages were indexed. Each has a lock of one affected package. */
function fillVersions(db: DatabaseSync, versions: number): void {
  const columns = z.array(z.object({ name: z.string() })).parse(db.prepare('pragma table_info(plugin_versions)').all());
  const changed: Record<string, string> = { id: '$id', patch: '$patch', packages_indexed_at: 'null' };
  const values = columns.map(({ name }) => changed[name] ?? `"${name}"`);
  const version = db.prepare(
    `insert into plugin_versions select ${values} from plugin_versions where patch = 0 limit 1`,
  );
  const lock = db.prepare(`insert into plugin_locks (version_id, digest, text, packages, resolver, created_at)
    values (?, ?, '', '[{"name":"package-7","version":"1.0.0","marker":null,"index":null}]', 'tests', 1)`);
  const ids = idSource(Date.now);
  for (let patch = 1; patch <= versions; patch++) {
    const id = ids('version');
    version.run({ $id: id, $patch: patch });
    lock.run(id, id);
  }
}

test('versions from before are all indexed, though workerd is killed halfway', async () => {
  const state = await stateFolder();
  const versions = 600;
  const first = await startSlipway(state);
  const local = await first.ready();
  await publish(new ExtractorClient(local), echoPlugin('old', '1.0.0'));
  const look = await startImport(local, await feed(10));
  await waitUntil(async () => (await look())?.status === 'done', { timeout: waitMs });
  await first.stop();
  const filling = new DatabaseSync(databaseFile(state));
  fillVersions(filling, versions);
  filling.close();
  await (await startSlipway(state)).ready();
  const db = new DatabaseSync(databaseFile(state), { readOnly: true });
  const left = () =>
    Number(db.prepare('select count(*) n from plugin_versions where packages_indexed_at is null').get()?.n);
  await waitUntil(() => left() < versions, { timeout: waitMs, interval: 5 });
  killWorkerd(state);
  const halfway = left();
  expect(halfway).toBeGreaterThan(0);
  await waitUntil(() => left() === 0, { timeout: waitMs, interval: 200 });
  expect(db.prepare('select count(*) n from version_advisories').get()).toMatchObject({ n: versions });
  db.close();
}, 900_000);
