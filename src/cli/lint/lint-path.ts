// What a PATH of the command line is, told by what is there: a plugin's folder, an archive, or files to be looked at one by one.
import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { endsLikeZip } from '../../archive/zip-end.ts';
import { languages } from '../../contract/languages.ts';
import { languageOfFile } from '../../scan/scan.ts';
import { judgeArchive, signs } from './archives.ts';
import type { Judged, Judging } from './lint-result.ts';
import { judgeFiles, judgeFolder } from './loose-files.ts';
import { judgePluginFolder } from './plugin-folders.ts';
import { fileSource, readPart } from './read-file.ts';
import { reasonOf } from './unchecked.ts';

export async function judgePath(path: string, judging: Judging): Promise<Judged> {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return await judgeFolderOf(path, judging);
    if (!stats.isFile()) return nothingRead(path, 'neither a file nor a folder');
    return await judgeFile(path, stats, judging);
  } catch (error) {
    return nothingRead(path, reasonOf(error));
  }
}

function judgeFolderOf(folder: string, judging: Judging): Promise<Judged> {
  const has = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;
  const language = languages.find((candidate) => signs[candidate].some(has));
  return language ? judgePluginFolder(folder, language, judging) : judgeFolder(folder, judging);
}

const headBytes = 512;
const archiveName = /\.(?:zip|tgz|tar\.gz)$/i;

/** By its first bytes; by its name only where they say nothing. */
async function judgeFile(path: string, { size }: Stats, judging: Judging): Promise<Judged> {
  const head = readPart(path, 0, Math.min(size, headBytes));
  const source = fileSource(path, size);
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  if (isZip || isGzip) return await judgeArchive(source, judging);
  if (languageOfFile(path, head)) {
    return await judgeFiles('file', [{ path, location: path, size, kind: 'file' }], judging);
  }
  if (archiveName.test(path) || (await endsLikeZip(source))) return await judgeArchive(source, judging);
  return await judgeFiles('file', [], judging);
}

function nothingRead(path: string, why: string): Judged {
  return { kind: 'file', filesScanned: 0, findings: [], unchecked: [{ path, why }], read: async () => undefined };
}
