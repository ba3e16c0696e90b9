// Tests which version is active, and which was active before it. The latter is the rollback target before any promotion (D3, D4).
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { formatVersion } from '../../../src/contract/plugin/manifest.ts';
import { readTogether } from '../../../src/db/client.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { chooseTarget, selectRollbackFacts } from '../../../src/pointers/rollback-targets.ts';
import {
  activateStatements,
  pluginIdByName,
  selectPluginByName,
} from '../../../src/registry/versions/active-version.ts';
import { deleteVersion } from '../../../src/retirement/removal.ts';
import { publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';

type Step = { publish: string } | { activate: string } | { remove: string };

async function take(s: Scene, step: Step): Promise<void> {
  if ('publish' in step) await publishVersion(s.deps, s.actor, s.namespaceId, { version: step.publish });
  else if ('remove' in step)
    await deleteVersion(s.deps, s.actor, s.namespaceId, `hello_ext_${step.remove.replaceAll('.', '_')}`);
  else {
    const versions = await s.deps.db.select().from(pluginVersions);
    const chosen = versions.find((v) => v.ownerId === s.namespaceId && formatVersion(v) === step.activate);
    if (!chosen) throw new Error(`no version ${step.activate}`);
    await s.deps.db.batch(
      activateStatements(s.deps, {
        pluginId: chosen.pluginId,
        versionId: chosen.id,
        condition: sql`true`,
        event: { organizationId: chosen.organizationId, namespaceId: s.namespaceId, actor: s.actor.ref },
      }),
    );
  }
}

async function activeAndPrevious({
  deps,
  namespaceId,
}: Scene): Promise<[active: string | null, previous: string | null]> {
  const pluginId = pluginIdByName(namespaceId, 'hello_ext');
  const {
    plugins: [plugin],
    versions,
    ...facts
  } = await readTogether(deps.db, {
    plugins: selectPluginByName(deps.db, namespaceId, 'hello_ext'),
    versions: deps.db.select().from(pluginVersions),
    ...selectRollbackFacts(deps, namespaceId, pluginId),
  });
  const [previous] = chooseTarget(facts).targets;
  const active = versions.find(({ id }) => id === plugin?.activeVersionId);
  return [active ? formatVersion(active) : null, previous ? formatVersion(previous) : null];
}

const publish = (version: string) => ({ publish: version });
const activate = (version: string) => ({ activate: version });
const remove = (version: string) => ({ remove: version });

test.each<[steps: Step[], active: string | null, previous: string | null]>([
  [[], '1.0.0', null],
  [[publish('1.0.1')], '1.0.1', '1.0.0'],
  [[publish('0.9.0')], '1.0.0', null],
  [[publish('1.0.1'), publish('1.0.2')], '1.0.2', '1.0.1'],
  [[publish('1.0.1'), activate('1.0.0')], '1.0.0', '1.0.1'],
  [[publish('1.0.1'), activate('1.0.1')], '1.0.1', '1.0.0'],
  [[publish('1.0.1'), publish('1.0.2'), activate('1.0.0')], '1.0.0', '1.0.2'],
  [[publish('1.0.1'), activate('1.0.0'), activate('1.0.1')], '1.0.1', '1.0.0'],
  [[publish('1.0.1'), activate('1.0.0'), publish('1.0.2')], '1.0.2', '1.0.0'],
  [[publish('1.0.1'), publish('1.0.2'), remove('1.0.1')], '1.0.2', '1.0.0'],
  [[publish('1.0.1'), publish('1.0.2'), remove('1.0.2')], '1.0.1', '1.0.0'],
  [[publish('0.9.0'), remove('1.0.0')], '0.9.0', null],
  [[publish('1.0.1'), remove('1.0.1'), remove('1.0.0')], null, null],
])('the steps %j leave %s as the active version, and %s as the previous one', async (steps, active, previous) => {
  const s = await scene();
  for (const step of steps) await take(s, step);
  expect(await activeAndPrevious(s)).toEqual([active, previous]);
});
