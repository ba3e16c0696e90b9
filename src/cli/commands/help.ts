// `slipway help TOPIC`: the help of a command, and what no command's help has room for.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { environmentNames } from '../connection/environment-names.ts';
import { exitCodes } from '../exit-codes.ts';
import { commandList } from '../help.ts';
import { table } from '../table.ts';

const topics = new Map<string, (program: Command) => string>([
  ['commands', (program) => `Commands of slipway:\n\n${commandList(program)}`],
  ['exit-codes', exitCodeHelp],
  ['environment', environmentHelp],
]);

export function addHelp(program: Command, { output }: CommandContext): void {
  const command = program.command('help');
  command
    .summary('show the help of a command or topic')
    .description(`Shows the help of a command, or of a topic: ${[...topics.keys()].join(', ')}.`)
    .argument('[topic...]')
    .action((words: string[]) => {
      const text = topics.get(words.join(' '));
      if (text) return output.data(text(program));
      let named = program;
      for (const word of words) {
        const next = named.commands.find((other) => other.name() === word || other.aliases().includes(word));
        if (!next) return command.error(`there is no command or topic '${words.join(' ')}'`);
        named = next;
      }
      named.outputHelp();
    });
}

function exitCodeHelp(): string {
  const lines = Object.values(exitCodes).map(({ code, meaning }) => `  ${code}  ${meaning}\n`);
  return `Exit codes of slipway:\n\n${lines.join('')}`;
}

function environmentHelp(): string {
  const rows = Object.values(environmentNames).map(([own, ...others]) => [`  ${own}`, others.join(', ')]);
  return `What slipway reads of the environment, and under which other names:\n\n${table(rows)}\nA flag wins over the environment, and that over what \`slipway login\` kept.\nNO_COLOR, FORCE_COLOR and TERM=dumb are heard; PYTHON names the Python of\n\`slipway test\`; SLIPWAY_STATE says where a local start keeps its files.\n`;
}
