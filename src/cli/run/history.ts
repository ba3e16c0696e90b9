// Formats a plugin's history: its versions and rollbacks on one timeline, newest first.
import type { components } from '../../client/api.gen.d.ts';
import { actorName } from '../../contract/events/authors.ts';
import { statusWords, versionWord } from '../../contract/state-words.ts';
import { formatPlacement } from '../go-plugins/installed.ts';
import { nameIn } from '../plugins/plugin-ref.ts';
import type { Overview } from '../plugins/version-states.ts';
import { withdrawalRows, withdrawnSuffix } from '../plugins/withdrawal-text.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

type Versions = components['schemas']['PluginVersions'];
type PluginVersion = Versions['results'][number];
type Rollback = Versions['rollbacks'][number];

interface HistoryFacts {
  overview: Overview | undefined;
  isFirst: boolean;
}

/** The first page has the newest rollbacks; later pages have only versions. */
export function formatHistory({ rollbacks, results: versions }: Versions, { isFirst, overview }: HistoryFacts): string {
  const entries = [
    ...versions.map((version) => ({ at: version.created_at, text: formatVersionEntry(version, overview) })),
    ...(isFirst ? rollbacks : []).map((rollback) => ({
      at: rollback.at,
      text: formatRollback(rollback, versions),
    })),
  ];
  entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return entries.map(({ text }) => text).join('\n');
}

function formatRollback({ at, by, from, message, to }: Rollback, versions: PluginVersion[]): string {
  const isAutomatic = by.type === 'system';
  const rows = [
    [`rollback to ${nameIn(versions, to)}`, isAutomatic ? '(automatic)' : ''],
    ...(from === null ? [] : [['  from', nameIn(versions, from)]]),
    ['  at', isAutomatic ? formatTime(at) : `${formatTime(at)} by ${printable(actorName(by))}`],
    ...(message ? [['  message', message]] : []),
  ];
  return table(rows).replaceAll(/ +$/gm, '');
}

function formatVersionEntry(
  {
    code_hash,
    created_at,
    created_by,
    error,
    files_sha256,
    git_ref,
    message,
    status,
    version,
    ...served
  }: PluginVersion,
  plugin: Overview | undefined,
): string {
  const word = versionWord(
    { ...served, version: git_ref ?? version, servesName: served.serves_name, plugin },
    statusWords[status],
  );
  const rows = [
    [`version ${git_ref ? printable(git_ref) : version}`, `(${word}${withdrawnSuffix(served)})`],
    ...(git_ref ? [['  commit', version]] : []),
    ['  published', `${formatTime(created_at)} by ${printable(actorName(created_by))}`],
    ['  deployed', served.last_deployed_at === null ? 'never' : formatTime(served.last_deployed_at)],
    ['  sha256', code_hash],
    ['  files sha256', files_sha256 ?? '-'],
    ...(served.placement ? formatPlacement(served).map(([label, text = '']) => [`  ${label}`, text]) : []),
    ...withdrawalRows(served).map(([label, reason = '']) => [`  ${label}`, reason]),
    ...(message ? [['  message', message]] : []),
    ...(error === null ? [] : [['  failed', error]]),
  ];
  return table(rows).replaceAll(/ +$/gm, '');
}
