// Tests imports of advisories: by a zip that an operator sends, and from URLs.

import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { findAffected } from '../../../../src/advisories/find-affected.ts';
import { continueAdvisories } from '../../../../src/advisories/sweep.ts';
import { importLease, keptImportsMs } from '../../../../src/contract/features/advisory-imports/limits.ts';
import { idSchema } from '../../../../src/contract/ids.ts';
import { advisoryImportLimits } from '../../../../src/contract/limits/scans.ts';
import { database } from '../../../../src/db/client.ts';
import { advisories, advisoryPackages } from '../../../../src/db/schema/advisories.ts';
import type { Deps } from '../../../../src/deps.ts';
import { readImport } from '../../../../src/features/advisory-imports/read-import.ts';
import { advisorySources } from '../../../../src/features/advisory-imports/tables.ts';
import { type Answer, clientOf } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { zipOf } from '../../../support/plugins/plugin.ts';
import { hitsOf, lockBefore, locked, osv, until } from '../../../support/scenes/advisories.ts';
import { adminAuthorization } from '../../../support/scenes/organization.ts';
import { scene } from '../../../support/scenes/scene.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const admin = '/v1/admin/advisories';
const created = z.object({ import_id: idSchema('advisoryImport'), upload_url: z.string().nullable() });

function world(replacements: Partial<Deps> = {}) {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues, ...replacements });
  const operator = clientOf(adminAuthorization, app.fetch);
  const work = async () => {
    await app.settled();
    for (let next = sent.shift(); next; next = sent.shift())
      if (next.type === 'read-advisories') await readImport(app.deps, next.id);
  };
  return { ...app, clock, operator, sent, work };
}
type World = ReturnType<typeof world>;

const jsonFiles = (records: readonly { id: string }[]) =>
  Object.fromEntries(records.map((record) => [`${record.id}.json`, JSON.stringify(record)]));

/** Creates an import and sends the zip. Returns its ID. */
async function sent({ fetch, operator }: World, zip: Uint8Array<ArrayBuffer>) {
  const { body } = await operator.post(`${admin}/imports`, { size_bytes: zip.length });
  const { import_id, upload_url } = created.parse(body);
  const headers = { 'content-length': String(zip.length) };
  const put = await fetch(new Request(upload_url ?? '', { method: 'PUT', body: zip, headers }));
  expect(put.status).toBe(200);
  return import_id;
}

/** Imports the files as a zip. Returns the ended import. */
async function imported(own: World, files: Record<string, string | Uint8Array>): Promise<Answer['body']> {
  const id = await sent(own, zipOf(files));
  expect((await own.operator.post(`${admin}/imports/${id}/start`)).status).toBe(200);
  await own.work();
  return (await own.operator.get(`${admin}/imports/${id}`)).body;
}

test('an import reads each record of the zip, and counts what it ignores', async () => {
  const own = world();
  const records = [
    osv('GHSA-a', ['PyPI', 'a'], until('1')),
    osv('GO-b', ['Go', 'example.com/b'], until('1.0.0')),
    { ...osv('GHSA-npm', ['PyPI', 'c'], until('1')), affected: [{ package: { ecosystem: 'npm', name: 'c' } }] },
    { ...osv('OSV-git', ['PyPI', 'd'], until('1')), affected: [{ ranges: [{ type: 'GIT', events: [] }] }] },
  ];
  const bad = { 'broken.json': '{', 'other.json': '{"a": 1}', 'README.md': 'x', 'latin.json': new Uint8Array([0xe9]) };
  const found = await imported(own, { ...jsonFiles(records), ...bad });
  expect(found).toMatchObject({ status: 'done', files: 8, files_read: 8, error: null });
  expect(found).toMatchObject({ records: 4, kept: 2, changed: 2, git_ranges: 1, invalid: 4 });
  expect(found).toMatchObject({ first_invalid: 'broken.json is not an OSV record' });
  expect(await imported(own, jsonFiles(records))).toMatchObject({ status: 'done', kept: 2, changed: 0 });
  const { body } = await own.operator.get(`${admin}/imports?limit=1`);
  expect(body).toMatchObject({ results: [{ changed: 0 }], pagination: { limit: 1, next_cursor: expect.any(String) } });
  expect((await env.ARCHIVES.list({ prefix: 'advisory-imports/' })).objects).toEqual([]);
});

