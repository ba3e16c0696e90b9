// Runs a program to its end, within limits of time and output. Collects standard output, and passes on standard error line by
// line.

import type { Command } from '../sandbox/sandbox.ts';
import { ChildGroup } from './child-group.ts';
import { captureLines } from './line-capture.ts';

export interface RunOptions {
  timeoutMs: number;
  /** The program is ended when it prints more. */
  outputBytesMax: number;
  onErrorLine?: (line: string) => void;
  input?: string;
  /** Another stream feeds its standard input. */
  keepInput?: boolean;
}

export interface Exited {
  ended: 'exit';
  succeeded: boolean;
  reason: string;
  output: Buffer;
  errors: string;
}

export type Ran = Exited | { ended: 'timeout' | 'output-limit'; errors: string };

/** Standard error beyond this size is not collected. */
const errorCharsMax = 256 * 1024;
const lineCharsMax = 16 * 1024;
const succeeded = 'exit code 0';

export function runProgram(command: Command, options: RunOptions): Promise<Ran> {
  return finishProgram(new ChildGroup(command), options);
}

/** Waits for the end of a program that is already running. */
export async function finishProgram(group: ChildGroup, options: RunOptions): Promise<Ran> {
  const { stdin, stdout, stderr } = group.child;
  const chunks: Buffer[] = [];
  let size = 0;
  let errors = '';
  let ended: 'exit' | 'timeout' | 'output-limit' = 'exit';
  const stop = (why: 'timeout' | 'output-limit') => {
    ended = why;
    void group.end(why);
  };
  const timer = setTimeout(() => stop('timeout'), options.timeoutMs);
  stdout?.on('error', () => {});
  stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > options.outputBytesMax) stop('output-limit');
    else chunks.push(chunk);
  });
  if (stderr) {
    captureLines(stderr, lineCharsMax, (line) => {
      if (errors.length < errorCharsMax) errors += `${line}\n`;
      options.onErrorLine?.(line);
      return 1;
    });
  }
  if (!options.keepInput) stdin?.end(options.input ?? '');
  const reason = await group.exited;
  clearTimeout(timer);
  if (ended !== 'exit') return { ended, errors };
  return { ended, succeeded: reason === succeeded, reason, output: Buffer.concat(chunks, size), errors };
}
