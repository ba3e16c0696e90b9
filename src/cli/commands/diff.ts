// `slipway diff`: what changed between two versions: lines, dependencies, findings.
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';

interface Options {
  stat?: true;
  scan?: true;
}

export function addDiff(program: Command, context: CommandContext): void {
  const command = program
    .command('diff')
    .summary('show what changed between two versions')
    .description('Shows the changes between two versions; with one, from the version before it.')
    .argument('<plugin>', 'NAME')
    .argument('[v1]', 'VERSION, or V1..V2; the last two versions by default')
    .argument('[v2]', 'VERSION')
    .option('--stat', 'files and counts only')
    .option('--scan', 'findings only: introduced, fixed, unchanged');
  connected<Options>(command, context, async (connection, options, said, first, second) => {
    const { pluginRef } = await import('../plugins/plugin-ref.ts');
    const { versionRange } = await import('../plugins/version-range.ts');
    const { diffText, scanText, statText } = await import('../plugins/diff-text.ts');
    const { name } = await pluginRef(said);
    const range = await versionRange(connection, name, first, second);
    const diff = await connection.client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
      path: { namespace_id: await connection.namespaceId(), slug: name },
      query: range,
      signal: connection.signal,
    });
    const text = options.scan
      ? scanText(diff, context.output)
      : options.stat
        ? statText(diff)
        : diffText(diff, context.output);
    return { json: diff, text };
  });
}
