// Defines what every command receives, and wires up commands that talk to a server: connection flags, `--json`, and one way to
// print the result.
import type { Command } from 'commander';
import type { Connection } from './connection/connect.ts';
import { addAdminOptions, addConnectionOptions } from './connection/connection-options.ts';
import type { Environment } from './connection/settings.ts';
import type { ExitName } from './failures/exit-codes.ts';
import { runInterruptible } from './terminal/interruption.ts';
import { jsonText } from './terminal/json-text.ts';
import type { Output } from './terminal/output.ts';

export interface CommandContext {
  output: Output;
  /** Sets the exit code when it is not `done`. */
  finish(exit: ExitName): void;
  environment: Environment;
}

export interface ConnectionOptions {
  apiKey?: string;
  baseUrl?: string;
  namespace?: string;
  json?: true;
  /** Set by commands that can do without a server, and then send nothing. */
  offline?: true;
}

/** A command's result: JSON for programs, whole lines of text for people. */
export interface CommandResult {
  json: object;
  text: string;
  /** Lines for standard error, such as a note about a secret (D41). Not printed with `--json`. */
  notes?: string[];
  exit?: ExitName;
  /** True if the command printed its output while it ran. */
  streamed?: true;
}

type Work<Options> = (
  connection: Connection,
  options: Options & ConnectionOptions,
  ...args: (string | undefined)[]
) => Promise<CommandResult>;

/** Work that needs no account. `reason` says why there is no connection; commands that need one throw it. */
type OfflineWork<Options> = (
  reason: unknown,
  options: Options & ConnectionOptions,
  signal: AbortSignal,
  ...args: (string | undefined)[]
) => Promise<CommandResult>;

/** Adds the connection flags and `--json`, and runs the work with a connection. Ctrl-C aborts it. */
export function withConnection<Options extends object>(
  command: Command,
  { output, finish, environment }: CommandContext,
  work: Work<Options>,
  offline: OfflineWork<Options> = (reason) => Promise.reject(reason),
): Command {
  return addConnectionOptions(command).action(async () => {
    const [{ connect }, { withJobKey }] = await Promise.all([
      import('./connection/connect.ts'),
      import('./connection/ci-token.ts'),
    ]);
    await runInterruptible(async (signal) => {
      const options = command.opts<Options & ConnectionOptions>();
      const folder = folderArgument(command);
      const args = command.processedArgs;
      const job = { environment, signal, folder, plugin: () => pluginName(command, folder) };
      const connecting = options.offline
        ? Promise.reject(new Error('--offline'))
        : withJobKey(options, job).then((flags) => connect(flags, environment, signal, folder));
      const result = await connecting.then(
        (connection) =>
          work(connection, options, ...args).catch((error: unknown) => explainNotFound(error, connection, command)),
        (reason: unknown) => offline(reason, options, signal, ...args),
      );
      printResult(result, options.json, output);
      if (result.exit) finish(result.exit);
    });
  });
}

interface AdminOptions {
  adminToken?: string;
  baseUrl?: string;
  json?: true;
}

/** Like `withConnection`, but for operators: uses the admin token instead of an API key. */
export function withAdminConnection<Options extends object>(
  command: Command,
  { output, environment }: CommandContext,
  work: Work<Options>,
): Command {
  return addAdminOptions(command).action(async () => {
    const { connectAsAdmin } = await import('./connection/connect.ts');
    await runInterruptible(async (signal) => {
      const options = command.opts<Options & AdminOptions>();
      const connection = connectAsAdmin(options, environment, signal);
      printResult(await work(connection, options, ...command.processedArgs), options.json, output);
    });
  });
}

function printResult(
  { json, notes = [], streamed, text }: CommandResult,
  asJson: true | undefined,
  output: Output,
): void {
  if (!streamed) output.data(asJson ? jsonText(json, 2) : text);
  if (!asJson) for (const note of notes) output.info(note);
}

/** Shows examples above the usage in a command's help. */
export function addExamples(command: Command, ...lines: string[]): void {
  command.addHelpText('before', `Examples:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

/** Adds a suggestion to a "not found" response, for commands whose first argument is a plugin. */
async function explainNotFound(error: unknown, connection: Connection, command: Command): Promise<never> {
  const ref: unknown = command.registeredArguments[0]?.name() === 'plugin' ? command.processedArgs[0] : undefined;
  if (typeof ref !== 'string') throw error;
  const { withSuggestion } = await import('./plugins/suggestions.ts');
  throw await withSuggestion(error, connection, ref);
}

/** Returns the name of the plugin that the command is about. Undefined if it is about none, or several. */
async function pluginName(command: Command, folder: string | undefined): Promise<string | undefined> {
  const { parsePluginRef } = await import('./plugins/plugin-ref.ts');
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
