// Evaluates an archive's list of entries before any content is read, for zip and tar alike. Decides which findings reject the archive
// outright, which are reported together with the content's findings, and which folder is stripped.
import { type Finding, finding } from '../../contract/findings/finding.ts';
import { entriesMax } from '../../contract/limits/archives.ts';
import { type ListedFile, limitFindings } from '../rules/entry-limits.ts';
import { commonTopFolder, nameFindings, pathProblem } from '../rules/paths.ts';
import type { SourceRules } from '../rules/source-rules.ts';

export interface Listing {
  /** Paths as in the archive, without files that macOS adds. */
  files: readonly ListedFile[];
  folders: readonly string[];
}

export interface ListingVerdict {
  /** The common top-level folder with its slash, or ''. */
  top: string;
  /** Exceeded limits and unsafe names. If there are any, nothing is unpacked. */
  rejections: Finding[];
  findings: Finding[];
}

export function evaluateListing({ files, folders }: Listing, rules: SourceRules): ListingVerdict {
  const rejections = limitFindings(files, folders.length, rules);
  if (files.length + folders.length > entriesMax) return { top: '', rejections, findings: [] };
  const paths = files.map(({ path }) => path);
  if (paths.length === 0) rejections.push(finding('SLP710', { file: '' }, '', { detail: 'it contains no files' }));
  rejections.push(
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
  return { top, rejections, findings };
}
