// Tests deleting unreferenced objects after some days, and keeping referenced objects, however old they are.
import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/core/digest.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { artifactKey, wasmKey } from '../../../src/instances/builds/builds.ts';
import { storedArtifacts } from '../../../src/instances/builds/orphaned-artifacts.ts';
import { advanceUpload } from '../../../src/pipeline.ts';
import { archiveKey, indexKey } from '../../../src/registry/storage/archives.ts';
import { collect, collectAll } from '../../../src/registry/storage/collector.ts';
import { storedArchives, storedFindings } from '../../../src/registry/storage/orphaned-objects.ts';
import { sweepArchives } from '../../../src/registry/storage/released-archives.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { goInstall, goPlugin } from '../../support/plugins/go-plugins.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const day = 24 * 3600 * 1000;

async function scene() {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const stored = testApp().deps.blobs;
  let onceStored = async () => {};
  /** Runs at the point in an upload when its archive is stored, but no row refers to the archive yet. */
  const whenStored = (happens: () => Promise<void>) => {
    onceStored = async () => {
      onceStored = async () => {};
      await happens();
    };
  };
  const watched =
    (name: 'put' | 'head') =>
    async (key: string, ...rest: unknown[]): Promise<unknown> => {
      const object = await Reflect.apply(stored[name], stored, [key, ...rest]);
      if (key.endsWith('.index.json') && object !== null) await onceStored();
      return object;
    };
  const blobs = new Proxy(stored, {
    get: (bucket, name: keyof R2Bucket) =>
      name === 'put' || name === 'head' ? watched(name) : bucket[name].bind(bucket),
  });
  const app = testApp({ clock, queues, blobs });
  const org = await organization({ fetch: app.fetch });
  const has = async (key: string) => (await stored.head(key)) !== null;
  const { deps } = app;
  const sweeping = { ...deps, blobs: stored };
  return { ...app, clock, org, sent, has, whenStored, stored, sweeping };
}

const unique = (version = '1.0.0', name = 'hello_ext') =>
  plugin({ name, version, files: { 'notes.txt': crypto.randomUUID() } });

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

  test("a deleted version's archive is kept for a day, however old it is", async () => {
    const { clock, org, has, sweeping } = await scene();
    const packed = unique();
    await publish(org, packed);
    const code: string = Object((await org.get(`${org.plugins}/hello_ext_1_0_0`)).body).plugin.code_hash;
    clock.advance(10 * day);
    await org.del(`${org.plugins}/hello_ext_1_0_0`);
    const sweepAndCheck = async () => {
      await sweepArchives(sweeping);
      await collectAll(sweeping, [storedArchives, storedFindings]);
      return Promise.all([archiveKey(code), indexKey(code)].map(has));
    };
    expect(await sweepAndCheck()).toEqual([true, true]);
    clock.advance(day);
    expect(await sweepAndCheck()).toEqual([true, true]);
    clock.advance(1);
    expect(await sweepAndCheck()).toEqual([false, false]);
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

  test('findings without a row are deleted after three days, one page at a time', async () => {
    const { clock, deps, has, sweeping, stored } = await scene();
    const keys = Array.from({ length: 100 }, (_, index) => `findings/${deps.ids(index % 2 ? 'scan' : 'upload')}.json`);
    await Promise.all(keys.map((key) => stored.put(key, '[]')));
    const remaining = async () => (await Promise.all(keys.map(has))).filter(Boolean).length;
    clock.advance(3 * day - 60_000);
    for (let sweeps = 0; sweeps < 3; sweeps += 1) await collectAll(sweeping, [storedArchives, storedFindings]);
    expect(await remaining()).toBe(100);
    clock.advance(120_000);
    for (let sweeps = 0; sweeps < 3; sweeps += 1) await collectAll(sweeping, [storedArchives, storedFindings]);
    expect(await remaining()).toBe(0);
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

describe('an executable', () => {
  test('an executable is deleted a day after its version, but not while an install is in progress', async () => {
    const { clock, org, has, sweeping } = await scene();
    const keyOf = async (name: string) => artifactKey(await sha256Hex(`executable ${name}`));
    const names = [1, 2].map((n) => `tool-${n}-${crypto.randomUUID().slice(0, 8)}`);
    const [removed = '', retained = ''] = names;
    for (const name of names) await goPlugin(org, 'pipeline', name);
    const sweepAndCheck = async () => {
      await collect(sweeping, storedArtifacts);
      return Promise.all([has(await keyOf(removed)), has(await keyOf(retained))]);
    };
    clock.advance(2 * day);
    expect(await sweepAndCheck()).toEqual([true, true]);
    expect((await org.del(`/api/plugins/${removed}`)).status).toBe(204);
    expect(await sweepAndCheck()).toEqual([true, true]);
    clock.advance(day + 1);
    await goInstall(org, 'storage', 'under-way');
    expect(await sweepAndCheck()).toEqual([true, true]);
    expect((await org.del('/api/storage-plugins/under-way')).status).toBe(204);
    expect(await sweepAndCheck()).toEqual([false, true]);
  });
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
