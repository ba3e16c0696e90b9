// The Workers that Miniflare adds and nothing calls, of which workerd would start isolates.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeRuntimeConfig } from '../../../scripts/local/runtime/miniflare.ts';
import { runtimeConfigFile, temporaryFolder } from '../../../scripts/local/runtime/runtime-folder.ts';
import { servicesOf, withoutUnusedServices } from '../../../scripts/local/runtime/unused-services.ts';

const compatibilityDate = '2026-09-15';
const script = 'export default {}';

test('Workers that nothing calls are folders, and the others stay as they are', async () => {
  const state = await mkdtemp(join(tmpdir(), 'slipway-services-'));
  onTestFinished(() => rm(state, { recursive: true }));
  await mkdir(temporaryFolder(state), { recursive: true });
  const workers = ['clock', 'slipway', 'assets'].map((name) => ({ name, compatibilityDate, modules: true, script }));
  await writeRuntimeConfig(state, workers);
  const config = await readFile(runtimeConfigFile(state));
  const running = servicesOf(config).filter(({ kind }) => kind === 'worker');
  expect(running.map(({ name }) => name).sort()).toEqual([
    'core:user:assets',
    'core:user:clock',
    'core:user:slipway',
    'outbound:1',
  ]);
  expect(config.equals(withoutUnusedServices(config))).toBe(true);
});

test('a configuration without services is refused', () => {
  const empty = new Uint8Array(24);
  empty[4] = 2;
  expect(() => withoutUnusedServices(empty)).toThrow('The configuration has no list of services');
});
