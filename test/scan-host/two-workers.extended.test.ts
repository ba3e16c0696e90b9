// Tests two live workers that rescan one version: the worker that lost its lease changes nothing further.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { leases } from '../../src/contract/limits/leases.ts';
import { pluginVersions } from '../../src/db/schema/registry.ts';
import { rescan } from '../../src/scan-host/rescan.ts';
import { claimRescan, postponeRescan, renewRescanLease } from '../../src/scan-host/rescans.ts';
import { type Scene, scene, versionRow } from '../support/scenes/scene.ts';
import { expectNoChange } from '../support/workers/two-workers.ts';

const seconds = 1000;

/** Creates a version to be rescanned with a newer policy. */
async function outdated(): Promise<Scene> {
  const s = await scene({ files: { 'notes.txt': crypto.randomUUID() } });
  return { ...s, deps: { ...s.deps, policyVersion: String(Number(s.deps.policyVersion) + 1) } };
}

async function claimed(s: Scene) {
  const version = await claimRescan(s.deps, s.actor.organizationId);
  if (!version) throw new Error('no version was claimed');
  return version;
}

describe('a worker that lost its lease', () => {
  test.each<[string, (s: Scene, stale: Awaited<ReturnType<typeof claimed>>) => Promise<unknown>]>([
    ['postpones the version', ({ deps }, stale) => postponeRescan(deps, stale)],
    [
      'renews the lease',
      async ({ clock, deps }, stale) => {
        const checkpoint = renewRescanLease(deps, stale);
        clock.advance(leases.rescan.renewEveryMs);
        await checkpoint();
      },
    ],
  ])(
    'a worker that lost its lease changes nothing, whether its successor is working or has ended: %s',
    async (_what, write) => {
      const s = await outdated();
      const stale = await claimed(s);
      s.clock.advance(leases.rescan.leaseMs);
      await claimed(s);
      await expectNoChange(() => write(s, stale));
      s.clock.advance(leases.rescan.leaseMs);
      await rescan(s.deps, s.actor.organizationId);
      const done = { evaluatedPolicy: Number(s.deps.policyVersion), evaluationLeaseUntil: null, evaluationAttempts: 0 };
      expect(await versionRow(s)).toMatchObject(done);
      await expectNoChange(() => write(s, stale));
    },
  );
});

describe('the lease', () => {
  test('the lease keeps other workers away for a minute', async () => {
    const s = await outdated();
    const { id } = await claimed(s);
    s.clock.advance(60 * seconds - 1);
    expect(await claimRescan(s.deps, s.actor.organizationId)).toBeUndefined();
    s.clock.advance(1);
    expect((await claimed(s)).id).toBe(id);
  });

  test('the lease is renewed at the first checkpoint after 20 s, repeatedly', async () => {
    const s = await outdated();
    const version = await claimed(s);
    const checkpoint = renewRescanLease(s.deps, version);
    const claimedAt = s.clock.now();
    s.clock.advance(20 * seconds - 1);
    await checkpoint();
    expect((await versionRow(s))?.evaluationLeaseUntil).toBe(claimedAt + 60 * seconds);
    s.clock.advance(1);
    for (let renewal = 1; renewal <= 5; renewal++) {
      await checkpoint();
      expect((await versionRow(s))?.evaluationLeaseUntil).toBe(s.clock.now() + 60 * seconds);
      s.clock.advance(20 * seconds);
    }
  });

  test('the lease is extended after a failed rescan, by one minute at first and then by two', async () => {
    const s = await outdated();
    for (const minutes of [1, 2]) {
      const version = await claimed(s);
      const checkpoint = renewRescanLease(s.deps, version);
      s.clock.advance(20 * seconds);
      await checkpoint();
      await postponeRescan(s.deps, version);
      expect((await versionRow(s))?.evaluationLeaseUntil).toBe(s.clock.now() + minutes * 60 * seconds);
      s.clock.advance(minutes * 60 * seconds);
    }
  });

  test('the lease lets one of five simultaneous workers claim the version', async () => {
    const s = await outdated();
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimRescan(s.deps, s.actor.organizationId)));
    expect(claims.filter((version) => version !== undefined)).toHaveLength(1);
    const [row] = await s.deps.db.select().from(pluginVersions).where(eq(pluginVersions.id, s.version.id));
    expect(row?.evaluationAttempts).toBe(1);
  });
});
