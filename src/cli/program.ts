// The commands of `slipway`, each in its own file. Knows how commander's words become ours; nothing of what a command does.
import { Command } from 'commander';
import { addHelp } from './commands/help.ts';
import { addLint } from './commands/lint.ts';
import type { ExitName } from './exit-codes.ts';
import type { Output } from './output.ts';
import { version } from './version.ts';

/** `finish` is told how a command ended when that is not `done`. What was not understood is thrown as a CommanderError. */
export function createProgram(output: Output, finish: (exit: ExitName) => void): Command {
  const program = new Command('slipway');
  program
    .description('Checks, publishes and runs plugins.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('--no-color', 'never colour the output')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.data(text),
      outputError: (text) => output.error(text.replace(/^error: /, '').trimEnd()),
    });
  addLint(program, output, finish);
  addHelp(program, output);
  return program;
}
