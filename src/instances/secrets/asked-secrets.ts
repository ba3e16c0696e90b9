// Finds the secrets a version asks for and reads their values for its instance.
import { type SQL, sql } from 'drizzle-orm';
import type { Missing } from '../../contract/plugin/missing.ts';
import { requestedPermissions } from '../../contract/plugin/permissions.ts';
import { missingSecretsMessage } from '../../contract/plugin/secrets.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { namespaces } from '../../db/schema/access.ts';
import { secrets } from '../../db/schema/models.ts';
import type { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { openValue } from './sealed-values.ts';

type Asking = Pick<PluginVersion, 'manifest' | 'definition'>;

export function askedSecrets(version: Asking): string[] {
  return [...new Set(requestedPermissions(version)?.secrets ?? [])];
}

/** SQL: a table whose column `value` holds the secret names the versions ask for. */
export function namesAskedBy(versions: Pick<typeof pluginVersions, 'manifest' | 'definition'>): SQL {
  return sql`json_each(coalesce(${versions.manifest}, ${versions.definition}, '{}'), '$.permissions.secrets')`;
}

/** SQL: the highest revision among the version's secrets. A deployment with a lower revision runs with a previous value. */
export function selectRevision(namespaceId: NamespaceId, version: Asking): SQL<number> {
  const names = JSON.stringify(askedSecrets(version));
  return sql<number>`(select coalesce(max(${secrets.revision}), 0) from ${secrets} where ${secrets.namespaceId} = ${namespaceId} and ${secrets.name} in (select value from json_each(${names})))`;
}

/** SQL: the number of changes to the namespace's secrets so far. */
export function selectSecretRevision(namespaceId: NamespaceId): SQL<number> {
  return sql<number>`coalesce((select ${namespaces.secretRevision} from ${namespaces} where ${namespaces.id} = ${namespaceId}), 0)`;
}

type Stored = typeof secrets.$inferSelect;

/** Selects the namespace's secrets with these names. */
export function selectSecrets(db: Deps['db'], namespaceId: NamespaceId | SQL, names: readonly string[]) {
  return db
    .select()
    .from(secrets)
    .where(
      sql`${secrets.namespaceId} = ${namespaceId} and ${secrets.name} in (select value from json_each(${JSON.stringify(names)}))`,
    );
}

/** Decrypts stored secrets. A secret counts as missing if it doesn't exist or was encrypted with another key. */
export async function openSecrets(
  deps: Pick<Deps, 'dataKey'>,
  namespace: string,
  names: readonly string[],
  stored: Stored[],
): Promise<{ values: Record<string, string>; missing: Missing[] }> {
  const opened = await Promise.all(
    stored.map(async ({ sealed, ...place }) => ({ name: place.name, value: await openValue(deps, place, sealed) })),
  );
  const unset = names.filter((name) => !opened.some((secret) => secret.name === name));
  const unreadable = opened.flatMap(({ name, value }) => (value === undefined ? [name] : []));
  return {
    values: Object.fromEntries(opened.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    missing: [
      ...missing(namespace, unset, (remedy) =>
        missingSecretsMessage(unset, `not set in the namespace ${namespace}`, remedy),
      ),
      ...unreadable.flatMap((name) =>
        missing(
          namespace,
          [name],
          (remedy) =>
            `The secret ${name} in the namespace ${namespace} was encrypted with a key that this installation does not have. ${remedy}`,
        ),
      ),
    ],
  };
}

function missing(namespace: string, names: string[], message: (remedy: string) => string): Missing[] {
  if (names.length === 0) return [];
  const commands = names.map((name) => `slipway secrets set ${name} --namespace ${namespace}`);
  const remedy = `Run ${commands.map((command) => `\`${command}\``).join(', ')}.`;
  return [{ kind: 'secrets', names, message: message(remedy), commands }];
}
