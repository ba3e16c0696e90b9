// Lints files that do not form a plugin: each source file is scanned separately, and other files are ignored.
import { sortedFindings } from '../../contract/finding.ts';
import { limits } from '../../scan/limits.ts';
import { languageOfFile } from '../../scan/scan.ts';
import type { LintContext, LintResult } from './lint-result.ts';
import { readUpTo } from './read-file.ts';
import type { ScanJob } from './scan-job.ts';
import { runScanJobs } from './scan-jobs.ts';
import { type FoundFile, walk } from './walk.ts';

export async function lintLooseFiles(folder: string, context: LintContext): Promise<LintResult> {
  const found = walk(folder);
  const result = await lintFiles('folder', found.files, context);
  return { ...result, unchecked: [...found.unchecked, ...result.unchecked] };
}

/** `found` is the content of a folder, or the single file on the command line. */
export async function lintFiles(
  kind: 'folder' | 'file',
  found: readonly FoundFile[],
  context: LintContext,
): Promise<LintResult> {
  const files = found.filter(({ kind }) => kind === 'file' || kind === 'link to a file');
  const jobs = files.map(({ location, path, size }): ScanJob => ({ file: path, size, content: location }));
  const outcomes = await runScanJobs(jobs, context);
  const findings = [];
  const unchecked = found.filter(isMissingSource).map(({ location }) => ({ path: location, why: 'a broken link' }));
  let filesScanned = 0;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome === 'no source') continue;
    if ('unchecked' in outcome) unchecked.push({ path: files[index]?.location ?? '', why: outcome.unchecked });
    else {
      findings.push(...outcome.findings);
      filesScanned += 1;
    }
  }
  const locations = new Map(files.map(({ location, path }) => [path, location]));
  return {
    kind,
    filesScanned,
    findings: sortedFindings(findings),
    unchecked,
    read: async (file) => readIfKnown(locations.get(file)),
  };
}

function isMissingSource({ kind, path }: FoundFile): boolean {
  return kind === 'link to nothing' && languageOfFile(path, new Uint8Array()) !== undefined;
}

function readIfKnown(location: string | undefined): Uint8Array | undefined {
  return location === undefined ? undefined : readUpTo(location, limits.sourceBytes);
}
