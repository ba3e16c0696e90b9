// Questions to a person at a terminal: on standard error, so that data stays data.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

export async function ask(question: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await (signal ? lines.question(question, { signal }) : lines.question(question));
  } finally {
    lines.close();
  }
}

/** What is typed or pasted is not shown. */
export async function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(question);
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
