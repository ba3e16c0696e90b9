// Defines what commands get and return, and what features bring to the command line.
import type { Command } from 'commander';
import type { OptionDefinitions } from '../arguments/command-options.ts';
import type { KeySource } from '../connection/key-source.ts';
import type { Environment } from '../connection/settings.ts';
import type { FoundPlugin } from '../plugins/plugin-ref.ts';
import type { ExitName } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import type { ServerCheck } from './finding.ts';

export interface CommandContext {
  output: Output;
  /** Sets the exit code when it is not `done`. */
  finish(exit: ExitName): void;
  environment: Environment;
  features: readonly CliFeature[];
  /** Set if a program in this process runs the command. It gets the result, which is then not printed. */
  caller?: { signal: AbortSignal; take(result: CommandResult): void };
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

export interface ProgramContext extends CommandContext {
  /** Commands that were added. */
  added: Set<AddCommand>;
}

/** Adds a command to the program or to a group. */
export type AddCommand = (parent: Command, context: ProgramContext) => void;

/** A feature's command. */
export interface FeatureCommand {
  add: AddCommand;
  /** The command that it follows in the help, with its group: `namespaces edit`. If there is none, it is the last of all. */
  after: string;
}

/** A view that `slipway show` prints of a version instead of its details, if it has the option. */
export interface ShowView {
  /** Name of the option, as in `readme` for `--readme`. */
  option: string;
  definition: OptionDefinitions;
  show(plugin: FoundPlugin): Promise<CommandResult>;
}

export interface CliFeature {
  commands?: readonly FeatureCommand[];
  /** A way to get keys, other than a stored one. */
  keySource?: KeySource;
  /** Checks of `slipway doctor`. */
  checks?: readonly ServerCheck[];
  views?: readonly ShowView[];
}

/** Checks a declaration. */
export function defineCliFeature(feature: CliFeature): CliFeature {
  return feature;
}
