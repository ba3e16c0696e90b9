// Defines plugin names, versions and the manifest. Names and versions follow mixpeek §1.
import { z } from 'zod';
import { ageSchema } from '../advisories.ts';
import { jsonObject } from '../json.ts';
import { modelName } from './models.ts';
import { permissionsSchema } from './permissions.ts';
import { tagsSchema } from './tags.ts';

export const pluginNamePattern = /^[a-zA-Z][a-zA-Z0-9_]{2,63}$/;
export const pluginName = z
  .string()
  .regex(pluginNamePattern, 'must be 3 to 64 letters, digits or underscores, beginning with a letter');

export interface Version {
  major: number;
  minor: number;
  patch: number;
}

/** Larger numbers would not survive JSON and SQL as integers. */
const versionNumberMax = 2_147_483_647;

/** Parses `1.2.3`, and shorter forms that the API accepts: `v1` → 1.0.0, `1.0` → 1.0.0, `v2.1` → 2.1.0. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d{1,10})(?:\.(\d{1,10}))?(?:\.(\d{1,10}))?$/.exec(text);
  if (!match || text.endsWith('\n')) return undefined;
  const [major = 0, minor = 0, patch = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  if (Math.max(major, minor, patch) > versionNumberMax) return undefined;
  return { major, minor, patch };
}

export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/**
 * A version as one path segment: `text_embed` 1.0.0 is `text_embed_1_0_0`. The API calls it `plugin_id`, but it is not the ID of a
 * plugin's row (`plg_…`). Reversible, because a version is always three numbers.
 */
export type VersionSlug = `${string}_${number}_${number}_${number}`;

export function formatVersionSlug(name: string, { major, minor, patch }: Version): VersionSlug {
  return `${name}_${major}_${minor}_${patch}`;
}

/** Returns undefined for text that is not a version slug. Other kinds of plugins have other names. */
export function parseVersionSlug(
  text: string,
  names = pluginNamePattern,
): { name: string; version: Version } | undefined {
  const match = /^(.+)_(0|[1-9]\d{0,9})_(0|[1-9]\d{0,9})_(0|[1-9]\d{0,9})$/.exec(text);
  const name = match?.[1];
  if (!match || name === undefined || !names.test(name)) return undefined;
  return { name, version: { major: Number(match[2]), minor: Number(match[3]), patch: Number(match[4]) } };
}

export const distanceMetrics = ['cosine', 'euclid', 'dot'] as const;
export type DistanceMetric = (typeof distanceMetrics)[number];

export const featureSchema = z.looseObject({
  feature_type: z.string(),
  feature_name: z.string(),
  embedding_dim: z.int().positive(),
  distance_metric: z.enum(distanceMetrics),
});

export const gpuStepsSchema = z.array(z.object({ service: z.string(), at: z.string() }));

/** Content of manifest.py, with the API's names. Null if absent or unreadable without running it. */
export const manifestSchema = z.object({
  feature_extractor_name: z.string(),
  version: z.string(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  /** Words by which people find the plugin. Omitted if there are none. */
  tags: tagsSchema.optional(),
  feature_uri: z.string().nullable(),
  features: z.array(featureSchema),
  supported_input_types: z.array(z.string()).nullable(),
  input_schema: jsonObject.nullable(),
  output_schema: jsonObject.nullable(),
  parameter_schema: jsonObject.nullable(),
  required_vector_indexes: z.array(jsonObject).nullable(),
  /** Dependencies from manifest.py and requirements.txt. */
  dependencies: z.array(z.string()),
  /**
   * Each requirement with its location, such as `requirements.txt:3`. Includes entries that aren't a name with versions, which fail a
   * deployment's build step. Omitted if there are none.
   */
  requirements: z.array(z.object({ text: z.string(), at: z.string() })).optional(),
  /** Permissions that the plugin asks its organization for. Omitted if it asks for nothing. */
  permissions: permissionsSchema.optional(),
  /** Steps in pipeline.py that ask for a GPU, with locations such as `pipeline.py:14`. Omitted if there are none. */
  gpu_steps: gpuStepsSchema.optional(),
  /** Names of the namespace's models that the plugin reads. Omitted if there are none. */
  models: z.array(modelName).optional(),
  /** Packages younger than this aren't resolved, such as `3d`. Omitted if the plugin says nothing. */
  dependencies_older_than: ageSchema.optional(),
  compute_profile: jsonObject.nullable(),
  serve_config: jsonObject.nullable(),
  cost_rates: z.array(jsonObject).nullable(),
  tier: z.int().nullable(),
  tier_label: z.string().nullable(),
  input_mappings: jsonObject.nullable(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Returns a version's declared requirements, with locations. */
export function declaredRequirements(manifest: Manifest | null): NonNullable<Manifest['requirements']> {
  return manifest?.requirements ?? [];
}
