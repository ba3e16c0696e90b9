// What every command is given, and how one that talks to a server is wired: its connection flags, its one way of telling people
// and programs what came out.
import type { Command } from 'commander';
import type { Connection } from './connection/connect.ts';
import type { Environment } from './connection/settings.ts';
import type { ExitName } from './exit-codes.ts';
import { whileInterruptible } from './interruption.ts';
import { jsonText } from './json-text.ts';
import type { Output } from './output.ts';

export interface CommandContext {
  output: Output;
  /** Told how a command ended when that is not `done`. */
  finish(exit: ExitName): void;
  environment: Environment;
}

export interface ConnectionOptions {
  apiKey?: string;
  baseUrl?: string;
  namespace?: string;
  json?: true;
}

/** What a command found or did, in both of its forms. Text is for standard output, whole lines. */
export interface Told {
  json: object;
  text: string;
  exit?: ExitName;
  /** All was told while the work went on. */
  streamed?: true;
}

type Work<Options> = (
  connection: Connection,
  options: Options & ConnectionOptions,
  ...args: (string | undefined)[]
) => Promise<Told>;

/** Adds the flags of a connection and `--json`, and runs the work with one. Ctrl-C aborts what is under way. */
export function connected<Options extends object>(
  command: Command,
  { output, finish, environment }: CommandContext,
  work: Work<Options>,
): Command {
  return command
    .option('--api-key <key>', 'instead of SLIPWAY_API_KEY')
    .option('--base-url <url>', 'instead of SLIPWAY_BASE_URL')
    .option('-n, --namespace <name>', 'its id or name, instead of SLIPWAY_NAMESPACE')
    .option('--json', 'tell programs: one JSON object')
    .action(async () => {
      const { connect } = await import('./connection/connect.ts');
      await whileInterruptible(async (signal) => {
        const options = command.opts<Options & ConnectionOptions>();
        const told = await work(connect(options, environment, signal), options, ...command.processedArgs);
        if (!told.streamed) output.data(options.json ? jsonText(told.json, 2) : told.text);
        if (told.exit) finish(told.exit);
      });
    });
}
