// Defines `slipway doctor`, which checks everything the commands depend on.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

interface Options {
  apiKey?: string;
  baseUrl?: string;
  namespace?: string;
  json?: true;
}

export function addDoctor(program: Command, { environment, finish, output }: CommandContext): void {
  program
    .command('doctor')
    .summary('check this machine, the server and the settings')
    .description('Checks everything the commands depend on and shows how to fix what is missing.')
    .option('--api-key <key>', 'override SLIPWAY_API_KEY')
    .option('--base-url <url>', 'override SLIPWAY_BASE_URL')
    .option('-n, --namespace <name>', 'ID or name; overrides SLIPWAY_NAMESPACE')
    .option('--json', 'print one JSON object')
    .addHelpText('before', 'Examples:\n  slipway doctor\n')
    .action(async ({ json, ...flags }: Options) => {
      const { diagnose } = await import('../doctor/diagnose.ts');
      const { formatDiagnosis } = await import('../doctor/finding.ts');
      const findings = await diagnose(flags, environment);
      output.data(json ? `${JSON.stringify({ items: findings }, null, 2)}\n` : formatDiagnosis(findings));
      if (findings.some(({ status }) => status === 'wrong')) finish('failed');
    });
}
