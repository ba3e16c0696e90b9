// Defines the options that select the server, the key and the namespace. They may also precede the command, as in an alias `slipway
// --base-url URL`; commands that don't need them ignore them there.
import { type Command, Option } from 'commander';

const json = ['--json', 'print one JSON object'] as const;
const baseUrl = ['--base-url <url>', 'override SLIPWAY_BASE_URL'] as const;
const adminToken = ['--admin-token <token>', 'override SLIPWAY_ADMIN_TOKEN'] as const;
const connection = [
  ['--api-key <key>', 'override SLIPWAY_API_KEY'],
  baseUrl,
  ['-n, --namespace <name>', 'ID or name; overrides SLIPWAY_NAMESPACE'],
] as const;
const everywhere = [
  ['--no-color', 'disable colored output'],
  ['--no-input', 'never prompt'],
] as const;

export function addConnectionOptions(command: Command): Command {
  return addAll(command, [...connection, json]);
}

export function addAdminOptions(command: Command): Command {
  return addAll(command, [adminToken, baseUrl, json]);
}

/** Also accepts the options before the command. Call it after all commands have been added. The help shows only `everywhere`. */
export function acceptLeadingOptions(program: Command): void {
  addAll(program, everywhere);
  addHidden(program, [...connection, adminToken, json]);
  // Otherwise commander would look for options inside a command's option values: `-m "-n is the default now"`.
  program.enablePositionalOptions();
  for (const command of program.commands) acceptBelow(command);
  program.hook('preAction', (_, command) => inherit(command));
}

function acceptBelow(command: Command): void {
  addHidden(command, everywhere);
  if (command.commands.length === 0) return;
  addHidden(command, [...connection, adminToken, json]);
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

type Definition = readonly [flags: string, description: string];

function addAll(command: Command, definitions: readonly Definition[]): Command {
  for (const [flags, description] of definitions) command.option(flags, description);
  return command;
}

function addHidden(command: Command, definitions: readonly Definition[]): void {
  for (const [flags, description] of definitions) command.addOption(new Option(flags, description).hideHelp());
}
