// Tests objects that are stored again, in pages, of modules and of findings cached by file.
import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/core/digest.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { wasmKey } from '../../../src/instances/builds/builds.ts';
import { storedArtifacts } from '../../../src/instances/builds/orphaned-artifacts.ts';
import { advanceUpload } from '../../../src/pipeline.ts';
import { archiveKey, indexKey } from '../../../src/registry/storage/archives.ts';
import { collect, collectAll } from '../../../src/registry/storage/collector.ts';
import { storedArchives, storedFindings } from '../../../src/registry/storage/orphaned-objects.ts';
import { goPlugin } from '../../support/plugins/go-plugins.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { day, scene, unique } from './orphans.ts';

/** Enough warnings to have the findings stored outside the row. */
const withManyWarnings = (name: string) =>
  plugin({ name, files: { 'shapes.py': `# ${crypto.randomUUID()}\n${'x = y.__class__\n'.repeat(900)}` } });

async function keysOf(blobs: R2Bucket, prefix: string): Promise<string[]> {
  return (await blobs.list({ prefix })).objects.map(({ key }) => key);
}

describe('an archive', () => {
  test('an archive stored for a rejected upload is deleted after three days', async () => {
    const { clock, org, has, whenStored, sweeping, stored } = await scene();
    const [winner, loser] = [unique(), unique()];
    const before = await keysOf(stored, 'archives/');
    const upload = await uploaded(org, loser, loser.zip);
    whenStored(async () => {
      await publish(org, winner);
    });
    expect((await confirm(org, upload)).status).toBe(409);
    const code = Object((await org.get(`${org.plugins}/hello_ext_1_0_0`)).body).plugin.code_hash;
    const keys = (await keysOf(stored, 'archives/')).filter((key) => !before.includes(key));
    const orphanedKeys = keys.filter((key) => !key.includes(code));
    expect([keys.length, orphanedKeys.length]).toEqual([4, 2]);
    clock.advance(3 * day - 60_000);
    await collectAll(sweeping, [storedArchives, storedFindings]);
    expect(await Promise.all(orphanedKeys.map(has))).toEqual([true, true]);
    clock.advance(120_000);
    await collectAll(sweeping, [storedArchives, storedFindings]);
    expect(await Promise.all(orphanedKeys.map(has))).toEqual([false, false]);
    expect(await Promise.all([archiveKey(code), indexKey(code)].map(has))).toEqual([true, true]);
  });

  test('an archive released while an upload relies on it is stored again', async () => {
    const { clock, deps, fetch, org, sent, has, whenStored, sweeping } = await scene();
    const [winner, loser] = [unique(), unique()];
    const rejected = await uploaded(org, loser, loser.zip);
    whenStored(async () => {
      await publish(org, winner);
    });
    await confirm(org, rejected);
    clock.advance(4 * day);
    const other = await organization({ fetch });
    const upload = await uploaded(other, loser, loser.zip);
    const key = archiveKey(await sha256Hex(loser.zip));
    whenStored(async () => {
      await collectAll(sweeping, [storedArchives, storedFindings]);
      expect(await has(key)).toBe(false);
      clock.advance(deps.confirmInlineMs - 1); // so that the confirm leaves the remaining work to the queue without waiting for it
    });
    expect((await confirm(other, upload)).body).toMatchObject({ validation_status: 'pending' });
    const message = sent.find(({ type }) => type === 'advance-upload');
    clock.advance(61_000);
    if (message?.type === 'advance-upload') await advanceUpload(deps, message.id);
    expect((await confirm(other, upload)).body).toMatchObject({ validation_status: 'passed' });
    await collectAll(sweeping, [storedArchives, storedFindings]);
    expect(await has(key)).toBe(true);
  });
});

describe('findings stored outside a row', () => {
  test('findings in an object are kept for accepted and rejected uploads, and are reported as before', async () => {
    const { clock, org, sweeping, stored } = await scene();
    const [accepted, rejected] = [withManyWarnings('wordy_ext'), withManyWarnings('wordy_bad')];
    const uploads = [
      await uploaded(org, accepted, accepted.zip),
      await uploaded(
        org,
        rejected,
        plugin({ ...rejected, files: { ...rejected.files, 'tables.py': 'eval("1")\n' } }).zip,
      ),
    ];
    const responses = await Promise.all(uploads.map((upload) => confirm(org, upload)));
    expect(responses.map(({ status }) => status)).toEqual([200, 400]);
    const before = await keysOf(stored, 'findings/');
    expect(before.filter((key) => /^findings\/(?:plu|scn)_/.test(key))).toHaveLength(3);
    clock.advance(4 * day);
    await collectAll(sweeping, [storedArchives, storedFindings]);
    expect(await keysOf(stored, 'findings/')).toEqual(before);
    expect((await Promise.all(uploads.map((upload) => confirm(org, upload)))).map(({ text }) => text)).toEqual(
      responses.map(({ text }) => text),
    );
    expect((await org.get(`${org.plugins}/by-name/wordy_ext/diff?v1=1.0.0&v2=1.0.0`)).status).toBe(200);
  });

  test('findings cached by file are deleted ninety days after the last upload', async () => {
    const { clock, org, settled, sweeping, stored } = await scene();
    await publish(org, unique());
    await settled();
    const retained = () => keysOf(stored, `findings/files/${org.namespaceId}/`);
    clock.advance(89 * day);
    await collectAll(sweeping, [storedArchives, storedFindings]);
    expect(await retained()).toHaveLength(1);
    clock.advance(2 * day);
    for (let sweeps = 0; sweeps < 3; sweeps += 1) await collectAll(sweeping, [storedArchives, storedFindings]);
    expect(await retained()).toHaveLength(0);
  });
});

test.each([
  ['that fits into one page is swept whole each time', 3, ['abc', 'abc']],
  ['of two pages is swept in turns', 2, ['ab', 'c', 'ab']],
])('a store folder %s', async (_what, limit, pages) => {
  const { sweeping, stored } = await scene();
  const prefix = `folder-${crypto.randomUUID()}/`;
  for (const name of ['a', 'b', 'c']) await stored.put(prefix + name, 'x');
  const swept: string[] = [];
  const unused = async (_: unknown, objects: R2Object[]) => {
    swept.push(objects.map(({ key }) => key.slice(prefix.length)).join(''));
    return [];
  };
  for (const _ of pages) await collect(sweeping, { prefix, limit, unused });
  expect(swept).toEqual(pages);
});

test('a WebAssembly module is deleted like an executable, and independently of it', async () => {
  const { clock, org, deps, has, sweeping } = await scene();
  const name = `tool-${crypto.randomUUID().slice(0, 8)}`;
  await goPlugin(org, 'pipeline', name);
  const sha256 = await sha256Hex(`module ${name}`);
  const artifact = JSON.stringify({ sha256, size_bytes: 6, compressed_bytes: 5 });
  await deps.blobs.put(wasmKey(sha256), 'module');
  await deps.db
    .update(pluginVersions)
    .set({
      built: sql`json_set(built, '$.wasm', json_object('artifact', json(${artifact}), 'provenance', built -> '$.provenance'))`,
    })
    .where(eq(pluginVersions.name, name));
  const sweepAndCheck = async () => {
    await collect(sweeping, storedArtifacts);
    return has(wasmKey(sha256));
  };
  clock.advance(2 * day);
  expect(await sweepAndCheck()).toBe(true);
  expect((await org.del(`/api/plugins/${name}`)).status).toBe(204);
  clock.advance(day + 1);
  expect(await sweepAndCheck()).toBe(false);
});
