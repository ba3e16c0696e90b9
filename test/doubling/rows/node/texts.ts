// Rows of other texts: archives' names, differences, advisories, rows of runs, log lines, headers and addresses.
import { evaluateListing } from '../../../../src/archive/contents/listing.ts';
import { memorySource } from '../../../../src/archive/reading/byte-source.ts';
import { sourceRules } from '../../../../src/archive/rules/source-rules.ts';
import { readPaxRecords } from '../../../../src/archive/tar/tar-extension.ts';
import { extraFields } from '../../../../src/archive/zip-reader/zip-extra.ts';
import { parseReached } from '../../../../src/contract/builder/analyses.ts';
import { readIsolateLine } from '../../../../src/contract/builder/isolate-calls.ts';
import { levelFilter } from '../../../../src/contract/builder/logs/level.ts';
import { truncateLine } from '../../../../src/contract/builder/logs/line.ts';
import { normalizePattern, patternFor } from '../../../../src/contract/builder/python-indexes.ts';
import { normalizePlacePath, repositoryPlace } from '../../../../src/contract/builder/source-places.ts';
import { parseExportLine, verifyExport } from '../../../../src/contract/events/event-export.ts';
import { adviceFor } from '../../../../src/contract/findings/name-advice.ts';
import {
  entriesMax,
  pathBytesMax,
  secretCheck,
  tarExtensionBytesMax,
} from '../../../../src/contract/limits/archives.ts';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { logLineChars } from '../../../../src/contract/limits/logs.ts';
import { advisoryImportLimits } from '../../../../src/contract/limits/scans.ts';
import { secretLimits } from '../../../../src/contract/limits/secrets.ts';
import { parseVersion } from '../../../../src/contract/plugin/manifest.ts';
import { parseHostAndPort, parseHostPattern } from '../../../../src/contract/plugin/permissions.ts';
import {
  mayHoldSecrets,
  parseIncluded,
  secretByContent,
  secretByName,
} from '../../../../src/contract/plugin/secret-files.ts';
import { readCsv } from '../../../../src/contract/runs/csv-text.ts';
import { csvObject, csvValues } from '../../../../src/contract/runs/records.ts';
import { parseExternalUrl } from '../../../../src/core/external-url.ts';
import { decodeCursor, encodeCursor } from '../../../../src/core/page.ts';
import { SecretMask } from '../../../../src/core/secret-mask.ts';
import { parseTraceparent } from '../../../../src/core/trace-context.ts';
import { evaluator } from '../../../../src/osv/affected.ts';
import { pythonKey } from '../../../../src/osv/python-versions.ts';
import { readRecord } from '../../../../src/osv/record.ts';
import { versionKey } from '../../../../src/osv/versions.ts';
import { fileName } from '../../../../src/registry/diff/unified-diff.ts';
import { openTestArchive } from '../../../support/archives/open-archive.ts';
import { writeZip } from '../../../support/archives/zip-writer.ts';
import type { Rows } from '../../row.ts';

const MiB = 1024 * 1024;
const headerChars = 16 * 1024;
const encoder = new TextEncoder();

/** Cuts a text into at most as many paths as an archive may have. */
function pathsOf(text: string): string[] {
  const chars = Math.min(pathBytesMax / 4, Math.max(1, Math.ceil(text.length / entriesMax)));
  return Array.from(
    { length: Math.ceil(text.length / chars) },
    (_, at) => `${text.slice(at * chars, (at + 1) * chars)}${at}`,
  );
}

const files = (text: string) => pathsOf(text).map((path) => ({ path, size: 1, compressedSize: 1 }));
const events = (text: string) => text.split(/[\s,/]+/).map((version) => ({ introduced: version.slice(0, 200) }));
const affectedBy = (text: string) => ({ ranges: [events(text)], versions: text.split(/[\s,/]+/) });

