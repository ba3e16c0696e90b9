// Defines `slipway doctor`, which checks everything the commands depend on.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

interface Options {
  apiKey?: string;
  baseUrl?: string;
  json?: true;
}

export function addDoctor(program: Command, { environment, finish, output }: CommandContext): void {
  program
    .command('doctor')
    .summary('check this machine, the server and the key')
    .description('Checks everything the commands depend on and shows how to fix what is missing.')
    .option('--api-key <key>', 'override SLIPWAY_API_KEY')
    .option('--base-url <url>', 'override SLIPWAY_BASE_URL')
    .option('--json', 'print one JSON object')
    .addHelpText('before', 'Examples:\n  slipway doctor\n')
    .action(async ({ json, ...flags }: Options) => {
      const { diagnose, formatDiagnosis } = await import('../doctor/diagnose.ts');
      const findings = await diagnose(flags, environment);
      output.data(json ? `${JSON.stringify({ items: findings }, null, 2)}\n` : formatDiagnosis(findings));
      if (findings.some(({ status }) => status === 'wrong')) finish('failed');
    });
}
