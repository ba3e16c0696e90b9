// Defines what every command receives, and wires up commands that talk to a server: connection flags, `--json`, and one way to
// print the result.
import type { Command } from 'commander';
import type { Connection } from './connection/connect.ts';
import type { Environment } from './connection/settings.ts';
import type { ExitName } from './exit-codes.ts';
import { runInterruptible } from './interruption.ts';
import { jsonText } from './json-text.ts';
import type { Output } from './output.ts';

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
}

/** The result of a command, as JSON for programs and as whole lines of text for people. */
export interface CommandResult {
  json: object;
  text: string;
  exit?: ExitName;
  /** True if the command printed its output while it ran. */
  streamed?: true;
}

type Work<Options> = (
  connection: Connection,
  options: Options & ConnectionOptions,
  ...args: (string | undefined)[]
) => Promise<CommandResult>;

/** Adds the connection flags and `--json`, and runs the work with a connection. Ctrl-C aborts it. */
export function withConnection<Options extends object>(
  command: Command,
  { output, finish, environment }: CommandContext,
  work: Work<Options>,
): Command {
  return command
    .option('--api-key <key>', 'override SLIPWAY_API_KEY')
    .option('--base-url <url>', 'override SLIPWAY_BASE_URL')
    .option('-n, --namespace <name>', 'ID or name; overrides SLIPWAY_NAMESPACE')
    .option('--json', 'print one JSON object')
    .action(async () => {
      const { connect } = await import('./connection/connect.ts');
      await runInterruptible(async (signal) => {
        const options = command.opts<Options & ConnectionOptions>();
        const result = await work(connect(options, environment, signal), options, ...command.processedArgs);
        if (!result.streamed) output.data(options.json ? jsonText(result.json, 2) : result.text);
        if (result.exit) finish(result.exit);
      });
    });
}
