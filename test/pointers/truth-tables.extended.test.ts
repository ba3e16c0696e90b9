// Tests the truth tables in pointers/promote.ts: the pointers of two versions and their name after a promotion, an undeployment and a
// rollback. Batch-only deployments are promoted in the request itself, so no instance is needed.
import { and, eq, inArray } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Version } from '../../src/contract/plugin/manifest.ts';
import { livePointers } from '../../src/db/schema/deploy.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import type { PluginVersion } from '../../src/registry/versions/versions.ts';
import { rollBack } from '../../src/rollouts/rollback/rollback.ts';
import { deploy, publishVersion, type Scene, scene } from '../support/scenes/scene.ts';

type Number = '1.0.0' | '1.0.1';
type Action = ['deploy' | 'undeploy' | 'roll back to', Number];

interface Two extends Scene {
  versions: Record<Number, PluginVersion>;
}

/** Publishes 1.0.0, and then 1.0.1, which is active. */
async function two(): Promise<Two> {
  const s = await scene();
  const newer = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1' });
  return { ...s, versions: { '1.0.0': s.version, '1.0.1': newer } };
}

async function run(s: Two, [action, number]: Action): Promise<void> {
  const version = s.versions[number];
  if (action === 'deploy') await deploy({ ...s, version }, 'batch_only');
  else if (action === 'undeploy') await undeployVersion(s.deps, s.namespaceId, version, s.actor.ref);
  else await rollBack(s.deps, s.actor, s.namespaceId, { name: 'hello_ext', version: numbered(version), message: null });
}

function numbered({ major, minor, patch }: PluginVersion): Version {
  return { major, minor, patch };
}

/** Returns the deployed versions, and the version that is live for the name. */
async function pointers({
  deps,
  namespaceId,
  versions,
  version,
}: Two): Promise<{ live: string[]; name: string | null }> {
  const numbers = new Map<string, string>(Object.entries(versions).map(([number, { id }]) => [id, number]));
  const subjects = [version.pluginId, ...Object.values(versions).map(({ id }) => id)];
  const rows = await deps.db
    .select()
    .from(livePointers)
    .where(and(eq(livePointers.namespaceId, namespaceId), inArray(livePointers.subjectId, subjects)));
  const targets = new Map<string, string | null>(rows.map(({ subjectId, targetId }) => [subjectId, targetId]));
  const live = [...numbers].filter(([id]) => targets.get(id)).map(([, number]) => number);
  return { live, name: numbers.get(targets.get(version.pluginId) ?? '') ?? null };
}

const promotions: [string, Action[], Action, { live: Number[]; name: Number | null }][] = [
  ['the name is empty', [], ['deploy', '1.0.0'], { live: ['1.0.0'], name: '1.0.0' }],
  [
    'the name is served by another version, and this one is active',
    [['deploy', '1.0.0']],
    ['deploy', '1.0.1'],
    { live: ['1.0.0', '1.0.1'], name: '1.0.1' },
  ],
  [
    'the name is served by another version, and this one is not active',
    [['deploy', '1.0.1']],
    ['deploy', '1.0.0'],
    { live: ['1.0.0', '1.0.1'], name: '1.0.1' },
  ],
];

const undeployments: typeof promotions = [
  ['nothing is deployed', [], ['undeploy', '1.0.1'], { live: [], name: null }],
  ['it serves the name alone', [['deploy', '1.0.1']], ['undeploy', '1.0.1'], { live: [], name: null }],
  [
    'it serves the name, and another version is live',
    [
      ['deploy', '1.0.0'],
      ['deploy', '1.0.1'],
    ],
    ['undeploy', '1.0.1'],
    { live: ['1.0.0'], name: '1.0.0' },
  ],
  [
    'it serves the name, and the other version was undeployed before',
    [
      ['deploy', '1.0.0'],
      ['undeploy', '1.0.0'],
      ['deploy', '1.0.1'],
    ],
    ['undeploy', '1.0.1'],
    { live: [], name: null },
  ],
  [
    'another version serves the name',
    [
      ['deploy', '1.0.0'],
      ['deploy', '1.0.1'],
    ],
    ['undeploy', '1.0.0'],
    { live: ['1.0.1'], name: '1.0.1' },
  ],
];

const rollbacks: typeof promotions = [
  ['the name is empty', [], ['roll back to', '1.0.0'], { live: [], name: null }],
  [
    'the version is live',
    [
      ['deploy', '1.0.0'],
      ['deploy', '1.0.1'],
    ],
    ['roll back to', '1.0.0'],
    { live: ['1.0.0', '1.0.1'], name: '1.0.0' },
  ],
  [
    'the version is warm: undeployed, and draining',
    [
      ['deploy', '1.0.0'],
      ['deploy', '1.0.1'],
      ['undeploy', '1.0.0'],
    ],
    ['roll back to', '1.0.0'],
    { live: ['1.0.0', '1.0.1'], name: '1.0.0' },
  ],
  [
    'the version was never deployed',
    [['deploy', '1.0.1']],
    ['roll back to', '1.0.0'],
    { live: ['1.0.1'], name: '1.0.1' },
  ],
];

test.each([...promotions, ...undeployments, ...rollbacks])(
  'the states follow the truth table: %s: after %j, %j leaves %j',
  async (_, before, action, after) => {
    const s = await two();
    for (const earlier of before) await run(s, earlier);
    await run(s, action);
    expect(await pointers(s)).toEqual(after);
  },
);
