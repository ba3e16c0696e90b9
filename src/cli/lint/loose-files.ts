// Files that are no plugin: each source is scanned by itself, and nothing is asked of the rest.
import { sortedFindings } from '../../contract/finding.ts';
import { limits } from '../../scan/limits.ts';
import { languageOfFile } from '../../scan/scan.ts';
import type { Judged, Judging } from './lint-result.ts';
import { readUpTo } from './read-file.ts';
import type { ScanJob } from './scan-job.ts';
import { runScanJobs } from './scan-jobs.ts';
import { type FoundFile, walk } from './walk.ts';

export async function judgeFolder(folder: string, judging: Judging): Promise<Judged> {
  const found = walk(folder);
  const judged = await judgeFiles('folder', found.files, judging);
  return { ...judged, unchecked: [...found.unchecked, ...judged.unchecked] };
}

/** `found` is what is below a folder, or the one file that was named. */
export async function judgeFiles(
  kind: 'folder' | 'file',
  found: readonly FoundFile[],
  judging: Judging,
): Promise<Judged> {
  const files = found.filter(({ kind }) => kind === 'file' || kind === 'link to a file');
  const jobs = files.map(({ location, path, size }): ScanJob => ({ file: path, size, content: location }));
  const outcomes = await runScanJobs(jobs, judging);
  const findings = [];
  const unchecked = found.filter(isMissingSource).map(({ location }) => ({ path: location, why: 'a link to nothing' }));
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
    read: async (file) => readShown(locations.get(file)),
  };
}

function isMissingSource({ kind, path }: FoundFile): boolean {
  return kind === 'link to nothing' && languageOfFile(path, new Uint8Array()) !== undefined;
}

function readShown(location: string | undefined): Uint8Array | undefined {
  return location === undefined ? undefined : readUpTo(location, limits.sourceBytes);
}
