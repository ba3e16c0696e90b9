// The plugin's name and version as manifest.py says them, against those of the upload.
import type { Finding } from '../contract/finding.ts';
import { compareVersions, formatVersion, parseVersion, pluginNamePattern, type Version } from '../contract/manifest.ts';
import { type Declaration, findDeclaration, findInMetadata, metadataValue } from './declaration.ts';
import { manifestFinding, notExecuted, quoted, unreadableMessage, wrongKindMessage } from './findings.ts';
import { fileStart, type Span } from './syntax.ts';
import type { Names, Value } from './values.ts';

export interface ExpectedIdentity {
  name: string;
  version: Version;
  /** The upload named none. Then another one in manifest.py is a warning: the record's wins (plugin format §6). */
  versionChosenByServer: boolean;
}

export interface IdentityReading {
  /** As written, whether or not it is the expected one. */
  name: string | undefined;
  /** As written, in three numbers; the registry's when that one wins. */
  version: string | undefined;
  problems: Finding[];
  warnings: Finding[];
}

/** As manifest.py says it, for those who have no upload to compare with; stand-ins where it says nothing usable. */
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
    { what: 'name', key: 'feature_extractor_name', example: expected.name },
    names,
    reading,
  );
  const version = literalText(
    findDeclaration(names, 'version'),
    { what: 'version', key: 'version', example: formatVersion(expected.version) },
    names,
    reading,
  );
  reading.name = name?.text;
  if (name && name.text !== expected.name) {
    const message = `manifest.py names the plugin ${quoted(name.text)}, the upload is for ${quoted(expected.name)}. Make both the same.`;
    reading.problems.push(manifestFinding('SLM101', name.declaration.value.at, 'feature_extractor_name', message));
  } else if (name && !pluginNamePattern.test(name.text)) {
    const message = `manifest.py names the plugin ${quoted(name.text)}, which no upload can be for. Use 3 to 64 letters, digits or underscores, beginning with a letter.`;
    const told = manifestFinding('SLM101', name.declaration.value.at, 'feature_extractor_name', message);
    reading.warnings.push({ ...told, severity: 'note' });
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
  wanted: { what: string; key: string; example: string },
  names: Names,
  reading: IdentityReading,
): LiteralText | undefined {
  if (declaration?.value.kind === 'string') return { text: declaration.value.value, declaration };
  const metadata = metadataValue(names);
  const { at, why } = missingIdentity(declaration, metadata, wanted.what);
  const written = `"${wanted.example}"`;
  const advice = `Write ${wanted.key} = ${written}${metadata ? `, or "${wanted.key}": ${written} in metadata` : ''}.`;
  reading.problems.push(manifestFinding('SLM101', at, wanted.key, `${why} ${advice}`));
  return undefined;
}

function missingIdentity(
  declaration: Declaration | undefined,
  metadata: Value | undefined,
  what: string,
): { at: Span; why: string } {
  if (declaration)
    return { at: declaration.value.at, why: wrongKindMessage(declaration.label, declaration.value, 'a string') };
  if (metadata?.kind === 'unresolved') return { at: metadata.at, why: unreadableMessage('metadata', metadata) };
  return {
    at: fileStart,
    why: `manifest.py does not say the plugin's ${what}; ${notExecuted} and looks for a literal.`,
  };
}

function compareWithUpload(written: LiteralText, expected: ExpectedIdentity, reading: IdentityReading): void {
  const { at } = written.declaration.value;
  const wanted = formatVersion(expected.version);
  const version = parseVersion(written.text);
  if (version) reading.version = expected.versionChosenByServer ? wanted : formatVersion(version);
  if (!version) {
    const message = `${written.declaration.label} is ${quoted(written.text)}, which is no version. Write three numbers with dots, such as "${wanted}".`;
    reading.problems.push(manifestFinding('SLM101', at, 'version', message));
  } else if (compareVersions(version, expected.version) !== 0) {
    const says = `manifest.py says version ${quoted(written.text)}`;
    if (expected.versionChosenByServer) {
      const message = `${says}; the upload named none and the registry chose ${wanted}, which is what counts. Send a version with the upload to choose it yourself.`;
      reading.warnings.push(manifestFinding('SLM401', at, 'version', message));
    } else {
      const message = `${says}, the upload is for ${wanted}. Make both the same.`;
      reading.problems.push(manifestFinding('SLM101', at, 'version', message));
    }
  }
}
