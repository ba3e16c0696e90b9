// Finds the models that a version names, for its instance.
import { sql } from 'drizzle-orm';
import { type ModelRef, missingModelsMessage } from '../../contract/models.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { readTogether } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { models } from '../../db/schema/models.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { StartFailed } from '../builder/start-failed.ts';

/** Undefined if the version names none. Throws StartFailed, with the command that stores it, if one does not exist. */
export async function modelsFor(
  { db }: Pick<Deps, 'db'>,
  id: DeploymentId,
  { manifest }: Pick<PluginVersion, 'manifest'>,
): Promise<ModelRef[] | undefined> {
  const names = [...new Set(manifest?.models ?? [])];
  if (names.length === 0) return undefined;
  const inNamespace = sql`(select ${deployments.namespaceId} from ${deployments} where ${deployments.id} = ${id})`;
  const { stored, spaces } = await readTogether(db, {
    stored: db
      .select({ name: models.name, sha256: models.sha256 })
      .from(models)
      .where(
        sql`${models.namespaceId} = ${inNamespace} and ${models.name} in (select value from json_each(${JSON.stringify(names)}))`,
      )
      .orderBy(models.name),
    spaces: db.select({ name: namespaces.name }).from(namespaces).where(sql`${namespaces.id} = ${inNamespace}`),
  });
  const missing = names.filter((name) => !stored.some((model) => model.name === name));
  if (missing.length > 0) throw missingModels(spaces[0]?.name ?? '', missing);
  return stored;
}

function missingModels(namespace: string, names: string[]): StartFailed {
  const commands = names.map((name) => `\`slipway models put ${name} FILE --namespace ${namespace}\``);
  const remedy = `Run ${commands.join(', ')}, then deploy again.`;
  const message = missingModelsMessage(names, `the namespace ${namespace} does not have`, remedy);
  return new StartFailed({ code: 'model-missing', message });
}
