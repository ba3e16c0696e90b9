// `slipway help TOPIC`: the help of a command, and what no command's help has room for.
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';

const topics = new Map([['exit-codes', exitCodeHelp]]);

export function addHelp(program: Command, output: Output): void {
  const command = program.command('help');
  command
    .summary('show the help of a command or topic')
    .description(`Shows the help of a command, or of a topic: ${[...topics.keys()].join(', ')}.`)
    .argument('[topic]')
    .action((topic: string | undefined) => {
      if (topic === undefined) return program.outputHelp();
      const text = topics.get(topic);
      const named = program.commands.find((other) => other.name() === topic);
      if (!text && !named) command.error(`there is no command or topic '${topic}'`);
      if (text) output.data(text());
      else named?.outputHelp();
    });
}

function exitCodeHelp(): string {
  const lines = Object.values(exitCodes).map(({ code, meaning }) => `  ${code}  ${meaning}\n`);
  return `Exit codes of slipway:\n\n${lines.join('')}`;
}
