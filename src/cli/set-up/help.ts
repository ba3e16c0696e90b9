// Defines `slipway help`, which shows the help of a command or of a topic that spans commands.
import type { Command } from 'commander';
import { nearest } from '../../core/nearest.ts';
import { localCommand } from '../command/command.ts';
import { commandList, findCommand } from '../command/help.ts';
import { environmentNames } from '../connection/environment-names.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { table } from '../terminal/table.ts';

const topics = new Map<string, (program: Command) => string>([
  ['commands', (program) => `Slipway commands:\n\n${commandList(program)}`],
  ['exit-codes', exitCodeHelp],
  ['environment', environmentHelp],
]);

export const help = localCommand({
  name: 'help',
  summary: 'show the help of a command or topic',
  description: `Shows the help of a command, or of a topic: ${[...topics.keys()].join(', ')}.`,
  arguments: { '[topic...]': '' },
  examples: ['slipway help webhooks create', 'slipway help exit-codes'],
  async run({ command, output }, { topic: words }) {
    const program = command.parent ?? command;
    const text = topics.get(words.join(' '));
    if (text) {
      output.data(text(program));
      return undefined;
    }
    const named = findCommand(program, words);
    if (!named) return command.error(unknownTopic(words, program));
    named.outputHelp();
    return undefined;
  },
});

function unknownTopic(words: string[], program: Command): string {
  const names = [...topics.keys(), ...program.commands.map((command) => command.name())];
  const likely = nearest(words.join(' '), names);
  return `unknown command or topic '${words.join(' ')}'${likely === undefined ? '' : `\n(Did you mean ${likely}?)`}`;
}

function exitCodeHelp(): string {
  const lines = Object.values(exitCodes).map(({ code, meaning }) => `  ${code}  ${meaning}\n`);
  return `Slipway exit codes:\n\n${lines.join('')}`;
}

function environmentHelp(): string {
  const rows = Object.values(environmentNames).map(([own, ...others]) => [`  ${own}`, others.join(', ')]);
  return `Environment variables of slipway, with their alternative names:\n\n${table(rows)}\nFlags take precedence over the environment, and the environment over settings\nstored by \`slipway login\`, and those over a local server's .slipway/local.json\nin this folder or one above. \`slipway config list --origin\` shows what is in use.\nThe flags --api-key, --base-url, --namespace, --admin-token and --json may also\nprecede the command: \`slipway --base-url URL list\`.\nNO_COLOR, FORCE_COLOR and TERM=dumb control colors.\nPYTHON sets the Python that \`slipway test\` uses. SLIPWAY_STATE sets the state\nfolder of a local server.\n`;
}
