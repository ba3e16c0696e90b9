// Which vector features a namespace is to have: those that its deployed plugins declare, and those in which something is stored.
// What contradicts itself is refused in words that name both sides.
import type { DistanceMetric, Manifest, VersionSlug } from '../contract/manifest.ts';
import { Problem } from '../core/problem.ts';
import type { vectorFeatures } from '../db/schema/vectors.ts';

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
  /** Of the namespace, without those that are being removed. */
  features: readonly Feature[];
  /** The ids of those in which something is stored. */
  nonEmpty: ReadonlySet<string>;
}

/** Refuses contradictions between plugins, with what is stored, and with what the store can hold. */
export function planFeatures(
  declaring: readonly PluginFeatures[],
  standing: NamespaceFeatures,
  dimensionsMax: number,
): FeaturePlan {
  const wanted = declaredFeatures(declaring);
  for (const { slug, name, dimensions } of wanted.values()) {
    if (dimensions > dimensionsMax)
      throw conflict(
        name,
        `${slug} declares ${name} with ${dimensions} dimensions; at most ${dimensionsMax} can be stored`,
      );
  }
  const remove = standing.features.filter((feature) => {
    const now = wanted.get(feature.name);
    if (now && isSame(feature, now)) return false;
    if (now && standing.nonEmpty.has(feature.id))
      throw conflict(
        feature.name,
        `${now.slug} declares ${feature.name} as ${shape(now)}; the namespace holds vectors of it as ${shape(feature)}`,
      );
    return !standing.nonEmpty.has(feature.id);
  });
  const kept = new Set(standing.features.filter((feature) => !remove.includes(feature)).map(({ name }) => name));
  return { add: [...wanted.values()].filter(({ name }) => !kept.has(name)), remove };
}

function declaredFeatures(declaring: readonly PluginFeatures[]): Map<string, DeclaredFeature> {
  const wanted = new Map<string, DeclaredFeature>();
  for (const { slug, features } of declaring) {
    for (const { feature_name: name, embedding_dim: dimensions, distance_metric: metric } of features) {
      const feature = { name, dimensions, metric, slug };
      const other = wanted.get(name);
      if (other && !isSame(other, feature))
        throw conflict(name, `${other.slug} declares ${name} as ${shape(other)}, and ${slug} as ${shape(feature)}`);
      wanted.set(name, other ?? feature);
    }
  }
  return wanted;
}

type Shape = Pick<Feature, 'dimensions' | 'metric'>;

function isSame(a: Shape, b: Shape): boolean {
  return a.dimensions === b.dimensions && a.metric === b.metric;
}

function shape({ dimensions, metric }: Shape): string {
  return `${dimensions} dimensions by ${metric}`;
}

function conflict(feature: string, message: string): Problem {
  return new Problem('feature-conflict', message, { details: { resource: 'feature', id: feature } });
}
