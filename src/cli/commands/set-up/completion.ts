// Defines `slipway completion`, which prints a completion script for a shell.
import { Argument, type Command } from 'commander';
import type { CommandContext } from '../../command.ts';
import { namesCommand, type Shell, shells } from '../../completion/script.ts';

/** A user who pressed Tab won't wait longer. */
const timeoutMs = 500;

const examples = `
Examples:
  source <(slipway completion bash)                              in ~/.bashrc
  source <(slipway completion zsh)                               in ~/.zshrc
  slipway completion fish > ~/.config/fish/completions/slipway.fish
  slipway completion powershell | Out-String | Invoke-Expression  in $PROFILE
`;

export function addCompletion(program: Command, { environment, output }: CommandContext): void {
  program
    .command('completion')
    .summary('complete commands and options in a shell')
    .description('Prints a script that completes commands, options and their choices.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('before', examples.slice(1))
    .action(async (shell: Shell) => {
      const { completionScript } = await import('../../completion/script.ts');
      output.data(completionScript(program, shell));
    });
  program
    .command(namesCommand, { hidden: true })
    .description('Prints plugin names for completion.')
    .action(async () => {
      const { pluginNames } = await import('../../completion/script.ts');
      output.data((await pluginNames(environment, AbortSignal.timeout(timeoutMs))).map((name) => `${name}\n`).join(''));
    });
}
