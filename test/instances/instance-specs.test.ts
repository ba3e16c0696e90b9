// Tests the specs that a builder gets when it starts Go plugins.
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { InstanceSpec } from '../../src/contract/builder/instances.ts';
import { pluginVersions } from '../../src/db/schema/registry.ts';
import { startInstance } from '../../src/instances/fleets/instances.ts';
import { testApp } from '../support/deps.ts';
import { goPlugin } from '../support/plugins/go-plugins.ts';
import { organization } from '../support/scenes/organization.ts';

test.each(['pipeline', 'storage'] as const)(
  'an executable of a %s plugin has a data folder if it keeps files',
  async (kind) => {
    const { deps, fetch } = testApp();
    const org = await organization({ fetch });
    await goPlugin(org, kind, 'keeper');
    const isPlugin = and(eq(pluginVersions.ownerId, org.namespaceId), eq(pluginVersions.kind, kind));
    const [version] = await deps.db.select().from(pluginVersions).where(isPlugin);
    if (!version) throw new Error('there is no version');
    const specs: InstanceSpec[] = [];
    const builder = {
      ...deps.builder,
      async *start(_: string, spec: InstanceSpec) {
        specs.push(spec);
        yield* [];
      },
    };
    const started = startInstance({ ...deps, builder }, deps.ids('deployment'), version);
    await expect(started).rejects.toMatchObject({ code: 'unreachable' });
    const data = kind === 'storage' ? version.pluginId : null;
    expect(specs).toMatchObject([{ runtime: 'executable', kind, data }]);
  },
);
