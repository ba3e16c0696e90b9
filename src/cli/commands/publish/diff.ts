// Defines `slipway diff`, which compares two versions: lines, dependencies and findings.
import type { Command } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addExamples, type CommandContext, type CommandResult, withConnection } from '../../command.ts';
import type { Connection } from '../../connection/connect.ts';
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
    const { byKind } = await import('../../plugins/by-kind.ts');
    const { diffGoPlugin } = await import('../../go-plugins/installed.ts');
    return byKind(connection, ref, options.kind, {
      extractor: async () => diffResult(await diffExtractor(connection, [ref, first, second]), options, context),
      go: async (kind, name) =>
        diffResult(await diffGoPlugin(connection, { kind, name }, first, second), options, context),
    });
  });
}

async function diffExtractor(
  connection: Connection,
  [ref, first, second]: [string | undefined, string | undefined, string | undefined],
): Promise<PluginDiff> {
  const { parsePluginRef } = await import('../../plugins/plugin-ref.ts');
  const { versionRange } = await import('../../plugins/diff-text.ts');
  const { name } = await parsePluginRef(ref);
  return connection.client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
    path: { namespace_id: await connection.namespaceId(), slug: name },
    query: await versionRange(connection, name, first, second),
    signal: connection.signal,
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
