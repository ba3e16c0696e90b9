// Formats the diff between two versions for people.
import type { components } from '../../client/api.gen.d.ts';
import { formatCapabilityChanges } from '../go-plugins/capability-text.ts';
import { formatPlacementChange } from '../go-plugins/installed.ts';
import type { FoundPlugin } from '../plugins/plugin-ref.ts';
import { findVersion, readHistory, versionName } from '../plugins/plugin-ref.ts';
import { Failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import { printable, printableLines } from '../terminal/terminal-text.ts';
import { textChangeLines } from '../terminal/text-changes.ts';

type PluginDiff = components['schemas']['PluginDiff'];
type Finding = components['schemas']['Finding'];

const letters = { added: 'A', removed: 'D', modified: 'M' } as const;
const hiddenLabels = { binary: 'binary', 'too-large': 'too large to show' } as const;

export function formatDiff(diff: PluginDiff, output: Output): string {
  const files = diff.files.map((file) =>
    file.hidden ? `${file.path}: ${hiddenLabels[file.hidden]}\n` : colorDiff(file.diff, output),
  );
  return `${files.join('')}${formatStat(diff)}`;
}

function colorDiff(diff: string, { paint }: Output): string {
  return diff
    .split('\n')
    .map((line) => {
      const shown = printableLines(line);
      if (/^(\+\+\+|---)/.test(line)) return paint.bold(shown);
      if (line.startsWith('+')) return paint.green(shown);
      if (line.startsWith('-')) return paint.red(shown);
      return line.startsWith('@@') ? paint.cyan(shown) : shown;
    })
    .join('\n');
}

export function formatStat(diff: PluginDiff): string {
  const { dependencies, files, findings, identical, summary, v1, v2 } = diff;
  const placement = formatPlacementChange(diff);
  const described = descriptionLines(diff);
  if (identical) return `${described}${v1} and ${v2} have the same files\n${placement}`;
  const capabilities = formatCapabilityChanges(v2, diff.capabilities ?? []);
  const rows = files.map((file) => [
    letters[file.status],
    file.path,
    file.hidden ? hiddenLabels[file.hidden] : `+${file.additions ?? 0} -${file.deletions ?? 0}`,
  ]);
  const counts = `${summary.files_changed} ${summary.files_changed === 1 ? 'file' : 'files'} changed, +${summary.additions} -${summary.deletions}`;
  const scan = `findings: ${findings.introduced.length} introduced, ${findings.fixed.length} fixed, ${findings.unchanged.length} unchanged`;
  return `${described}${table(rows)}${permissionTable(diff.permissions)}${changeTable('dependencies', dependencies)}${changeTable('packages', diff.packages ?? [])}${v1} → ${v2}: ${counts}\n${scan}\n${placement}${capabilities}`;
}

function permissionTable(changes: PluginDiff['permissions']): string {
  const rows = changes.map(({ change, permission }) => [change === 'added' ? 'asks for' : 'no longer', permission]);
  return rows.length > 0 ? `permissions\n${table(rows)}` : '';
}

function descriptionLines({ descriptions = [] }: Partial<PluginDiff>): string {
  const lines = textChangeLines(descriptions);
  return lines === '' ? '' : `what agents read\n${lines}`;
}

function changeTable(title: string, changes: PluginDiff['dependencies']): string {
  const rows = changes.map(({ name, v1, v2 }) => [name, `${v1 ?? '(none)'} → ${v2 ?? '(none)'}`]);
  return rows.length > 0 ? `${title}\n${table(rows)}` : '';
}

export function formatScanChanges({ findings, v1, v2 }: PluginDiff, { paint }: Output): string {
  const groups = [
    findingGroup(paint.red('✗ introduced'), findings.introduced),
    findingGroup(paint.green('✓ fixed'), findings.fixed),
    findingGroup('· unchanged', findings.unchanged),
  ];
  return `${v1} → ${v2}\n${groups.join('')}`;
}

function findingGroup(title: string, findings: Finding[]): string {
  const lines = findings.map(
    ({ column, file, line, message, rule }) =>
      `  ${printable(`${file === '' ? '' : `${file}:${line}:${column}  `}${rule}  ${message}`)}\n`,
  );
  return `${title}: ${findings.length}\n${lines.join('')}`;
}

/** `first` may be two versions, as in `1.0.0..1.1.0`. A missing one is the newest, or the version before the other. */
export async function readDiff(
  plugin: FoundPlugin,
  first: string | undefined,
  second: string | undefined,
): Promise<PluginDiff> {
  const { connection, kind, name } = plugin;
  const { client, namespaceId } = connection;
  return client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
    path: { namespace_id: await namespaceId(), slug: name },
    query: { ...kind, ...(await versionRange(plugin, first, second)) },
  });
}

async function versionRange(
  plugin: FoundPlugin,
  first: string | undefined,
  second: string | undefined,
): Promise<{ v1: string; v2: string }> {
  const [v1 = '', v2 = second ?? ''] = (first ?? '').split('..');
  if (v1 !== '' && v2 !== '') return { v1, v2 };
  const { results: versions } = await readHistory(plugin);
  const newer = v1 === '' ? versions[0] : findVersion(versions, v1);
  const older = newer && versions[versions.indexOf(newer) + 1];
  if (older) return { v1: older.version, v2: newer.version };
  const names = versions.map(versionName);
  throw new Failure(
    'failed',
    `${plugin.name} has no version before ${newer ? versionName(newer) : v1 || 'its first'}`,
    {
      hint: names.length === 0 ? 'Publish one with `slipway publish`.' : `Choose from ${names.join(', ')}.`,
    },
  );
}
