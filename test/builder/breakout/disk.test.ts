// Runs plugins that fill their temporary and data folders, in every kind of sandbox, beside a harmless one. Either the kernel refuses
// further writes, or the builder ends the instance and logs a line.
// @module-tag long
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPython } from '../../../builder/server/programs/python.ts';
import { healthSchema } from '../../../src/contract/builder/machine/health.ts';
import { eventually, type TestBuilder } from '../support.ts';
import { type Folder, fill, folders, startFiller, usualLimits, type Way, ways } from './disk/disk-filler.ts';
import { callGoodPlugin, type GoodCalls, startGoodPlugin } from './good-plugin.ts';
import { kinds, startBuilder } from './kinds.ts';

/** Lower than usual, so that tests reach the limits quickly. The temporary folder's limit is fixed. */
const limits = { ...usualLimits, SLIPWAY_DATA: 32 };
const builderLimits = { dataBytes: limits.SLIPWAY_DATA * 1024 * 1024, dataFiles: 1024 };
const limit: Record<Folder, string> = {
  TMPDIR: 'it used more than 256 MiB or 16384 files in its temporary folder',
  SLIPWAY_DATA: 'it used more than 32 MiB or 1024 files in its data folder',
};
const unmeasured = 'its disk use could not be measured';
const refusedByKernel = 'No space left on device';

describe.each(kinds)('in $name', (kind) => {
  let builder: TestBuilder;
  let python: string;
  /** Undefined in `vm`, whose machine serves one instance. */
  let good: GoodCalls | undefined;
  let limitedBy: Record<Folder, string>;
  beforeAll(async () => {
    const found = await findPython('/usr/bin/python3');
    if (typeof found === 'string') throw new Error(found);
    python = found.executable;
    builder = await startBuilder(kind, builderLimits);
    if (kind.sandbox !== 'vm') good = callGoodPlugin(builder, await startGoodPlugin(builder));
    const { disk } = healthSchema.parse((await builder.send('GET', '/health')).body);
    limitedBy = { TMPDIR: disk?.temp ?? '', SLIPWAY_DATA: disk?.data ?? '' };
  });
  afterAll(() => builder.close());

  const attacks = folders.flatMap((folder) => Object.keys(ways).map((way) => ({ folder, way: way as Way })));

  test.each(attacks)("a plugin can't fill $folder with files that are $way", async ({ folder, way }) => {
    const name = `${way}_${folder}`;
    const id = await startFiller(builder, python, name);
    const answer = fill(builder, id, { way, folder, limits }).catch((error) => error);
    const isMeasured = Object.values(limitedBy).includes('sampled');
    const log = async () => (await builder.logs(id)).join('\n');
    if (way === 'child' && !kind.startsProcesses)
      expect(await answer).toMatchObject({ body: { result: { refused: 'Operation not permitted' } } });
    else if (way === 'allocated' && isMeasured)
      expect(await answer).toMatchObject({ body: { result: { refused: 'Operation not supported', mib: 0 } } });
    else if (way === 'allocated' && folder === 'TMPDIR')
      expect(await answer).toMatchObject({ body: { result: { refused: 'File too large', mib: 0 } } });
    else if (limitedBy[folder] === 'kernel') {
      const answered = await answer;
      // A file in transit between processes can't be measured, so the instance may end before the folder is full.
      const isUnmeasured = way === 'passed' && isMeasured && (await log()).includes(unmeasured);
      if (!isUnmeasured) expect(answered).toMatchObject({ body: { result: { refused: refusedByKernel } } });
    } else
      await eventually(async () => {
        const text = await log();
        return text.includes(limit[folder]) || text.includes(unmeasured) ? 'ended' : text;
      }).toBe('ended');
    await builder.send('DELETE', `/instances/${id}`);
  });

  test.each(folders)('sparse files and many links to one file fit into %s', async (folder) => {
    const id = await startFiller(builder, python, `harmless_${folder}`);
    const filled = await fill(builder, id, { way: 'harmless', folder, limits });
    expect(filled).toMatchObject({
      status: 200,
      body: { result: { attributes: ['Operation not permitted', 'Operation not permitted'] } },
    });
    await builder.send('DELETE', `/instances/${id}`);
  });

  if (kind.sandbox !== 'vm')
    test('no call to another plugin fails during the attacks', async () => {
      expect(await good?.end()).toEqual({ wrong: [], restarts: 0 });
    });
});
