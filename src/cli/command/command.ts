// Defines commands by name, description, arguments, options, examples and what they run. Adds the connection flags and `--json`, and
// prints results in one way.
import type { Command } from 'commander';
import {
  type ArgumentDefinitions,
  type ArgumentValues,
  addArguments,
  addOptions,
  argumentsOf,
  type OptionDefinitions,
  type OptionValues,
} from '../arguments/command-options.ts';
import { type PageOptions, pageOptions } from '../arguments/paging.ts';
import type { Connection } from '../connection/connect.ts';
import { adminOptions, connectionOptions } from '../connection/connection-options.ts';
import { requireConfirmation, yesOption } from '../terminal/confirmation.ts';
import { runInterruptible } from '../terminal/interruption.ts';
import { jsonText } from '../terminal/json-text.ts';
import type { AddCommand, CommandContext, CommandResult, ProgramContext } from './context.ts';

/** Options that several commands have. */
export interface SharedOptions extends PageOptions {
  apiKey?: string;
  adminToken?: string;
  baseUrl?: string;
  namespace?: string;
  json?: true;
  /** Set by commands that can do without a server, and then send nothing. */
  offline?: true;
}

export interface CommandDefinition<Arguments, Options> {
  name: string;
  alias?: string;
  isDefault?: true;
  summary?: string;
  description: string;
  arguments?: Arguments;
  options?: Options;
  /** Further options, which features bring. */
  featureOptions?: OptionDefinitions;
  /** Adds `--limit` and `--cursor`. */
  isPaged?: true;
  examples: readonly string[];
}

type Described = CommandDefinition<ArgumentDefinitions, OptionDefinitions>;
export type None = Record<never, never>;

/** A command that talks to a server. */
export interface ServerCommand<Arguments, Options> extends CommandDefinition<Arguments, Options> {
  /** Returns what the user confirms first, such as `Uninstall upper`, unless `--yes` is set. */
  confirm?(args: ArgumentValues<Arguments>, options: OptionValues<Options>): string;
  run(
    connection: Connection & CommandContext,
    args: ArgumentValues<Arguments>,
    options: OptionValues<Options> & SharedOptions,
  ): Promise<CommandResult>;
}

interface KeyCommand<Arguments, Options> extends ServerCommand<Arguments, Options> {
  /** Does work that needs no account. `reason` says why there is no connection; commands that need one throw it. */
  offline?(
    context: CommandContext & { signal: AbortSignal; reason: unknown },
    args: ArgumentValues<Arguments>,
    options: OptionValues<Options> & SharedOptions,
  ): Promise<CommandResult>;
}

interface LocalCommand<Arguments, Options> extends CommandDefinition<Arguments, Options> {
  run(
    context: CommandContext & { command: Command },
    args: ArgumentValues<Arguments>,
    options: OptionValues<Options>,
  ): Promise<CommandResult | undefined>;
}

/** Defines commands below a common word. */
export function commandGroup(
  { name, summary, description }: { name: string; summary: string; description?: string },
  commands: readonly AddCommand[],
): AddCommand {
  return (parent, context) => {
    const group = parent.command(name).summary(summary);
    if (description !== undefined) group.description(description);
    for (const add of commands) addWithFollowing(group, context, add);
  };
}

/** Adds a command, and the features' commands that follow it in the help, which others may follow. */
export function addWithFollowing(parent: Command, context: ProgramContext, add: AddCommand): void {
  add(parent, context);
  context.added.add(add);
  const name = pathOf(parent.commands.at(-1));
  for (const one of context.features.flatMap(({ commands = [] }) => commands))
    if (one.after === name && !context.added.has(one.add)) addWithFollowing(parent, context, one.add);
}

/** Returns the names of a command and its groups, without the program's. */
function pathOf(command: Command | undefined): string {
  return command?.parent ? `${pathOf(command.parent)} ${command.name()}`.trimStart() : '';
}

/** Defines a command that needs no connection. It prints its result like the others, unless it returns none. */
export function localCommand<
  const Arguments extends ArgumentDefinitions = None,
  const Options extends OptionDefinitions = None,
>(definition: LocalCommand<Arguments, Options>): AddCommand {
  return (parent, context) => {
    const command = addCommand(parent, definition);
    command.action(async () => {
      const options = command.opts<OptionValues<Options> & SharedOptions>();
      const result = await definition.run({ ...context, command }, argumentsOf(command), options);
      if (result) printResult(result, options.json, context);
    });
  };
}

/** Defines a command that gets a connection. It has the connection flags and `--json`, and Ctrl-C aborts it. */
export function serverCommand<
  const Arguments extends ArgumentDefinitions = None,
  const Options extends OptionDefinitions = None,
