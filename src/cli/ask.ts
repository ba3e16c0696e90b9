// Questions to a person at a terminal: on standard error, so that data stays data.
import { createInterface } from 'node:readline/promises';

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
