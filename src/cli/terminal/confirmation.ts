// Asks before a command destroys something or moves traffic. Without a terminal nobody can answer, so `--yes` is required there (R7).
import { Failure } from './failure.ts';
import { isInteractive, prompt } from './prompt.ts';

export const yesOption = { '-y, --yes': 'skip the confirmation; required without a terminal' } as const;

/** `change` is an instruction in plain words, such as `Uninstall upper`. Throws unless the user agrees. */
export async function requireConfirmation(change: string, yes: true | undefined, signal: AbortSignal): Promise<void> {
  if (yes) return;
  if (!isInteractive())
    throw new Failure('usage', `confirmation required: ${change}`, {
      title: 'Confirmation required',
      hint: 'Repeat the command with --yes: there is no terminal to ask on, or --no-input is set.',
    });
  const answer = await prompt(`${change}? [y/N] `, signal);
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new Failure('failed', 'cancelled; nothing was changed', { title: 'Cancelled' });
}
