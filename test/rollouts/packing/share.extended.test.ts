// Tests which plugins share a container, and how much of it each one reserves.
import { expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/contract/builder/instances.ts';
import { containerShare } from '../../../src/rollouts/packing/pack.ts';
import { scene } from '../../support/scenes/scene.ts';

const MiB = 2 ** 20;

function used(peakMiB: number, sandbox: InstanceStatus['sandbox'] = 'namespaces') {
  return { memory: { bytes: 30 * MiB, peak_bytes: peakMiB * MiB }, sandbox };
}

test.each([
  ['a plugin that declares nothing and used 127 MiB', {}, used(127), 256],
  ['a plugin that declares nothing and used 128 MiB', {}, used(128), null],
  ['a plugin that declares 100 MiB', { memory_gb: 100 / 1024 }, used(60), 100],
  ['a plugin that declares 100 MiB and used 200', { memory_gb: 100 / 1024 }, used(200), 200],
  ['a plugin that declares 256 MiB', { memory_gb: 0.25 }, used(60), 256],
  ['a plugin that declares 257 MiB', { memory_gb: 257 / 1024 }, used(60), null],
  ['a plugin that declares 256 MiB and used more', { memory_gb: 0.25 }, used(257), null],
  ['a plugin that asks for a container of its own', { dedicated: true }, used(60), null],
  ['a plugin that is confined by Landlock', {}, used(60, 'landlock'), 256],
  ['a plugin that only its machine confines', {}, used(60, 'vm'), null],
  ['a plugin that nothing confines', {}, used(60, 'none'), null],
  ['a plugin of a builder that does not measure', {}, { sandbox: 'namespaces' as const }, null],
] as const)('%s gets its share of a container, or none', async (_, serve_config, status, mib) => {
  const { version } = await scene();
  if (!version.manifest) throw new Error('It has a manifest');
  const manifest = { ...version.manifest, serve_config };
  expect(containerShare({ ...version, manifest }, { scaling: null }, status)).toBe(mib);
});

test('a plugin with granted memory, models or several instances is counted at its maximum size', async () => {
  const { version } = await scene();
  const { manifest } = version;
  if (!manifest) throw new Error('It has a manifest');
  const sharing = (changes: object, scaling: { min: number; max: number; target_in_flight: number } | null = null) =>
    containerShare({ ...version, manifest: { ...manifest, ...changes } }, { scaling }, used(60));
  expect(sharing({ permissions: { memory_mb: 256 } })).toBe(256);
  expect(sharing({ permissions: { memory_mb: 257 } })).toBeNull();
  expect(sharing({ models: ['weights'] })).toBeNull();
  expect(sharing({}, { min: 1, max: 1, target_in_flight: 16 })).toBe(256);
  expect(sharing({}, { min: 0, max: 2, target_in_flight: 16 })).toBeNull();
  expect(containerShare({ ...version, kind: 'storage' }, { scaling: null }, used(60))).toBeNull();
});
