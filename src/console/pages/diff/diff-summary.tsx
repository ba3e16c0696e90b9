// Summarizes the differences between two versions: counts of files and findings; permissions, packages and capabilities by name.
import { formatCapabilityChange } from '../../../client/capability-text.ts';
import type { Schemas } from '../../data/api.ts';
import { visible } from '../../parts/visible-text.ts';

export function DiffSummary({ diff }: { diff: Schemas['PluginDiff'] }) {
  const { summary, findings, packages, capabilities } = diff;
  const facts: [what: string, value: string][] = [
    [
      'Files',
      diff.identical
        ? 'identical'
        : `${summary.files_changed} changed, +${summary.additions} −${summary.deletions} lines`,
    ],
    ['Permissions', changesText(diff.permissions.map(permissionText))],
    ['Dependencies', changesText(diff.dependencies.map(packageText))],
    [
      'Findings',
      `${findings.introduced.length} introduced, ${findings.fixed.length} fixed, ${findings.unchanged.length} unchanged`,
    ],
  ];
  if (packages) facts.push(['Installed packages', changesText(packages.map(packageText))]);
  if (capabilities) facts.push(['Capabilities', changesText(capabilities.map(formatCapabilityChange))]);
  if (diff.placement && diff.placement_reason)
    facts.push(['Runs in', placementText(diff.placement, diff.placement_reason)]);
  return (
    <dl className="facts">
      {facts.map(([what, value]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd>{visible(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function placementText(
  placement: NonNullable<Schemas['PluginDiff']['placement']>,
  reason: NonNullable<Schemas['PluginDiff']['placement_reason']>,
): string {
  const texts = (['v1', 'v2'] as const).map((version) =>
    reason[version] === null ? placement[version] : `${placement[version]} (${reason[version]})`,
  );
  return [...new Set(texts)].join(' to ');
}

function changesText(changes: string[]): string {
  return changes.join(', ') || 'unchanged';
}

function permissionText({ change, permission }: Schemas['PluginDiff']['permissions'][number]): string {
  return `${change === 'added' ? 'asks for' : 'no longer'} ${permission}`;
}

function packageText({ name, v1, v2 }: Schemas['PluginDiff']['dependencies'][number]): string {
  if (v1 === null) return `${name} added (${v2})`;
  return v2 === null ? `${name} removed (${v1})` : `${name} ${v1} to ${v2}`;
}
