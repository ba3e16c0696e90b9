// Tests deleting unreferenced objects after some days, and keeping referenced objects, however old they are.
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/core/digest.ts';
import { artifactKey } from '../../../src/instances/builds/builds.ts';
import { storedArtifacts } from '../../../src/instances/builds/orphaned-artifacts.ts';
import { archiveKey, indexKey } from '../../../src/registry/storage/archives.ts';
import { collect, collectAll } from '../../../src/registry/storage/collector.ts';
import { storedArchives, storedFindings } from '../../../src/registry/storage/orphaned-objects.ts';
import { sweepArchives } from '../../../src/registry/storage/released-archives.ts';
import { goInstall, goPlugin } from '../../support/plugins/go-plugins.ts';
import { publish } from '../../support/plugins/publish.ts';
import { day, scene, unique } from './orphans.ts';

describe('an archive', () => {
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
});

describe('findings stored outside a row', () => {
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
