// Defines `slipway diff`, which compares two versions: lines, dependencies and findings.
import type { Command } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addExamples, type CommandContext, type CommandResult, withConnection } from '../../command.ts';
import { kindOption } from '../../go-plugins/kinds.ts';
import type { Kind } from '../../init/categories.ts';

type PluginDiff = components['schemas']['PluginDiff'];

interface Options {
  kind?: Kind;
  stat?: true;
  scan?: true;
  advisories?: string;
}

export function addDiff(program: Command, context: CommandContext): void {
  const command = program
    .command('diff')
    .summary('show what changed between two versions')
    .description('Compares two versions of a plugin, or one version with its predecessor.')
    .argument('<plugin>', 'NAME')
    .argument('[v1]', 'VERSION or V1..V2 (default: the last two versions)')
    .argument('[v2]', 'VERSION')
    .addOption(kindOption())
    .option('--stat', 'show only files and counts')
    .option('--scan', 'show only findings: introduced, fixed, unchanged')
    .option(
      '--advisories <file>',
      'known vulnerabilities in the OSV format, to check the packages that differ against',
    );
  addExamples(
    command,
    'slipway diff my_plugin               the last two versions',
    'slipway diff my_plugin 1.0.0..1.1.0 --stat',
    'slipway diff upper v1.0.0..v1.1.0    an installed Go plugin',
  );
  withConnection<Options>(command, context, async (connection, options, ref, first, second) => {
    const { forPlugin } = await import('../../plugins/by-kind.ts');
    const { readDiff } = await import('../../plugins/diff-text.ts');
    return forPlugin(connection, ref, options.kind, async (plugin) =>
      diffResult(await readDiff(plugin, first, second), options, context),
    );
  });
}

async function diffResult(diff: PluginDiff, options: Options, { output }: CommandContext): Promise<CommandResult> {
  const { formatDiff, formatScanChanges, formatStat } = await import('../../plugins/diff-text.ts');
  const text = options.scan
    ? formatScanChanges(diff, output)
    : options.stat
      ? formatStat(diff)
      : formatDiff(diff, output);
  if (options.advisories === undefined) return { json: diff, text };
  const { changedAdvisories, formatAdvisoryChanges, readAdvisories } = await import('../../plugins/advisories.ts');
  const advisories = changedAdvisories(readAdvisories(options.advisories), diff.packages ?? []);
  return { json: { ...diff, advisories }, text: text + formatAdvisoryChanges(advisories) };
}
