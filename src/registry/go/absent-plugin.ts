// Explains why there is no plugin with a name. A Go plugin's install may be in progress, or may have failed.
import { and, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { notFound } from '../../access/actor.ts';
import { pageLimitMax } from '../../contract/limits/requests.ts';
import { formatVersionSlug, type Version } from '../../contract/plugin/manifest.ts';
import type { PluginKind } from '../../contract/states.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import { type OwnerId, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { buildingProblem } from '../building.ts';
import { onlyStaged, selectOnlyStaged } from '../versions/stages.ts';

export interface AbsentPlugin {
  ownerId: OwnerId | SQL<OwnerId>;
  kind: PluginKind;
  name: string;
}

/** Returns the problem for a request that needs this plugin, which has no version. */
export async function absentPlugin({ db }: Pick<Deps, 'db'>, absent: AbsentPlugin): Promise<Problem> {
  const { ownerId, kind, name } = absent;
  if (kind === 'extractor') return notFound('plugin', name);
  const { installs, staged } = await readTogether(db, {
    installs: db
      .select({ status: uploads.status, refusal: uploads.refusal })
      .from(uploads)
      .where(
        and(
          sql`${uploads.ownerId} = ${ownerId}`,
          eq(uploads.kind, kind),
          eq(uploads.name, name),
          inArray(uploads.status, ['confirming', 'rejected']),
        ),
      )
      .orderBy(desc(uploads.id))
      .limit(1),
    staged: selectOnlyStaged(db, absent),
  });
  const [install] = installs;
  if (!install) return staged.length > 0 ? onlyStaged(name) : notFound('plugin', name);
  if (install.status === 'confirming') return buildingProblem(name, 'is still being installed');
  const reason = install.refusal?.message ?? 'it was rejected';
  return new Problem('not-deployed', `Plugin ${name} could not be installed: ${reason}`, {
    hint: 'Fix the cause, and install the plugin again.',
    details: { resource: 'plugin', id: name },
  });
}

/** Returns the problem for a version that the plugin doesn't have. Says which ones a Go plugin has, or why it has none. */
export async function absentVersion(
  deps: Pick<Deps, 'db'>,
  { version, ...plugin }: AbsentPlugin & { version: Version | string },
): Promise<Problem> {
  const { ownerId, kind, name } = plugin;
  if (typeof version !== 'string') return notFound('plugin', formatVersionSlug(name, version));
  const installed = await deps.db
    .select({ ref: sql<string>`${pluginVersions.source} ->> '$.ref'` })
    .from(pluginVersions)
    .where(
      and(
        sql`${pluginVersions.ownerId} = ${ownerId}`,
        eq(pluginVersions.kind, kind),
        eq(pluginVersions.name, name),
        isNull(pluginVersions.deletedAt),
      ),
    )
    .orderBy(desc(pluginVersions.id))
    .limit(pageLimitMax);
  if (installed.length === 0) return absentPlugin(deps, plugin);
  const refs = installed.map(({ ref }) => ref).join(', ');
  return new Problem('not-found', `${name} has no installed version ${version}. Installed: ${refs}`, {
    details: { resource: 'plugin', name },
  });
}
