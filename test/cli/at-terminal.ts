// Runs the real CLI in a pseudo-terminal, where it asks for confirmation before it changes anything.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { inject } from 'vitest';
import { z } from 'zod';
import { ownVariables } from './slipway.ts';

const main = inject('cli');
const terminal = fileURLToPath(import.meta.resolve('./terminal.py'));

const ranSchema = z.object({ code: z.int(), shown: z.string(), stdout: z.string(), answered: z.int() });

/** Types each answer's keys once the matching question has appeared. */
export async function withAnswers(
  answers: [question: string, keys: string][],
  args: string[],
  env: Record<string, string>,
) {
  const command = [terminal, JSON.stringify(answers), process.execPath, main, ...args];
  const { stdout } = await promisify(execFile)(inject('python'), command, {
    env: ownVariables({ TERM: 'xterm', ...env }),
  });
  const { shown, ...rest } = ranSchema.parse(JSON.parse(stdout));
  return { ...rest, shown: stripVTControlCharacters(shown).replaceAll(/\r+\n/g, '\n') };
}

/** Types `answer` when the CLI asks for confirmation. */
export async function atTerminal(answer: string, args: string[], env: Record<string, string>) {
  const { answered, code, shown } = await withAnswers([['[y/N] ', `${answer}\r`]], args, env);
  return { code, asked: answered === 1, output: shown };
}
