// Plans a namespace's vector features, which are those that its deployed plugins declare and those with stored vectors. Rejects
// conflicting declarations with a message that names both sides.
import type { DistanceMetric, Manifest, VersionSlug } from '../../contract/plugin/manifest.ts';
import { Problem } from '../../core/problem.ts';
import type { vectorFeatures } from './tables.ts';

export type Feature = typeof vectorFeatures.$inferSelect;

export interface PluginFeatures {
  slug: VersionSlug;
  features: Manifest['features'];
}

export interface DeclaredFeature {
  name: string;
  dimensions: number;
  metric: DistanceMetric;
  /** One of the plugins that declare it. */
  slug: VersionSlug;
}

export interface FeaturePlan {
  add: DeclaredFeature[];
  remove: Feature[];
}

export interface NamespaceFeatures {
  /** The namespace's features, except those that are being removed. */
  features: readonly Feature[];
  /** IDs of features with stored vectors. */
  nonEmpty: ReadonlySet<string>;
}

/** Rejects declarations that conflict with each other, with stored vectors, or with the store's limits. */
export function planFeatures(
  plugins: readonly PluginFeatures[],
  current: NamespaceFeatures,
  dimensionsMax: number,
): FeaturePlan {
  const declared = declaredFeatures(plugins);
  for (const { slug, name, dimensions } of declared.values()) {
    if (dimensions > dimensionsMax)
      throw conflict(
        name,
        `${slug} declares ${name} with ${dimensions} dimensions, but the vector store supports at most ${dimensionsMax}`,
      );
  }
  const remove = current.features.filter((feature) => {
    const declaration = declared.get(feature.name);
    if (declaration && isSame(feature, declaration)) return false;
    if (declaration && current.nonEmpty.has(feature.id))
      throw conflict(
        feature.name,
        `${declaration.slug} declares ${feature.name} with ${shape(declaration)}, but the namespace stores its vectors with ${shape(feature)}`,
      );
    return !current.nonEmpty.has(feature.id);
  });
  const remaining = new Set(current.features.filter((feature) => !remove.includes(feature)).map(({ name }) => name));
  return { add: [...declared.values()].filter(({ name }) => !remaining.has(name)), remove };
}

function declaredFeatures(plugins: readonly PluginFeatures[]): Map<string, DeclaredFeature> {
  const declared = new Map<string, DeclaredFeature>();
  for (const { slug, features } of plugins) {
    for (const { feature_name: name, embedding_dim: dimensions, distance_metric: metric } of features) {
      const feature = { name, dimensions, metric, slug };
      const other = declared.get(name);
      if (other && !isSame(other, feature))
        throw conflict(
          name,
          `${other.slug} declares ${name} with ${shape(other)}, but ${slug} declares it with ${shape(feature)}`,
        );
      declared.set(name, other ?? feature);
    }
  }
  return declared;
}

type Shape = Pick<Feature, 'dimensions' | 'metric'>;

function isSame(a: Shape, b: Shape): boolean {
  return a.dimensions === b.dimensions && a.metric === b.metric;
}

function shape({ dimensions, metric }: Shape): string {
  return `${dimensions} dimensions and metric ${metric}`;
}

function conflict(feature: string, message: string): Problem {
  return new Problem('feature-conflict', message, { details: { resource: 'feature', id: feature } });
}
