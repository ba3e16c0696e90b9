// Defines `slipway doctor`, which checks everything the commands depend on.
import { localCommand } from '../command/command.ts';
import { connectionOptions } from '../connection/connection-options.ts';
import { runInterruptible } from '../terminal/interruption.ts';

export const doctor = localCommand({
  name: 'doctor',
  summary: 'check this machine, the server and the settings',
  description: 'Checks everything the commands depend on and shows how to fix what is missing.',
  options: connectionOptions,
  examples: ['slipway doctor'],
  async run({ environment, features }, _, flags) {
    const { diagnose } = await import('./doctor/diagnose.ts');
    const { formatDiagnosis } = await import('../command/finding.ts');
    const results = await runInterruptible((signal) => diagnose(flags, { environment, features }, signal));
    const isBroken = results.some(({ status }) => status === 'wrong');
    return { json: { results }, text: formatDiagnosis(results), ...(isBroken && { exit: 'failed' }) };
  },
});
