// Reports an archive's files that look like secrets (SLU102). This is a check of an upload, not of the scan policy, so that a longer list
// never rejects a stored version.
import { type Finding, finding } from '../contract/findings/finding.ts';
import { secretCheck } from '../contract/limits/archives.ts';
import {
  includeFile,
  mayHoldSecrets,
  parseIncluded,
  secretByContent,
  secretByName,
} from '../contract/plugin/secret-files.ts';
import type { OpenedArchive } from './open.ts';
import { Defect } from './reading/defect.ts';
import { printable } from './rules/paths.ts';

type Readable = Pick<OpenedArchive, 'files' | 'read' | 'zip'>;

/** The check by content covers the first small text files, usual places of secrets first. */
export async function secretFindings(archive: Readable): Promise<Finding[]> {
  if (!archive.zip) return [];
  const included = new Set(parseIncluded((await textOf(archive, includeFile)) ?? ''));
  const files = archive.files.filter(({ path }) => path !== includeFile && !included.has(path));
  const findings: Finding[] = [];
  for (const { path } of files) {
    const what = secretByName(path);
    if (what !== undefined) findings.push(secretFinding(path, what));
  }
  for (const path of checkedByContent(files)) {
    const text = await textOf(archive, path);
    const what = text === undefined ? undefined : secretByContent(path, text);
    if (what !== undefined) findings.push(secretFinding(path, what));
  }
  return findings;
}

function checkedByContent(files: Readable['files']): string[] {
  const { fileBytesMax, filesMax, totalBytesMax } = secretCheck;
  const small = files.filter(({ path, size }) => size <= fileBytesMax && secretByName(path) === undefined);
  const first = small.filter(({ path }) => mayHoldSecrets(path));
  const ordered = [...first, ...small.filter(({ path }) => !mayHoldSecrets(path))].slice(0, filesMax);
  let total = 0;
  return ordered.flatMap(({ path, size }) => {
    total += size;
    return total <= totalBytesMax ? [path] : [];
  });
}

/** Returns undefined if the file is absent, large, not text or damaged. */
async function textOf({ files, read }: Readable, path: string): Promise<string | undefined> {
  const entry = files.find((file) => file.path === path);
  if (!entry || entry.size > secretCheck.fileBytesMax) return undefined;
  try {
    const bytes = await read(path);
    return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
  } catch (cause) {
    if (cause instanceof Defect) return undefined;
    throw cause;
  }
}

function secretFinding(path: string, what: string): Finding {
  const shown = printable(path);
  const fix = `Leave it out with .gitignore or .slipwayignore. If it belongs in the version, publish with --include ${shown}, or list it in ${includeFile}.`;
  return finding('SLU102', { file: shown }, shown, { detail: `${shown} looks like a secret (${what}). ${fix}` });
}
