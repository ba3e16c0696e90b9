// Lints a plugin's folder as the archive that publishing would pack it into.
import { readFileSync } from 'node:fs';
import { evaluateListing } from '../../archive/contents/listing.ts';
import { memorySource } from '../../archive/reading/byte-source.ts';
import { findingAt } from '../../archive/rules/note.ts';
import { sourceRules } from '../../archive/rules/source-rules.ts';
import { packZip } from '../../archive/zip/pack.ts';
import { type Finding, sortedFindings } from '../../contract/findings/finding.ts';
import type { Language } from '../../contract/plugin/languages.ts';
import { includeFile } from '../../contract/plugin/secret-files.ts';
import { Failure } from '../terminal/failure.ts';
import { printable } from '../terminal/terminal-text.ts';
import { lintArchive } from './archives.ts';
import type { LintContext, LintResult } from './lint-result.ts';
import { describeIoError, type Unchecked } from './unchecked.ts';
import { type FoundFile, walk } from './walk.ts';

export async function lintPluginFolder(folder: string, language: Language, context: LintContext): Promise<LintResult> {
  const found = walk(folder, context.include);
  const links = found.files.filter(({ kind }) => kind !== 'file').map(notRegularFinding);
  const regular = found.files.filter(({ kind }) => kind === 'file');
  const listed = regular.map(({ path, size }) => ({ path, size, compressedSize: size }));
  const { rejections, findings } = evaluateListing({ files: listed, folders: [] }, sourceRules[language]);
  if (rejections.length > 0) {
    return {
      kind: 'plugin',
      filesScanned: 0,
      findings: sortedFindings([...links, ...rejections, ...findings]),
      leftOut: found.leftOut,
      unchecked: found.unchecked,
      read: async () => undefined,
    };
  }
  requireFiles(context.include ?? [], regular);
  const { packed, unchecked } = readAll(regular);
  const zip = await packZip(context.include ? withIncludeFile(packed, found.included) : packed);
  const result = await lintArchive(memorySource(zip), context, language);
  return {
    ...result,
    kind: 'plugin',
    packed: zip,
    findings: sortedFindings([...links, ...result.findings]),
    leftOut: found.leftOut,
    unchecked: [...found.unchecked, ...unchecked],
  };
}

interface PackedFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

function requireFiles(include: readonly string[], files: readonly FoundFile[]): void {
  const missing = include.find((path) => !files.some((file) => file.path === path));
  if (missing === undefined) return;
  throw new Failure('usage', `--include: the plugin has no file ${printable(missing)}`, {
    hint: "Name a file by its path from the plugin's folder.",
  });
}

/** Lists the paths in the archive itself, so that the server accepts them and a version's differences show them. */
function withIncludeFile(packed: readonly PackedFile[], included: readonly string[]): PackedFile[] {
  const list: PackedFile = {
    path: includeFile,
    bytes: Uint8Array.from(Buffer.from(included.map((path) => `${path}\n`).join(''))),
  };
  const others = packed.filter(({ path }) => path !== includeFile);
  return [...others, list].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Packing includes only regular files. A link's target would be missing, or isn't part of the plugin. */
function notRegularFinding({ kind, path }: FoundFile): Finding {
  return findingAt(printable(path), {
    ruleId: 'SLP702',
    reason: kind === 'special' ? 'a device, pipe or socket' : `a ${kind}`,
  });
}

function readAll(files: FoundFile[]): { packed: PackedFile[]; unchecked: Unchecked[] } {
  const packed: PackedFile[] = [];
  const unchecked: Unchecked[] = [];
  for (const { location, path } of files) {
    try {
      packed.push({ path, bytes: readFileSync(location) });
    } catch (error) {
      unchecked.push({ path: location, why: describeIoError(error) });
    }
  }
  return { packed, unchecked };
}
