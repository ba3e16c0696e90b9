// A plugin's folder, judged as the archive that publishing would pack it into.
import { readFileSync } from 'node:fs';
import { memorySource } from '../../archive/byte-source.ts';
import { evaluateListing } from '../../archive/listing.ts';
import { findingAt } from '../../archive/note.ts';
import { packZip } from '../../archive/pack.ts';
import { entryName, isJunk } from '../../archive/paths.ts';
import { sourceRules } from '../../archive/source-rules.ts';
import { type Finding, sortedFindings } from '../../contract/finding.ts';
import type { Language } from '../../contract/languages.ts';
import { printable } from '../terminal-text.ts';
import { judgeArchive } from './archives.ts';
import type { Judged, Judging } from './lint-result.ts';
import { reasonOf, type Unchecked } from './unchecked.ts';
import { type FoundFile, walk } from './walk.ts';

export async function judgePluginFolder(folder: string, language: Language, judging: Judging): Promise<Judged> {
  const found = walk(folder);
  const files = found.files.filter(({ path }) => !isJunk(entryName(path)));
  const links = files.filter(({ kind }) => kind !== 'file').map(notRegular);
  const regular = files.filter(({ kind }) => kind === 'file');
  const listed = regular.map(({ path, size }) => ({ path, size, compressedSize: size }));
  const { rejections, findings } = evaluateListing({ files: listed, folders: [] }, sourceRules[language]);
  if (rejections.length > 0) {
    return {
      kind: 'plugin',
      filesScanned: 0,
      findings: sortedFindings([...links, ...rejections, ...findings]),
      unchecked: found.unchecked,
      read: async () => undefined,
    };
  }
  const { packed, unchecked } = readAll(regular);
  const zip = await packZip(packed);
  const judged = await judgeArchive(memorySource(zip), judging, language);
  return {
    ...judged,
    kind: 'plugin',
    packed: zip,
    findings: sortedFindings([...links, ...judged.findings]),
    unchecked: [...found.unchecked, ...unchecked],
  };
}

/** Packing keeps regular files only: what a link leads to would be missing, or be something that isn't the plugin's. */
function notRegular({ kind, path }: FoundFile): Finding {
  return findingAt(printable(path), {
    ruleId: 'SLP702',
    reason: kind === 'special' ? 'a device, pipe or socket' : `a ${kind}`,
  });
}

function readAll(files: FoundFile[]): {
  packed: { path: string; bytes: Uint8Array<ArrayBuffer> }[];
  unchecked: Unchecked[];
} {
  const packed: { path: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
  const unchecked: Unchecked[] = [];
  for (const { location, path } of files) {
    try {
      packed.push({ path, bytes: readFileSync(location) });
    } catch (error) {
      unchecked.push({ path: location, why: reasonOf(error) });
    }
  }
  return { packed, unchecked };
}
