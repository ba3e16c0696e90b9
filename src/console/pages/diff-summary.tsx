// What differs between two versions, counted.
import type { Schemas } from '../data/api.ts';

export function DiffSummary({ diff }: { diff: Schemas['PluginDiff'] }) {
  const { summary, findings, dependencies } = diff;
  const facts: [what: string, value: string][] = [
    [
      'Files',
      diff.identical
        ? 'identical'
        : `${summary.files_changed} changed, +${summary.additions} −${summary.deletions} lines`,
    ],
    ['Dependencies', dependencies.length === 0 ? 'unchanged' : dependencies.map(dependencyText).join(', ')],
    [
      'Findings',
      `${findings.introduced.length} introduced, ${findings.fixed.length} fixed, ${findings.unchanged.length} unchanged`,
    ],
  ];
  if (diff.placement && diff.placement_reason)
    facts.push(['Runs in', placementText(diff.placement, diff.placement_reason)]);
  return (
    <dl className="facts">
      {facts.map(([what, value]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd>{value}</dd>
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

function dependencyText({ name, v1, v2 }: Schemas['PluginDiff']['dependencies'][number]): string {
  if (v1 === null) return `${name} added (${v2})`;
  return v2 === null ? `${name} removed (${v1})` : `${name} ${v1} to ${v2}`;
}
