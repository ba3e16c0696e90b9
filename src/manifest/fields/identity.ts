// Reads the plugin's name and version from manifest.py and compares them with the upload's.
import type { Finding } from '../../contract/findings/finding.ts';
import {
  compareVersions,
  formatVersion,
  parseVersion,
  pluginNamePattern,
  type Version,
} from '../../contract/plugin/manifest.ts';
import { manifestFinding, notExecuted, quoted, unreadableMessage, wrongKindMessage } from '../findings.ts';
import { fileStart, type Span } from '../python/syntax.ts';
import type { Names, Value } from '../python/value.ts';
import { type Declaration, findDeclaration, findInMetadata, metadataValue } from './declaration.ts';

export interface ExpectedIdentity {
  name: string;
  version: Version;
  /**
   * True if the upload named no version. In that case, a different one in manifest.py is only a warning, because the registry's version
   * wins (plugin format §6).
   */
  versionChosenByServer: boolean;
}

export interface IdentityReading {
  /** Name as written in manifest.py, even if it differs from the upload's. */
  name: string | undefined;
  /** The version as written, normalized to three numbers, or the registry's version if that one wins. */
  version: string | undefined;
  problems: Finding[];
  warnings: Finding[];
}

/** Returns the identity that manifest.py declares, for callers without an upload. Uses placeholders for missing values. */
export function declaredIdentity(names: Names): ExpectedIdentity {
  const name = declaredName(names)?.value;
  const version = findDeclaration(names, 'version')?.value;
  return {
    name: name?.kind === 'string' ? name.value : 'my_extractor',
    version: (version?.kind === 'string' && parseVersion(version.value)) || { major: 1, minor: 0, patch: 0 },
    versionChosenByServer: false,
  };
}

function declaredName(names: Names): Declaration | undefined {
  return (
    findInMetadata(names, 'feature_extractor_name') ??
    findInMetadata(names, 'name') ??
    findDeclaration(names, 'feature_extractor_name')
  );
}

export function readIdentity(names: Names, expected: ExpectedIdentity): IdentityReading {
  const reading: IdentityReading = { name: undefined, version: undefined, problems: [], warnings: [] };
  const name = literalText(
    declaredName(names),
    { noun: 'name', key: 'feature_extractor_name', example: expected.name },
    names,
    reading,
  );
  const version = literalText(
    findDeclaration(names, 'version'),
    { noun: 'version', key: 'version', example: formatVersion(expected.version) },
    names,
    reading,
  );
  reading.name = name?.text;
  if (name && name.text !== expected.name) {
    const message = `manifest.py names the plugin ${quoted(name.text)}, but the upload is for ${quoted(expected.name)}. Use the same name in both.`;
    reading.problems.push(manifestFinding('SLM101', name.declaration.value.at, 'feature_extractor_name', message));
  } else if (name && !pluginNamePattern.test(name.text)) {
    const message = `manifest.py names the plugin ${quoted(name.text)}, which is not a valid plugin name. Use 3 to 64 letters, digits or underscores, starting with a letter.`;
    const problem = manifestFinding('SLM101', name.declaration.value.at, 'feature_extractor_name', message);
    reading.warnings.push({ ...problem, severity: 'note' });
  }
  if (version) compareWithUpload(version, expected, reading);
  return reading;
}

interface LiteralText {
  text: string;
  declaration: Declaration;
}

function literalText(
  declaration: Declaration | undefined,
  field: { noun: string; key: string; example: string },
  names: Names,
  reading: IdentityReading,
): LiteralText | undefined {
  if (declaration?.value.kind === 'string') return { text: declaration.value.value, declaration };
  const metadata = metadataValue(names);
  const { at, reason } = missingIdentity(declaration, metadata, field.noun);
  const literal = `"${field.example}"`;
  const advice = `Write ${field.key} = ${literal}${metadata ? `, or "${field.key}": ${literal} in metadata` : ''}.`;
  reading.problems.push(manifestFinding('SLM101', at, field.key, `${reason} ${advice}`));
  return undefined;
}

function missingIdentity(
  declaration: Declaration | undefined,
  metadata: Value | undefined,
  noun: string,
): { at: Span; reason: string } {
  if (declaration)
    return { at: declaration.value.at, reason: wrongKindMessage(declaration.label, declaration.value, 'a string') };
  if (metadata?.kind === 'unresolved') return { at: metadata.at, reason: unreadableMessage('metadata', metadata) };
  return {
    at: fileStart,
    reason: `manifest.py does not declare the plugin's ${noun} as a literal; ${notExecuted}.`,
  };
}

function compareWithUpload(written: LiteralText, expected: ExpectedIdentity, reading: IdentityReading): void {
  const { at } = written.declaration.value;
  const expectedVersion = formatVersion(expected.version);
  const version = parseVersion(written.text);
  if (version) reading.version = expected.versionChosenByServer ? expectedVersion : formatVersion(version);
  if (!version) {
    const message = `${written.declaration.label} is ${quoted(written.text)}, which is not a version. Write three numbers separated by dots, such as "${expectedVersion}".`;
    reading.problems.push(manifestFinding('SLM101', at, 'version', message));
  } else if (compareVersions(version, expected.version) !== 0) {
    const mismatch = `manifest.py declares version ${quoted(written.text)}`;
    if (expected.versionChosenByServer) {
      const message = `${mismatch}, but the upload named no version and the registry assigned ${expectedVersion}. To choose the version yourself, send it with the upload.`;
      reading.warnings.push(manifestFinding('SLM401', at, 'version', message));
    } else {
      const message = `${mismatch}, but the upload is for ${expectedVersion}. Use the same version in both.`;
      reading.problems.push(manifestFinding('SLM101', at, 'version', message));
    }
  }
}