>(definition: KeyCommand<Arguments, Options>): AddCommand {
  return (parent, context) => {
    const { environment } = context;
    const command = addServerCommand(parent, definition, connectionOptions);
    command.action(async () => {
      const [{ connect }, { withJobKey }] = await Promise.all([
        import('../connection/connect.ts'),
        import('../connection/key-sources.ts'),
      ]);
      await runInterruptible(async (interruption) => {
        const signal = AbortSignal.any([interruption, ...(context.caller ? [context.caller.signal] : [])]);
        const options = command.opts<OptionValues<Options> & SharedOptions>();
        const folder = folderArgument(command);
        const job = { environment, signal, folder, plugin: () => pluginName(command, folder) };
        const connecting = options.offline
          ? Promise.reject(new Error('--offline'))
          : withJobKey(context, options, job).then((flags) => connect(flags, environment, signal, folder));
        const result = await connecting.then(
          (connection) =>
            runConfirmed(command, definition, { ...connection, ...context }).catch((error: unknown) =>
              explainNotFound(error, connection, command),
            ),
          (reason: unknown) => {
            if (!definition.offline) throw reason;
            return definition.offline({ ...context, signal, reason }, argumentsOf(command), options);
          },
        );
        printResult(result, options.json, context);
      });
    });
  };
}

/** Like `serverCommand`, but for operators: uses the admin token instead of an API key. */
export function adminCommand<
  const Arguments extends ArgumentDefinitions = None,
  const Options extends OptionDefinitions = None,
>(definition: ServerCommand<Arguments, Options>): AddCommand {
  return (parent, context) => {
    const command = addServerCommand(parent, definition, adminOptions);
    command.action(async () => {
      const { connectAsAdmin } = await import('../connection/connect.ts');
      await runInterruptible(async (signal) => {
        const options = command.opts<SharedOptions>();
        const connection = { ...connectAsAdmin(options, context.environment, signal), ...context };
        printResult(await runConfirmed(command, definition, connection), options.json, context);
      });
    });
  };
}

function addCommand(parent: Command, definition: Described): Command {
  const { alias, description, examples, isDefault = false, name, summary } = definition;
  const command = parent.command(name, { isDefault }).description(description);
  if (alias !== undefined) command.alias(alias);
  if (summary !== undefined) command.summary(summary);
  addArguments(command, definition.arguments ?? {});
  addOptions(command, {
    ...definition.options,
    ...definition.featureOptions,
    ...(definition.isPaged ? pageOptions : {}),
  });
  return command.addHelpText('before', `Examples:\n${examples.map((line) => `  ${line}\n`).join('')}`);
}

/** Adds a command with the options that select the server, and `--yes` if it asks first. */
function addServerCommand(
  parent: Command,
  definition: Described & { confirm?: unknown },
  selecting: OptionDefinitions,
): Command {
  const command = addCommand(parent, definition);
  addOptions(command, { ...(definition.confirm ? yesOption : {}), ...selecting });
  return command;
}

async function runConfirmed<Arguments, Options>(
  command: Command,
  { confirm, run }: ServerCommand<Arguments, Options>,
  connection: Connection & CommandContext,
): Promise<CommandResult> {
  const args = argumentsOf<Arguments>(command);
  const options = command.opts<OptionValues<Options> & SharedOptions>();
  if (confirm) await requireConfirmation(confirm(args, options), command.opts<{ yes?: true }>().yes, connection.signal);
  return run(connection, args, options);
}

function printResult(
  result: CommandResult,
  asJson: true | undefined,
  { caller, finish, output }: CommandContext,
): void {
  if (caller) {
    caller.take(result);
    return;
  }
  const { exit, json, notes = [], streamed, text } = result;
  if (!streamed) output.data(asJson ? jsonText(json, 2) : text);
  if (!asJson) for (const note of notes) output.info(note);
  if (exit) finish(exit);
}

/** Adds a suggestion to a "not found" response, for commands whose first argument is a plugin. */
async function explainNotFound(error: unknown, connection: Connection, command: Command): Promise<never> {
  const ref: unknown = command.registeredArguments[0]?.name() === 'plugin' ? command.processedArgs[0] : undefined;
  if (typeof ref !== 'string') throw error;
  const { withSuggestion } = await import('../plugins/suggestions.ts');
  throw await withSuggestion(error, connection, ref);
}

/** Returns the name of the plugin that the command is about. Undefined if it is about none, or several. */
async function pluginName(command: Command, folder: string | undefined): Promise<string | undefined> {
  const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
  const isNamed = command.registeredArguments[0]?.name() === 'plugin';
  if (!isNamed && folder === undefined) return undefined;
  const ref: unknown = isNamed ? command.processedArgs[0] : undefined;
  const parsed = await parsePluginRef(typeof ref === 'string' ? ref : undefined, folder).catch(() => undefined);
  return parsed?.name;
}

/** Returns the plugin folder given as PATH. Settings are also looked up from there upward. */
function folderArgument(command: Command): string | undefined {
  const at = command.registeredArguments.findIndex((argument) => argument.name() === 'path');
  const path: unknown = at < 0 ? undefined : (command.processedArgs[at] ?? command.opts<{ path?: string }>().path);
  return typeof path === 'string' ? path : undefined;
}
