// Under which URI collections and retrievers name the plugin's vectors (wire contract §1, plugin format §6).
import type { Finding } from '../contract/finding.ts';
import { compareVersions, formatVersion, parseVersion } from '../contract/manifest.ts';
import type { RuleId } from '../contract/rules.ts';
import { findDeclaration } from './declaration.ts';
import type { Feature } from './features.ts';
import { kindNoun, manifestFinding, quoted, unreadableMessage } from './findings.ts';
import type { ExpectedIdentity } from './identity.ts';
import type { Names, Value } from './values.ts';

export interface FeatureUriReading {
  featureUri: string;
  /** manifest.py has one; `featureUri` is it when nothing was wrong with it. */
  declared: boolean;
  problems: Finding[];
  warnings: Finding[];
}

const uriPattern = /^mixpeek:\/\/([^@/]+)@([^@/]+)(?:\/([^\s/?#]{1,128}))?$/;
const advice = 'or leave it out and Slipway derives it';

/** `mixpeek://name@version/feature`, or without the feature when there is none. */
export function derivedFeatureUri({ name, version }: ExpectedIdentity, features: readonly Feature[]): string {
  const bare = `mixpeek://${name}@${formatVersion(version)}`;
  const [first] = features;
  return first ? `${bare}/${first.feature_name}` : bare;
}

export function readFeatureUri(
  names: Names,
  expected: ExpectedIdentity,
  features: readonly Feature[],
  hasRealtime: boolean,
): FeatureUriReading {
  const derived = derivedFeatureUri(expected, features);
  const declaration = findDeclaration(names, 'feature_uri');
  const reading: FeatureUriReading = { featureUri: derived, declared: false, problems: [], warnings: [] };
  if (!declaration || declaration.value.kind === 'none') return reading;
  const { label, value } = declaration;
  if (value.kind === 'unresolved') {
    const message = `${unreadableMessage(label, value)} It counts as ${derived}. Write that, or leave it out.`;
    reading.warnings.push(uriFinding('SLM402', value, message));
    return reading;
  }
  const judged = checkUri(value, expected, features, derived);
  if (!hasRealtime) {
    const promised = 'feature_uri is declared, but there is no realtime.py: queries by this URI will fail.';
    judged.warnings.push(uriFinding('SLM404', value, `${promised} Add realtime.py, or leave feature_uri out.`));
  }
  return judged;
}

function checkUri(
  value: Value,
  expected: ExpectedIdentity,
  features: readonly Feature[],
  derived: string,
): FeatureUriReading {
  const reading: FeatureUriReading = { featureUri: derived, declared: true, problems: [], warnings: [] };
  const uri = value.kind === 'string' ? parseUri(value.value) : undefined;
  if (!uri || uri.name !== expected.name) {
    const is = value.kind === 'string' ? quoted(value.value) : kindNoun(value);
    const message = `feature_uri is ${is}; it must name this plugin and version, as in "${derived}". Write that, ${advice}.`;
    reading.problems.push(uriFinding('SLM103', value, message));
    return reading;
  }
  if (compareVersions(uri.version, expected.version) !== 0) {
    const wanted = formatVersion(expected.version);
    const says = `feature_uri names version ${formatVersion(uri.version)}`;
    if (expected.versionChosenByServer) {
      const counts = `the upload named none and the registry chose ${wanted}, so it counts as ${derived}`;
      const message = `${says}; ${counts}. Send a version with the upload, or leave feature_uri out.`;
      reading.warnings.push(uriFinding('SLM401', value, message));
    } else {
      const message = `${says}, the upload is for ${wanted}. Write "${derived}", ${advice}.`;
      reading.problems.push(uriFinding('SLM103', value, message));
    }
    return reading;
  }
  const { feature } = uri;
  const bare = `mixpeek://${uri.name}@${formatVersion(uri.version)}`;
  reading.featureUri = feature === undefined ? bare : `${bare}/${feature}`;
  if (feature !== undefined && !features.some(({ feature_name }) => feature_name === feature)) {
    const ends = `feature_uri ends in ${quoted(feature)}, which is no feature_name of \`features\``;
    reading.warnings.push(
      uriFinding('SLM404', value, `${ends}: queries by it will find no vectors. Name one of the features.`),
    );
  }
  return reading;
}

function uriFinding(ruleId: RuleId, value: Value, message: string): Finding {
  return manifestFinding(ruleId, value.at, 'feature_uri', message);
}

function parseUri(uri: string) {
  const [, name, versionText = '', feature] = uriPattern.exec(uri) ?? [];
  const version = parseVersion(versionText);
  return name === undefined || !version ? undefined : { name, version, feature };
}
