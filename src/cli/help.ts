// The help of `slipway` itself: what one does every day with a word on each, and the names of the rest.
import type { Command, Help } from 'commander';
import { wrapped } from './terminal-text.ts';

const daily = ['init', 'test', 'publish', 'status', 'invoke', 'logs', 'diff', 'rollback'];
const nameColumns = 11;

export function briefHelp(program: Command, help: Help): string {
  const commands = help.visibleCommands(program);
  const named = (name: string) => commands.filter((command) => command.name() === name);
  const days = daily.flatMap(named).map((command) => entry(command.name(), help.subcommandDescription(command)));
  const groups = Map.groupBy(commands, (command) => command.helpGroup());
  const rest = [...groups].flatMap(([title, members]) =>
    listed(
      title,
      members.map((command) => command.name()),
    ),
  );
  const options = help.visibleOptions(program).map((option) => entry(help.optionTerm(option), option.description));
  return [
    `Usage: ${help.commandUsage(program)}`,
    `\n${program.description()}\n`,
    ...['Every day:', ...days, ''],
    ...['All commands (`slipway help commands` says what each does):', ...rest, ''],
    ...['Options:', ...options],
    '\n`slipway COMMAND --help` shows the options and examples of one.\n',
  ].join('\n');
}

export function commandList(program: Command): string {
  const help = program.createHelp();
  const all = help.visibleCommands(program);
  return all.map((command) => `${entry(command.name(), help.subcommandDescription(command))}\n`).join('');
}

function entry(name: string, words: string): string {
  return `  ${name.padEnd(nameColumns)}  ${words}`;
}

function listed(title: string, names: string[]): string[] {
  const [first = '', ...more] = wrapped(names.join(', '), 80 - nameColumns - 4);
  return [entry(title, first), ...more.map((line) => entry('', line))];
}
