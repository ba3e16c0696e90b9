// Formats the help of `slipway` itself: everyday commands with a summary each, then all command names.
import type { Command, Help } from 'commander';
import { wrapText } from '../terminal/terminal-text.ts';

const dailyCommands = ['init', 'test', 'publish', 'status', 'invoke', 'logs', 'rollback'];
const nameColumns = 11;

export function briefHelp(program: Command, help: Help): string {
  const commands = help.visibleCommands(program);
  const named = (name: string) => commands.filter((command) => command.name() === name);
  const dailyEntries = dailyCommands
    .flatMap(named)
    .map((command) => entry(command.name(), help.subcommandDescription(command)));
  const groups = Map.groupBy(commands, (command) => command.helpGroup());
  const rest = [...groups].flatMap(([title, members]) =>
    wrapNames(
      title,
      members.map((command) => command.name()),
    ),
  );
  const options = help.visibleOptions(program).map((option) => entry(help.optionTerm(option), option.description));
  return [
    `Usage: ${help.commandUsage(program)}`,
    `${program.description()}\n`,
    ...['Everyday commands:', ...dailyEntries, ''],
    ...['All commands (`slipway help commands` describes each):', ...rest, ''],
    ...['Options:', ...options],
    '\n`slipway COMMAND --help` shows the options and examples of a command.\n',
  ].join('\n');
}

export function commandList(program: Command): string {
  const help = program.createHelp();
  const all = help.visibleCommands(program);
  return all.map((command) => `${entry(command.name(), help.subcommandDescription(command))}\n`).join('');
}

/** Returns the command with these names, such as `keys create`. */
export function findCommand(program: Command, words: readonly string[]): Command | undefined {
  return words.reduce<Command | undefined>(
    (group, word) => group?.commands.find((other) => other.name() === word || other.aliases().includes(word)),
    program,
  );
}

function entry(name: string, summary: string): string {
  return `  ${name.padEnd(nameColumns)}  ${summary}`;
}

function wrapNames(title: string, names: string[]): string[] {
  const [first = '', ...more] = wrapText(names.join(', '), 80 - nameColumns - 4);
  return [entry(title, first), ...more.map((line) => entry('', line))];
}
