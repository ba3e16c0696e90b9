// Formats releases for people.
import type { components } from '../../../client/api.gen.d.ts';
import { formatDuration, formatRate, formatShare } from '../../../core/quantities.ts';
import { formatCount } from '../../terminal/count.ts';
import { formatTime } from '../../terminal/duration.ts';
import { formatPlan } from '../../terminal/release-text.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

export type Release = components['schemas']['Release'];
export type ReleaseInFull = components['schemas']['ReleaseInFull'];

const marks: Partial<Record<Release['state'], string>> = { succeeded: '✓', reverted: '✗', cancelled: '✗', paused: '!' };

export function formatReleases(releases: Release[]): string {
  if (releases.length === 0) return 'No releases yet. Start one with `slipway releases start NAME VERSION`.\n';
  const rows = releases.map((release) => [
    release.id,
    `${release.plugin.name} ${release.from.version} → ${release.to.version}`,
    `${marks[release.state] ?? '·'} ${release.state}`,
    `${release.percent}%`,
    formatTime(release.created_at),
  ]);
  return table([['RELEASE', 'PLUGIN', 'STATE', 'SHARE', 'CREATED'], ...rows]);
}

export function formatRelease(release: Release | ReleaseInFull): string {
  const { created_at, from, plan, plugin, reason, state, to } = release;
  const decisions = 'decisions' in release ? release.decisions : [];
  const facts: [string, string][] = [
    ['release', release.id],
    ['plan', formatPlan(plan)],
    ...(release.ended_at === null ? [['step', stepText(release)] satisfies [string, string]] : []),
    ...(reason === null ? [] : [['reason', printable(reason)] satisfies [string, string]]),
    ['created', formatTime(created_at)],
    ...sidesOf(release).map((side): [string, string] => [side.name, sideText(side)]),
    ...('waits_for' in release && release.waits_for !== null
      ? [['waits', `for ${release.waits_for}`] satisfies [string, string]]
      : []),
    ...decisions.map((decision): [string, string] => ['', decisionText(decision)]),
  ];
  const title = `${marks[state] ?? '·'} ${plugin.name} ${from.version} → ${to.version}: ${state}`;
  return `${[title, ...facts.map(([name, text]) => `  ${name.padEnd(9)} ${text}`)].join('\n')}\n`;
}

export function stepText({ percent, step, steps }: Pick<Release, 'percent' | 'step' | 'steps'>): string {
  return `${step + 1} of ${steps}, ${percent}%`;
}

export function decisionText({ at, reason, type, percent }: ReleaseInFull['decisions'][number]): string {
  const parts = [formatTime(at), type.replace('release.', ''), `${percent}%`, reason === null ? '' : printable(reason)];
  return parts.filter((part) => part !== '').join('  ');
}

export interface SideLine {
  name: 'stable' | 'candidate';
  version: string;
  percent: number;
  counts: { calls: number; errors: number; p50_ms: number | null; p95_ms: number | null };
  /** Share of compared answers that differ; null if none were compared. */
  differing: number | null;
  callsPerSecond?: number;
}

/** Returns both versions' measurements: none before the first ones. */
export function sidesOf({ from, measured, percent, to }: Release | ReleaseInFull): SideLine[] {
  if (!measured) return [];
  const { candidate, compared, stable } = measured;
  const differing = compared.answers === 0 ? null : compared.differing / compared.answers;
  return [
    { name: 'stable', version: from.version, percent: 100 - percent, counts: stable, differing: null },
    { name: 'candidate', version: to.version, percent, counts: candidate, differing },
  ];
}

export function sideText({ callsPerSecond, counts, differing, percent, version }: SideLine): string {
  const { calls, errors, p50_ms, p95_ms } = counts;
  return [
    printable(version),
    formatShare(percent, 100),
    `${formatCount(calls)} calls`,
    callsPerSecond === undefined ? '' : formatRate(callsPerSecond),
    `${formatShare(errors, calls)} errors`,
    p50_ms === null ? '' : `p50 ${formatDuration(p50_ms)}`,
    p95_ms === null ? '' : `p95 ${formatDuration(p95_ms)}`,
    differing === null ? '' : `${formatShare(differing, 1)} of answers differ`,
  ]
    .filter((part) => part !== '')
    .join('  ');
}
