// Tests imports of unusual records and editions, many at once, workers that die, and what taking an import back restores.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { findAffected } from '../../../../src/advisories/find-affected.ts';
import { continueAdvisories } from '../../../../src/advisories/sweep.ts';
import { importLease } from '../../../../src/contract/features/advisory-imports/limits.ts';
import { advisoryImportLimits } from '../../../../src/contract/limits/scans.ts';
import { database } from '../../../../src/db/client.ts';
import { advisories, advisoryPackages } from '../../../../src/db/schema/advisories.ts';
import type { Deps } from '../../../../src/deps.ts';
import { readImport } from '../../../../src/features/advisory-imports/read-import.ts';
import { advisorySources } from '../../../../src/features/advisory-imports/tables.ts';
import { zipOf } from '../../../support/plugins/plugin.ts';
import { hitsOf, lockBefore, locked, osv, until } from '../../../support/scenes/advisories.ts';
import { scene } from '../../../support/scenes/scene.ts';
import { admin, created, imported, jsonFiles, sent, world } from '../scenes/imports.ts';

const { recordEntriesMax, recordSeveritiesMax } = advisoryImportLimits;

const events = (count: number) =>
  Array.from({ length: count }, (_, i) => (i % 2 ? { fixed: `${i}` } : { introduced: `${i}` }));

/** The record has a package and a range too. */
const sized = (id: string, entries: number) => osv(id, ['PyPI', 'sized'], events(entries - 2));

test('a record has at most so many events, ranges, versions and packages together', async () => {
  const records = [sized('GHSA-at', recordEntriesMax), sized('GHSA-beyond', recordEntriesMax + 1)];
  expect(await imported(world(), jsonFiles(records))).toMatchObject({
    ...{ status: 'done', kept: 1, invalid: 1 },
    first_invalid: `GHSA-beyond: it has ${recordEntriesMax + 1} packages, ranges, events and versions; the limit is ${recordEntriesMax}`,
  });
});

test('a record has at most so many different severities, however often it repeats them', async () => {
  const severity = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ type: 'CVSS_V4', score: `CVSS:4.0/${i}` }));
  const rated = (id: string, count: number) =>
    osv(id, ['PyPI', 'rated'], until('1'), { severity: [...severity(count), ...severity(count)] });
  const records = [rated('GHSA-at', recordSeveritiesMax), rated('GHSA-beyond', recordSeveritiesMax + 1)];
  expect(await imported(world(), jsonFiles(records))).toMatchObject({
    ...{ status: 'done', kept: 1, invalid: 1 },
    first_invalid: `GHSA-beyond: it has ${recordSeveritiesMax + 1} different severities; the limit is ${recordSeveritiesMax}`,
  });
});

test('an edition that names no known package replaces an earlier one, but is not stored without it', async () => {
  const own = world();
  const before = osv('GHSA-corrected', ['PyPI', 'corrected'], until('1'));
  const corrected = { ...before, modified: '2026-02-01T00:00:00Z', affected: [] };
  const unknown = { ...corrected, id: 'GHSA-unknown' };
  await imported(own, jsonFiles([before]));
  expect(await imported(own, jsonFiles([corrected, unknown]))).toMatchObject({ records: 2, kept: 0, changed: 1 });
  const { db } = own.deps;
  const left = db.select().from(advisoryPackages).where(eq(advisoryPackages.advisoryId, 'GHSA-corrected'));
  expect(await left).toEqual([]);
  expect(await db.select().from(advisories).where(eq(advisories.id, 'GHSA-unknown'))).toEqual([]);
});

test('an advisory with several editions in one zip has the newest, wherever it is', async () => {
  const own = world();
  const edition = (day: number) =>
    osv('GHSA-editions', ['PyPI', 'editions'], until('1'), {
      modified: `2026-01-0${day}T00:00:00Z`,
      summary: `${day}`,
    });
  const files = { 'a.json': edition(2), 'b.json': edition(3), 'c.json': edition(1) };
  const texts = Object.fromEntries(Object.entries(files).map(([name, record]) => [name, JSON.stringify(record)]));
  expect(await imported(own, texts)).toMatchObject({ kept: 3, changed: 1 });
  const [stored] = await own.deps.db.select().from(advisories).where(eq(advisories.id, 'GHSA-editions'));
  expect(stored?.summary).toBe('3');
});

test('an edition from the future, stored by an earlier release, gives way to the true one', async () => {
  const own = world();
  await imported(own, jsonFiles([osv('GHSA-9999', ['PyPI', 'x'], until('1'))]));
  const far = Date.parse('9999-12-31T00:00:00Z');
  await own.deps.db.update(advisories).set({ modifiedAt: far, digest: 'x' }).where(eq(advisories.id, 'GHSA-9999'));
  expect(await imported(own, jsonFiles([osv('GHSA-9999', ['PyPI', 'x'], until('2'))]))).toMatchObject({ changed: 1 });
});

