// Defines `slipway completion`, which prints a completion script for a shell.
import { localCommand } from '../command/command.ts';
import type { AddCommand } from '../command/context.ts';
import { namesCommand, shells } from './completion-script.ts';

/** A user who pressed Tab won't wait longer. */
const timeoutMs = 500;

export const completion = localCommand({
  name: 'completion',
  summary: 'complete commands and options in a shell',
  description: 'Prints a script that completes commands, options and their choices.',
  arguments: { '<shell>': { description: 'the shell', choices: shells } },
  examples: [
    'source <(slipway completion bash)                              in ~/.bashrc',
    'source <(slipway completion zsh)                               in ~/.zshrc',
    'slipway completion fish > ~/.config/fish/completions/slipway.fish',
    'slipway completion powershell | Out-String | Invoke-Expression  in $PROFILE',
  ],
  async run({ command, output }, { shell }) {
    const { completionScript } = await import('./completion-script.ts');
    output.data(completionScript(command.parent ?? command, shell));
    return undefined;
  },
});

/** Adds the hidden command that completion scripts call. */
export const completionNames: AddCommand = (program, { environment, output }) => {
  program
    .command(namesCommand, { hidden: true })
    .description('Prints plugin names for completion.')
    .action(async () => {
      const { pluginNames } = await import('./completion-script.ts');
      output.data((await pluginNames(environment, AbortSignal.timeout(timeoutMs))).map((name) => `${name}\n`).join(''));
    });
};
