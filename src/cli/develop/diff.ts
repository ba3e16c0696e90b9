// Defines `slipway diff`, which compares two versions: lines, dependencies and findings.
import type { components } from '../../client/api.gen.d.ts';
import type { OptionValues } from '../arguments/command-options.ts';
import { serverCommand } from '../command/command.ts';
import type { CommandContext, CommandResult } from '../command/context.ts';
import { kindOption } from '../go-plugins/kinds.ts';

type PluginDiff = components['schemas']['PluginDiff'];

const diffOptions = {
  ...kindOption,
  '--stat': 'show only files and counts',
  '--scan': 'show only findings: introduced, fixed, unchanged',
  '--advisories <file>': 'known vulnerabilities in the OSV format, to check the packages that differ against',
} as const;

export const diff = serverCommand({
  name: 'diff',
  summary: 'show what changed between two versions',
  description: 'Compares two versions of a plugin, or one version with its predecessor.',
  arguments: { '<plugin>': 'NAME', '[v1]': 'VERSION or V1..V2 (default: the last two versions)', '[v2]': 'VERSION' },
  options: diffOptions,
  examples: [
    'slipway diff my_plugin               the last two versions',
    'slipway diff my_plugin 1.0.0..1.1.0 --stat',
    'slipway diff upper v1.0.0..v1.1.0    an installed Go plugin',
  ],
  async run(connection, { plugin: ref, v1: first, v2: second }, options) {
    const { forPlugin } = await import('../any-kind/by-kind.ts');
    const { readDiff } = await import('../any-kind/diff-text.ts');
    return forPlugin(connection, ref, options.kind, async (plugin) =>
      diffResult(await readDiff(plugin, first, second), options, connection),
    );
  },
});

async function diffResult(
  diff: PluginDiff,
  options: OptionValues<typeof diffOptions>,
  { output }: CommandContext,
): Promise<CommandResult> {
  const { formatDiff, formatScanChanges, formatStat } = await import('../any-kind/diff-text.ts');
  const text = options.scan
    ? formatScanChanges(diff, output)
    : options.stat
      ? formatStat(diff)
      : formatDiff(diff, output);
  if (options.advisories === undefined) return { json: diff, text };
  const { changedAdvisories, formatAdvisoryChanges, readAdvisories } = await import('../plugins/advisories.ts');
  const advisories = changedAdvisories(readAdvisories(options.advisories), diff.packages ?? []);
  return { json: { ...diff, advisories }, text: text + formatAdvisoryChanges(advisories) };
}