test('another worker continues an import whose worker died halfway, once its lease expires', async () => {
  const own = world();
  const records = Array.from({ length: 250 }, (_, i) => osv(`GHSA-half-${i}`, ['PyPI', `half${i}`], until('1')));
  const id = await sent(own, zipOf(jsonFiles(records)));
  await own.operator.post(`${admin}/imports/${id}/start`);
  await own.settled();
  const dying = { db: dyingAfter(2) };
  await expect(readImport({ ...own.deps, ...dying }, id)).rejects.toThrow('the process died');
  const halfway = await own.operator.get(`${admin}/imports/${id}`);
  expect(halfway.body).toMatchObject({ status: 'reading', files: 250, files_read: 50, changed: 50 });
  own.sent.splice(0);
  await readImport(own.deps, id);
  expect((await own.operator.get(`${admin}/imports/${id}`)).body).toMatchObject({ files_read: 50 });
  own.clock.advance(importLease.leaseMs + 1);
  await continueAdvisories(own.deps);
  await own.work();
  const ended = { status: 'done', files_read: 250, records: 250, changed: 250 };
  expect((await own.operator.get(`${admin}/imports/${id}`)).body).toMatchObject(ended);
});

/** Returns a database that stops to answer after this number of batches. */
function dyingAfter(batches: number): Deps['db'] {
  const real = database(env.DB);
  let left = batches;
  const batch: Deps['db']['batch'] = async (statements) => {
    if (left === 0) throw new Error('the process died');
    left -= 1;
    return real.batch(statements);
  };
  return new Proxy(real, {
    get(target, name) {
      if (name === 'batch') return batch;
      if (name === 'update' && left === 0) throw new Error('the process died');
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

test('URLs are fetched a few at once, and a zip that was sent waits for none of them', async () => {
  const zip = zipOf(jsonFiles([osv('GHSA-slow', ['PyPI', 'slow'], until('1'))]));
  const answers: (() => void)[] = [];
  const own = world({
    fetch: () => new Promise((resolve) => answers.push(() => resolve(new Response(zip)))),
  });
  const { fetchedAtOnce } = advisoryImportLimits;
  const started: z.infer<typeof created>[] = [];
  for (let i = 0; i <= fetchedAtOnce; i += 1) {
    const url = `https://feeds.example.com/slow-${i}.zip`;
    started.push(created.parse((await own.operator.post(`${admin}/imports`, { url })).body));
  }
  own.sent.length = 0;
  const ids = started.map(({ import_id }) => import_id);
  const fetching = ids.slice(0, fetchedAtOnce).map((id) => readImport(own.deps, id));
  await expect.poll(() => answers.length).toBe(fetchedAtOnce);
  for (const id of ids) await readImport(own.deps, id);
  expect(answers).toHaveLength(fetchedAtOnce);
  const quick = jsonFiles([osv('GHSA-quick', ['PyPI', 'quick'], until('1'))]);
  expect(await imported(own, quick)).toMatchObject({ status: 'done', changed: 1 });
  for (const answer of answers) answer();
  await Promise.all(fetching);
  const waiting = Promise.all(ids.map((id) => readImport(own.deps, id)));
  await expect.poll(() => answers.length).toBe(fetchedAtOnce + 1);
  answers.at(-1)?.();
  await waiting;
  for (const id of ids)
    expect((await own.operator.get(`${admin}/imports/${id}`)).body).toMatchObject({ status: 'done' });
});

const stored = { modified: '2026-05-01T00:00:00Z' };

test('taking back an import restores what daily sources and later imports say', async () => {
  const s = await scene();
  await lockBefore(s.deps, s.version.id, [locked('restored', '1.0')]);
  const own = world();
  await findAffected(own.deps);
  const real = jsonFiles([osv('GHSA-restored', ['PyPI', 'restored'], until('2.0'))]);
  await imported(own, real);
  const withdrawn = osv('GHSA-restored', ['PyPI', 'restored'], until('2.0'), { ...stored, withdrawn: stored.modified });
  const wrong = await imported(own, jsonFiles([withdrawn]));
  expect(await hitsOf(s.deps, s.version.id)).toEqual([]);
  const { import_id } = z.object({ import_id: z.string() }).parse(wrong);
  const { body } = await own.operator.del(`${admin}/imports/${import_id}`);
  expect(body).toEqual({ success: true, import_id, advisories: 1 });
  await imported(own, real);
  expect(await hitsOf(s.deps, s.version.id)).toMatchObject([{ advisoryId: 'GHSA-restored', fixedIn: '2.0' }]);
  expect((await own.operator.del(`${admin}/imports/${import_id}`)).body).toMatchObject({ advisories: 0 });
});

test('taking back an advisory reads daily sources again, even if their zip is the same', async () => {
  const own = world();
  await imported(own, jsonFiles([osv('GHSA-again', ['PyPI', 'again'], until('1'))]));
  const url = 'https://feeds.example.com/again.zip';
  await own.operator.post(`${admin}/sources`, { url });
  const later = own.clock.now() + advisoryImportLimits.sourceEveryMs;
  await own.deps.db.update(advisorySources).set({ etag: 'same', sha256: 'same', nextAt: later });
  await own.operator.del(`${admin}/GHSA-again`);
  const [source] = await own.deps.db.select().from(advisorySources).where(eq(advisorySources.url, url));
  expect(source).toMatchObject({ etag: null, sha256: null, nextAt: own.clock.now() });
});
