// @module-tag uv
// Tests `dependencies_older_than` where no upload times are known: a folder of wheels, and an index of torch builds.
import { expect, test } from 'vitest';
import { newFolder } from '../support.ts';
import { PackageIndex } from './package-index.ts';
import { linesOf, PackageBuilder, writeWheel } from './wheels.ts';

test("a folder of wheels has no times, so it isn't affected, and the log says so", async () => {
  const offline = await PackageBuilder.start();
  try {
    offline.add({ name: 'words', version: '2.0' });
    offline.hosted = { older_than: '3d' };
    const events = await offline.lockEvents('words');
    expect([events.at(-1)?.type, linesOf(events, 'Packages in')]).toEqual([
      'locked',
      ["Packages in the operator's folder have no upload times, so `dependencies_older_than` doesn't apply to them."],
    ]);
  } finally {
    await offline.builder.close();
  }
});

test("torch builds from an index without times are used only in the version that the usual index's time allows", async () => {
  const [usual, cpu] = [newFolder(), newFolder()];
  for (const version of ['2.8.0', '2.9.0']) {
    writeWheel(usual, { name: 'torch', version });
    writeWheel(cpu, { name: 'torch', version: `${version}+cpu` });
  }
  const [timed, untimed] = [await PackageIndex.start(usual), await PackageIndex.start(cpu)];
  timed.json = true;
  timed.uploadTimes.set('torch-2.8.0-py3-none-any.whl', '2020-01-01T00:00:00Z');
  timed.uploadTimes.set('torch-2.9.0-py3-none-any.whl', new Date(Date.now() - 86_400_000).toISOString());
  const env = { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: timed.url, BUILDER_TORCH_INDEX: untimed.url };
  const builder = await PackageBuilder.start({ env });
  try {
    builder.hosted = { older_than: '3d' };
    expect((await builder.lock('torch')).packages).toMatchObject([{ name: 'torch', version: '2.8.0+cpu' }]);
  } finally {
    await builder.builder.close();
    for (const one of [timed, untimed]) one.close();
  }
});
