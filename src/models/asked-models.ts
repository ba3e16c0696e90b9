// Finds the models that a version names, for its instance.
import { type SQL, sql } from 'drizzle-orm';
import type { Missing } from '../contract/plugin/missing.ts';
import { type ModelRef, missingModelsMessage } from '../contract/plugin/models.ts';
import type { NamespaceId } from '../core/ids.ts';
import { models } from '../db/schema/models.ts';
import type { Deps } from '../deps.ts';

/** Selects the namespace's models of these names. */
export function selectModels(db: Deps['db'], namespaceId: NamespaceId | SQL, names: readonly string[]) {
  return db
    .select({ name: models.name, sha256: models.sha256 })
    .from(models)
    .where(
      sql`${models.namespaceId} = ${namespaceId} and ${models.name} in (select value from json_each(${JSON.stringify(names)}))`,
    )
    .orderBy(models.name);
}

export function missingModels(namespace: string, names: readonly string[], stored: readonly ModelRef[]): Missing[] {
  const missing = names.filter((name) => !stored.some((model) => model.name === name));
  if (missing.length === 0) return [];
  const commands = missing.map((name) => `slipway models put ${name} FILE --namespace ${namespace}`);
  const remedy = `Run ${commands.map((command) => `\`${command}\``).join(', ')}.`;
  const message = missingModelsMessage(missing, `the namespace ${namespace} does not have`, remedy);
  return [{ kind: 'models', names: missing, message, commands }];
}
