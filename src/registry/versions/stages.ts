// Defines which versions wait for approval, and which never got it. A version leaves `staged` only once, so a value that was read as
// approved stays approved.
import { type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { formatVersion, formatVersionSlug } from '../../contract/plugin/manifest.ts';
import type { PluginKind } from '../../contract/states.ts';
import { Problem } from '../../core/problem.ts';
import { namespaces } from '../../db/schema/access.ts';
import { type OwnerId, plugins, type pluginVersions } from '../../db/schema/registry.ts';

interface Named {
  ownerId: OwnerId | SQL<OwnerId>;
  kind: PluginKind;
  name: string;
}

/** SQL: the plugin or its namespace demands approval of new versions. */
export function demandsApproval({ ownerId, kind, name }: Named): SQL {
  const ofPlugin = sql`${plugins.ownerId} = ${ownerId} and ${plugins.kind} = ${kind} and ${plugins.name} = ${name}`;
  return sql`(exists (select 1 from ${namespaces} where ${namespaces.id} = ${ownerId} and ${namespaces.requiresApproval})
    or exists (select 1 from ${plugins} where ${ofPlugin} and ${plugins.requiresApproval}))`;
}

/** Every deployment, rollback and enabling passes here. */
export function requireApproved(version: typeof pluginVersions.$inferSelect): void {
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

/** Refuses a publication that would have to wait for approval, of a kind of plugin that can't. */
export function requireUnstaged({ stageOnly }: Pick<Actor, 'stageOnly'>, kinds: string): void {
  if (stageOnly) throw cannotWait(kinds, 'This CI job may only publish versions that wait for approval');
}

export function installCannotWait(): Problem {
  return cannotWait('pipeline and storage plugins', 'New versions need approval here');
}

/** `kinds`: "agent plugins". */
function cannotWait(kinds: string, because: string): Problem {
  return new Problem('needs-approval', `${because}, and ${kinds} can't wait for approval yet.`, {
    hint: 'Let a person publish it, from a namespace that demands no approval.',
  });
}
