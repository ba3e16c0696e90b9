// Reads the URI by which collections and retrievers refer to the plugin's vectors (mixpeek §1, plugin format §6).
import type { Finding } from '../../contract/findings/finding.ts';
import type { RuleId } from '../../contract/findings/rules.ts';
import { compareVersions, formatVersion, parseVersion } from '../../contract/plugin/manifest.ts';
import { kindNoun, manifestFinding, quoted, unreadableMessage } from '../findings.ts';
import type { Names, Value } from '../python/value.ts';
import { findDeclaration } from './declaration.ts';
import type { Feature } from './features.ts';
import type { ExpectedIdentity } from './identity.ts';

export interface FeatureUriReading {
  featureUri: string;
  /** True if manifest.py has a feature_uri. `featureUri` is that URI if it is valid, and the derived one otherwise. */
  declared: boolean;
  problems: Finding[];
  warnings: Finding[];
}

const uriPattern = /^mixpeek:\/\/([^@/]+)@([^@/]+)(?:\/([^\s/?#]{1,128}))?$/;
const advice = 'or remove it to let Slipway derive it';

/** Returns `mixpeek://name@version/feature`; leaves out the feature if there is none. */
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
    const message = `${unreadableMessage(label, value)} The derived URI ${derived} is used instead. Write that one, or remove feature_uri.`;
    reading.warnings.push(uriFinding('SLM402', value, message));
    return reading;
  }
  const checked = checkUri(value, expected, features, derived);
  if (!hasRealtime) {
    const message =
      'feature_uri is declared but realtime.py is missing, so queries by this URI will fail. Add realtime.py, or remove feature_uri.';
    checked.warnings.push(uriFinding('SLM404', value, message));
  }
  return checked;
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
    const actual = value.kind === 'string' ? quoted(value.value) : kindNoun(value);
    const message = `feature_uri is ${actual}, but it must name this plugin and version. Write "${derived}", ${advice}.`;
    reading.problems.push(uriFinding('SLM103', value, message));
    return reading;
  }
  if (compareVersions(uri.version, expected.version) !== 0) {
    const expectedVersion = formatVersion(expected.version);
    const mismatch = `feature_uri names version ${formatVersion(uri.version)}`;
    if (expected.versionChosenByServer) {
      const outcome = `the upload named no version and the registry assigned ${expectedVersion}, so ${derived} is used`;
      const message = `${mismatch}, but ${outcome}. Send a version with the upload, or remove feature_uri.`;
      reading.warnings.push(uriFinding('SLM401', value, message));
    } else {
      const message = `${mismatch}, but the upload is for ${expectedVersion}. Write "${derived}", ${advice}.`;
      reading.problems.push(uriFinding('SLM103', value, message));
    }
    return reading;
  }
  const { feature } = uri;
  const bare = `mixpeek://${uri.name}@${formatVersion(uri.version)}`;
  reading.featureUri = feature === undefined ? bare : `${bare}/${feature}`;
  if (feature !== undefined && !features.some(({ feature_name }) => feature_name === feature)) {
    const message = `feature_uri ends in ${quoted(feature)}, which is not the feature_name of any feature, so queries by this URI will find no vectors. End it in the feature_name of one of the features.`;
    reading.warnings.push(uriFinding('SLM404', value, message));
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
