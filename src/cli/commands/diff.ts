// Defines `slipway diff`, which compares two versions: lines, dependencies and findings.
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../command.ts';

interface Options {
  stat?: true;
  scan?: true;
  advisories?: string;
}

export function addDiff(program: Command, context: CommandContext): void {
  const command = program
    .command('diff')
    .summary('show what changed between two versions')
    .description('Compares two versions of a plugin, or one version with the version before it.')
    .argument('<plugin>', 'NAME')
    .argument('[v1]', 'VERSION or V1..V2 (default: the last two versions)')
    .argument('[v2]', 'VERSION')
    .option('--stat', 'show only files and counts')
    .option('--scan', 'show only findings: introduced, fixed, unchanged')
    .option('--advisories <file>', 'known vulnerabilities in the OSV format, for the packages that differ');
  addExamples(
    command,
    'slipway diff my_plugin               the last two versions',
    'slipway diff my_plugin 1.0.0..1.1.0 --stat',
  );
  withConnection<Options>(command, context, async (connection, options, ref, first, second) => {
    const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
    const { versionRange } = await import('../plugins/version-range.ts');
    const { formatDiff, formatScanChanges, formatStat } = await import('../plugins/diff-text.ts');
    const { name } = await parsePluginRef(ref);
    const range = await versionRange(connection, name, first, second);
    const diff = await connection.client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
      path: { namespace_id: await connection.namespaceId(), slug: name },
      query: range,
      signal: connection.signal,
    });
    const text = options.scan
      ? formatScanChanges(diff, context.output)
      : options.stat
        ? formatStat(diff)
        : formatDiff(diff, context.output);
    if (options.advisories === undefined) return { json: diff, text };
    const { changedAdvisories, formatAdvisoryChanges, readAdvisories } = await import('../plugins/advisories.ts');
    const advisories = changedAdvisories(readAdvisories(options.advisories), diff.packages ?? []);
    return { json: { ...diff, advisories }, text: text + formatAdvisoryChanges(advisories) };
  });
}
