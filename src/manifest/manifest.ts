// Reads a plugin's metadata from its files without running them: the manifest, the feature_uri, whether it has a realtime endpoint, and
// any problems. Problems reject an upload; warnings don't.
import { type Finding, sortedFindings } from '../contract/findings/finding.ts';
import type { JsonObject } from '../contract/json.ts';
import { manifestBytesMax } from '../contract/limits/manifest.ts';
import type { Manifest } from '../contract/plugin/manifest.ts';
import { formatBinaryBytes } from '../core/quantities.ts';
import { propertyNames } from '../json-schema/object-schema.ts';
import type { Parsers } from '../scan/file/parsers.ts';
import { deniedDependencies, undeclaredImports, unlistedDependencies } from './dependencies/check-dependencies.ts';
import { readDependencies } from './dependencies/dependencies.ts';
import { requirementsFile } from './dependencies/requirements-file.ts';
import { asksForBatching, readBatching } from './fields/batching.ts';
import { findDeclaration } from './fields/declaration.ts';
import { readDetails } from './fields/details.ts';
import { derivedFeatureUri, readFeatureUri } from './fields/feature-uri.ts';
import { type Feature, readFeatures } from './fields/features.ts';
import { type GpuSteps, readGpuSteps } from './fields/gpus.ts';
import { readHardware } from './fields/hardware.ts';
import { declaredIdentity, type ExpectedIdentity, readIdentity } from './fields/identity.ts';
import { readInstances } from './fields/instances.ts';
import { misspelledFields } from './fields/misspelled-fields.ts';
import { readPermissions } from './fields/permissions.ts';
import { readRelease } from './fields/release.ts';
import { manifestFinding, quoted } from './findings.ts';
import { type PluginFiles, readPluginText } from './plugin-files.ts';
import { readSources, realtimeFile } from './python/sources.ts';
import { fileStart } from './python/syntax.ts';
import type { Names } from './python/value.ts';
import { checkStructure } from './structure.ts';

export interface ManifestReading {
  /** Null if the name or version can't be read. */
  manifest: Manifest | null;
  featureUri: string;
  hasRealtime: boolean;
  problems: Finding[];
  warnings: Finding[];
  /** Dependency warnings. They depend on what is installed elsewhere, so `slipway lint` doesn't report them. */
  advice: Finding[];
}

/** Maximum number of problems, and of warnings. */
const findingsMax = 100;
const requirementsBytesMax = 256 * 1024;

/** Reads the plugin's metadata. Without an expected identity, uses the one in manifest.py. */
export async function readManifest(
  parsers: Parsers,
  plugin: PluginFiles,
  expectedIdentity?: ExpectedIdentity,
): Promise<ManifestReading> {
  const sources = await readSources(parsers, plugin);
  const expected = expectedIdentity ?? declaredIdentity(sources.names ?? new Map());
  const { text } = await readPluginText(plugin, requirementsFile, requirementsBytesMax);
  const requirements = text ?? (plugin.paths.includes(requirementsFile) ? null : undefined);
  const hasRealtime = plugin.paths.includes(realtimeFile);
  const reading = sources.names
    ? readNames(sources.names, expected, hasRealtime, requirements)
    : { ...emptyReading(expected), problems: sources.manifestTooLarge ? [tooLarge()] : [] };
  const structure = checkStructure(sources, reading.isBatching);
  const gpuSteps = readGpuSteps(sources, reading.manifest);
  const undeclared = undeclaredImports(sources, plugin.paths, reading.manifest?.dependencies ?? []);
  return {
    manifest: reading.manifest && withGpuSteps(reading.manifest, gpuSteps.declared),
    featureUri: reading.featureUri,
    hasRealtime,
    problems: sortedFindings([...reading.problems, ...structure.problems]).slice(0, findingsMax),
    warnings: sortedFindings([...reading.warnings, ...structure.warnings, ...gpuSteps.warnings]).slice(0, findingsMax),
    advice: sortedFindings([...reading.advice, ...undeclared]).slice(0, findingsMax),
  };
}

function withGpuSteps(manifest: Manifest, declared: GpuSteps['declared']): Manifest {
  return declared.length === 0 ? manifest : { ...manifest, gpu_steps: declared };
}

interface NamesReading extends Omit<ManifestReading, 'hasRealtime'> {
  /** Whether the manifest asks for batches of calls, however well. */
  isBatching: boolean;
}

function emptyReading(expected: ExpectedIdentity): NamesReading {
  const featureUri = derivedFeatureUri(expected, []);
  return { manifest: null, featureUri, isBatching: false, problems: [], warnings: [], advice: [] };
}

function readNames(
  names: Names,
  expected: ExpectedIdentity,
  hasRealtime: boolean,
  requirements: string | null | undefined,
): NamesReading {
  const identity = readIdentity(names, expected);
  const { features, problems } = readFeatures(names);
  const uri = readFeatureUri(names, expected, features, hasRealtime);
  const { details, warnings, ...schemas } = readDetails(names);
  const { declared, dependencies, requirements: places, ...conflicts } = readDependencies(names, requirements);
  const { permissions, ...requests } = readPermissions(names);
  const hardware = readHardware(names, details);
  const batching = readBatching(names, details, hasRealtime);
  const { name, version } = identity;
  const feature_uri = uri.declared ? uri.featureUri : null;
  const fields = {
    feature_uri,
    features,
    dependencies,
    ...(places.length > 0 ? { requirements: places } : {}),
    ...(permissions ? { permissions } : {}),
    ...details,
  };
  return {
    manifest: name === undefined || version === undefined ? null : { feature_extractor_name: name, version, ...fields },
    featureUri: uri.featureUri,
    isBatching: asksForBatching(details),
    problems: [
      ...identity.problems,
      ...problems,
      ...uri.problems,
      ...schemas.problems,
      ...conflicts.problems,
      ...deniedDependencies(declared),
      ...requests.problems,
      ...hardware.problems,
      ...batching.problems,
      ...readInstances(names, details),
      ...readRelease(names, details),
    ],
    warnings: [
      ...identity.warnings,
      ...misspelledFields(names),
      ...uri.warnings,
      ...checkOutputs(names, features, details.output_schema),
      ...warnings,
      ...conflicts.warnings,
      ...requests.warnings,
      ...hardware.warnings,
      ...batching.warnings,
    ],
    advice: unlistedDependencies(declared),
  };
}

function tooLarge(): Finding {
  const message = `manifest.py is larger than ${formatBinaryBytes(manifestBytesMax)}. Move everything that does not describe the plugin to other files.`;
  return manifestFinding('SLM104', fileStart, 'manifest.py', message);
}

function checkOutputs(names: Names, features: readonly Feature[], outputSchema: JsonObject | null): Finding[] {
  const at = findDeclaration(names, 'output_schema')?.value.at;
  const outputs = outputSchema && propertyNames(outputSchema);
  if (!at || !outputs) return [];
  return features
    .filter(({ feature_name }) => !outputs.has(feature_name))
    .map(({ feature_name }) => {
      const message = `output_schema has no ${quoted(feature_name)}, which \`features\` declares. Every feature is an output column: add it to output_schema, or use the same name in both.`;
      return manifestFinding('SLM403', at, feature_name, message);
    });
}
