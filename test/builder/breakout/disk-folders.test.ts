// Tests data folders across instances and builders: the data that is kept, the images that are unmounted, and what a plugin can do when
// its folder is full.
// @module-tag long
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { findPython } from '../../../builder/server/programs/python.ts';
import { healthSchema } from '../../../src/contract/builder/machine/health.ts';
import { eventually, newFolder, TestBuilder } from '../support.ts';
import { fill, startFiller } from './disk/disk-filler.ts';
import { kinds, startBuilder } from './kinds.ts';
import { mountsBelow } from './mounts.ts';

const limits = { TMPDIR: 256, SLIPWAY_DATA: 32 };
const builderLimits = { dataBytes: 32 * 1024 * 1024, dataFiles: 1024 };
const env = { BUILDER_SANDBOX: 'landlock', PYTHON: '/usr/bin/python3' };

let python: string;
beforeAll(async () => {
  const found = await findPython('/usr/bin/python3');
  if (typeof found === 'string') throw new Error(found);
  python = found.executable;
});

/** Creates a state folder that plugins may traverse. */
function openFolder(): string {
  const folder = newFolder();
  chmodSync(folder, 0o711);
  return folder;
}

describe.each(kinds)('in $name', (kind) => {
  test('a plugin whose data folder is full starts and can delete files', async () => {
    const builder = await startBuilder(kind, builderLimits);
    const first = await startFiller(builder, python, 'full');
    await fill(builder, first, { way: 'many', folder: 'SLIPWAY_DATA', limits });
    await builder.send('DELETE', `/instances/${first}`);
    const id = await startFiller(builder, python, 'full');
    await eventually(async () => (await builder.logs(id)).join('\n')).toContain('ts data folder is full');
    expect(await fill(builder, id, { way: 'empty', folder: 'SLIPWAY_DATA', limits })).toMatchObject({ status: 200 });
    await builder.close();
  });
});

describe('builder-mounted folders', { tags: ['mounts'] }, () => {
  test('data survives a killed builder, and the next builder unmounts its leftovers', async () => {
    const stateFolder = openFolder();
    const options = { env, stateFolder, limits: builderLimits };
    const killed = await TestBuilder.start(options);
    const { disk } = healthSchema.parse((await killed.send('GET', '/health')).body);
    expect(disk).toEqual({ temp: 'kernel', data: 'kernel' });
    const id = await startFiller(killed, python, 'kept');
    expect(mountsBelow(stateFolder)).toHaveLength(2);
    expect(await fill(killed, id, { way: 'harmless', folder: 'SLIPWAY_DATA', limits })).toMatchObject({ status: 200 });
    await killed.kill('SIGKILL');
    const next = await TestBuilder.start(options);
    expect(mountsBelow(stateFolder)).toEqual([]);
    const again = await startFiller(next, python, 'kept');
    const emptied = await fill(next, again, { way: 'empty', folder: 'SLIPWAY_DATA', limits });
    expect(emptied.body).toEqual({ result: { deleted: 40 } });
    await next.send('DELETE', `/instances/${again}`);
    await eventually(() => mountsBelow(stateFolder)).toEqual([]);
    expect(await next.send('DELETE', '/data/kept')).toEqual({ status: 204, body: undefined });
    expect(existsSync(join(stateFolder, 'data-images', 'kept'))).toBe(false);
    await next.close();
  });

  test("an instance whose data is in an image does not start if the image can't be mounted", async () => {
    const stateFolder = openFolder();
    const first = await TestBuilder.start({ env, stateFolder, limits: builderLimits });
    const id = await startFiller(first, python, 'moved');
    await fill(first, id, { way: 'harmless', folder: 'SLIPWAY_DATA', limits });
    await first.close();
    const none = await TestBuilder.start({
      env: { ...env, BUILDER_SANDBOX: 'none' },
      stateFolder,
      limits: builderLimits,
    });
    await expect(startFiller(none, python, 'moved')).rejects.toThrow('its data is in an image');
    expect(await none.send('DELETE', '/data/moved')).toEqual({ status: 204, body: undefined });
    expect(existsSync(join(stateFolder, 'data-images', 'moved'))).toBe(false);
    await startFiller(none, python, 'moved');
    await none.close();
  });

  test('a data folder filled without an image keeps its data and is measured', async () => {
    const stateFolder = openFolder();
    mkdirSync(join(stateFolder, 'data', 'older'), { recursive: true, mode: 0o711 });
    for (const name of ['a', 'b']) writeFileSync(join(stateFolder, 'data', 'older', name), name, { mode: 0o666 });
    const builder = await TestBuilder.start({ env, stateFolder, limits: builderLimits });
    const id = await startFiller(builder, python, 'older');
    const emptied = await fill(builder, id, { way: 'empty', folder: 'SLIPWAY_DATA', limits });
    expect(emptied.body).toEqual({ result: { deleted: 1 } });
    expect(existsSync(join(stateFolder, 'data-images', 'older'))).toBe(false);
    await builder.close();
  });
});
