// Defines `slipway rollback`, which makes an earlier version live.
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { kindOption } from '../../go-plugins/kinds.ts';
import type { Kind } from '../../init/categories.ts';
import { yesOption } from '../../terminal/confirmation.ts';
import { timeoutOption } from '../../terminal/duration.ts';

interface Options {
  kind?: Kind;
  to?: string;
  message?: string;
  dryRun?: true;
  yes?: true;
  wait: boolean;
  timeout: number;
}

export function addRollback(program: Command, context: CommandContext): void {
  const command = program
    .command('rollback')
    .summary('roll back to an earlier version')
    .description('Makes an earlier version live, immediately if it is on standby.')
    .argument('[plugin]', 'NAME, or NAME@VERSION to roll back to (default: the plugin in this folder)')
    .option('--to <version>', 'the version, or -1 for the previously live one, -2 … (default: the last healthy one)')
    .option('-m, --message <text>', 'the reason, for the history')
    .option('--dry-run', 'show what would change without changing it')
    .addOption(yesOption())
    .addOption(kindOption())
    .option('--no-wait', 'return immediately')
    .addOption(timeoutOption());
  addExamples(
    command,
    'slipway rollback my_plugin --dry-run',
    'slipway rollback my_plugin --to -2 -m "wrong results" --yes',
    'slipway rollback upper --to v1.2.0         a Go plugin, to a ref or commit',
  );
  withConnection<Options>(command, context, async (connection, { kind, to, ...options }, ref) => {
    const { forPlugin } = await import('../../plugins/by-kind.ts');
    const { rollBack } = await import('../../plugins/roll-back.ts');
    return forPlugin(connection, ref, kind, async (plugin) => {
      const target = to ?? (ref === undefined ? undefined : plugin.version);
      return rollBack(plugin, { ...options, to: target }, context.output);
    });
  });
}
