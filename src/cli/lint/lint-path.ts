// Detects what a PATH is (a plugin's folder, an archive or source files) and lints it accordingly.
import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { endsLikeZip } from '../../archive/zip-reader/zip-end.ts';
import { headBytes } from '../../contract/limits/archives.ts';
import { languages } from '../../contract/plugin/languages.ts';
import { detectLanguage } from '../../scan/scan.ts';
import { languageMarkers, lintArchive } from './archives.ts';
import type { LintContext, LintResult } from './lint-result.ts';
import { lintFiles, lintLooseFiles } from './loose-files.ts';
import { lintPluginFolder } from './plugin-folders.ts';
import { fileSource, readPart } from './read-file.ts';
import { describeIoError } from './unchecked.ts';

export async function lintPath(path: string, context: LintContext): Promise<LintResult> {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return await lintFolder(path, context);
    if (!stats.isFile()) return unreadable(path, 'neither a file nor a folder');
    return await lintFile(path, stats, context);
  } catch (error) {
    return unreadable(path, describeIoError(error));
  }
}

function lintFolder(folder: string, context: LintContext): Promise<LintResult> {
  const has = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;
  const language = languages.find((candidate) => languageMarkers[candidate].some(has));
  return language ? lintPluginFolder(folder, language, context) : lintLooseFiles(folder, context);
}

const archiveName = /\.(?:zip|tgz|tar\.gz)$/i;

/** Detects the file type by its first bytes, and by its name only if they are inconclusive. */
async function lintFile(path: string, { size }: Stats, context: LintContext): Promise<LintResult> {
  const head = readPart(path, 0, Math.min(size, headBytes));
  const source = fileSource(path, size);
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  if (isZip || isGzip) return await lintArchive(source, context);
  if (detectLanguage(path, head)) {
    return await lintFiles('file', [{ path, location: path, size, kind: 'file' }], context);
  }
  if (archiveName.test(path) || (await endsLikeZip(source))) return await lintArchive(source, context);
  return await lintFiles('file', [], context);
}

function unreadable(path: string, why: string): LintResult {
  return { kind: 'file', filesScanned: 0, findings: [], unchecked: [{ path, why }], read: async () => undefined };
}
