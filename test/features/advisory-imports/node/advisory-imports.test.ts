// Tests the operators' commands below `slipway advisories`: what they send, and what they print.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { folderOf } from '../../../cli/slipway.ts';
import { type Scripted, scriptedServer } from '../../../client/scripted-server.ts';

const at = '/v1/admin/advisories';
const url = 'https://feeds.example.com/pypi.zip';
const begun = {
  ...{ import_id: 'adv_1', url: null, status: 'reading', size_bytes: 300, files: null, files_read: 0 },
  ...{ records: 0, kept: 0, changed: 0, git_ranges: 0, invalid: 0, error: null },
  ...{ created_at: '2026-03-01T10:00:00.000Z', ended_at: null },
};
const done = {
  ...begun,
  status: 'done',
  files: 3,
  files_read: 3,
  records: 2,
  kept: 2,
  changed: 1,
  invalid: 1,
  first_invalid: 'x.json is not an OSV record',
};
const source = { url, next_at: '2026-03-02T10:00:00.000Z', last_import_id: 'adv_1', error: null };

async function ran(args: string[], answers: (store: string) => Scripted[]) {
  await using server = await scriptedServer();
  server.answers.push(...answers(server.url));
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_ADMIN_TOKEN: 'an-admin-token' };
  const ended = await inProcess(['advisories', ...args], environment);
  return {
    ...ended,
    sent: server.received.map(({ method, url: path }) => `${method} ${path}`),
    received: server.received,
  };
}

test('slipway advisories import zips a folder, sends it to the store, and waits until it is read', async () => {
  const folder = folderOf({ 'a.json': '{"id": "GHSA-a"}', 'b/c.json': '{}', 'README.md': 'no record' });
  const { exit, sent, stderr, stdout } = await ran(['import', folder], (store) => [
    { body: { ...begun, status: 'open', upload_url: `${store}/store/signed` } },
    { headers: { etag: '"1"' } },
    { body: begun },
    { body: done },
  ]);
  expect([exit, stdout]).toEqual(['done', '✓ imported 2 of 2 records: 1 new or changed\n']);
  expect(stderr).toContain('1 file was not read. The first: x.json is not an OSV record');
  const id = `${at}/imports/adv_1`;
  expect(sent).toEqual([`POST ${at}/imports`, 'PUT /store/signed', `POST ${id}/start`, `GET ${id}`]);
});

test('slipway advisories import --daily adds the URL, and imports it at once', async () => {
  const { exit, sent } = await ran(['import', url, '--daily'], () => [{ body: source }, { body: done }]);
  expect([exit, sent]).toEqual(['done', [`POST ${at}/sources`, `POST ${at}/imports`]]);
});

test('slipway advisories import fails with the reason of the import', async () => {
  const error = 'The URL could not be fetched: the server responded with 410';
  const { exit, stderr } = await ran(['import', url], () => [{ body: { ...begun, status: 'failed', error } }]);
  expect(exit).toBe('rejected');
  expect(stderr).toContain(error);
});

test('slipway advisories take-back takes the ID of an import or of an advisory', async () => {
  const taken = await ran(['take-back', 'adv_1'], () => [
    { body: { success: true, import_id: 'adv_1', advisories: 3 } },
  ]);
  expect([taken.stdout, taken.sent]).toEqual(['✓ took back 3 advisories\n', [`DELETE ${at}/imports/adv_1`]]);
  const one = await ran(['take-back', 'GHSA-1'], () => [{ body: { success: true, advisory_id: 'GHSA-1' } }]);
  expect([one.stdout, one.sent]).toEqual(['✓ took back GHSA-1\n', [`DELETE ${at}/GHSA-1`]]);
});

test('slipway advisories imports and sources list what the operator imported', async () => {
  const page = { results: [done], pagination: { limit: 20, next_cursor: null } };
  const imports = await ran(['imports'], () => [{ body: page }]);
  expect(imports.stdout).toContain('adv_1   done    3/3    1        300 bytes');
  const sources = await ran(['sources'], () => [{ body: { sources: [source] } }]);
  expect(sources.stdout).toContain(url);
  const removed = await ran(['sources', 'remove', url], () => [{ body: { success: true, url } }]);
  expect([removed.stdout, removed.sent]).toEqual([
    `✓ removed ${url}\n`,
    [`DELETE ${at}/sources?url=${encodeURIComponent(url)}`],
  ]);
});
