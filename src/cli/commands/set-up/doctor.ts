// Defines `slipway doctor`, which checks everything the commands depend on.
import type { Command } from 'commander';
import type { CommandContext } from '../../command.ts';
import { addConnectionOptions } from '../../connection/connection-options.ts';
import { runInterruptible } from '../../terminal/interruption.ts';

interface Options {
  apiKey?: string;
  baseUrl?: string;
  namespace?: string;
  json?: true;
}

export function addDoctor(program: Command, { environment, finish, output }: CommandContext): void {
  const command = program.command('doctor');
  addConnectionOptions(command)
    .summary('check this machine, the server and the settings')
    .description('Checks everything the commands depend on and shows how to fix what is missing.')
    .addHelpText('before', 'Examples:\n  slipway doctor\n')
    .action(async ({ json, ...flags }: Options) => {
      const { diagnose } = await import('../../doctor/diagnose.ts');
      const { formatDiagnosis } = await import('../../doctor/finding.ts');
      const findings = await runInterruptible((signal) => diagnose(flags, environment, signal));
      output.data(json ? `${JSON.stringify({ results: findings }, null, 2)}\n` : formatDiagnosis(findings));
      if (findings.some(({ status }) => status === 'wrong')) finish('failed');
    });
}
