// What the list of an archive's entries says before their content is looked at, zip and tar alike: which of it refuses the
// archive outright, which is told beside the content's own findings, and which folder is stripped.
import { type Finding, finding } from '../contract/finding.ts';
import { type ListedFile, limitFindings } from './entry-limits.ts';
import { entriesMax } from './limits.ts';
import { commonTopFolder, nameFindings, pathProblem } from './paths.ts';
import type { SourceRules } from './source-rules.ts';

export interface Listing {
  /** Paths as the archive has them, macOS's doubles left out. */
  files: readonly ListedFile[];
  folders: readonly string[];
}

export interface JudgedListing {
  /** The common top folder with its slash, or ''. */
  top: string;
  /** Limits, names and kinds: with one of these, nothing is unpacked. */
  refusals: Finding[];
  findings: Finding[];
}

export function judgeListing({ files, folders }: Listing, rules: SourceRules): JudgedListing {
  const refusals = limitFindings(files, folders.length, rules);
  if (files.length + folders.length > entriesMax) return { top: '', refusals, findings: [] };
  const paths = files.map(({ path }) => path);
  if (paths.length === 0) refusals.push(finding('SLP710', { file: '' }, '', { detail: 'no files' }));
  refusals.push(
    ...nameFindings([
      ...paths.map((path) => ({ path, folder: false })),
      ...folders.map((path) => ({ path, folder: true })),
    ]),
  );
  const top = commonTopFolder(paths);
  const isSafe = (path: string) => pathProblem(path) === undefined;
  const findings = rules.nameFindings(
    paths.filter(isSafe).map((path) => path.slice(top.length)),
    folders.filter(isSafe).map((path) => (path.startsWith(top) ? path.slice(top.length) : path)),
  );
  return { top, refusals, findings };
}
