// Under which URI collections and retrievers name the plugin's vectors (wire contract §1, plugin format §6).
import type { Finding } from '../contract/finding.ts';
import { compareVersions, formatVersion, parseVersion } from '../contract/manifest.ts';
import { declared, kindNoun, manifestFinding, notLiteral, quoted } from './declared.ts';
import type { Feature } from './features.ts';
import type { ExpectedIdentity } from './identity.ts';
import type { Names } from './values.ts';

export interface FeatureUriReading {
  featureUri: string;
  /** manifest.py has one; `featureUri` is it when nothing was wrong with it. */
  declared: boolean;
  problems: Finding[];
  warnings: Finding[];
}

const form = /^mixpeek:\/\/([^@/]+)@([^@/]+)(?:\/([^\s/?#]+))?$/;

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
  const reading: FeatureUriReading = { featureUri: derived, declared: false, problems: [], warnings: [] };
  const declaration = declared(names, 'feature_uri');
  if (!declaration || declaration.value.kind === 'none') return reading;
  const { label, value } = declaration;
  const warn = (ruleId: 'SLM401' | 'SLM402' | 'SLM404', message: string) =>
    reading.warnings.push(manifestFinding(ruleId, value.at, 'feature_uri', message));
  if (value.kind === 'unresolved') {
    warn('SLM402', `${notLiteral(label, value)} It counts as ${derived}. Write that, or leave it out.`);
    return reading;
  }
  reading.declared = true;
  if (!hasRealtime) {
    warn(
      'SLM404',
      'feature_uri is declared, but there is no realtime.py: queries by this URI will fail. Add realtime.py, or leave feature_uri out.',
    );
  }
  const uri = value.kind === 'string' ? readUri(value.value) : undefined;
  if (!uri || uri.name !== expected.name) {
    const is = value.kind === 'string' ? quoted(value.value) : kindNoun(value);
    const message = `feature_uri is ${is}; it must name this plugin and version, as in "${derived}". Write that, or leave it out and Slipway derives it.`;
    reading.problems.push(manifestFinding('SLM103', value.at, 'feature_uri', message));
  } else if (compareVersions(uri.version, expected.version) !== 0) {
    const wanted = formatVersion(expected.version);
    const says = `feature_uri names version ${formatVersion(uri.version)}`;
    if (expected.versionChosenByServer) {
      warn(
        'SLM401',
        `${says}; the upload named none and the registry chose ${wanted}, so it counts as ${derived}. Send a version with the upload, or leave feature_uri out.`,
      );
    } else {
      const message = `${says}, the upload is for ${wanted}. Write "${derived}", or leave it out and Slipway derives it.`;
      reading.problems.push(manifestFinding('SLM103', value.at, 'feature_uri', message));
    }
  } else {
    const { feature } = uri;
    reading.featureUri = `mixpeek://${uri.name}@${formatVersion(uri.version)}${feature === undefined ? '' : `/${feature}`}`;
    if (feature !== undefined && !features.some(({ feature_name }) => feature_name === feature)) {
      warn(
        'SLM404',
        `feature_uri ends in ${quoted(feature)}, which is no feature_name of \`features\`: queries by this URI will find no vectors. Name one of the features.`,
      );
    }
  }
  return reading;
}

function readUri(uri: string) {
  const [, name, versionText = '', feature] = form.exec(uri) ?? [];
  const version = parseVersion(versionText);
  return name === undefined || !version ? undefined : { name, version, feature };
}
