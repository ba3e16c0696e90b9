// @module-tag uv
// @module-tag weekly
// Tests which torch builds a version gets: those for the builder's CPU or GPUs if their index answers, and otherwise builds from the
// usual index.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPackageIndex } from '../../../builder/server/environments/package-index.ts';
import { newFolder } from '../support.ts';
import { PackageIndex } from './package-index.ts';
import { linesOf, namesOf, PackageBuilder, writeWheel } from './wheels.ts';

let usual: PackageIndex;
let forCpu: PackageIndex;
beforeAll(async () => {
  const [wheels, cpu] = [newFolder(), newFolder()];
  writeWheel(wheels, { name: 'torch', version: '2.9.0', files: { 'torch.py': 'BUILD = "gpu"\n' }, requires: ['base'] });
  writeWheel(wheels, { name: 'base' });
  writeWheel(wheels, { name: 'embeddings', requires: ['torch'] });
  writeWheel(cpu, {
    name: 'torch',
    version: '2.9.0+cpu',
    files: { 'torch.py': 'BUILD = "cpu"\n' },
    requires: ['base'],
  });
  [usual, forCpu] = [await PackageIndex.start(wheels), await PackageIndex.start(cpu)];
});
afterAll(() => {
  usual.close();
  forCpu.close();
});

async function locked(env: Record<string, string>, ...requirements: string[]) {
  const given = { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: usual.url, ...env };
  const packages = await PackageBuilder.start({ env: given });
  try {
    const events = await packages.lockEvents(...requirements);
    const last = events.at(-1);
    if (last?.type !== 'locked') throw new Error(`there is no lock: ${JSON.stringify(last)}`);
    const installed = (await packages.installEvents(last.lock)).at(-1);
    const names = installed?.type === 'installed' ? namesOf(installed.environment) : [JSON.stringify(installed)];
    return { names, lines: linesOf(events, 'torch '), indexes: last.lock.packages.map(({ index }) => index) };
  } finally {
    await packages.builder.close();
  }
}

test('torch comes from the index of CPU builds, and the other packages from the usual index', async () => {
  const found = await locked({ BUILDER_TORCH_INDEX: forCpu.url }, 'embeddings');
  expect(found).toEqual({
    names: ['base 1.0.0', 'embeddings 1.0.0', 'torch 2.9.0+cpu'],
    lines: ['torch 2.9.0+cpu is resolved from the index in BUILDER_TORCH_INDEX.'],
    indexes: [usual.url, usual.url, forCpu.url],
  });
});

test('torch comes from the usual index if the index of CPU builds does not answer, and the log says so', async () => {
  const gone = await PackageIndex.start(newFolder());
  const env = { BUILDER_TORCH_INDEX: gone.url };
  gone.close();
  const { names, lines } = await locked(env, 'embeddings');
  expect(names).toEqual(['base 1.0.0', 'embeddings 1.0.0', 'torch 2.9.0']);
  expect(lines).toEqual([
    expect.stringMatching(
      /^torch 2\.9\.0 comes from the usual index and may include GPU libraries, because the index in BUILDER_TORCH_INDEX can't be used: /,
    ),
  ]);
});

test('torch comes from the usual index if BUILDER_TORCH_BACKEND is none, and no other index is asked', async () => {
  forCpu.requests.length = 0;
  const found = await locked({ BUILDER_TORCH_INDEX: forCpu.url, BUILDER_TORCH_BACKEND: 'none' }, 'torch');
  expect(found).toMatchObject({ names: ['base 1.0.0', 'torch 2.9.0'], lines: [] });
  expect(forCpu.requests).toEqual([]);
});

test('a version on Ray gets torch from the usual index, and no other index is asked', async () => {
  forCpu.requests.length = 0;
  const packages = await PackageBuilder.start({
    env: { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: usual.url, BUILDER_TORCH_INDEX: forCpu.url },
  });
  const last = (await packages.lockEventsOf(['torch'], { for_cluster: true })).at(-1);
  await packages.builder.close();
  expect(last).toMatchObject({ lock: { packages: [{ name: 'base' }, { name: 'torch', version: '2.9.0' }] } });
  expect(forCpu.requests).toEqual([]);
});

test('a plugin without torch sends nothing to the torch index', async () => {
  forCpu.requests.length = 0;
  expect(await locked({ BUILDER_TORCH_INDEX: forCpu.url }, 'base')).toMatchObject({ names: ['base 1.0.0'], lines: [] });
  expect(forCpu.requests).toEqual([]);
});

test('torch and triton come from the index of CUDA builds if BUILDER_TORCH_BACKEND names them', async () => {
  const [ownUsual, cuda] = [newFolder(), newFolder()];
  writeWheel(ownUsual, { name: 'torch', version: '2.9.0', requires: ['triton'] });
  writeWheel(ownUsual, { name: 'triton', version: '3.5.0', files: { 'triton.py': 'BUILD = "usual"\n' } });
  writeWheel(cuda, { name: 'torch', version: '2.9.0+cu128', requires: ['triton'] });
  writeWheel(cuda, { name: 'triton', version: '3.5.0', files: { 'triton.py': 'BUILD = "cu128"\n' } });
  const [index, forCuda] = [await PackageIndex.start(ownUsual), await PackageIndex.start(cuda)];
  const env = { UV_DEFAULT_INDEX: index.url, BUILDER_TORCH_INDEX: forCuda.url, BUILDER_TORCH_BACKEND: 'cu128' };
  const place = forCuda.url;
  const found = await locked(env, 'torch').finally(() => {
    index.close();
    forCuda.close();
  });
  expect(found).toMatchObject({
    names: ['torch 2.9.0+cu128', 'triton 3.5.0'],
    indexes: [place, place],
  });
});

test.each([
  ['none of its GPUs', undefined, 'cpu'],
  ['GPUs with a driver for CUDA 13.1', '13.1', 'cu130'],
  ['GPUs with a driver for CUDA 12.8', '12.8', 'cu128'],
  ['GPUs with a driver for CUDA 12.7', '12.7', 'cu126'],
  ['GPUs with a driver for CUDA 11.2', '11.2', 'cpu'],
  ['GPUs with an unknown driver', null, 'none'],
])('a builder that lends %s prefers the newest builds that it can run', (_what, cuda, backend) => {
  expect(readPackageIndex({}, cuda).torchBackend).toBe(backend);
  expect(readPackageIndex({ BUILDER_TORCH_BACKEND: 'cu118' }, cuda).torchBackend).toBe('cu118');
});

test('torch comes from the folder of wheels, whichever builds are preferred', async () => {
  const wheels = newFolder();
  writeWheel(wheels, { name: 'torch', version: '2.9.0+cu126' });
  forCpu.requests.length = 0;
  const env = { BUILDER_WHEELS: wheels, BUILDER_TORCH_INDEX: forCpu.url, BUILDER_TORCH_BACKEND: 'cu128' };
  expect(await locked(env, 'torch')).toEqual({ names: ['torch 2.9.0+cu126'], lines: [], indexes: [null] });
  expect(forCpu.requests).toEqual([]);
});
