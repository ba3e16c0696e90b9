// Formats versions that wait for approval.
import type { components } from '../../client/api.gen.d.ts';
import { listPermissions } from '../../contract/plugin/permission-text.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

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
  const { active_version, code_hash, deploy_when_approved, git, message, models, permissions, waived_rules } = staged;
  const claims = Object.entries(staged.published_by.claims ?? {}).map(([claim, value]) => ['', `${claim}: ${value}`]);
  const source = git && [['source', `${git.repository} ${git.ref} ${git.commit ?? ''} ${git.path ?? ''}`.trim()]];
  const asked = listPermissions(permissions ?? {}).map((one, i) => [i === 0 ? 'asks for' : '', one]);
  return table(
    [
      ['plugin', `${staged.name} ${staged.version}`],
      ['namespace', staged.namespace_name ?? "the organization's"],
      ['published', `by ${publisherName(staged)}, ${formatTime(staged.published_at)}`],
      ...claims,
      ...(source ?? []),
      ['message', message ?? '-'],
      ['follows', active_version ?? 'nothing: it would be the first version'],
      [
        'scan',
        `${staged.scan_verdict}, ${staged.files_scanned} files; waived: ${waived_rules.join(', ') || 'nothing'}`,
      ],
      ...asked,
      ['models', models.join(', ') || '-'],
      ['approval', deploy_when_approved ? 'deploys it' : 'deploys nothing'],
      ['sha256', code_hash],
      ['waits until', formatTime(staged.staged_until)],
    ].map((row) => row.map(printable)),
  );
}

function publisherName({ published_by: { id, name, type } }: Staged): string {
  return printable(name ?? `${type} ${id}`);
}