test('versions from before are indexed by the queue, and an import then finds them and loses them', async () => {
  const s = await scene();
  await lockBefore(s.deps, s.version.id, [locked('pillow', '10.1.0')]);
  const own = world();
  await findAffected(own.deps);
  const record = osv('GHSA-pillow', ['PyPI', 'Pillow'], until('10.2.0'));
  await imported(own, jsonFiles([record]));
  expect(await hitsOf(s.deps, s.version.id)).toMatchObject([{ advisoryId: 'GHSA-pillow', fixedIn: '10.2.0' }]);
  const withdrawn = { modified: '2026-03-01T00:00:00Z', withdrawn: '2026-03-01T00:00:00Z' };
  await imported(own, jsonFiles([{ ...record, ...withdrawn }]));
  expect(await hitsOf(s.deps, s.version.id)).toEqual([]);
});

const { futureMs, recordEntriesMax, recordSeveritiesMax } = advisoryImportLimits;
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

test.each(['modified', 'published', 'withdrawn'])('a record whose `%s` is in the future is refused', async (field) => {
  const own = world();
  const at = (ms: number) => ({ [field]: new Date(own.clock.now() + ms).toISOString() });
  const named = ['PyPI', 'future'] as const;
  const records = [
    osv(`GHSA-soon-${field}`, named, until('1'), at(futureMs)),
    osv(`GHSA-later-${field}`, named, until('1'), at(futureMs + 1)),
  ];
  const found = await imported(own, jsonFiles(records));
  expect(found).toMatchObject({ status: 'done', kept: 1, invalid: 1 });
  expect(found).toMatchObject({
    first_invalid: expect.stringContaining(`its \`${field}\` is in the future: 2026-11-21`),
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

test('a file that is no zip, or that has too many entries, fails the import with the reason', async () => {
  const own = world();
  const id = await sent(own, Uint8Array.from(new TextEncoder().encode('{"id": "GHSA-1"}')));
  await own.operator.post(`${admin}/imports/${id}/start`);
  await own.work();
  const { body } = await own.operator.get(`${admin}/imports/${id}`);
  const error = 'The zip cannot be read: no end record; the file is truncated or not a zip';
  expect(body).toMatchObject({ status: 'failed', error, ended_at: expect.any(String) });
});

test('an import without its zip does not start, and fails after two hours', async () => {
  const own = world();
  const { import_id } = created.parse((await own.operator.post(`${admin}/imports`, { size_bytes: 10 })).body);
  const started = await own.operator.post(`${admin}/imports/${import_id}/start`);
  expect([started.status, started.body]).toMatchObject([404, { detail: 'Nothing has been sent for the import yet' }]);
  own.clock.advance(advisoryImportLimits.unsentMs + 1);
  await continueAdvisories(own.deps);
  const { body } = await own.operator.get(`${admin}/imports/${import_id}`);
  expect(body).toMatchObject({ status: 'failed', error: 'The zip was never sent.' });
  own.clock.advance(keptImportsMs + 1);
  await continueAdvisories(own.deps);
  expect((await own.operator.get(`${admin}/imports/${import_id}`)).status).toBe(404);
});

const sourcesModel = z.object({ sources: z.array(z.object({ last_import_id: z.string().nullable() })) });

test('a source is imported daily, but its zip is only read again when it changes', async () => {
  const url = 'https://feeds.example.com/pypi.zip';
  let zip = zipOf(jsonFiles([osv('GHSA-daily', ['PyPI', 'daily'], until('1'))]));
  let etag: string | null = '"one"';
  const seen: (string | undefined)[] = [];
  const own = world({
    fetch: async (_, { headers }) => {
      seen.push(headers['if-none-match']);
      if (etag !== null && headers['if-none-match'] === etag) return new Response(null, { status: 304 });
      return new Response(zip, { headers: etag === null ? {} : { etag } });
    },
  });
  const daily = async () => {
    await continueAdvisories(own.deps);
    await own.work();
    own.clock.advance(advisoryImportLimits.sourceEveryMs);
    const id = sourcesModel.parse((await own.operator.get(`${admin}/sources`)).body).sources[0]?.last_import_id;
    const { body } = await own.operator.get(`${admin}/imports/${id}`);
    return z.object({ status: z.string(), records: z.int() }).parse(body);
  };
  expect((await own.operator.post(`${admin}/sources`, { url })).body).toMatchObject({ url, last_import_id: null });
  expect(await daily()).toEqual({ status: 'done', records: 1 });
  expect(await daily()).toEqual({ status: 'done', records: 0 });
  etag = null;
  expect(await daily()).toEqual({ status: 'done', records: 0 });
  zip = zipOf(
    jsonFiles([osv('GHSA-daily', ['PyPI', 'daily'], until('2')), osv('GHSA-two', ['PyPI', 'x'], until('1'))]),
  );
  expect(await daily()).toEqual({ status: 'done', records: 2 });
  expect(seen).toEqual([undefined, '"one"', '"one"', '"one"']);
  const { body } = await own.operator.get(`${admin}/sources`);
  expect(body).toMatchObject({ sources: [{ url, error: null, last_import_id: expect.stringMatching(/^adv_/) }] });
  expect((await own.operator.del(`${admin}/sources?url=${encodeURIComponent(url)}`)).status).toBe(200);
  expect((await own.operator.del(`${admin}/sources?url=${encodeURIComponent(url)}`)).status).toBe(404);
});

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

test('a URL that cannot be fetched fails its import, and a URL of a private network is refused', async () => {
  const own = world({ fetch: async () => new Response('gone', { status: 410 }) });
  const url = 'https://feeds.example.com/gone.zip';
  await own.operator.post(`${admin}/sources`, { url });
  const { import_id } = created.parse((await own.operator.post(`${admin}/imports`, { url })).body);
  await own.work();
  const error = 'The URL could not be fetched: the server responded with 410';
  const { body } = await own.operator.get(`${admin}/imports/${import_id}`);
  expect(body).toMatchObject({ status: 'failed', error });
  expect((await own.operator.get(`${admin}/sources`)).body).toMatchObject({ sources: [{ url, error }] });
  await own.operator.del(`${admin}/sources?url=${encodeURIComponent(url)}`);
  const refused = await own.operator.post(`${admin}/imports`, { url: 'http://10.0.0.1/all.zip' });
  expect([refused.status, refused.body]).toMatchObject([
    422,
    { detail: [{ loc: ['body', 'url'], msg: 'it does not use https' }] },
  ]);
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

test('an advisory that is taken back affects nothing, until an import contains it', async () => {
  const s = await scene();
  await lockBefore(s.deps, s.version.id, [locked('false-alarm', '1.0')]);
  const own = world();
  await findAffected(own.deps);
  const files = jsonFiles([osv('GHSA-false-alarm', ['PyPI', 'false-alarm'], until('2.0'), stored)]);
  await imported(own, files);
  expect(await hitsOf(s.deps, s.version.id)).toHaveLength(1);
  const at = `${admin}/GHSA-false-alarm`;
  expect((await own.operator.del(at)).body).toEqual({ success: true, advisory_id: 'GHSA-false-alarm' });
  await findAffected(own.deps);
  expect(await hitsOf(s.deps, s.version.id)).toEqual([]);
  expect((await own.operator.del(at)).status).toBe(404);
  await imported(own, files);
  expect(await hitsOf(s.deps, s.version.id)).toHaveLength(1);
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

test('an import that is not finished cannot be taken back', async () => {
  const own = world();
  const id = await sent(own, zipOf(jsonFiles([osv('GHSA-open', ['PyPI', 'open'], until('1'))])));
  expect(await own.operator.del(`${admin}/imports/${id}`)).toMatchObject({ status: 409 });
});
