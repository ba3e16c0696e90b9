// Formats the report as one JSON object, documented in docs/cli.md.
import type { ErrorReport } from '../failures/errors.ts';
import type { Report } from './report.ts';
import type { Unchecked } from './unchecked.ts';

export function formatReportJson({ filesScanned, level, policyVersion, subjects, unchecked, verdict }: Report): string {
  const error: ErrorReport = {
    title: 'Not everything could be checked',
    detail: formatUnchecked(unchecked),
    paths: unchecked,
  };
  const isComplete = unchecked.length === 0;
  const document = {
    policyVersion,
    level,
    verdict: isComplete ? verdict : null,
    files: filesScanned,
    paths: subjects.map(({ filesScanned: files, kind, path, plugin, sha256 }) => ({
      path,
      kind,
      files,
      plugin: plugin ?? null,
      sha256: sha256 ?? null,
    })),
    findings: subjects.flatMap(({ findings, path }) => findings.map((finding) => ({ path, ...finding }))),
    ...(!isComplete && { error }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function formatUnchecked(unchecked: readonly Unchecked[]): string {
  return unchecked.map(({ path, why }) => `cannot check ${path}: ${why}`).join('\n');
}
