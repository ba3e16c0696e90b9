// Formats the history of an extractor: its versions and rollbacks on one timeline, newest first.
import type { components } from '../../client/api.gen.d.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';

type Versions = components['schemas']['PluginVersions'];
type PluginVersion = Versions['results'][number];
type Rollback = Versions['rollbacks'][number];
type Actor = components['schemas']['Event']['actor'];
type NameOf = (actor: Actor) => string;

/** The newest rollbacks are on the first page, and later ones have versions only. */
export function formatHistory({ rollbacks, results: versions }: Versions, nameOf: NameOf, isFirst: boolean): string {
  const entries = [
    ...versions.map((version) => ({ at: version.created_at, text: formatVersionEntry(version, nameOf) })),
    ...(isFirst ? rollbacks : []).map((rollback) => ({ at: rollback.at, text: formatRollback(rollback, nameOf) })),
  ];
  entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return entries.map(({ text }) => text).join('\n');
}

function formatRollback({ at, by, from, message, to }: Rollback, nameOf: NameOf): string {
  const isAutomatic = by.type === 'system';
  const rows = [
    [`rollback to ${to}`, isAutomatic ? '(automatic)' : ''],
    ...(from === null ? [] : [['  from', from]]),
    ['  at', isAutomatic ? formatTime(at) : `${formatTime(at)} by ${nameOf(by)}`],
    ...(message ? [['  message', message]] : []),
  ];
  return table(rows).replaceAll(/ +$/gm, '');
}

function formatVersionEntry(
  { active, code_hash, created_at, created_by, error, message, version, ...served }: PluginVersion,
  nameOf: NameOf,
): string {
  const marks = [active ? 'active' : [], served.serves_name ? 'serves traffic' : served.deployed ? 'live' : []].flat();
  const rows = [
    [`version ${version}`, marks.length > 0 ? `(${marks.join(', ')})` : ''],
    ['  published', `${formatTime(created_at)} by ${nameOf(created_by)}`],
    ['  deployed', served.last_deployed_at === null ? 'never' : formatTime(served.last_deployed_at)],
    ['  sha256', code_hash],
    ...(message ? [['  message', message]] : []),
    ...(error === null ? [] : [['  failed', error]]),
  ];
  return table(rows).replaceAll(/ +$/gm, '');
}
