// Formats versions that wait for approval.
import type { components } from '../../../client/api.gen.d.ts';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';
import { capabilityRows } from '../../go-plugins/capability-text.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type Staged = components['schemas']['StagedVersion'];

export function formatApprovals(staged: Staged[]): string {
  if (staged.length === 0) return 'No version waits for approval.\n';
  const rows = staged.map((one) => [
    one.name,
    one.version,
    one.namespace_name ?? '(organization)',
    publisherName(one),
    formatTime(one.published_at),
    formatTime(one.staged_until),
  ]);
  return table([['PLUGIN', 'VERSION', 'NAMESPACE', 'PUBLISHED BY', 'AT', 'WAITS UNTIL'], ...rows]);
}

/** Formats everything that an approver needs except the differences. */
export function formatApproval(staged: Staged): string {
  const { active_version, code_hash, deploy_when_approved, dependencies, description, files_sha256, git } = staged;
  const { message, models, permissions } = staged;
  const { claims: known = {}, made_by } = staged.published_by;
  const claims = Object.entries(known).map(([claim, value]) => ['', `${claim}: ${value}`]);
  const source = git && [['source', `${git.repository} ${git.ref} ${git.commit ?? ''} ${git.path ?? ''}`.trim()]];
  const asked = listPermissions(permissions ?? {}).map((one, i) => [i === 0 ? 'asks for' : '', one]);
  return table(
    [
      ['plugin', `${staged.name} ${staged.version}`],
      ['namespace', staged.namespace_name ?? "the organization's"],
      ['published', `by ${publisherName(staged)}, ${formatTime(staged.published_at)}`],
      ...(made_by ? [['behind it', made_by.join(', ')]] : []),
      ...claims,
      ...(source ?? []),
      ['message', message ?? '-'],
      ['description', description ?? '-'],
      ['follows', active_version ?? 'nothing: it would be the first version'],
      ['scan', scanText(staged)],
      ...(staged.scan_url === null ? [] : [['findings', staged.scan_url]]),
      ...asked,
      ...(staged.kind === 'extractor' ? [] : capabilityRows(staged.capabilities)),
      ['packages', dependencies.join(', ') || '-'],
      ['models', models.join(', ') || '-'],
      ['approval', deploy_when_approved ? 'deploys it' : 'deploys nothing'],
      ['sha256', code_hash],
      ['files sha256', files_sha256 ?? '-'],
      ['waits until', formatTime(staged.staged_until)],
    ].map((row) => row.map(printable)),
  );
}

function scanText({ files_scanned, findings, scan_verdict, waived_rules }: Staged): string {
  const counts = Object.entries(findings ?? {}).flatMap(([severity, count]) =>
    count > 0 ? `${count} ${severity}${count === 1 ? '' : 's'}` : [],
  );
  const found = findings === null ? 'many findings' : counts.join(', ') || 'no findings';
  return `${scan_verdict}, ${files_scanned} files: ${found}; waived: ${waived_rules.join(', ') || 'nothing'}`;
}

function publisherName({ published_by: { id, name, type } }: Staged): string {
  return printable(name ?? `${type} ${id}`);
}
