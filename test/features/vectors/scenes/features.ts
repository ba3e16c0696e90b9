// Namespaces whose features follow deployed plugins.
import { eq } from 'drizzle-orm';
import type { Deps } from '../../../../src/deps.ts';
import { type Reconfiguration, reconfigure } from '../../../../src/features/vectors/reconfigure.ts';
import { searchVectors, storeVectors } from '../../../../src/features/vectors/stored-vectors.ts';
import { vectorFeatures } from '../../../../src/features/vectors/tables.ts';
import { undeployVersion } from '../../../../src/pointers/undeploy.ts';
import type { PluginVersion } from '../../../../src/registry/versions/versions.ts';
import { deploy, publishVersion, type Scene, scene } from '../../../support/scenes/scene.ts';

export type Declared = [name: string, dimensions: number, metric?: string];

/** Returns the manifest of a plugin that declares these features. */
export function declaring(name: string, features: Declared[]): string {
  const dicts = features.map(
    ([feature, dimensions, metric = 'cosine']) =>
      `{"feature_type": "embedding", "feature_name": "${feature}", "embedding_dim": ${dimensions}, "distance_metric": "${metric}"}`,
  );
  return `feature_extractor_name = "${name}"\nversion = "1.0.0"\nfeatures = [${dicts.join(', ')}]\noutput_schema = {}\n`;
}

/** Publishes and deploys a batch-only plugin. */
export async function deployed(s: Scene, name: string, ...features: Declared[]): Promise<PluginVersion> {
  const files = { 'manifest.py': declaring(name, features) };
  const version = await publishVersion(s.deps, s.actor, s.namespaceId, { name, realtime: false, files });
  await deploy({ ...s, version }, 'batch_only');
  return version;
}

export function undeploy(s: Scene, version: PluginVersion): Promise<void> {
  return undeployVersion(s.deps, s.namespaceId, version, s.actor.ref);
}

export async function over(vectorize: Deps['vectorize']): Promise<Scene> {
  const s = await scene();
  return { ...s, deps: { ...s.deps, vectorize } };
}

export function again({ deps, actor, namespaceId }: Scene): Promise<Reconfiguration> {
  return reconfigure(deps, actor, namespaceId);
}

export function store(
  { deps, actor, namespaceId }: Scene,
  feature: string,
  ...vectors: [id: string, values: number[]][]
) {
  const added = vectors.map(([id, values]) => ({ id, values }));
  return storeVectors(deps, actor, namespaceId, { feature, collection: 'films', vectors: added });
}

export async function nearest(
  { deps, actor, namespaceId }: Scene,
  feature: string,
  values: number[],
): Promise<string[]> {
  const matches = await searchVectors(deps, actor, namespaceId, { feature, values, limit: 10 });
  return matches.map(({ id }) => id);
}

export async function states({ deps, namespaceId }: Scene): Promise<Record<string, string>> {
  const rows = await deps.db.select().from(vectorFeatures).where(eq(vectorFeatures.namespaceId, namespaceId));
  return Object.fromEntries(rows.map(({ name, status }) => [name, status]));
}

export const nothing = { added: [], removed: [], total: [], vectorsBefore: 0, collectionsToReprocess: [] };
