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

function dependencyText({ name, v1, v2 }: Schemas['PluginDiff']['dependencies'][number]): string {
  if (v1 === null) return `${name} added (${v2})`;
  return v2 === null ? `${name} removed (${v1})` : `${name} ${v1} → ${v2}`;
}
