// `slipway doctor`: whether all is there that the commands need.
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
    .description('Looks at what the commands need, and says how to get what is missing.')
    .option('--api-key <key>', 'instead of SLIPWAY_API_KEY')
    .option('--base-url <url>', 'instead of SLIPWAY_BASE_URL')
    .option('--json', 'tell programs: one JSON object')
    .action(async ({ json, ...flags }: Options) => {
      const { diagnose, diagnosisText } = await import('../doctor/diagnose.ts');
      const findings = await diagnose(flags, environment);
      output.data(json ? `${JSON.stringify({ items: findings }, null, 2)}\n` : diagnosisText(findings));
      if (findings.some(({ status }) => status === 'wrong')) finish('failed');
    });
}
