// Finds which secrets a version asks for, and reads their values for its instance.
import { type SQL, sql } from 'drizzle-orm';
import { requestedPermissions } from '../../contract/permissions.ts';
import { missingSecretsMessage } from '../../contract/secrets.ts';
import type { DeploymentId, NamespaceId } from '../../core/ids.ts';
import { readTogether } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { deployments } from '../../db/schema/deploy.ts';
import type { pluginVersions } from '../../db/schema/registry.ts';
import { secrets } from '../../db/schema/secrets.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { StartFailed } from '../builder/start-failed.ts';
import { openValue } from './sealed-values.ts';

type Asking = Pick<PluginVersion, 'manifest' | 'definition'>;

export function askedSecrets(version: Asking): string[] {
  return [...new Set(requestedPermissions(version)?.secrets ?? [])];
}

/** SQL: a table whose column `value` has the names that a version asks for. */
export function namesAskedBy(versions: Pick<typeof pluginVersions, 'manifest' | 'definition'>): SQL {
  return sql`json_each(coalesce(${versions.manifest}, ${versions.definition}, '{}'), '$.permissions.secrets')`;
}

/** SQL: the highest revision of the secrets that the version asks for; a deployment with a lower one has a previous value. */
export function revisionOf(namespaceId: NamespaceId, version: Asking): SQL<number> {
  const names = JSON.stringify(askedSecrets(version));
  return sql<number>`(select coalesce(max(${secrets.revision}), 0) from ${secrets} where ${secrets.namespaceId} = ${namespaceId} and ${secrets.name} in (select value from json_each(${names})))`;
}

/** SQL: the number of changes of the namespace's secrets so far. */
export function secretRevisionOf(namespaceId: NamespaceId): SQL<number> {
  return sql<number>`coalesce((select ${namespaces.secretRevision} from ${namespaces} where ${namespaces.id} = ${namespaceId}), 0)`;
}

/**
 * Reads the secrets that the version asks for, by name. Undefined if it asks for none. Throws StartFailed, with the command that sets it,
 * if one does not exist.
 */
export async function secretsFor(
  deps: Pick<Deps, 'db' | 'webhookKey'>,
  id: DeploymentId,
  version: Asking,
): Promise<Record<string, string> | undefined> {
  const names = askedSecrets(version);
  if (names.length === 0) return undefined;
  const inNamespace = sql`(select ${deployments.namespaceId} from ${deployments} where ${deployments.id} = ${id})`;
  const { stored, spaces } = await readTogether(deps.db, {
    stored: deps.db
      .select()
      .from(secrets)
      .where(
        sql`${secrets.namespaceId} = ${inNamespace} and ${secrets.name} in (select value from json_each(${JSON.stringify(names)}))`,
      ),
    spaces: deps.db.select({ name: namespaces.name }).from(namespaces).where(sql`${namespaces.id} = ${inNamespace}`),
  });
  const namespace = spaces[0]?.name ?? '';
  const found = new Map(stored.map((row) => [row.name, row]));
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) throw missingSecrets(namespace, missing);
  const entries = stored.map(async ({ sealed, ...place }) => {
    const value = await openValue(deps, place, sealed);
    if (value === undefined) throw unreadable(namespace, place.name);
    return [place.name, value] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function missingSecrets(namespace: string, names: string[]): StartFailed {
  return failed(missingSecretsMessage(names, `not set in the namespace ${namespace}`, setCommand(namespace, names)));
}

function unreadable(namespace: string, name: string): StartFailed {
  return failed(
    `The secret ${name} of the namespace ${namespace} was encrypted with another key than this installation has. ${setCommand(namespace, [name])}`,
  );
}

function setCommand(namespace: string, names: string[]): string {
  const commands = names.map((name) => `\`slipway secrets set ${name} --namespace ${namespace}\``);
  return `Run ${commands.join(', ')}, then deploy again.`;
}

function failed(message: string): StartFailed {
  return new StartFailed({ code: 'secret-missing', message });
}
