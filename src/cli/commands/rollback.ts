// `slipway rollback`: an older version becomes the active one, and takes the traffic by name.
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';
import { timeoutOption } from '../duration.ts';

interface Options {
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
    .summary('go back to an earlier version')
    .description('Makes an earlier version active again, at once while its instance is warm. Nothing is built anew.')
    .argument('[plugin]', 'NAME, or NAME@VERSION to go back to; the plugin in this folder by default')
    .option('--to <version>', 'which one, or -1 for the one before; the one active before by default')
    .option('-m, --message <text>', 'why, for the history')
    .option('--dry-run', 'show what would change, change nothing')
    .option('-y, --yes', 'without asking; only at a terminal is there a question')
    .option('--no-wait', 'return at once')
    .addOption(timeoutOption());
  connected<Options>(command, context, async (connection, { to, ...options }, said) => {
    const { pluginRef } = await import('../plugins/plugin-ref.ts');
    const { rollBack } = await import('../plugins/roll-back.ts');
    const { name, version } = await pluginRef(said);
    const meant = to ?? (said === undefined ? undefined : version);
    return rollBack(connection, name, { ...options, to: meant }, context.output);
  });
}
