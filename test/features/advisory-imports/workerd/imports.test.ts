// Tests imports of advisories: by a zip that an operator sends, and from URLs.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { findAffected } from '../../../../src/advisories/find-affected.ts';
import { continueAdvisories } from '../../../../src/advisories/sweep.ts';
import { keptImportsMs } from '../../../../src/contract/features/advisory-imports/limits.ts';
import { advisoryImportLimits } from '../../../../src/contract/limits/scans.ts';
import { zipOf } from '../../../support/plugins/plugin.ts';
import { hitsOf, lockBefore, locked, osv, until } from '../../../support/scenes/advisories.ts';
import { scene } from '../../../support/scenes/scene.ts';
import { admin, created, imported, jsonFiles, sent, world } from '../scenes/imports.ts';

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

const { futureMs } = advisoryImportLimits;

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

test('an import that is not finished cannot be taken back', async () => {
  const own = world();
  const id = await sent(own, zipOf(jsonFiles([osv('GHSA-open', ['PyPI', 'open'], until('1'))])));
  expect(await own.operator.del(`${admin}/imports/${id}`)).toMatchObject({ status: 409 });
});
