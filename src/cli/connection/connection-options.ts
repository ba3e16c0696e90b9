// Defines the options that select the server, the key and the namespace. They may also precede the command, as in an alias `slipway
// --base-url URL`; commands that don't need them ignore them there.
import { type Command, Option } from 'commander';
import { addOptions } from '../arguments/command-options.ts';

const baseUrl = { '--base-url <url>': 'override SLIPWAY_BASE_URL' } as const;
const adminToken = { '--admin-token <token>': 'override SLIPWAY_ADMIN_TOKEN' } as const;
const everywhere = { '--no-color': 'disable colored output', '--no-input': 'never prompt' } as const;

export const jsonOption = { '--json': 'print one JSON object' } as const;

const connection = {
  '--api-key <key>': 'override SLIPWAY_API_KEY',
  ...baseUrl,
  '-n, --namespace <name>': 'ID or name; overrides SLIPWAY_NAMESPACE',
} as const;

export const connectionOptions = { ...connection, ...jsonOption } as const;

export const adminOptions = { ...adminToken, ...baseUrl, ...jsonOption } as const;

/** Also accepts the options before the command. Call it after all commands have been added. The help shows only `everywhere`. */
export function acceptLeadingOptions(program: Command): void {
  addOptions(program, everywhere);
  addHidden(program, { ...connection, ...adminToken, ...jsonOption });
  // Otherwise commander would look for options inside a command's option values: `-m "-n is the default now"`.
  program.enablePositionalOptions();
  for (const command of program.commands) acceptBelow(command);
  program.hook('preAction', (_, command) => inherit(command));
}

function acceptBelow(command: Command): void {
  addHidden(command, everywhere);
  if (command.commands.length === 0) return;
  addHidden(command, { ...connection, ...adminToken, ...jsonOption });
  command.enablePositionalOptions();
  for (const child of command.commands) acceptBelow(child);
}

/** Passes on options given before the command. Those after it take precedence. */
function inherit(command: Command): void {
  const own = new Set(command.options.map((option) => option.attributeName()));
  for (let group = command.parent; group; group = group.parent)
    for (const [name, value] of Object.entries(group.opts()))
      if (own.has(name) && command.getOptionValueSource(name) !== 'cli')
        command.setOptionValueWithSource(name, value, group.getOptionValueSource(name) ?? 'default');
}

function addHidden(command: Command, options: Record<string, string>): void {
  for (const [flags, description] of Object.entries(options))
    command.addOption(new Option(flags, description).hideHelp());
}
