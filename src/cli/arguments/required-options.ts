// Asks for missing options last: of a mistyped one, the library would only say that the right one is missing.
import type { Command } from 'commander';
import { Failure } from '../failures/failure.ts';

/** Takes the check over from the library, which makes it before that of unknown options. Called when all commands have been added. */
export function requireOptionsLast(program: Command): void {
  const required = new Map<Command, Command['options']>();
  collect(program, required);
  program.hook('preAction', (_, command) => {
    const missing = required
      .get(command)
      ?.find((option) => command.getOptionValue(option.attributeName()) === undefined);
    if (missing)
      throw new Failure('usage', `required option '${missing.flags}' not specified`, { title: 'Invalid usage' });
  });
}

function collect(command: Command, required: Map<Command, Command['options']>): void {
  const mandatory = command.options.filter((option) => option.mandatory);
  for (const option of mandatory) option.mandatory = false;
  required.set(command, [...mandatory]);
  for (const child of command.commands) collect(child, required);
}
