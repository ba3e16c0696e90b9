// Prompts the user at a terminal. Questions go to standard error, so that standard output carries only data.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

export async function prompt(question: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await (signal ? lines.question(question, { signal }) : lines.question(question));
  } finally {
    lines.close();
  }
}

/** Prompts without echoing the input. */
export async function promptSecret(question: string): Promise<string> {
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: discard, terminal: true });
  process.stderr.write(question);
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
