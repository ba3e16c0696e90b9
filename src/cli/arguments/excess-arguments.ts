// Rejects surplus arguments and mistyped commands, and explains how to write a version.
import type { Command } from 'commander';
import { nearest } from '../../core/nearest.ts';
import { Failure } from '../terminal/failure.ts';
import { printable } from '../terminal/terminal-text.ts';

/**
 * Replaces Commander's check, which reports only counts, and names the help of a misused command. Call it after all commands have been
 * added.
 */
export function explainExcessArguments(program: Command): void {
  allowBelow(program);
  program.hook('preAction', (_, command) => {
    refuseMistyped(command);
    refuseExcess(command);
  });
}

function allowBelow(command: Command): void {
  command.allowExcessArguments();
  command.showHelpAfterError(`  fix      See \`${fullName(command)} --help\`.`);
  for (const child of command.commands) allowBelow(child);
}

/** In a group whose default command takes a plugin, such as `runs`, a mistyped command would be taken for a plugin's name. */
function refuseMistyped(command: Command): void {
  const { args, parent, registeredArguments } = command;
  const [word] = args;
  if (!parent || word === undefined || parent.args[0] !== word || word === command.name()) return;
  const others = parent.commands.map((other) => other.name()).filter((name) => name !== command.name());
  const meant = nearest(word, others);
  if (meant === undefined) return;
  const forPlugin =
    registeredArguments.length > 0 ? ` For a plugin with this name: \`${fullName(command)} ${word}\`.` : '';
  throw new Failure('usage', `unknown command '${printable(word)}'`, {
    title: 'Invalid usage',
    hint: `Did you mean \`${fullName(parent)} ${meant}\`?${forPlugin}`,
  });
}

function refuseExcess(command: Command): void {
  const { args, registeredArguments: known } = command;
  if (args.length <= known.length || known.at(-1)?.variadic) return;
  const expected = known.length === 1 ? 'one argument' : `${known.length === 0 ? 'no' : known.length} arguments`;
  const words = args.map((arg) => `'${printable(arg)}'`).join(', ');
  throw new Failure('usage', `${fullName(command)} takes ${expected}, but got ${args.length}: ${words}`, {
    title: 'Invalid usage',
    hint: versionHint(command) ?? `See \`${fullName(command)} --help\`.`,
  });
}

function versionHint(command: Command): string | undefined {
  const [plugin = '', second = '', ...others] = command.args;
  const version = /^v?(\d+\.\d+\.\d+)$/.exec(second)?.[1];
  const takesVersion = command.registeredArguments[0]?.description.includes('@VERSION');
  if (version === undefined || others.length > 0 || !takesVersion || plugin.includes('@')) return undefined;
  return `Did you mean \`${fullName(command)} ${plugin}@${version}\`? A version follows the name after @.`;
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

/** Moves Commander's check for missing options after its check for unknown ones. Call it after all commands have been added. */
export function requireOptionsLast(program: Command): void {
  const required = new Map<Command, Command['options']>();
  collect(program, required);
  program.hook('preAction', (_, command) => {
    const missing = required
      .get(command)
      ?.find((option) => command.getOptionValue(option.attributeName()) === undefined);
    if (missing)
      throw new Failure('usage', `required option '${missing.flags}' not specified`, {
        title: 'Invalid usage',
        hint: `See \`${fullName(command)} --help\`.`,
      });
  });
}

function collect(command: Command, required: Map<Command, Command['options']>): void {
  const mandatory = command.options.filter((option) => option.mandatory);
  for (const option of mandatory) option.mandatory = false;
  required.set(command, [...mandatory]);
  for (const child of command.commands) collect(child, required);
}
