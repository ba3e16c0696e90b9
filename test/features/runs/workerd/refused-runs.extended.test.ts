// Tests that a batch-only version, which goes live before its packages are known, does no run with refused packages.
import { expect, test } from 'vitest';
import { updateNamespace } from '../../../../src/access/namespaces.ts';
import type { Lock } from '../../../../src/contract/builder/environments.ts';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { locked, osv, storeOsv, until } from '../../../support/scenes/advisories.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import { watchedBuilder } from '../../../support/workers/watched-builder.ts';
import { doubling, runScene } from '../scenes/run-scene.ts';

test('a run that resolves the packages of a batch-only version is refused for them, and so are later runs and deployments', async () => {
  const r = await runScene(doubling, undefined, { 'requirements.txt': 'accel\n' });
  const text = `accel==2.1.0 --hash=sha256:${'a'.repeat(64)}\n`;
  const lock: Lock = { digest: await sha256Hex(text), text, packages: [locked('accel', '2.1.0')], resolver: 'uv' };
  const { builder } = watchedBuilder(r.deps.builder, {
    lock: async function* () {
      yield { type: 'locked', lock, duration_ms: 1 };
    },
  });
  await storeOsv(r.deps, [osv('GHSA-at-the-first-run', ['PyPI', 'accel'], until('9.0'))]);
  await updateNamespace(r.deps, r.actor, r.namespaceId, { refuseAdvisories: 'low' });
  for (const _ of ['the first run', 'a later run']) {
    const run = await r.create({ rows: [{ n: 1 }] });
    const { error, status } = await r.finish(run.id, { ...r.deps, builder });
    expect([status, error]).toEqual(['failed', expect.stringContaining('GHSA-at-the-first-run')]);
  }
  await expect(deploy(r, 'batch_only')).rejects.toMatchObject({ code: 'advisories-refused' });
});
