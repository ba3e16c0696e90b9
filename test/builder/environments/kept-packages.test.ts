// @module-tag uv
// @module-tag long
// Tests a builder that keeps its packages. It packs nothing, and otherwise works as with a store.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handler } from '../support.ts';
import { installationOf, PackageBuilder } from './wheels.ts';

let packages: PackageBuilder;
beforeAll(async () => {
  packages = await PackageBuilder.start({ env: { BUILDER_PACKAGES: 'kept' } });
});
afterAll(() => packages.builder.close());

const blobs = () => readdirSync(join(packages.builder.stateFolder, 'blobs'));

test('a builder that keeps its packages reports each without parts, packs none, and uses them to start instances', async () => {
  packages.add({ name: 'kept_base', files: { 'kept_base.py': 'VALUE = "kept"\n' } });
  const lock = await packages.lock('kept-base');
  const events = await packages.installEvents(lock);
  const { environment, packages: made } = installationOf(events);
  expect(made).toMatchObject([{ name: 'kept-base', version: '1.0.0', parts: [] }]);
  expect(events.flatMap((event) => (event.type === 'step' ? [event.step] : []))).not.toContain('archive');
  expect(blobs()).toEqual([]);
  const files = handler('def predict(self, request): return {"value": kept_base.VALUE}', 'import kept_base');
  expect(await packages.result('keeps', files, environment)).toEqual({ value: 'kept' });
});

test("a builder that keeps its packages reuses another environment's packages, and reinstalls missing ones", async () => {
  packages.add({ name: 'kept_shared' }, { name: 'kept_more', requires: ['kept_shared'] });
  const [shared] = (await packages.install('kept-shared')).packages;
  const both = await packages.install('kept-more');
  expect(both.packages.map(({ key }) => key)).toContain(shared?.key);
  const again = await packages.install('kept-more');
  expect([both.environment.cached, again.environment.cached]).toEqual([false, true]);
});
