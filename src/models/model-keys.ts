// Store keys of model objects.
import { type SQL, sql } from 'drizzle-orm';
import type { Missing } from '../contract/plugin/missing.ts';
import { type ModelRef, missingModelsMessage } from '../contract/plugin/models.ts';
import type { NamespaceId } from '../core/ids.ts';
import { models } from '../db/schema/models.ts';
import type { Deps } from '../deps.ts';

export interface NamedModel {
  namespaceId: NamespaceId;
  name: string;
}

export interface ModelContent extends NamedModel {
  sha256: string;
  sizeBytes: number;
}

export const modelsFolder = 'models/';
export const modelUploadsFolder = 'model-uploads/';

/**
 * Returns the key of an organization's content. Each organization stores its own copy, and content is never shared by digest with
 * another organization.
 */
export function modelKey(organizationId: string, sha256: string): string {
  return `${modelsFolder}${organizationId}/${sha256}`;
}

/** Returns the upload key. It includes the digest, so that requests for different content under one name don't collide. */
export function modelUploadKey({ namespaceId, name, sha256 }: Omit<ModelContent, 'sizeBytes'>): string {
  return `${modelUploadsFolder}${namespaceId}/${name}/${sha256}`;
}

/** Selects the namespace's models with these names. */
export function selectModels(db: Deps['db'], namespaceId: NamespaceId | SQL, names: readonly string[]) {
  return db
    .select({ name: models.name, sha256: models.sha256, sizeBytes: models.sizeBytes })
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
