// Tests releases whose versions refuse inputs, and callers that keep their version.

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { releasePlanSchema } from '../../../src/contract/releases.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { releases } from '../../../src/db/schema/releases.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { manifest } from '../../support/plugins/plugin.ts';
import { deploy } from '../../support/scenes/scene.ts';
import { live, named } from '../../support/scenes/two-versions.ts';
import { caller, callUntil, releasing, saying, two } from './release-calls.ts';

/** The version fails without `count`, which its schema demands. */
const demanding = (version: string) => {
  const failing = saying(version, 'return {"count": inputs["count"]}');
  const extra = 'input_schema = {"type": "object", "required": ["count"]}\n';
  return { version, files: { ...failing.files, 'manifest.py': manifest({ name: 'hello_ext', version, extra }) } };
};

test('a candidate that refuses inputs which the stable version takes is reverted', async () => {
  const s = await releasing({ steps: [{ percent: 50 }], hold: { calls: 5000 } }, demanding('1.0.1'));
  const answers = await callUntil(s, caller(s), 'reverted');
  expect(new Set(answers)).toEqual(new Set(['1.0.0', 'InvalidInput']));
});

test('inputs that both versions refuse count for neither', async () => {
  const plan = { steps: [{ percent: 50 }], hold: { calls: 5000 } };
  const s = await releasing(plan, demanding('1.0.1'), demanding('1.0.0'));
  const caches = emptyCallCaches();
  const call = caller(s, caches);
  const answers = await Promise.all(Array.from({ length: 10 }, () => call()));
  expect(new Set(answers)).toEqual(new Set(['InvalidInput']));
  expect([...caches.releaseCounts.values()].map(({ unreported }) => unreported)).toEqual([]);
});

test('a caller keeps its version while the share grows', async () => {
  const s = await releasing({ steps: [{ percent: 20 }, { percent: 60 }], hold: { calls: 20 }, gates: {} });
  const call = caller(s);
  const seen = new Map<string, string[]>();
  for (let round = 0; round < 12; round += 1)
    for (let key = 0; key < 20; key += 1) {
      const answers = seen.get(`c${key}`) ?? [];
      seen.set(`c${key}`, [...answers, await call(`c${key}`)]);
    }
  for (const answers of seen.values()) expect([...answers].sort()).toEqual(answers);
  expect(new Set([...seen.values()].flat()).size).toBe(2);
});

test('a promotion with a plan begins a release instead of moving the name', async () => {
  const s = await two();
  await live(s, s.v0);
  const { id } = await deploy({ ...s, version: s.v1 }, 'realtime');
  await s.deps.db
    .update(deployments)
    .set({ release: releasePlanSchema.parse({}) })
    .where(eq(deployments.id, id));
  await advanceDeployment(s.deps, id);
  expect(await named(s)).toBe(s.v0.id);
  const [row] = await s.deps.db.select().from(releases).where(eq(releases.pluginId, s.v0.pluginId));
  expect(row).toMatchObject({
    fromVersionId: s.v0.id,
    toVersionId: s.v1.id,
    state: 'rolling',
    createdBy: s.actor.ref,
    weight: 100,
    generation: 1,
  });
});
