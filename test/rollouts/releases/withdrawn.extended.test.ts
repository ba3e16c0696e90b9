// Tests that a withdrawn version loses the calls of its releases, whatever else changes the release between a read and a write.
import { env } from 'cloudflare:workers';
import { and, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { withoutKey } from '../../../src/access/actor.ts';
import { scopes } from '../../../src/contract/scopes.ts';
import { emptyObject } from '../../../src/core/json/text.ts';
import { database } from '../../../src/db/client.ts';
import { enabledPlugins, pluginVersions } from '../../../src/db/schema/registry.ts';
import { isActiveRelease, releases } from '../../../src/db/schema/releases.ts';
import type { Deps } from '../../../src/deps.ts';
import { quarantine } from '../../../src/retirement/quarantine.ts';
import { withdraw } from '../../../src/retirement/withdraw.ts';
import { revertReleases } from '../../../src/rollouts/releases/revert.ts';
import { pausedD1 } from '../../support/database/paused-d1.ts';
import { releaseOf, releasing } from '../../support/scenes/releasing.ts';

const operator = { type: 'admin', id: 'tests' } as const;
type Releasing = Awaited<ReturnType<typeof releasing>>;

async function candidate({ app, org }: Releasing) {
  const isOwn = and(sql`${pluginVersions.ownerId} = ${org.namespaceId}`, eq(pluginVersions.patch, 1));
  const [version] = await app.deps.db.select().from(pluginVersions).where(isOwn);
  if (!version) throw new Error('no candidate');
  return version;
}

const withdrawals: [string, (deps: Deps, r: Releasing) => Promise<unknown>][] = [
  [
    'yank',
    async (deps, r) => {
      const version = await candidate(r);
      const actor = {
        ...withoutKey,
        ref: operator,
        organizationId: version.organizationId,
        scopes: new Set(scopes),
        namespaceIds: null,
      };
      return withdraw(deps, actor, version, { yanked: 'wrong' });
    },
  ],
  [
    'quarantine',
    async (deps, r) => {
      const { sha256 } = await candidate(r);
      return quarantine(deps, sha256, { reason: 'bad', objection: 'write to us', drain: false }, operator);
    },
  ],
];
const changes = ['pause', 'step'];

/** Runs the withdrawal, with a change of the release before the round trip with this number. Returns how many there were. */
async function withdrawWhile(r: Releasing, withdraw: (deps: Deps) => Promise<unknown>, change: string, at: number) {
  let trips = 0;
  const d1 = pausedD1(env.DB, async (nth) => {
    trips = nth;
    if (nth === at) await r.org.post(`${r.one}/${change}`);
  });
  await withdraw({ ...r.app.deps, db: database(d1) });
  return trips;
}

test.each(withdrawals.flatMap(([name, withdraw]) => changes.map((change) => [name, change, withdraw] as const)))(
  'a release is reverted by a %s at whichever moment of it somebody asks for a %s',
  { tags: 'long' },
  async (_, change, withdraw) => {
    let trips = 1;
    for (let at = 1; at <= trips; at++) {
      const r = await releasing();
      trips = await withdrawWhile(r, (deps) => withdraw(deps, r), change, at);
      expect([at, await releaseOf(r)]).toMatchObject([at, { state: 'reverted', percent: 0 }]);
      // The next scene has the same content.
      const { sha256 } = await candidate(r);
      const gone = { quarantined: null, deletedAt: 1 };
      await r.app.deps.db.update(pluginVersions).set(gone).where(eq(pluginVersions.sha256, sha256));
    }
  },
);

test('a release of a version that was yanked meanwhile takes no step, even if nothing reverts it', async () => {
  const r = await releasing();
  const { id } = await candidate(r);
  const yanked = { by: operator, at: Date.now() + 1000, reason: 'wrong' };
  await r.app.deps.db.update(pluginVersions).set({ yanked }).where(eq(pluginVersions.id, id));
  const { body, status } = await r.org.post(`${r.one}/step`);
  expect([status, Object(body).detail]).toEqual([
    409,
    `Release ${r.id} goes no further: hello_ext 1.0.1 is yanked. Revert it.`,
  ]);
  expect(await releaseOf(r)).toMatchObject({ state: 'rolling', percent: 10 });
});

test('every release to a withdrawn version is reverted, however many namespaces there are', async () => {
  const r = await releasing();
  const { db, ids } = r.app.deps;
  const version = await candidate(r);
  const isOfCandidate = eq(releases.toVersionId, version.id);
  const [row] = await db.select().from(releases).where(isOfCandidate);
  if (!row) throw new Error('no release');
  for (let i = 0; i < 130; i++) {
    const namespaceId = ids('namespace');
    const enabling = { ...version, namespaceId, versionId: version.id, parameters: emptyObject };
    await db.batch([
      db.insert(enabledPlugins).values(enabling),
      db.insert(releases).values({ ...row, id: ids('release'), namespaceId }),
    ]);
  }
  await revertReleases(r.app.deps, version, { actor: operator, reason: 'yanked' });
  expect(await db.select().from(releases).where(and(isOfCandidate, isActiveRelease()))).toEqual([]);
});
