// Prints advisories and the versions that they affect.
import type { components } from '../../client/api.gen.d.ts';
import type { Severity } from '../../contract/advisories.ts';
import type { Connection } from '../connection/connect.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

export type AffectedVersion = components['schemas']['AffectedVersion'];
type Advisory = components['schemas']['Advisory'];
type AdvisoryCounts = components['schemas']['AdvisoryCounts'];

interface LiveFilter {
  severity?: Severity;
  plugin?: string | undefined;
  package?: string | undefined;
  advisory?: string | undefined;
}

/** Yields the advisories of live versions, from all pages, without those that a Go program doesn't reach. */
export async function* liveAffected({ client }: Connection, filter: LiveFilter): AsyncGenerator<AffectedVersion> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { ...filter, live: 'true' as const, cursor };
    const { pagination, results } = await client.get('/v1/advisories', { query });
    yield* results.filter(({ reach }) => reach !== 'none');
    cursor = pagination.next_cursor;
  }
}

export async function isLiveAffected(connection: Connection, filter: LiveFilter): Promise<boolean> {
  const { done } = await liveAffected(connection, filter).next();
  return done !== true;
}

export function formatAffected(results: readonly AffectedVersion[]): string {
  if (results.length === 0)
    return 'No affected version was found. Operators import advisories with `slipway advisories import`.\n';
  const rows = results.map(({ advisory, ...one }) => [
    versionOf(one),
    advisory.severity ?? 'unknown',
    printable(advisory.advisory_id),
    ...packageCells(one),
  ]);
  return table([['PLUGIN', 'SEVERITY', 'ADVISORY', 'PACKAGE', 'FIXED IN', 'REACHED', 'LIVE IN'], ...rows]);
}

type Affected = Advisory['results'][number];

function versionOf({ plugin, version }: Affected): string {
  return `${plugin.name} ${printable(version)}`;
}

const reachWords: Record<Affected['reach'], string> = {
  symbol: 'yes',
  package: 'package',
  none: 'no',
  unknown: '-',
};

function packageCells({ fixed_in, live, package: used, reach, verdict }: Affected): string[] {
  const places = live.map(({ namespace_name }) => printable(namespace_name)).join(', ');
  const fix = verdict === 'unknown' ? 'unknown: not comparable' : printable(fixed_in ?? '-');
  return [printable(`${used.name} ${used.version}`), fix, reachWords[reach], places || '-'];
}

export function formatAdvisory(advisory: Advisory): string {
  const { aliases, results, severity, summary } = advisory;
  const head = table([
    ['advisory', printable(advisory.advisory_id)],
    ['aliases', printable(aliases.join(', ')) || '-'],
    ['severity', severity ?? 'unknown'],
    ['summary', printable(summary)],
  ]);
  if (results.length === 0) return `${head}No version is affected.\n`;
  const rows = results.map((one) => [versionOf(one), ...packageCells(one)]);
  return `${head}\n${table([['PLUGIN', 'PACKAGE', 'FIXED IN', 'REACHED', 'LIVE IN'], ...rows])}`;
}

/** Returns a version's number of advisories, such as `1 critical, 2 high`; empty for none. */
export function formatCounts({ critical, high, low, medium, unknown }: AdvisoryCounts): string {
  return Object.entries({ critical, 'of unknown severity': unknown, high, medium, low })
    .flatMap(([severity, count]) => (count === 0 ? [] : [`${count} ${severity}`]))
    .join(', ');
}
