// @module-tag uv
// @module-tag long
// Tests a full disk at each step of a builder's package work. The error says that the disk is full, no unfinished
// files are left, and work continues once there is space.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler, newFolder } from '../support.ts';
import { failureOf, installationOf, PackageBuilder, unfinishedIn, type Wheel } from './wheels.ts';

const diskMiB = 256;
const full =
  "retried limit-exceeded: The builder's disk is full. Try again: installed packages are kept. The operator of the builder can give it a larger disk, or lower `environmentCacheBytes` in BUILDER_LIMITS.";

/** Returns a wheel with 2 MB of incompressible data, and 100 modules whose bytecode takes another 2 MB. */
function largeWheel(name: string): Wheel {
  const module = () => `X = "${randomBytes(200).toString('hex')}"\n`.repeat(10);
  const modules = Array.from({ length: 100 }, (_, at) => [`${name}/m${at}.py`, module()]);
  return { name, files: { [`${name}/data.bin`]: randomBytes(2_000_000), ...Object.fromEntries(modules) } };
}

describe('a builder whose disk is full', { tags: ['mounts'] }, () => {
  const stateFolder = newFolder();
  const ballast = join(stateFolder, 'ballast');
  let packages: PackageBuilder;
  beforeAll(async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMiB}m`, 'none', stateFolder]);
    packages = await PackageBuilder.start({ stateFolder });
  });
  afterAll(async () => {
    await packages.builder.close();
    execFileSync('umount', ['-l', stateFolder]);
  });

  /** Fills the disk during the work, except for this many bytes. */
  async function withRoom<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    const { bavail, bsize } = statfsSync(stateFolder);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
    try {
      return await work();
    } finally {
      rmSync(ballast);
    }
  }

  test.each([
    ['resolves', 40_000],
    ['downloads', 2_600_000],
    ['compiles', 3_500_000],
    ['packs', 4_500_000],
  ])('a builder whose disk is full while it %s reports it, and continues once there is space', async (what, bytes) => {
    const name = `large_${what}`;
    packages.add(largeWheel(name));
    if (what === 'resolves') expect(await withRoom(bytes, () => packages.failure(name))).toBe(full);
    const lock = await packages.lock(name);
    const failed = await withRoom(bytes, () => packages.installEvents(lock));
    expect(failureOf(failed.at(-1))).toBe(full);
    expect(unfinishedIn(stateFolder)).toEqual([]);
    const { environment } = installationOf(await packages.installEvents(lock));
    const plugin = handler('def predict(self, request): return {"length": len(m7.X)}', `from ${name} import m7`);
    expect(await packages.result(name, plugin, environment)).toEqual({ length: 400 });
  });

  test('a builder whose disk is full while it receives a package and starts an instance reports it, and continues once there is space', async () => {
    const other = await PackageBuilder.start();
    try {
      other.add(largeWheel('sent'));
      const { environment, packages: made } = await other.install('sent');
      const [one] = made;
      const [part] = one?.parts ?? [];
      if (!one || !part) throw new Error('nothing was packed');
      const body = await other.blob(part.sha256);
      const answered = async (room: number, path: string, sent: string | Uint8Array<ArrayBuffer>) => {
        const { status, body: refused } = await withRoom(room, () => packages.builder.send('PUT', path, sent));
        return [status, Object(refused).error?.message];
      };
      const refused = [500, full.replace('retried limit-exceeded: ', '')];
      const [blobPath, packagePath] = [`/blobs/${part.sha256}`, `/packages/${one.key}`];
      expect(await answered(1_000_000, blobPath, body)).toEqual(refused);
      expect((await packages.builder.send('PUT', blobPath, body)).status).toBe(204);
      const parts = JSON.stringify({ parts: [part.sha256] });
      expect(await answered(1_000_000, packagePath, parts)).toEqual(refused);
      expect(unfinishedIn(stateFolder)).toEqual([]);
      expect((await packages.builder.send('PUT', packagePath, parts)).status).toBe(204);

      const plugin = handler('def predict(self, request): return {"length": len(m7.X)}', 'from sent import m7');
      const spec = await packages.spec(plugin, environment);
      // The first start has no space for the environment, and the second none for the plugin's own files.
      for (const [id, room] of [
        ['without_environment', 0],
        ['without_code', 4096],
      ] as const) {
        const events = await withRoom(room, () => packages.builder.put(id, spec));
        expect(events.at(-1)).toEqual({ type: 'failed', error: { code: 'builder-failed', message: refused[1] } });
      }
      expect(unfinishedIn(stateFolder)).toEqual([]);
      expect(await packages.result('sent', plugin, environment)).toEqual({ length: 400 });
    } finally {
      await other.builder.close();
    }
  });
});
