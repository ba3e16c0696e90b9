// Prints lines of at most 80 columns for the scripts. Uses color only on a terminal.
import { formatDuration } from '../../src/core/quantities.ts';

const ansi = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 } as const;

export type Print = (line?: string) => void;

/** Prints to standard output. A closed pipe is not an error. */
export const print: Print = (line = '') => {
  process.stdout.write(`${line}\n`);
};
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const color = process.stdout.isTTY === true && !process.env.NO_COLOR;

export function paint(style: keyof typeof ansi, text: string): string {
  return color ? `\u001b[${ansi[style]}m${text}\u001b[0m` : text;
}

const columns = 80;

/** `  name        result                                    1.2 s` */
export function row(name: string, result: string, ms?: number): string {
  const time = ms === undefined ? '' : formatDuration(ms);
  const room = columns - 2 - 12 - 1 - time.length;
  const text = result.length > room ? `${result.slice(0, room - 1)}…` : result;
  return `  ${paint('bold', name.padEnd(12))}${ms === undefined ? text : `${text.padEnd(room + 1)}${paint('dim', time)}`}`;
}

/** Prints the step's summary and time when it ends. */
export async function timed<Result>(
  name: string,
  step: () => Promise<{ result: Result; summary: string }>,
): Promise<Result> {
  const startedAt = performance.now();
  const { result, summary } = await step();
  print(row(name, summary, performance.now() - startedAt));
  return result;
}

export function prefixed(name: string, line: string): string {
  return `${paint('dim', `${name} │`)} ${line}`;
}
