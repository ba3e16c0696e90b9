// Runs the real CLI at a pseudo-terminal, where it asks before it changes anything.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { findPython } from '../../builder/server/python/python.ts';

const main = fileURLToPath(import.meta.resolve('../../src/cli/main.ts'));
const terminal = fileURLToPath(import.meta.resolve('./terminal.py'));

const ranSchema = z.object({ code: z.int(), output: z.string(), asked: z.boolean() });

/** Types `answer` when the CLI asks for confirmation. */
export async function atTerminal(answer: string, args: string[], env: Record<string, string>) {
  const python = await findPython(process.env.PYTHON);
  if (typeof python === 'string') throw new Error(python);
  const { stdout } = await promisify(execFile)(python.executable, [terminal, answer, process.execPath, main, ...args], {
    env: { PATH: process.env.PATH ?? '', TERM: 'dumb', ...env },
  });
  return ranSchema.parse(JSON.parse(stdout));
}
