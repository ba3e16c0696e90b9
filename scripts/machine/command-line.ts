// Reads a script's command line. `--help` prints the usage, and a mistake prints its description. A failing script prints only the
// reason, because a stack trace means nothing to its user.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { print } from './terminal.ts';

/** A mistake in the command line. */
export class UsageError extends Error {}

interface Syntax<Options> {
  options: Options;
  /** The number of positional arguments. Default: none. */
  positionals?: readonly [min: number, max: number];
  /** Arguments. Default: the process's. */
  args?: string[];
}

type Config<Options extends ParseArgsOptionsConfig> = { args: string[]; options: Options; allowPositionals: true };
type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<Config<Options>>>;

/**
 * Returns the options and arguments. The first line of `usage` is the command, such as `npm run backup -- FOLDER`. Options that `usage`
 * doesn't mention are listed below it.
 */
export function readCommandLine<const Options extends ParseArgsOptionsConfig>(
  usage: string,
  syntax: Syntax<Options>,
): Parsed<Options> {
  answerHelp([usage, ...unmentioned(usage, syntax.options)].join('\n'));
  return parseCommandLine(syntax);
}

/** Throws a UsageError if an argument isn't allowed. */
export function parseCommandLine<const Options extends ParseArgsOptionsConfig>({
  args = process.argv.slice(2),
  options,
  positionals: [min, max] = [0, 0],
}: Syntax<Options>): Parsed<Options> {
  const parsed = parseOrRefuse({ args, options, allowPositionals: true });
  const { positionals } = parsed;
  if (positionals.length > max) throw new UsageError(`Unexpected argument '${positionals[max]}'`);
  if (positionals.length < min) throw new UsageError('An argument is missing');
  return parsed;
}

/** Prints `help` and exits if an argument asks for it. After this call, an error exits the process with its reason. */
export function answerHelp(help: string): void {
  const name = /^(?:npm(?: run)?|node) (\S+)/.exec(help)?.[1] ?? 'slipway';
  if (process.env.SLIPWAY_STACK !== '1')
    process.on('uncaughtException', (error) => {
      const isMistake = error instanceof UsageError;
      process.stderr.write(`${name}: ${reasonFor(error)}\n${isMistake ? `\n${help}\n` : ''}`);
      process.exit(isMistake ? 2 : 1);
    });
  if (!process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) return;
  print(help);
  process.exit(0);
}

/** Returns the messages of an error and of its causes. */
export function reasonFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = error.message || error.name;
  return error.cause === undefined ? reason : `${reason}: ${reasonFor(error.cause)}`;
}

function parseOrRefuse<Options extends ParseArgsOptionsConfig>(config: Config<Options>): Parsed<Options> {
  try {
    return parseArgs(config);
  } catch (error) {
    // Node appends advice about arguments that start with a dash.
    throw new UsageError(reasonFor(error).split(/\. |\n/)[0]);
  }
}

function unmentioned(usage: string, options: ParseArgsOptionsConfig): string[] {
  const named = Object.entries(options).filter(([name]) => !new RegExp(`--${name}\\b`).test(usage));
  const lines = named.map(([name, { type, default: fallback }]) => {
    const option = type === 'string' ? `--${name} VALUE` : `--${name}`;
    const isShown = fallback !== undefined && fallback !== '' && fallback !== false;
    return isShown ? `  ${option.padEnd(24)} (${String(fallback)})` : `  ${option}`;
  });
  return lines.length === 0 ? [] : ['', ...lines];
}
