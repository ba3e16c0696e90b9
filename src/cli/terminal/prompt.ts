// Prompts the user at a terminal. Questions go to standard error, so standard output carries only data.
import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Returns false without a terminal or with `--no-input`. */
export function isInteractive(): boolean {
  return !process.argv.includes('--no-input') && process.stdin.isTTY === true && process.stderr.isTTY === true;
}

export async function prompt(question: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask(lines, question, signal).finally(() => lines.close());
  return answer ?? '';
}

/** Prompts without echoing the input. */
export async function promptSecret(question: string): Promise<string> {
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: discard, terminal: true });
  process.stderr.write(question);
  const answer = await ask(lines, '').finally(() => lines.close());
  if (answer !== undefined) process.stderr.write('\n');
  return answer ?? '';
}

/**
 * Returns undefined at the end of input (Ctrl-D). Ctrl-C interrupts. Node versions handle both differently, so neither is left to
 * readline. If there is no answer, ends the prompt's line.
 */
function ask(lines: Interface, question: string, signal?: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let isAsking = true;
    const end = (settle: () => void) => {
      if (!isAsking) return;
      isAsking = false;
      process.stderr.write('\n');
      settle();
    };
    const abort = (reason: unknown) => end(() => reject(reason));
    lines.once('close', () => end(() => resolve(undefined)));
    lines.once('SIGINT', () => abort(AbortSignal.abort().reason));
    signal?.addEventListener('abort', () => abort(signal.reason), { once: true });
    lines.question(question).then((answer) => {
      isAsking = false;
      resolve(answer);
    }, reject);
  });
}