export const rows: Rows = {
  "an archive's list of entries is checked": {
    run: (text) => [
      evaluateListing({ files: files(text), folders: [] }, sourceRules.python),
      evaluateListing({ files: files(text), folders: [] }, sourceRules.go),
    ],
    charsMax: (entriesMax * pathBytesMax) / 4,
  },
  "an archive's names are read": {
    run: (text) => openTestArchive(memorySource(writeZip(pathsOf(text).map((name) => ({ name, data: 'x' }))))),
    charsMax: (entriesMax * pathBytesMax) / 4,
  },
  'a tar extension is read': {
    run: (text) => readPaxRecords(encoder.encode(text)),
    charsMax: tarExtensionBytesMax,
    shapes: { records: (chars) => '12 path=abc\n'.repeat(chars / 12) },
  },
  'the extra fields of a zip are read': { run: (text) => extraFields(encoder.encode(text), 'a'), charsMax: 65_535 },
  "a file's secrets are found": {
    run: (text) => ['.npmrc', '.pypirc', '.docker/config.json', 'a.txt'].map((path) => secretByContent(path, text)),
    charsMax: secretCheck.fileBytesMax,
    places: {
      file: (text) => text,
      'after a key': (text) => `-----BEGIN PRIVATE KEY-----${text}`,
      'after a name': (text) => `password${text}`,
    },
    shapes: { keys: (chars) => '-----BEGIN '.repeat(chars / 11), blanks: (chars) => ` password${' '.repeat(chars)}` },
  },
  "a file's path is compared with those of secrets": {
    run: (text) => [secretByName(text), mayHoldSecrets(text), parseIncluded(text)],
    charsMax: 64 * 1024,
  },
  "a file's name is quoted": { run: fileName, charsMax: pathBytesMax },
  'an OSV record is read': {
    run: (text) =>
      readRecord({
        id: 'A-1',
        summary: text,
        details: text,
        affected: [{ package: { ecosystem: 'PyPI', name: text.slice(0, 500) }, versions: text.split(/[\s,/]+/) }],
        severity: [{ type: 'CVSS_V3', score: text.slice(0, 1000) }],
      }),
    charsMax: advisoryImportLimits.recordBytesMax,
  },
  "an advisory's ranges are compared with a version": {
    run: (text) => [
      evaluator('PyPI', affectedBy(text)).verdict('1.0'),
      evaluator('Go', affectedBy(text)).fixedIn('1.0.0'),
    ],
    charsMax: advisoryImportLimits.recordBytesMax,
    shapes: { versions: (chars) => Array.from({ length: chars / 8 }, (_, at) => `1.0.${at}`).join(' ') },
  },
  'a version is read': {
    run: (text) => [pythonKey(text), versionKey('Go', text), parseVersion(text)],
    charsMax: 64 * 1024,
    places: { whole: (text) => text, number: (text) => `1.${text}` },
  },
  'the values of a CSV record are read': {
    run: (text) => [csvObject(['a', 'b'], csvValues(text)), readCsv(text)],
    charsMax: runLimits.rowBytes,
  },
  'a secret is masked': {
    run: (text) => {
      const mask = new SecretMask({ a: text.slice(0, secretLimits.valueBytesMax / 2) });
      return [mask.text(text), mask.beginning(`${text.slice(1)}${text.slice(2)}`), mask.json({ a: text })];
    },
    charsMax: secretLimits.valueBytesMax,
  },
  "a plugin's output is masked": {
    run: (text) => new SecretMask({ a: 'aaaaaaaa', b: '((((((((' }).text(text),
    charsMax: MiB,
  },
  "the level of a plugin's output is found": {
    run: (text) => text.match(/.{1,4096}/gs)?.map((line) => levelFilter('warning')({ line, stream: 'stdout' })),
    charsMax: 64 * logLineChars,
  },
  "a line of a plugin's output is read": {
    run: (text) => [readIsolateLine(text), truncateLine(text)],
    charsMax: 256 * 1024,
  },
  "a plugin's reached functions are read": { run: parseReached, charsMax: MiB },
  'a URL is read': {
    run: (text) => parseExternalUrl(text, { allowLoopback: false, ownPorts: new Set() }),
    charsMax: headerChars,
    places: { whole: (text) => text, path: (text) => `https://a.b/${text}`, host: (text) => `https://${text}` },
  },
  'a repository is read': {
    run: (text) => [repositoryPlace(text), repositoryPlace(`https://a.b/${text}`), normalizePlacePath(text)],
    charsMax: headerChars,
  },
  'a pattern of packages is read': {
    run: (text) => [normalizePattern(text), patternFor(text.split(/[\s,/]+/), 'a')],
    charsMax: 64 * 1024,
  },
  'a cursor is read': { run: (text) => [decodeCursor(text), encodeCursor(text)], charsMax: headerChars },
  'a trace header is read': {
    run: (text) => parseTraceparent(text),
    charsMax: headerChars,
  },
  "a permission's host is read": {
    run: (text) => [parseHostAndPort(text), parseHostPattern(text)],
    charsMax: 64 * 1024,
    places: { whole: (text) => text, host: (text) => `*.${text}` },
  },
  "a name's advice is found": { run: (text) => adviceFor({ name: text, ruleId: 'SLP301' }), charsMax: 64 * 1024 },
  'an export is verified': { run: (text) => [parseExportLine(text), verifyExport(text.split('\n'))], charsMax: MiB },
};
