// Defines which versions wait for approval, and which never got it. A version leaves `staged` only once, so a value that was read as
// approved stays approved.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../../access/actor.ts';
import { formatVersion, formatVersionSlug } from '../../contract/plugin/manifest.ts';
import type { PluginKind } from '../../contract/states.ts';
import { Problem } from '../../core/problem.ts';
import { namespaces } from '../../db/schema/access.ts';
import { type OwnerId, plugins, pluginVersions, type uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { requireDownloadable } from './offered.ts';

type Version = typeof pluginVersions.$inferSelect;

interface Named {
  ownerId: OwnerId | SQL<OwnerId>;
  kind: PluginKind | typeof pluginVersions.kind;
  name: string | typeof uploads.name | typeof pluginVersions.name;
}

/** SQL: the plugin or its namespace demands approval of new versions. */
export function demandsApproval({ ownerId, kind, name }: Named): SQL {
  const ofPlugin = sql`${plugins.ownerId} = ${ownerId} and ${plugins.kind} = ${kind} and ${plugins.name} = ${name}`;
  return sql`(exists (select 1 from ${namespaces} where ${namespaces.id} = ${ownerId} and ${namespaces.requiresApproval})
    or exists (select 1 from ${plugins} where ${ofPlugin} and ${plugins.requiresApproval}))`;
}

export function notAdmitted(version: Pick<Version, 'name' | 'major' | 'minor' | 'patch' | 'stage'>): Problem {
  const { name, stage } = version;
  const number = formatVersion(version);
  return new Problem(
    'needs-approval',
    `This namespace demands approval, and nobody has approved the organization's ${name} ${number}. Another person approves it with \`slipway approve ${name}@${number} --org\`.`,
    { details: { resource: 'plugin', id: formatVersionSlug(name, version), stage } },
  );
}

/** Every deployment, rollback and enabling passes here. */
export function requireDeployable(version: Version): void {
  requireDownloadable(version);
  const { name, stage } = version;
  if (stage !== 'staged' && stage !== 'rejected') return;
  const number = formatVersion(version);
  const details = { resource: 'plugin', id: formatVersionSlug(name, version), stage };
  if (stage === 'rejected')
    throw new Problem('needs-approval', `${name} ${number} was not approved.`, {
      details,
      hint: 'Publish a new version. `slipway show` says who rejected this one, and why.',
    });
  const how = `Another person approves it with \`slipway approve ${name}@${number}\` or in the console.`;
  throw new Problem('needs-approval', `${name} ${number} waits for approval. ${how}`, { details });
}

/** For a version that a batch didn't take: throws why, if that is the version's own state today, and otherwise returns the version. */
export async function requireStillDeployable({ db }: Pick<Deps, 'db'>, { id, ...version }: Version): Promise<Version> {
  const [now] = await db.select().from(pluginVersions).where(eq(pluginVersions.id, id));
  if (!now || now.deletedAt !== null) throw notFound('plugin', formatVersionSlug(version.name, version));
  requireDeployable(now);
  return now;
}

/** Refuses a publication that would have to wait for approval, of a kind of plugin that can't. */
export function requireUnstaged({ stageOnly }: Pick<Actor, 'stageOnly'>, kinds: string): void {
  if (!stageOnly) return;
  throw new Problem(
    'needs-approval',
    `This CI job may only publish versions that wait for approval, and ${kinds} can't wait.`,
    { hint: 'Let a person do it, or a CI job whose trusted publisher may do more.' },
  );
}

/** Selects, for a batch, a version that waits for approval, of a plugin that has no active version; or no row. */
export function selectOnlyStaged(db: Deps['db'], { ownerId, kind, name }: Named) {
  return db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .innerJoin(plugins, and(eq(plugins.id, pluginVersions.pluginId), isNull(plugins.activeVersionId)))
    .where(
      and(
        sql`${plugins.ownerId} = ${ownerId}`,
        eq(plugins.kind, kind),
        eq(plugins.name, name),
        eq(pluginVersions.stage, 'staged'),
        isNull(pluginVersions.deletedAt),
      ),
    )
    .limit(1);
}

export function onlyStaged(name: string): Problem {
  return new Problem('needs-approval', `Plugin ${name} waits for approval`, { details: { resource: 'plugin', name } });
}
