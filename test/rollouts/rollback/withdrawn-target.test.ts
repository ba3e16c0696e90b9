// Tests that a rollback never goes to a version that is withdrawn between the choice of the target and the write.
// @module-tag long
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { crashRollback } from '../../../src/contract/limits/deployments.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { versionSlug } from '../../../src/registry/versions/versions.ts';
import { quarantine } from '../../../src/retirement/quarantine.ts';
import { deleteVersion } from '../../../src/retirement/removal.ts';
import { withdrawVersion } from '../../../src/retirement/withdraw.ts';
import { rollBackCrashing } from '../../../src/rollouts/rollback/crash-rollback.ts';
import { pausedD1 } from '../../support/database/paused-d1.ts';
import { publishVersion, scene } from '../../support/scenes/scene.ts';
import { back, live, named, type Two } from '../../support/scenes/two-versions.ts';

const operator = { type: 'admin', id: 'tests' } as const;

/** How the target is withdrawn, and what a person's rollback then says. */
const ways: [string, (s: Two) => Promise<unknown>, string][] = [
  [
    'yanked',
    ({ actor, deps, namespaceId, v0 }) =>
      withdrawVersion(deps, actor, { ownerId: namespaceId, slug: versionSlug(v0) }, { yanked: 'wrong sums' }),
    'hello_ext 1.0.0 was yanked meanwhile: wrong sums',
  ],
  [
    'quarantined',
    ({ deps, v0 }) =>
      quarantine(deps, v0.sha256, { reason: 'malware', objection: 'write to us', drain: false }, operator),
    'hello_ext 1.0.0 is quarantined by the operator of this installation: malware. To object: write to us',
  ],
  [
    'deleted',
    ({ actor, deps, namespaceId, v0 }) => deleteVersion(deps, actor, namespaceId, versionSlug(v0)),
    'Plugin not found: hello_ext_1_0_0',
  ],
];

/** Returns a scene whose version 1.0.1 has the name, and 1.0.0 had it before, with content of its own, since quarantines are by content. */
async function replaced(): Promise<Two & { serving: DeploymentId }> {
  const s = await scene({ files: { 'processors/core.py': `CONTENT = "${crypto.randomUUID()}"\n` } });
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1' });
  const both = { ...s, v0: s.version, v1 };
  await live(both, both.v0);
  return { ...both, serving: await live(both, v1) };
}

type Replaced = Awaited<ReturnType<typeof replaced>>;

const rollbacks: [string, (s: Replaced) => Promise<unknown>][] = [
  ['a person', (s) => back(s)],
  ['crashes', (s) => rollBackCrashing(s.deps, s.serving, crashRollback.crashesMax)],
];

/** Rolls back, and withdraws the target before the round trip with this number, unless the name has already moved. */
async function interrupted(
  s: Replaced,
  rollBack: (s: Replaced) => Promise<unknown>,
  withdraw: () => Promise<unknown>,
  at: number,
) {
  let isWithdrawn = false;
  const d1 = pausedD1(env.DB, async (nth) => {
    if (nth !== at || (await named(s)) === s.v0.id) return;
    isWithdrawn = true;
    await withdraw();
  });
  const refused = await rollBack({ ...s, deps: { ...s.deps, db: database(d1) } }).then(
    () => null,
    (error: unknown) => String(Object(error).message),
  );
  return { isWithdrawn, refused };
}

test.each(rollbacks.flatMap(([by, rollBack]) => ways.map(([way, ...rest]) => [by, way, rollBack, ...rest] as const)))(
  'a rollback by %s moves no calls to a version that is %s before it is written',
  async (by, _, rollBack, withdraw, message) => {
    const said = [];
    for (let at = 1; ; at++) {
      const s = await replaced();
      const { isWithdrawn, refused } = await interrupted(s, rollBack, () => withdraw(s), at);
      if (!isWithdrawn) break;
      expect([at, await named(s)]).toEqual([at, s.v1.id]);
      said.push(refused);
    }
    expect(said.length).toBeGreaterThan(1);
    expect(said.at(-1)).toBe(by === 'crashes' ? null : message);
  },
);
