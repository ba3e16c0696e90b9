// Tests that a draining builder gets empty, with two real builders.
import { afterEach, expect, test } from 'vitest';
import { builderByPool } from '../../../src/builders/pool/pool.ts';
import { setBuilderMode } from '../../../src/builders/pool/register.ts';
import { sweepBuilders } from '../../../src/builders/pool/sweep.ts';
import type { Scaling } from '../../../src/contract/builder/fleets.ts';
import { builders } from '../../../src/db/schema/builders.ts';
import { sweepKeptAwake } from '../../../src/instances/fleets/keep-awake.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { ownBuilder } from '../../support/own-builder.ts';
import { manifest } from '../../support/plugins/plugin.ts';
import { newPool } from '../../support/pool.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';

const token = crypto.randomUUID();
const both = [await ownBuilder(token), await ownBuilder(token)];
const urls = both.map(({ at }) => at.url);

afterEach(async () => {
  await testApp().deps.directory.delete(builders);
});

/** Returns how many of the deployment's instances each builder has. */
async function counts(ids: readonly string[]): Promise<number[]> {
  return Promise.all(
    both.map(async ({ builder }) => {
      const found = await Promise.all(ids.map((id) => builder.status(id)));
      return found.filter((one) => one !== undefined).length;
    }),
  );
}

/** Returns a live plugin with these instances and no calls, and a step of the sweep. */
async function idlePlugin(instances: Partial<Scaling>) {
  const extra = `serve_config = {"instances": ${JSON.stringify(instances)}}\n`;
  const s = await scene({ files: { 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra }) } });
  const deps = { ...s.deps, builder: builderByPool(newPool(s.deps, urls, token)), builderUrls: urls };
  await sweepBuilders(deps);
  const { id } = await deploy({ ...s, deps });
  await advanceDeployment(deps, id);
  const ids = [id, `${id}-2`].slice(0, instances.min);
  await waitFor(async () => {
    await sweepKeptAwake(deps);
    expect((await counts(ids)).reduce((sum, one) => sum + one)).toBe(ids.length);
  });
  return { deps, ids };
}

test.each([
  ['an idle plugin that keeps an instance awake', { min: 1 }],
  ['an idle plugin that keeps two awake, one at each builder', { min: 2, max: 2 }],
])('%s leaves a draining builder, and later the other one', async (_, instances) => {
  const { deps, ids } = await idlePlugin(instances);
  const at = (await counts(ids)).findIndex((count) => count > 0);
  const draining = new URL(urls[at] ?? '').host;
  await setBuilderMode(deps, draining, 'draining');
  const sweepUntil = (wanted: number[]) =>
    waitFor(async () => {
      await sweepKeptAwake(deps);
      await sweepBuilders(deps);
      expect(await counts(ids)).toEqual(wanted);
    });
  const there = [0, 0].with(1 - at, ids.length);
  await sweepUntil(there);
  await setBuilderMode(deps, draining, 'active');
  await setBuilderMode(deps, new URL(urls[1 - at] ?? '').host, 'draining');
  await sweepUntil(there.toReversed());
});
