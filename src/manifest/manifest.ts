// What a plugin says of itself, read from its files without running any of them: the manifest, the feature_uri, whether it can be called, and
// what is wrong with it. Problems reject an upload, warnings do not.
import { type Finding, sortedFindings } from '../contract/finding.ts';
import type { Manifest } from '../contract/manifest.ts';
import type { Parsers } from '../scan/parsers.ts';
import { readDependencies, requirementsFile } from './dependencies.ts';
import { readDetails } from './details.ts';
import { derivedFeatureUri, readFeatureUri } from './feature-uri.ts';
import { readFeatures } from './features.ts';
import { manifestFinding } from './findings.ts';
import { declaredIdentity, type ExpectedIdentity, readIdentity } from './identity.ts';
import { checkOutputs } from './outputs.ts';
import { type PluginFiles, textOf } from './plugin-files.ts';
import { manifestBytesMax, readSources, realtimeFile } from './sources.ts';
import { checkStructure } from './structure.ts';
import { fileStart } from './syntax.ts';
import type { Names } from './values.ts';

export interface ManifestReading {
  /** Null when name and version could not be read. */
  manifest: Manifest | null;
  featureUri: string;
  hasRealtime: boolean;
  problems: Finding[];
  warnings: Finding[];
}

/** More of a kind tell nobody anything new. */
const findingsMax = 100;
const requirementsBytesMax = 256 * 1024;

/** Without an expected identity the plugin is taken for what it says it is. */
export async function readManifest(
  parsers: Parsers,
  plugin: PluginFiles,
  expectedIdentity?: ExpectedIdentity,
): Promise<ManifestReading> {
  const sources = await readSources(parsers, plugin);
  const expected = expectedIdentity ?? declaredIdentity(sources.names ?? new Map());
  const requirements = await textOf(plugin, requirementsFile, requirementsBytesMax);
  const hasRealtime = plugin.paths.includes(realtimeFile);
  const said = sources.names
    ? readNames(sources.names, expected, hasRealtime, requirements.text)
    : { ...emptyReading(expected), problems: sources.manifestTooLarge ? [tooLarge()] : [] };
  const structure = checkStructure(sources);
  return {
    manifest: said.manifest,
    featureUri: said.featureUri,
    hasRealtime,
    problems: sortedFindings([...said.problems, ...structure.problems]).slice(0, findingsMax),
    warnings: sortedFindings([...said.warnings, ...structure.warnings]).slice(0, findingsMax),
  };
}

type NamesReading = Omit<ManifestReading, 'hasRealtime'>;

function emptyReading(expected: ExpectedIdentity): NamesReading {
  return { manifest: null, featureUri: derivedFeatureUri(expected, []), problems: [], warnings: [] };
}

function readNames(
  names: Names,
  expected: ExpectedIdentity,
  hasRealtime: boolean,
  requirements: string | undefined,
): NamesReading {
  const identity = readIdentity(names, expected);
  const { features, problems } = readFeatures(names);
  const uri = readFeatureUri(names, expected, features, hasRealtime);
  const { details, warnings } = readDetails(names);
  const { dependencies, warnings: conflicts } = readDependencies(names, requirements);
  const { name, version } = identity;
  const feature_uri = uri.declared ? uri.featureUri : null;
  const said = { feature_uri, features, dependencies, ...details };
  return {
    manifest: name === undefined || version === undefined ? null : { feature_extractor_name: name, version, ...said },
    featureUri: uri.featureUri,
    problems: [...identity.problems, ...problems, ...uri.problems],
    warnings: [
      ...identity.warnings,
      ...uri.warnings,
      ...checkOutputs(names, features, details.output_schema),
      ...warnings,
      ...conflicts,
    ],
  };
}

function tooLarge(): Finding {
  const message = `manifest.py is larger than ${manifestBytesMax / 1024} KiB. Keep in it what describes the plugin, and the rest in other files.`;
  return manifestFinding('SLM104', fileStart, 'manifest.py', message);
}
